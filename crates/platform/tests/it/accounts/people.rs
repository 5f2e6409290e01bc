//! The ordinary ways in and out.

use karavan_testkit::{TestApp, app_test};

use super::{ANNA, PASSWORD, code_for, hidden, is_in, letters_to, link_for, member, sign_in, sign_up, type_code};

#[app_test]
async fn a_person_signs_up_proves_the_address_and_is_in(app: TestApp) {
    let browser = app.anonymous().browser();
    let page = sign_up(&browser, ANNA).await.expect(200);
    assert!(!is_in(&browser).await, "not before the letter");
    let code = code_for(&app, ANNA).await;
    let (first, second) = code.split_at(3);
    let spaced = format!(" {first} {second} ");
    let entered = type_code(&browser, &page, &spaced).await.expect(303);
    assert_eq!(entered.header("location"), "/account");
    assert_eq!(entered.header("cache-control"), "no-store");
    let account = browser.get("/account").await.expect(200).text();
    assert!(account.contains("Анна") && account.contains(ANNA), "{account}");
    // Used up.
    let other = app.anonymous().browser();
    type_code(&other, &page, &code).await.expect(422);
    assert!(!is_in(&other).await);
}

#[app_test]
async fn who_has_not_proved_the_address_can_sign_in_and_ask_for_the_letter_again(app: TestApp) {
    let browser = app.anonymous().browser();
    sign_up(&browser, ANNA).await.expect(200);
    let old = code_for(&app, ANNA).await;
    sign_in(&browser, ANNA, PASSWORD).await.expect(303);
    let page = browser.form("/account/verify", &[]).await.expect(200);
    let code = code_for(&app, ANNA).await;
    if old != code {
        type_code(&browser, &page, &old).await.expect(422);
    }
    type_code(&browser, &page, &code).await.expect(303);
    assert!(is_in(&browser).await);
}

#[app_test]
async fn the_link_proves_the_address_once_and_looking_changes_nothing(app: TestApp) {
    let browser = app.anonymous().browser();
    sign_up(&browser, ANNA).await.expect(200);
    let link = link_for(&app, ANNA).await;
    let elsewhere = app.anonymous().browser();
    for _look in 0..2 {
        let page = elsewhere.get(&link).await.expect(200);
        assert_eq!(hidden(&page, "token"), link.strip_prefix("/verify/").unwrap());
    }
    let token = link.strip_prefix("/verify/").unwrap();
    let used = elsewhere.form("/verify/link", &[("token", token)]).await.expect(303);
    assert_eq!(used.header("location"), "/sign-in?done=email-verified");
    assert!(!is_in(&elsewhere).await, "links are forwarded: they let nobody in");
    let again = elsewhere.form("/verify/link", &[("token", token)]).await.expect(200);
    assert!(!again.text().contains("name=\"token\""));
    sign_in(&browser, ANNA, PASSWORD).await.expect(303);
}

#[app_test]
async fn every_sign_in_is_a_new_session_and_signing_out_ends_it(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let first = browser.cookie("__Host-sid").unwrap();
    let entered = browser
        .form(
            "/sign-in",
            &[
                ("email", "ANNA@Example.com"),
                ("password", PASSWORD),
                ("next", "/admin?x=1"),
            ],
        )
        .await
        .expect(303);
    assert_eq!(entered.header("location"), "/admin?x=1");
    let second = browser.cookie("__Host-sid").unwrap();
    assert_ne!(first, second);
    let replayed = |token: &str| {
        app.anonymous()
            .browser()
            .with_header("cookie", &format!("__Host-sid={token}"))
    };
    assert!(!is_in(&replayed(&first)).await, "the old token is over");
    assert!(is_in(&replayed(&second)).await);
    let out = browser.form("/sign-out", &[]).await.expect(303);
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(!is_in(&replayed(&second)).await, "signed out is signed out everywhere");
}

#[app_test]
async fn nobody_is_led_away_from_the_site(app: TestApp) {
    let browser = member(&app, ANNA).await;
    for next in [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
    ] {
        let fields = [("email", ANNA), ("password", PASSWORD), ("next", next)];
        let entered = app.anonymous().form("/sign-in", &fields).await.expect(303);
        assert_eq!(entered.header("location"), "/account", "{next}");
    }
    drop(browser);
}

