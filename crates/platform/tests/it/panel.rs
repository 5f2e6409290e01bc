//! The program over HTTP: the way in, permissions, and what the platform shows of itself.

use std::time::Duration;

use karavan_testkit::{START, app_test};
use serde_json::json;

use crate::post_office::Post;

#[app_test]
async fn a_route_asks_for_its_permission(t: Post) {
    let path = "/post/letters";
    insta::assert_snapshot!(t.service(&["post.letters.count"]).await.get(path).await, @"200 7");
    let denied = t.service(&["platform.*"]).await.get(path).await.expect(403);
    assert_eq!(denied.value("/code"), "permission_denied");
    assert_eq!(
        t.anonymous().get(path).await.expect(401).value("/code"),
        "auth_required"
    );
    t.owner().await.get(path).await.expect(200);
    t.account_with(&["platform.jobs.read"])
        .await
        .with_header("accept", "application/json")
        .get(path)
        .await
        .expect(403);
    t.account_with(&["post.letters.count"])
        .await
        .get(path)
        .await
        .expect(200);
}

#[app_test]
async fn a_link_lets_in_once_and_not_for_ever(t: Post) {
    let mut tx = t.begin(karavan_kernel::Actor::System("test")).await.unwrap();
    let token = karavan_platform::access::links::create_for_owner(&mut tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let browser = t.anonymous().browser();
    // Previews open links, and more than once.
    for _ in 0..2 {
        browser.get(&format!("/admin/enter/{token}")).await.expect(200);
    }
    let entered = browser.form("/admin/enter", &[("token", &token)]).await.expect(303);
    assert_eq!(entered.header("location"), "/admin");
    browser.get("/admin").await.expect(200);

    let stranger = t.anonymous().browser();
    stranger.form("/admin/enter", &[("token", &token)]).await.expect(200);
    assert_eq!(stranger.cookie("__Host-sid"), None, "the link was used");
    assert_ne!(stranger.get("/admin").await.status, 200);
}

#[app_test]
async fn signing_out_ends_the_session_and_time_does_too(t: Post) {
    let owner = t.owner().await;
    owner.get("/admin").await.expect(200);
    let cookie = owner.cookie("__Host-sid").unwrap();
    owner.form("/admin/sign-out", &[]).await.expect(303);
    assert_eq!(owner.cookie("__Host-sid"), None);
    let thief = t
        .anonymous()
        .browser()
        .with_header("cookie", &format!("__Host-sid={cookie}"));
    assert_ne!(thief.get("/admin").await.status, 200, "the old cookie opens nothing");

    let owner = t.owner().await;
    t.clock.advance(Duration::from_secs(4 * 3600));
    assert_ne!(owner.get("/admin").await.status, 200);
}

#[app_test]
async fn a_form_from_another_site_is_refused(t: Post) {
    let owner = t.owner().await;
    let elsewhere = owner
        .with_header("origin", "https://evil.example")
        .with_header("sec-fetch-site", "cross-site");
    elsewhere.form("/admin/sign-out", &[]).await.expect(403);
    owner.get("/admin").await.expect(200);
}

#[app_test]
async fn every_page_of_the_platform_is_there_for_its_owner(t: Post) {
    let owner = t.owner().await;
    for page in [
        "/",
        "/admin",
        "/admin/jobs",
        "/admin/jobs?state=dead",
        "/admin/sign-in",
        "/health/ready",
        "/openapi.json",
    ] {
        owner.get(page).await.expect(200);
    }
    owner
        .get("/admin/jobs/job_01kcg3v5h0e4tn3q8w2xyzabcd")
        .await
        .expect(404);
    owner.get("/nowhere").await.expect(404);
}

#[app_test]
async fn a_refusal_is_a_problem_document_in_the_persons_language(t: Post) {
    let english = t.anonymous().with_header("accept-language", "en");
    let refused = english.post("/post/letters", json!({})).await.expect(405);
    assert!(refused.header("content-type").starts_with("application/problem+json"));
    assert_eq!(refused.value("/code"), "method_not_allowed");
    assert_eq!(refused.value("/request_id"), refused.header("x-request-id"));
    let russian = t.anonymous().post("/post/letters", json!({})).await;
    assert_ne!(russian.value("/detail"), refused.value("/detail"));
}

#[app_test]
async fn the_program_is_served_on_a_real_port(t: Post) {
    let address = t.serve().await;
    let http = karavan_clients::Http::new(karavan_clients::HttpConfig::unencrypted()).unwrap();
    let url = format!("http://{address}/health/live").parse().unwrap();
    let answer = http.get(url).send().await.unwrap();
    assert_eq!(answer.status, 200);
}

#[app_test]
async fn what_has_expired_is_tidied_up_every_hour(t: Post) {
    let anna = t.person(karavan_testkit::ANNA);
    anna.writes(crate::post_office::BOT, "Київ").await;
    t.owner().await;
    t.advance(Duration::from_secs(3 * 24 * 3600)).await;
    let mut read = t.read().await.unwrap();
    let left = karavan_platform::bots::store::conversation(&mut read, "post.clerk", anna.id, START)
        .await
        .unwrap();
    assert_eq!(left, None);
}
