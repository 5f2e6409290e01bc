//! What strangers try who know the password: to guess a code, to use one again, to come in another way.

use std::time::Duration;

use futures::future::join_all;
use karavan_testkit::{TestApp, app_test};
use karavan_web::Quota;

use super::{ANNA, PASSWORD, half_in, is_in, link_for, member, second_step, set_up_factor, sign_in};

fn without_limits_by_place(app: &TestApp) {
    for name in ["sign_in", "account_proofs"] {
        app.platform.limits.set(Quota::per_minute(name, 1_000));
    }
}

#[app_test]
async fn a_code_opens_once(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let (phone, _codes) = set_up_factor(&app, &browser).await;
    let (first, second) = (half_in(&app).await, half_in(&app).await);
    let set_up_with = phone.code(&app);
    second_step(&first, &set_up_with).await.expect(422);
    let code = phone.next_code(&app);
    second_step(&first, &code).await.expect(303);
    second_step(&second, &code).await.expect(422);
    browser.form("/account/confirm", &[("code", &code)]).await.expect(422);
    assert!(!is_in(&second).await);
    second_step(&second, &phone.next_code(&app)).await.expect(303);
    app.settle().await;
}

#[app_test]
async fn of_many_who_type_a_code_at_once_one_comes_in(app: TestApp) {
    let (phone, codes) = set_up_factor(&app, &member(&app, ANNA).await).await;
    let mut browsers = Vec::new();
    for _ in 0..6 {
        browsers.push(half_in(&app).await);
    }
    let code = phone.next_code(&app);
    let answers = join_all(browsers.iter().map(|browser| second_step(browser, &code))).await;
    let inside = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(inside, 1, "{answers:?}");
    // So with a recovery code, among those who are left.
    let answers = join_all(browsers.iter().map(|browser| second_step(browser, &codes[0]))).await;
    let inside = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(inside, 1, "{answers:?}");
    app.settle().await;
}

#[app_test]
async fn half_a_sign_in_opens_nothing_else_and_belongs_to_its_browser(app: TestApp) {
    let (phone, _codes) = set_up_factor(&app, &member(&app, ANNA).await).await;
    let browser = half_in(&app).await;
    for page in [
        "/account",
        "/account/security",
        "/account/two-step",
        "/account/confirm",
        "/admin",
    ] {
        let answer = browser.get(page).await.expect(303);
        assert!(answer.header("location").contains("/sign-in?next="), "{page}");
    }
    let held = browser.cookie("__Host-second-step").unwrap();
    let as_session = app
        .anonymous()
        .browser()
        .with_header("cookie", &format!("__Host-sid={held}"));
    assert!(!is_in(&as_session).await);
    let elsewhere = app.anonymous().browser();
    second_step(&elsewhere, &phone.next_code(&app)).await.expect(422);
    assert!(!is_in(&elsewhere).await);
    second_step(&browser, &phone.code(&app)).await.expect(303);
    app.settle().await;
}

#[app_test]
async fn five_wrong_codes_or_five_minutes_end_half_a_sign_in(app: TestApp) {
    let (phone, _codes) = set_up_factor(&app, &member(&app, ANNA).await).await;
    let browser = half_in(&app).await;
    for _try in 0..5 {
        second_step(&browser, "000000").await.expect(422);
    }
    // The pause of whoever guesses is over, and so is the sign-in.
    app.clock.advance(Duration::from_secs(60));
    second_step(&browser, &phone.code(&app)).await.expect(422);
    assert!(!is_in(&browser).await);

    let browser = half_in(&app).await;
    app.clock.advance(Duration::from_secs(5 * 60));
    second_step(&browser, &phone.code(&app)).await.expect(422);
    browser.get("/sign-in/code").await.expect(422);
    assert!(!is_in(&browser).await);
    app.settle().await;
}

#[app_test]
async fn who_guesses_codes_waits_although_the_password_is_right_each_time(app: TestApp) {
    let (phone, _codes) = set_up_factor(&app, &member(&app, ANNA).await).await;
    without_limits_by_place(&app);
    let guesser = app.anonymous().browser();
    let mut looked_at = 0;
    let mut told_to_wait = 0;
    for _try in 0..4 {
        sign_in(&guesser, ANNA, PASSWORD).await.expect(303);
        for _code in 0..4 {
            match second_step(&guesser, "000000").await.status.as_u16() {
                422 => looked_at += 1,
                429 => told_to_wait += 1,
                other => panic!("{other}"),
            }
        }
    }
    assert!(looked_at <= 5 && told_to_wait >= 11, "{looked_at} {told_to_wait}");
    // The owner comes from elsewhere.
    let owner = half_in(&app).await;
    second_step(&owner, &phone.next_code(&app)).await.expect(303);
    app.settle().await;
}

#[app_test]
async fn a_network_of_guessers_gets_thirty_codes_an_hour(app: TestApp) {
    let (phone, _codes) = set_up_factor(&app, &member(&app, ANNA).await).await;
    without_limits_by_place(&app);
    let mut looked_at = 0;
    for _place in 0..12 {
        let guesser = half_in(&app).await;
        for _code in 0..3 {
            looked_at += usize::from(second_step(&guesser, "000000").await.status == 422);
        }
    }
    assert!(looked_at <= 30, "{looked_at}");
    // Two minutes are enough for one more.
    app.clock.advance(Duration::from_secs(120));
    second_step(&half_in(&app).await, &phone.code(&app)).await.expect(303);
    app.settle().await;
}

/// The password that opened the first step is not the password any more.
#[app_test]
async fn a_new_password_ends_half_sign_ins_also_at_the_same_moment(app: TestApp) {
    let browser = member(&app, ANNA).await;
    let (phone, codes) = set_up_factor(&app, &browser).await;
    without_limits_by_place(&app);
    let mut thieves = Vec::new();
    for _ in 0..6 {
        thieves.push(half_in(&app).await);
    }
    browser.form("/reset", &[("email", ANNA)]).await.expect(200);
    let link = link_for(&app, ANNA).await;
    let token = link.strip_prefix("/reset/").unwrap();
    let fields = [("token", token), ("password", "совсем другой чайник")];
    // Each with a code of their own, so that nothing but the password stands between them and the account.
    let tries = join_all(thieves.iter().zip(&codes).map(|(thief, code)| second_step(thief, code)));
    let (reset, answers) = tokio::join!(browser.form("/reset/link", &fields), tries);
    reset.expect(303);
    for (thief, answer) in thieves.iter().zip(&answers) {
        assert!([303, 422].contains(&answer.status.as_u16()), "{answer:?}");
        assert!(!is_in(thief).await, "{answer:?}");
        second_step(thief, &phone.code(&app)).await.expect(422);
    }
    app.settle().await;
}
