//! The session cookie, by connection.

use std::time::Duration;

use axum::{Router, response::IntoResponse, routing::get as route};
use karavan_web::{
    Ctx, WebConfig,
    sessions::{SessionToken, cookie::SetCookie},
};

use crate::site::{get, site, site_and, site_with};

#[tokio::test]
async fn a_stale_cookie_is_nobody_and_is_cleared() {
    let site = site();
    let answer = site.ask(get("/context").header("cookie", "__Host-sid=stale")).await;
    assert_eq!(answer.json()["actor"], "anonymous");
    assert_eq!(
        answer.cookies(),
        ["__Host-sid=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"]
    );
    // The error page clears it too.
    assert_eq!(
        site.ask(get("/me").header("cookie", "__Host-sid=stale"))
            .await
            .cookies()
            .len(),
        1
    );
    assert!(
        site.ask(get("/context").header("cookie", "__Host-sid=reader"))
            .await
            .cookies()
            .is_empty()
    );
}

#[tokio::test]
async fn the_prefix_is_used_wherever_browsers_allow_it() {
    let start = |ctx: Ctx| async move {
        (
            SetCookie::start(&ctx, &SessionToken::new("token"), Duration::from_secs(60)),
            "in",
        )
            .into_response()
    };
    let plain = || WebConfig {
        public_url: "http://example.org".parse().unwrap(),
        trusted_proxies: vec!["10.0.0.1".parse().unwrap()],
        ..WebConfig::for_testing()
    };
    let secure = "__Host-sid=token; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure";
    let site = site_and(plain(), Router::new().route("/start", route(start)));
    for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
        assert_eq!(
            site.ask(get("/start").header("host", host)).await.cookies(),
            [secure],
            "{host}"
        );
    }
    let encrypted = get("/start")
        .header("host", "example.org")
        .peer("10.0.0.1")
        .header("x-forwarded-proto", "https");
    assert_eq!(site.ask(encrypted).await.cookies(), [secure]);
    let unencrypted = site.ask(get("/start").header("host", "example.org")).await;
    assert_eq!(
        unencrypted.cookies(),
        ["sid=token; Path=/; Max-Age=60; HttpOnly; SameSite=Lax"]
    );
}

#[tokio::test]
async fn a_cookie_counts_under_one_name_only() {
    let config = WebConfig {
        public_url: "http://example.org".parse().unwrap(),
        ..WebConfig::for_testing()
    };
    let site = site_with(config);
    let actor = async |host: &str, cookie: &str| {
        let answer = site
            .ask(get("/context").header("host", host).header("cookie", cookie))
            .await;
        answer.json()["actor"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        actor("localhost", "sid=reader").await,
        "anonymous",
        "planted over an unencrypted connection"
    );
    assert_eq!(
        actor("localhost", "sid=reader; __Host-sid=guest").await,
        "account:acc_1"
    );
    assert_eq!(actor("example.org", "sid=reader").await, "account:acc_1");
}
