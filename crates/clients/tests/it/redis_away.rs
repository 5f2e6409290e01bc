//! Redis stops, hangs, refuses and comes back.

use std::time::{Duration, Instant};

use karavan_clients::redis::{Redis, RedisConfig, RedisError};
use karavan_kernel::Secret;
use karavan_testkit::RedisServer;

use crate::{
    harness::Log,
    redis::{FIVE, counted, node, patient},
};

#[tokio::test]
async fn while_it_is_away_nobody_waits_and_it_comes_back_by_itself() {
    let log = Log::start();
    let mut server = RedisServer::start().await;
    let redis = node(&server).await;
    redis.spend("five", "a", FIVE).await.unwrap();
    server.stop().await;
    let begun = Instant::now();
    for _call in 0..500 {
        redis.spend("five", "a", FIVE).await.unwrap_err();
    }
    // Far less than five hundred tries to connect would take over a network; here it only must not add up.
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    server.start_again().await;
    // Whoever asks is told no, until one of the tries beside them has succeeded.
    while redis.spend("five", "b", FIVE).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(counted(&server).await.len(), 1);
    let lines = log.text();
    let said = |words: &str| lines.matches(words).count();
    assert_eq!(
        (said("Redis answers"), said("Redis is away")),
        (2, 1),
        "one line for each change: {lines}"
    );
}

#[tokio::test]
async fn one_that_hangs_is_given_up_after_the_time_that_is_set() {
    let server = RedisServer::start().await;
    let way = RedisConfig {
        timeout: Duration::from_millis(500),
        pause: Duration::from_secs(60),
        ..patient(server.url())
    };
    let redis = Redis::new(&way).unwrap();
    redis.connect().await.unwrap();
    server.say("CLIENT PAUSE 600000 WRITE").await;
    let begun = Instant::now();
    let waited = redis.spend("five", "a", FIVE).await.unwrap_err();
    assert!(matches!(waited, RedisError::TimedOut(_)), "{waited}");
    for _call in 0..500 {
        let refused = redis.spend("five", "a", FIVE).await.unwrap_err();
        assert!(matches!(refused, RedisError::Away), "{refused}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn one_that_may_not_write_is_as_good_as_none() {
    let log = Log::start();
    let server = RedisServer::start().await;
    server.say("REPLICAOF 127.0.0.1 1").await;
    let redis = Redis::new(&patient(server.url())).unwrap();
    let refused = redis.connect().await.unwrap_err().to_string();
    assert!(refused.contains("READONLY"), "{refused}");
    for _call in 0..50 {
        redis.spend("five", "a", FIVE).await.unwrap_err();
    }
    assert_eq!(log.text().matches("Redis is away").count(), 1, "{}", log.text());
    server.say("REPLICAOF NO ONE").await;
    while redis.connect().await.is_err() {}
    assert_eq!(redis.spend("five", "a", FIVE).await.unwrap(), None);
}

#[tokio::test]
async fn nothing_listens_there_and_the_log_keeps_the_password() {
    let log = Log::start();
    // Port 1 is for nobody on this machine.
    let redis = Redis::new(&RedisConfig::new(Secret::new("redis://u:hunter2@127.0.0.1:1"))).unwrap();
    let refused = redis.connect().await.unwrap_err();
    let shown = format!("{refused} {refused:?} {redis:?} {}", log.text());
    assert!(shown.contains("127.0.0.1:1") && !shown.contains("hunter2"), "{shown}");
}