#[app_test]
async fn a_forgotten_password_is_replaced_by_the_code_and_everybody_is_out(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let forgetful = app.anonymous().browser();
    let page = forgetful.form("/reset", &[("email", ANNA)]).await.expect(200);
    let code = code_for(&app, ANNA).await;
    let (flow, email) = (hidden(&page, "flow"), hidden(&page, "email"));
    let send = async |code: &str, password: &str| {
        let fields = [
            ("flow", &*flow),
            ("email", &*email),
            ("code", code),
            ("password", password),
        ];
        forgetful.form("/reset/code", &fields).await
    };
    send(&code, "12345678").await.expect(422);
    let done = send(&code, "совсем другой чайник").await.expect(303);
    assert_eq!(done.header("location"), "/sign-in?done=password-changed");
    assert!(!is_in(&browser).await && !is_in(&forgetful).await);
    app.settle().await;
    assert_eq!(
        letters_to(&app, ANNA).len(),
        3,
        "proof, code, and the news that it changed"
    );
    sign_in(&forgetful, ANNA, PASSWORD).await.expect(422);
    sign_in(&forgetful, ANNA, "совсем другой чайник").await.expect(303);
    assert!(is_in(&forgetful).await);
}

#[app_test]
async fn a_forgotten_password_is_replaced_by_the_link_once(app: TestApp) {
    let browser = member(&app, ANNA).await;
    browser.form("/reset", &[("email", ANNA)]).await.expect(200);
    let link = link_for(&app, ANNA).await;
    let token = link.strip_prefix("/reset/").unwrap().to_owned();
    browser.get(&link).await.expect(200);
    let fields = [("token", &*token), ("password", "совсем другой чайник")];
    browser.form("/reset/link", &fields).await.expect(303);
    let again = browser.form("/reset/link", &fields).await.expect(200);
    assert!(!again.text().contains("name=\"token\""));
    let stale = browser.get(&link).await.expect(200);
    assert!(!stale.text().contains("name=\"token\""));
    app.settle().await;
}

#[app_test]
async fn a_password_is_changed_by_who_knows_it_and_the_others_are_out(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let other = app.anonymous().browser();
    sign_in(&other, ANNA, PASSWORD).await.expect(303);
    let before = browser.cookie("__Host-sid").unwrap();
    let change = async |current: &str, password: &str| {
        browser
            .form("/account/password", &[("current", current), ("password", password)])
            .await
    };
    change("not this one", "совсем другой чайник").await.expect(422);
    assert!(is_in(&other).await);
    change(PASSWORD, "совсем другой чайник").await.expect(303);
    assert!(is_in(&browser).await && !is_in(&other).await);
    assert_ne!(browser.cookie("__Host-sid").unwrap(), before);
    app.settle().await;
}

#[app_test]
async fn a_person_sees_where_they_are_signed_in_and_ends_it(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let others = [app.anonymous().browser(), app.anonymous().browser()];
    for other in &others {
        sign_in(other, ANNA, PASSWORD).await.expect(303);
    }
    let stranger = member(&app, "boris@example.com").await;
    let page = browser.get("/account/security").await.expect(200).text();
    let ends: Vec<&str> = page
        .split("/account/sessions/")
        .skip(1)
        .filter_map(|rest| rest.split_once("/end\"").map(|(hash, _)| hash))
        .filter(|hash| hash.len() == 64)
        .collect();
    assert_eq!(ends.len(), 2, "all but this one: {page}");
    let address = format!("/account/sessions/{}/end", ends[0]);
    stranger.form(&address, &[]).await.expect(303);
    assert!(is_in(&others[0]).await && is_in(&others[1]).await, "it was not theirs");
    browser.form(&address, &[]).await.expect(303);
    let left = [is_in(&others[0]).await, is_in(&others[1]).await];
    assert!(left[0] != left[1], "one of the two ended: {left:?}");
    browser.form("/account/sessions/end-others", &[]).await.expect(303);
    assert!(!is_in(&others[0]).await && !is_in(&others[1]).await);
    assert!(is_in(&browser).await && is_in(&stranger).await);
}

#[app_test]
async fn a_name_is_changed_and_a_bad_one_stays_in_the_form(app: TestApp) {
    let browser = member(&app, ANNA).await;
    browser
        .form("/account", &[("name", "  Анна   Смирнова ")])
        .await
        .expect(303);
    assert!(browser.get("/account").await.text().contains("Анна Смирнова"));
    let refused = browser.form("/account", &[("name", "a\u{202e}b")]).await.expect(422);
    assert!(refused.text().contains("aria-invalid"));
}

#[app_test]
async fn a_form_keeps_what_was_typed_and_never_a_password(app: TestApp) {
    let browser = app.anonymous().browser();
    let fields = [("name", ""), ("email", "anna at example"), ("password", "kurz")];
    let page = browser.form("/sign-up", &fields).await.expect(422).text();
    assert!(page.contains("anna at example") && !page.contains("kurz"), "{page}");
    assert_eq!(page.matches("class=\"field-error\"").count(), 3, "all at once");
    let page = sign_in(&browser, ANNA, "secret words").await.expect(422).text();
    assert!(page.contains(ANNA) && !page.contains("secret words"));
}
