//! The second factor: set up, used, turned off.

use karavan_kernel::Actor;
use karavan_platform::accounts::store;
use karavan_testkit::{Authenticator, TestApp, app_test, codes_on};

use super::{
    ANNA, PASSWORD, code_for, half_in, is_in, letters_to, link_for, member, second_step, set_up_factor, sign_in,
    sign_up, type_code,
};

fn subjects(app: &TestApp) -> Vec<String> {
    letters_to(app, ANNA).into_iter().map(|letter| letter.subject).collect()
}

#[app_test]
async fn a_person_sets_a_second_factor_up_and_is_asked_for_it(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let other = app.anonymous().browser();
    sign_in(&other, ANNA, PASSWORD).await.expect(303);
    let before = browser.cookie("__Host-sid").unwrap();
    let (phone, _codes) = set_up_factor(&app, &browser).await;
    assert!(
        is_in(&browser).await && !is_in(&other).await,
        "the other sessions ended"
    );
    assert_ne!(browser.cookie("__Host-sid").unwrap(), before);
    app.settle().await;
    assert_eq!(subjects(&app).len(), 2, "the proof of the address, and the news");

    let fields = [
        ("email", ANNA),
        ("password", PASSWORD),
        ("next", "/account/security?x=1"),
    ];
    let asked = other.form("/sign-in", &fields).await.expect(303);
    assert_eq!(asked.header("location"), "/sign-in/code?next=/account/security%3Fx%3D1");
    assert_eq!(asked.header("cache-control"), "no-store");
    assert!(!is_in(&other).await, "not before the code");
    other.get(asked.header("location")).await.expect(200);
    let (code, next) = (phone.next_code(&app), "/account/security?x=1");
    let (first, second) = code.split_at(3);
    let fields = [("code", &*format!("{first} {second}")), ("next", next)];
    let entered = other.form("/sign-in/code", &fields).await.expect(303);
    assert_eq!(entered.header("location"), next);
    assert!(is_in(&other).await);
    assert_eq!(other.cookie("__Host-second-step"), None);
}

#[app_test]
async fn nobody_is_led_away_from_the_site_by_the_second_step(app: TestApp) {
    let (phone, _codes) = set_up_factor(&app, &member(&app, ANNA).await).await;
    let browser = half_in(&app).await;
    let fields = [("code", &*phone.next_code(&app)), ("next", "//evil.test")];
    let entered = browser.form("/sign-in/code", &fields).await.expect(303);
    assert_eq!(entered.header("location"), "/account");
    app.settle().await;
}

#[app_test]
async fn nothing_is_asked_for_before_the_app_has_shown_a_code(app: TestApp) {
    let browser = member(&app, ANNA).await;
    browser.form("/account/two-step", &[]).await.expect(303);
    let page = browser.get("/account/two-step/set-up").await.expect(200);
    let phone = Authenticator::from_page(&page);
    let again = browser.get("/account/two-step/set-up").await.expect(200);
    assert_eq!(
        codes_on(&page.text()),
        codes_on(&again.text()),
        "looking changes nothing"
    );
    let wrong = browser
        .form("/account/two-step/set-up", &[("code", "000000")])
        .await
        .expect(422);
    assert!(wrong.text().contains("<svg class=\"qr\""), "the secret is still there");
    sign_in(&app.anonymous().browser(), ANNA, PASSWORD).await.expect(303);
    // Another secret: the code of the first one confirms nothing.
    browser.form("/account/two-step", &[]).await.expect(303);
    let code = phone.code(&app);
    browser
        .form("/account/two-step/set-up", &[("code", &code)])
        .await
        .expect(422);
    let entered = sign_in(&app.anonymous().browser(), ANNA, PASSWORD).await.expect(303);
    assert_eq!(entered.header("location"), "/account");
}

#[app_test]
async fn a_recovery_code_opens_the_door_once_and_its_owner_hears_of_it(app: TestApp) {
    let (_phone, codes) = set_up_factor(&app, &member(&app, ANNA).await).await;
    app.settle().await;
    let before = subjects(&app).len();
    let browser = half_in(&app).await;
    let typed = codes[0].to_uppercase().replace('-', " ");
    second_step(&browser, &typed).await.expect(303);
    assert!(is_in(&browser).await);
    app.settle().await;
    assert_eq!(subjects(&app).len(), before + 1);
    let letter = app.inbox().letter_to(ANNA).unwrap().text;
    assert!(letter.contains('9'), "nine are left: {letter}");
    let again = half_in(&app).await;
    second_step(&again, &codes[0]).await.expect(422);
    second_step(&again, &codes[1]).await.expect(303);
    app.settle().await;
}

