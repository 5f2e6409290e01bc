//! Limits with a clock that tests move.

use std::time::Duration;

use karavan_web::{Quota, WebConfig};

use crate::site::{Asked, failed, get, post, site, site_with};

fn write(ip: &str) -> Asked {
    post("/things").json(r#"{"name":"a","sizes":[]}"#).peer(ip)
}

#[tokio::test]
async fn nobody_writes_more_than_the_limit_per_address() {
    let site = site();
    for _ in 0..60 {
        assert_eq!(site.ask(write("203.0.113.1")).await.status.as_u16(), 201);
    }
    let refused = site.ask(write("203.0.113.1")).await;
    assert_eq!(refused.problem(), failed(429, "rate_limited"));
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(site.ask(write("203.0.113.2")).await.status.as_u16(), 201);
    assert_eq!(
        site.ask(get("/open").peer("203.0.113.1")).await.status.as_u16(),
        200,
        "reading goes on"
    );
    site.clock.advance(Duration::from_secs(1));
    assert_eq!(site.ask(write("203.0.113.1")).await.status.as_u16(), 201);
}

#[tokio::test]
async fn a_forged_address_does_not_get_round_it() {
    let config = WebConfig {
        anonymous_writes: Quota::per_minute("anonymous_writes", 2),
        ..WebConfig::for_testing()
    };
    let site = site_with(config);
    let mut last = 0;
    for number in 0..3 {
        let asked = write("203.0.113.1").header("x-forwarded-for", &format!("9.9.9.{number}"));
        last = site.ask(asked).await.status.as_u16();
    }
    assert_eq!(last, 429);
}

#[tokio::test]
async fn an_account_has_its_own_limit_wherever_it_is() {
    let config = WebConfig {
        account_requests: Quota::per_minute("account_requests", 3),
        ..WebConfig::for_testing()
    };
    let site = site_with(config);
    let asked = |ip| get("/open").header("cookie", "__Host-sid=reader").peer(ip);
    for ip in ["203.0.113.1", "203.0.113.2", "203.0.113.3"] {
        assert_eq!(site.ask(asked(ip)).await.status.as_u16(), 200);
    }
    assert_eq!(
        site.ask(asked("203.0.113.4")).await.problem(),
        failed(429, "rate_limited")
    );
    assert_eq!(
        site.ask(get("/open").header("authorization", "Bearer service"))
            .await
            .status
            .as_u16(),
        200
    );
}

#[tokio::test]
async fn a_route_may_be_rarer() {
    let site = site();
    let rare = |ip| get("/rare").peer(ip);
    assert_eq!(site.ask(rare("203.0.113.1")).await.text(), "rare");
    assert_eq!(site.ask(rare("203.0.113.1")).await.text(), "rare");
    let refused = site.ask(rare("203.0.113.1")).await;
    assert_eq!(refused.problem(), failed(429, "rate_limited"));
    assert_eq!(refused.header("retry-after"), "30");

    // One account from many addresses is one account.
    let account = |ip| get("/rare").peer(ip).header("cookie", "__Host-sid=guest");
    assert_eq!(site.ask(account("203.0.113.5")).await.status.as_u16(), 200);
    assert_eq!(site.ask(account("203.0.113.6")).await.status.as_u16(), 200);
    assert_eq!(site.ask(account("203.0.113.7")).await.status.as_u16(), 429);
}
