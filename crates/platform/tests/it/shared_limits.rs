//! Limits that two nodes share in a real Redis, over HTTP.

use std::time::Duration;

use axum::http::StatusCode;
use futures::future::join_all;
use karavan_clients::redis::{Redis, RedisConfig};
use karavan_kernel::Secret;
use karavan_testkit::{Client, RedisServer, TestApp, TestAppBuilder, TestDb, app_test};
use karavan_web::{Quota, WebConfig};

const THIRTY: Quota = Quota::per_hour("thirty", 30);

/// As patient as a loaded machine needs it, and soon back.
pub(super) fn to(server: &RedisServer) -> Redis {
    Redis::new(&RedisConfig {
        timeout: Duration::from_secs(10),
        pause: Duration::from_millis(10),
        ..RedisConfig::new(Secret::new(server.url()))
    })
    .unwrap()
}

/// A program of two nodes on this database and this Redis.
pub(super) async fn nodes(t: &TestDb, server: &RedisServer) -> (TestApp, TestApp) {
    let first = node(TestApp::builder(t.clone()), server).await;
    (first, node(TestApp::builder(t.clone()).another_node(), server).await)
}

async fn node(builder: TestAppBuilder, server: &RedisServer) -> TestApp {
    let web = WebConfig {
        anonymous_writes: Quota::per_hour("anonymous_writes", 20),
        ..WebConfig::for_testing()
    };
    let app = builder.web(web).redis(to(server)).start().await;
    app.platform.redis.as_ref().unwrap().connect().await.unwrap();
    app
}

/// How many of a hundred checks at once, half of them at each node, are let through.
async fn through(nodes: [&TestApp; 2], key: &str) -> usize {
    let race = (0..100).map(|number| nodes[number % 2].platform.limits.check(THIRTY, key));
    join_all(race).await.iter().filter(|outcome| outcome.is_ok()).count()
}

/// A write by somebody unknown: there is no such link.
async fn write(client: &Client) -> StatusCode {
    client.form("/admin/enter", &[("token", "none")]).await.status
}

#[app_test]
async fn two_nodes_share_one_quota_whatever_their_clocks_say(t: TestDb) {
    let server = RedisServer::start().await;
    let (one, two) = nodes(&t, &server).await;
    assert_eq!(through([&one, &two], "a").await, 30);
    // The nodes' clocks run away together with the test's; Redis' own has hardly moved.
    t.clock.advance(Duration::from_secs(365 * 24 * 3_600));
    assert_eq!(through([&one, &two], "a").await, 0);
    assert_eq!(through([&two, &one], "b").await, 30, "another key counts for itself");
}

#[app_test]
async fn without_redis_each_node_counts_for_itself_and_with_it_both_together_again(t: TestDb) {
    let mut server = RedisServer::start().await;
    let (one, two) = nodes(&t, &server).await;
    assert_eq!(through([&one, &two], "a").await, 30);
    server.stop().await;
    assert_eq!(through([&one, &two], "b").await, 60, "thirty at each");
    // What each let through before is remembered: an outage gives nobody a fresh quota where they are.
    assert_eq!(through([&one, &two], "a").await, 30);
    server.start_again().await;
    for node in [&one, &two] {
        let redis = node.platform.redis.as_ref().unwrap();
        while redis.connect().await.is_err() {}
    }
    assert_eq!(through([&one, &two], "c").await, 30);
}

#[app_test]
async fn a_route_answers_429_on_either_node_with_and_without_redis(t: TestDb) {
    let mut server = RedisServer::start().await;
    let (one, two) = nodes(&t, &server).await;
    let client = one.anonymous().browser();
    let elsewhere = client.at(&two);
    let mut answers = Vec::new();
    for _turn in 0..5 {
        answers.push(write(&client).await.as_u16());
        answers.push(write(&elsewhere).await.as_u16());
    }
    // The page allows ten a minute by address.
    assert!(answers.iter().all(|status| *status != 429), "{answers:?}");
    for node in [&client, &elsewhere] {
        let refused = node.form("/admin/enter", &[("token", "none")]).await.expect(429);
        let pause: u64 = refused.header("retry-after").parse().unwrap();
        assert!((1..=6).contains(&pause), "{pause}");
    }

    server.stop().await;
    let stranger = one.anonymous().browser();
    for client in [&stranger, &stranger.at(&two)] {
        for _turn in 0..10 {
            assert_ne!(write(client).await, 429);
        }
        client.form("/admin/enter", &[("token", "none")]).await.expect(429);
    }
}

#[app_test]
async fn redis_learns_nobodys_address_and_forgets_all_of_it(t: TestDb) {
    let server = RedisServer::start().await;
    let (app, _other) = nodes(&t, &server).await;
    let owner = app.owner().await;
    owner.get("/admin").await.expect(200);
    write(&app.anonymous()).await;
    app.anonymous()
        .form(
            "/sign-in",
            &[("email", "anna@example.com"), ("password", "x"), ("next", "")],
        )
        .await;
    let keys = server.keys().await;
    assert!(keys.len() >= 4, "{keys:?}");
    let named = keys.join(" ");
    for personal in ["203.0.113", "acc_", "anna", "example"] {
        assert!(!named.contains(personal), "{named}");
    }
    for key in keys {
        let left = server.say(&format!("PTTL {key}")).await;
        let left: i64 = left.trim_start_matches(':').parse().unwrap();
        assert!(
            left == -2 || (0..=3_600_000).contains(&left),
            "{key} stays for {left} ms"
        );
    }
}

#[app_test]
async fn a_node_without_redis_is_ready_and_says_what_it_lacks(t: TestDb) {
    let mut server = RedisServer::start().await;
    let (app, _other) = nodes(&t, &server).await;
    let ready = app.anonymous().get("/health/ready").await.expect(200);
    assert_eq!(ready.text(), r#"{"ready":true}"#);
    server.stop().await;
    for _probe in 0..3 {
        let ready = app.anonymous().get("/health/ready").await.expect(200);
        assert_eq!(ready.text(), r#"{"ready":true,"degraded":["redis"]}"#);
    }
    server.start_again().await;
    // Nobody but the probe asks: it alone brings Redis back.
    while app.anonymous().get("/health/ready").await.expect(200).text() != r#"{"ready":true}"# {}
}