#[app_test]
async fn new_recovery_codes_end_the_old_ones(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let (_phone, old) = set_up_factor(&app, &browser).await;
    let shown = browser.form("/account/two-step/codes", &[]).await.expect(200);
    assert_eq!(shown.header("cache-control"), "no-store");
    let new = codes_on(&shown.text());
    assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)));
    let door = half_in(&app).await;
    second_step(&door, &old[0]).await.expect(422);
    second_step(&door, &new[0]).await.expect(303);
    app.settle().await;
}

#[app_test]
async fn turning_it_off_ends_the_other_sessions_and_the_codes(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let (phone, codes) = set_up_factor(&app, &browser).await;
    let other = half_in(&app).await;
    second_step(&other, &phone.next_code(&app)).await.expect(303);
    let waiting = half_in(&app).await;
    browser.get("/account/two-step/off").await.expect(200);
    let off = browser.form("/account/two-step/off", &[]).await.expect(303);
    assert_eq!(off.header("location"), "/account/two-step?done=two-step-off");
    assert!(is_in(&browser).await && !is_in(&other).await);
    second_step(&waiting, &codes[0]).await.expect(422);
    assert!(!is_in(&waiting).await);
    let entered = sign_in(&waiting, ANNA, PASSWORD).await.expect(303);
    assert_eq!(entered.header("location"), "/account");
    app.settle().await;
    assert_eq!(subjects(&app).len(), 3, "the proof, on, off");
    // Once more changes nothing and tells nobody.
    browser.form("/account/two-step/off", &[]).await.expect(303);
    app.settle().await;
    assert_eq!(subjects(&app).len(), 3);
}

#[app_test]
async fn a_new_password_does_not_get_round_the_second_factor(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let (phone, _codes) = set_up_factor(&app, &browser).await;
    browser.form("/reset", &[("email", ANNA)]).await.expect(200);
    let link = link_for(&app, ANNA).await;
    let token = link.strip_prefix("/reset/").unwrap().to_owned();
    let fields = [("token", &*token), ("password", "совсем другой чайник")];
    let done = browser.form("/reset/link", &fields).await.expect(303);
    assert!(done.header("location").starts_with("/sign-in?"));
    let asked = sign_in(&browser, ANNA, "совсем другой чайник").await.expect(303);
    assert!(asked.header("location").starts_with("/sign-in/code"));
    assert!(!is_in(&browser).await);
    second_step(&browser, &phone.next_code(&app)).await.expect(303);
    app.settle().await;
}

#[app_test]
async fn the_code_of_a_letter_does_not_get_round_the_second_factor(app: TestApp) {
    let browser = app.anonymous().browser();
    let page = sign_up(&browser, ANNA).await.expect(200);
    let code = code_for(&app, ANNA).await;
    let owner = app.anonymous().browser();
    sign_in(&owner, ANNA, PASSWORD).await.expect(303);
    set_up_factor(&app, &owner).await;
    let proved = type_code(&browser, &page, &code).await.expect(303);
    assert_eq!(proved.header("location"), "/sign-in?done=email-verified");
    assert!(!is_in(&browser).await);
    app.settle().await;
}

#[app_test]
async fn the_secret_and_the_codes_are_kept_so_that_nobody_can_read_them(app: TestApp) {
    let browser = member(&app, ANNA).await;
    browser.form("/account/two-step", &[]).await.expect(303);
    let page = browser.get("/account/two-step/set-up").await.expect(200);
    let key: String = codes_on(&page.text())[0].split_whitespace().collect();
    let mut tx = app.begin(Actor::System("test")).await.unwrap();
    let anna = store::find_by_address(&mut tx, ANNA).await.unwrap().unwrap();
    let factor = karavan_platform::accounts::factor::store::find(&mut tx, anna.id)
        .await
        .unwrap()
        .unwrap();
    assert!(factor.secret.starts_with("v1.") && !factor.secret.contains(&key) && !factor.is_on());
}
