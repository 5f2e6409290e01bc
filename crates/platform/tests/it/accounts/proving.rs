//! Showing again who one is, before acts that a stranger at an open browser must not do.

use std::time::Duration;

use futures::future::join_all;
use karavan_testkit::{TestApp, app_test};
use karavan_web::Quota;

use super::{ANNA, PASSWORD, is_in, link_for, member, set_up_factor, sign_in};

const TEN_MINUTES: Duration = Duration::from_secs(10 * 60);

#[app_test]
async fn a_dangerous_act_asks_again_after_ten_minutes(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let (phone, _codes) = set_up_factor(&app, &browser).await;
    app.clock.advance(TEN_MINUTES);
    assert!(is_in(&browser).await, "the rest stays open");
    let asked = browser.get("/account/two-step/off").await.expect(303);
    assert_eq!(asked.header("location"), "/account/confirm?next=/account/two-step/off");
    // A form cannot be sent again from there, so one comes back to its page.
    let from_page = browser.with_header("referer", "https://localhost/account/two-step?x=1");
    for act in ["/account/two-step/off", "/account/two-step/codes", "/account/two-step"] {
        let asked = from_page.form(act, &[]).await.expect(303);
        assert_eq!(
            asked.header("location"),
            "/account/confirm?next=/account/two-step%3Fx%3D1",
            "{act}"
        );
    }
    let program = browser.with_header("accept", "application/json");
    let refused = program.get("/account/two-step/off").await.expect(403);
    assert_eq!(refused.value("/code"), "proof_required");

    let page = browser.get(asked.header("location")).await.expect(200);
    assert!(page.text().contains("name=\"code\"") && !page.text().contains("name=\"password\""));
    let next = ("next", "/account/two-step/off");
    let wrong = browser.form("/account/confirm", &[("password", PASSWORD), next]).await;
    wrong.expect(422);
    let before = browser.cookie("__Host-sid").unwrap();
    let code = phone.code(&app);
    let shown = browser
        .form("/account/confirm", &[("code", &code), next])
        .await
        .expect(303);
    assert_eq!(shown.header("location"), "/account/two-step/off");
    assert_ne!(browser.cookie("__Host-sid").unwrap(), before, "a new token");
    let replayed = app
        .anonymous()
        .browser()
        .with_header("cookie", &format!("__Host-sid={before}"));
    assert!(!is_in(&replayed).await, "the old one is over");
    browser.form("/account/two-step/off", &[]).await.expect(303);
    let state = browser.get("/account/two-step").await.expect(200).text();
    assert!(!state.contains("/account/two-step/off"), "{state}");
    app.settle().await;
}

#[app_test]
async fn without_a_second_factor_the_password_is_the_proof(app: TestApp) {
    let browser = member(&app, ANNA).await;
    app.clock.advance(TEN_MINUTES);
    let asked = browser.form("/account/two-step", &[]).await.expect(303);
    assert_eq!(asked.header("location"), "/account/confirm?next=/");
    let page = browser.get("/account/confirm").await.expect(200).text();
    assert!(page.contains("name=\"password\"") && !page.contains("name=\"code\""));
    let show = async |password: &str| {
        browser
            .form("/account/confirm", &[("password", password), ("next", "//evil.test")])
            .await
    };
    show("another one").await.expect(422);
    let shown = show(PASSWORD).await.expect(303);
    assert_eq!(shown.header("location"), "/account");
    browser.form("/account/two-step", &[]).await.expect(303);
    browser.get("/account/two-step/set-up").await.expect(200);
}

#[app_test]
async fn signing_out_everywhere_else_is_no_proof(app: TestApp) {
    let browser = member(&app, ANNA).await;
    app.clock.advance(TEN_MINUTES);
    browser.form("/account/sessions/end-others", &[]).await.expect(303);
    let asked = browser.get("/account/two-step/set-up").await.expect(303);
    assert!(asked.header("location").starts_with("/account/confirm"));
}

#[app_test]
async fn a_password_is_changed_only_by_who_has_the_second_factor_too(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let (phone, _codes) = set_up_factor(&app, &browser).await;
    app.clock.advance(TEN_MINUTES);
    let page = browser.get("/account/security").await.expect(200).text();
    assert!(!page.contains("action=\"/account/password\""), "{page}");
    let fields = [("current", PASSWORD), ("password", "совсем другой чайник")];
    let asked = browser.form("/account/password", &fields).await.expect(303);
    assert!(asked.header("location").starts_with("/account/confirm"));
    let code = phone.code(&app);
    browser.form("/account/confirm", &[("code", &code)]).await.expect(303);
    browser.form("/account/password", &fields).await.expect(303);
    assert!(is_in(&browser).await);
    app.settle().await;
}

#[app_test]
async fn who_guesses_the_password_at_an_open_browser_waits(app: TestApp) {
    let browser = member(&app, ANNA).await;
    app.clock.advance(TEN_MINUTES);
    for _try in 0..5 {
        browser
            .form("/account/confirm", &[("password", "another one")])
            .await
            .expect(422);
    }
    browser
        .form("/account/confirm", &[("password", PASSWORD)])
        .await
        .expect(429);
}

/// Showing who one is gives a new session: it must not outlive the password that was shown.
#[app_test]
async fn who_shows_the_old_password_while_it_is_replaced_is_out(app: TestApp) {
    let owner = member(&app, ANNA).await;
    app.platform.limits.set(Quota::per_minute("sign_in", 1_000));
    let thieves: Vec<_> = (0..6).map(|_| app.anonymous().browser()).collect();
    for thief in &thieves {
        sign_in(thief, ANNA, PASSWORD).await.expect(303);
    }
    owner.form("/reset", &[("email", ANNA)]).await.expect(200);
    let link = link_for(&app, ANNA).await;
    let fields = [
        ("token", link.strip_prefix("/reset/").unwrap()),
        ("password", "совсем другой чайник"),
    ];
    let shown = [("password", PASSWORD)];
    let (some, others) = thieves.split_at(4);
    let proofs = join_all(some.iter().map(|thief| thief.form("/account/confirm", &shown)));
    let renewals = join_all(
        others
            .iter()
            .map(|thief| thief.form("/account/sessions/end-others", &[])),
    );
    let (reset, _proofs, _renewals) = tokio::join!(owner.form("/reset/link", &fields), proofs, renewals);
    reset.expect(303);
    for thief in &thieves {
        assert!(!is_in(thief).await);
    }
    app.settle().await;
}
