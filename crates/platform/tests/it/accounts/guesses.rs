//! What strangers try: to learn who has an account, to guess, to come first.

use std::time::Duration;

use futures::future::join_all;
use karavan_kernel::Actor;
use karavan_platform::accounts::store;
use karavan_testkit::{Response, TestApp, app_test};

use super::{ANNA, PASSWORD, code_for, hidden, is_in, letters_to, link_for, member, sign_in, sign_up, type_code};

/// A page without what is new each time.
fn shape(page: &Response) -> (u16, String) {
    let mut text = page.text();
    for name in ["flow", "email"] {
        if text.contains(&format!("name=\"{name}\"")) {
            text = text.replace(&hidden(page, name), "…");
        }
    }
    (page.status.as_u16(), text)
}

#[app_test]
async fn a_taken_address_looks_like_a_free_one_and_its_owner_hears_of_it(app: TestApp) {
    member(&app, ANNA).await;
    let free = sign_up(&app.anonymous().browser(), "free@example.com").await;
    let taken_page = sign_up(&app.anonymous().browser(), ANNA).await;
    assert_eq!(shape(&free), shape(&taken_page));
    assert_eq!(free.headers.len(), taken_page.headers.len());
    app.settle().await;
    assert_eq!(letters_to(&app, ANNA).len(), 2, "the proof, and that somebody tried");
    for code in ["000000", "123456"] {
        type_code(&app.anonymous().browser(), &taken_page, code)
            .await
            .expect(422);
    }
}

#[app_test]
async fn an_unknown_address_looks_like_a_known_one(app: TestApp) {
    member(&app, ANNA).await;
    let known = sign_in(&app.anonymous().browser(), ANNA, "wrong words").await;
    let unknown = sign_in(&app.anonymous().browser(), "nobody@example.com", "wrong words").await;
    assert_eq!(known.status, 422);
    assert_eq!(shape(&known), shape(&unknown));
    let known = app.anonymous().form("/reset", &[("email", ANNA)]).await;
    let unknown = app.anonymous().form("/reset", &[("email", "nobody@example.com")]).await;
    assert_eq!(shape(&known), shape(&unknown));
    app.settle().await;
    assert!(letters_to(&app, "nobody@example.com").is_empty());
}

#[app_test]
async fn five_wrong_codes_end_a_proof(app: TestApp) {
    let browser = app.anonymous().browser();
    let page = sign_up(&browser, ANNA).await.expect(200);
    let code = code_for(&app, ANNA).await;
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _try in 0..5 {
        type_code(&browser, &page, wrong).await.expect(422);
    }
    type_code(&browser, &page, &code).await.expect(422);
    assert!(!is_in(&browser).await);
}

#[app_test]
async fn a_code_fits_only_the_browser_that_asked(app: TestApp) {
    let browser = app.anonymous().browser();
    sign_up(&browser, ANNA).await.expect(200);
    let code = code_for(&app, ANNA).await;
    let thief = app.anonymous().browser();
    let other = sign_up(&thief, "thief@example.com").await.expect(200);
    let own = code_for(&app, "thief@example.com").await;
    if own != code {
        type_code(&thief, &other, &code).await.expect(422);
    }
    assert!(!is_in(&thief).await);
}

#[app_test]
async fn a_proof_is_too_old_after_half_an_hour(app: TestApp) {
    let browser = app.anonymous().browser();
    let page = sign_up(&browser, ANNA).await.expect(200);
    let (code, link) = (code_for(&app, ANNA).await, link_for(&app, ANNA).await);
    app.clock.advance(Duration::from_secs(30 * 60));
    type_code(&browser, &page, &code).await.expect(422);
    assert!(!browser.get(&link).await.expect(200).text().contains("name=\"token\""));
    let token = link.strip_prefix("/verify/").unwrap();
    let used = browser.form("/verify/link", &[("token", token)]).await.expect(200);
    assert!(!used.text().contains("done=email-verified"));
}

#[app_test]
async fn who_keeps_guessing_waits_longer_and_longer_and_the_owner_does_not(app: TestApp) {
    member(&app, ANNA).await;
    let guesser = app.anonymous().browser();
    for _try in 0..5 {
        sign_in(&guesser, ANNA, "wrong words").await.expect(422);
    }
    let refused = sign_in(&guesser, ANNA, PASSWORD).await.expect(429);
    assert!(!refused.header("retry-after").is_empty());
    // The limit of a minute is over after a minute; the account's own pause has grown by then only as far as it was used.
    app.clock.advance(Duration::from_secs(60));
    for pause in [2, 4] {
        sign_in(&guesser, ANNA, "wrong words").await.expect(422);
        let refused = sign_in(&guesser, ANNA, PASSWORD).await.expect(429);
        assert_eq!(refused.header("retry-after"), pause.to_string());
        app.clock.advance(Duration::from_secs(60));
    }
    let owner = app.anonymous().browser();
    sign_in(&owner, ANNA, PASSWORD).await.expect(303);
    sign_in(&guesser, ANNA, PASSWORD).await.expect(303);
}

