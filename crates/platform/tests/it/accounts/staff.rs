//! Whoever may do something in the panel needs more than a password.

use std::time::Duration;

use karavan_kernel::{Actor, Secret};
use karavan_platform::{
    access::{self, AccountId},
    accounts::{Passwords, store},
};
use karavan_testkit::{TestApp, app_test};

use super::{ANNA, PASSWORD, is_in, second_step, set_up_factor, sign_in};

/// Somebody with a password who may read the audit log.
async fn clerk(app: &TestApp) -> AccountId {
    let hash = Passwords::new()
        .hash(&Secret::new(PASSWORD), app.entropy())
        .await
        .unwrap();
    let mut tx = app.begin(Actor::System("test")).await.unwrap();
    let permissions = ["platform.audit.read".to_owned()];
    access::store::insert_role(&mut tx, "clerk", &permissions)
        .await
        .unwrap();
    let id = access::store::insert_account(&mut tx, "Анна", "clerk").await.unwrap();
    assert!(store::insert_email(&mut tx, id, &ANNA.parse().unwrap()).await.unwrap());
    store::put_password(&mut tx, id, &hash).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[app_test]
async fn staff_with_a_password_alone_reach_neither_panel_nor_api(app: TestApp) {
    clerk(&app).await;
    let browser = app.anonymous().browser();
    let fields = [("email", ANNA), ("password", PASSWORD), ("next", "/admin/audit")];
    let entered = browser.form("/sign-in", &fields).await.expect(303);
    assert_eq!(entered.header("location"), "/account/two-step");
    for page in ["/admin", "/admin/audit", "/admin/jobs"] {
        let answer = browser.get(page).await.expect(303);
        assert_eq!(answer.header("location"), "/account/two-step", "{page}");
    }
    let program = browser.with_header("accept", "application/json");
    let refused = program.get("/admin/audit").await.expect(403);
    assert_eq!(refused.value("/code"), "second_factor_required");

    let (phone, _codes) = set_up_factor(&app, &browser).await;
    browser.get("/admin/audit").await.expect(200);
    browser.get("/admin/jobs").await.expect(404);

    let elsewhere = app.anonymous().browser();
    sign_in(&elsewhere, ANNA, PASSWORD).await.expect(303);
    assert_eq!(elsewhere.get("/admin/audit").await.status, 303, "not between the steps");
    second_step(&elsewhere, &phone.next_code(&app)).await.expect(303);
    elsewhere.get("/admin/audit").await.expect(200);
    app.settle().await;
}

#[app_test]
async fn staff_who_turn_the_second_factor_off_are_out_of_the_panel(app: TestApp) {
    clerk(&app).await;
    let browser = app.anonymous().browser();
    sign_in(&browser, ANNA, PASSWORD).await.expect(303);
    set_up_factor(&app, &browser).await;
    browser.form("/account/two-step/off", &[]).await.expect(303);
    let answer = browser.get("/admin/audit").await.expect(303);
    assert_eq!(answer.header("location"), "/account/two-step");
    app.settle().await;
}

#[app_test]
async fn a_session_of_staff_ends_with_the_working_day(app: TestApp) {
    clerk(&app).await;
    let browser = app.anonymous().browser();
    let entered = sign_in(&browser, ANNA, PASSWORD).await.expect(303);
    let cookies: Vec<&str> = entered
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|cookie| cookie.to_str().ok())
        .collect();
    assert!(
        cookies.iter().any(|cookie| cookie.contains("Max-Age=43200;")),
        "{cookies:?}"
    );
    for _hour in 0..11 {
        app.clock.advance(Duration::from_secs(3_600));
        assert!(is_in(&browser).await, "it is in use");
    }
    app.clock.advance(Duration::from_secs(3_600));
    assert!(!is_in(&browser).await);
}

#[app_test]
async fn a_link_of_an_operator_asks_for_no_second_factor(app: TestApp) {
    let owner = app.owner().await;
    owner.get("/admin/audit").await.expect(200);
    let page = owner.get("/account/two-step").await.expect(200).text();
    assert!(
        !page.contains("action=\"/account/two-step\""),
        "nothing that it could follow: {page}"
    );
    let refused = owner
        .with_header("accept", "application/json")
        .post("/account/two-step", ())
        .await
        .expect(409);
    assert_eq!(refused.value("/code"), "password_missing");
    app.clock.advance(Duration::from_secs(10 * 60));
    let shown = owner.form("/account/confirm", &[]).await.expect(409);
    assert!(!shown.text().is_empty());
}