#[app_test]
async fn a_hundred_guesses_at_once_are_a_hundred(app: TestApp) {
    member(&app, ANNA).await;
    // One address of a client, so that only the account's own pause is left to count them.
    app.platform
        .limits
        .set(karavan_web::Quota::per_minute("sign_in", 1_000));
    let guesser = app.anonymous().browser();
    let tries = (0..12).map(|_| sign_in(&guesser, ANNA, "wrong words"));
    let answers = join_all(tries).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 422).count();
    assert!(
        looked_at <= 5,
        "four free ones and the one that begins the pause: {answers:?}"
    );
    assert!(
        answers
            .iter()
            .all(|answer| [422, 429].contains(&answer.status.as_u16()))
    );
}

#[app_test]
async fn an_address_is_given_once_however_many_ask(app: TestApp) {
    let browsers: Vec<_> = (0..8).map(|_| app.anonymous().browser()).collect();
    app.platform
        .limits
        .set(karavan_web::Quota::per_hour("account_letters", 100));
    let pages = join_all(browsers.iter().map(|browser| sign_up(browser, ANNA))).await;
    assert!(pages.iter().all(|page| page.status == 200), "{pages:?}");
    app.settle().await;
    let code = code_for_new(&app).await;
    let mut inside = 0;
    for (browser, page) in browsers.iter().zip(&pages) {
        inside += usize::from(type_code(browser, page, &code).await.status == 303);
    }
    assert_eq!(inside, 1);
}

/// The one letter with a code among those that say that the address is taken.
async fn code_for_new(app: &TestApp) -> String {
    let letters = letters_to(app, ANNA);
    let digits = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let codes: Vec<String> = letters
        .iter()
        .filter_map(|letter| letter.text.split_whitespace().find(digits).map(str::to_owned))
        .collect();
    assert_eq!(codes.len(), 1, "{letters:?}");
    codes[0].clone()
}

/// A session begun with the old password at the same moment ends with the others.
#[app_test]
async fn whoever_signs_in_while_the_password_is_replaced_is_out(app: TestApp) {
    member(&app, ANNA).await;
    app.platform
        .limits
        .set(karavan_web::Quota::per_minute("sign_in", 1_000));
    let forgetful = app.anonymous().browser();
    forgetful.form("/reset", &[("email", ANNA)]).await.expect(200);
    let link = link_for(&app, ANNA).await;
    let token = link.strip_prefix("/reset/").unwrap();
    let fields = [("token", token), ("password", "совсем другой чайник")];
    let thieves: Vec<_> = (0..8).map(|_| app.anonymous().browser()).collect();
    let tries = join_all(thieves.iter().map(|thief| sign_in(thief, ANNA, PASSWORD)));
    let (reset, answers) = tokio::join!(forgetful.form("/reset/link", &fields), tries);
    reset.expect(303);
    for (thief, answer) in thieves.iter().zip(&answers) {
        assert!([303, 422, 429].contains(&answer.status.as_u16()), "{answer:?}");
        assert!(!is_in(thief).await, "{answer:?}");
    }
    app.settle().await;
}

#[app_test]
async fn a_code_lets_one_in_however_often_it_is_sent_at_once(app: TestApp) {
    let browser = app.anonymous().browser();
    let page = sign_up(&browser, ANNA).await.expect(200);
    let code = code_for(&app, ANNA).await;
    let tabs: Vec<_> = (0..5).map(|_| app.anonymous().browser()).collect();
    let answers = join_all(tabs.iter().map(|tab| type_code(tab, &page, &code))).await;
    let inside = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(inside, 1, "{answers:?}");
}

#[app_test]
async fn a_password_of_an_older_system_opens_the_door_and_gets_our_hash(app: TestApp) {
    let browser = member(&app, ANNA).await;
    browser.form("/sign-out", &[]).await.expect(303);
    let person = || async {
        let mut read = app.read().await.unwrap();
        store::find_by_address(&mut read, ANNA).await.unwrap().unwrap()
    };
    let id = person().await.id;
    let mut tx = app.begin(Actor::System("import")).await.unwrap();
    let brought = bcrypt::hash("from the old shop", 4).unwrap();
    store::put_password(&mut tx, id, &brought).await.unwrap();
    tx.commit().await.unwrap();
    sign_in(&browser, ANNA, "from the new shop").await.expect(422);
    sign_in(&browser, ANNA, "from the old shop").await.expect(303);
    assert!(
        person()
            .await
            .password
            .unwrap()
            .starts_with("$argon2id$v=19$m=19456,t=2,p=1$")
    );
    sign_in(&browser, ANNA, "from the old shop").await.expect(303);
}

#[app_test]
async fn fifty_common_pairs_open_nothing_on_a_fresh_installation(app: TestApp) {
    app.platform
        .limits
        .set(karavan_web::Quota::per_minute("sign_in", 1_000));
    for name in [
        "admin", "root", "test", "user", "karavan", "owner", "demo", "guest", "info", "support",
    ] {
        // A place of its own for each: one place may not write that often.
        let browser = app.anonymous().browser();
        for password in ["admin", "password", "12345678", "karavan", ""] {
            sign_in(&browser, &format!("{name}@example.com"), password)
                .await
                .expect(422);
            sign_in(&browser, name, password).await.expect(422);
        }
    }
}
