//! Counting together in a real Redis.

use std::time::{Duration, Instant};

use futures::future::join_all;
use karavan_clients::redis::{Rate, Redis, RedisConfig};
use karavan_kernel::{Secret, open_tx};
use karavan_testkit::RedisServer;

/// Five, and the next one long after the test has ended.
pub const FIVE: Rate = Rate {
    burst: 5,
    per: Duration::from_secs(3_600),
};

/// As patient as a loaded machine needs it, and soon back.
pub fn patient(url: impl Into<String>) -> RedisConfig {
    RedisConfig {
        timeout: Duration::from_secs(10),
        pause: Duration::from_millis(10),
        ..RedisConfig::new(Secret::new(url))
    }
}

/// A node that has connected.
pub async fn node(server: &RedisServer) -> Redis {
    let redis = Redis::new(&patient(server.url())).unwrap();
    redis.connect().await.unwrap();
    redis
}

/// What has been counted. A try to connect also counts something of its own, for a millisecond.
pub async fn counted(server: &RedisServer) -> Vec<String> {
    let mut keys = server.keys().await;
    keys.retain(|key| !key.contains("{probe}"));
    keys
}

#[tokio::test]
async fn a_burst_is_let_through_and_then_the_pause_is_named() {
    let server = RedisServer::start().await;
    let redis = node(&server).await;
    for use_number in 0..5 {
        assert_eq!(redis.spend("five", "a", FIVE).await.unwrap(), None, "{use_number}");
    }
    let pause = redis.spend("five", "a", FIVE).await.unwrap().unwrap();
    // One comes back every twelve minutes.
    assert!(
        pause <= Duration::from_secs(720) && pause > Duration::from_secs(660),
        "{pause:?}"
    );
    assert_eq!(redis.spend("five", "b", FIVE).await.unwrap(), None, "another subject");
    assert_eq!(redis.spend("six", "a", FIVE).await.unwrap(), None, "another limit");
    let six = Rate { burst: 6, ..FIVE };
    assert_eq!(redis.spend("five", "a", six).await.unwrap(), None, "a changed limit");
    let free = Rate {
        per: Duration::ZERO,
        ..FIVE
    };
    for _any in 0..9 {
        assert_eq!(redis.spend("free", "a", free).await.unwrap(), None);
    }
}

#[tokio::test]
async fn two_nodes_let_exactly_the_quota_through_in_a_race() {
    let server = RedisServer::start().await;
    let (one, two) = (node(&server).await, node(&server).await);
    let quota = Rate { burst: 30, ..FIVE };
    let race = (0..100).map(|number| {
        let redis = if number % 2 == 0 { &one } else { &two };
        redis.spend("race", "a", quota)
    });
    let outcomes = join_all(race).await;
    let through = outcomes.iter().filter(|outcome| matches!(outcome, Ok(None))).count();
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Some(_)))).count();
    assert_eq!((through, refused), (30, 70), "{outcomes:?}");
}

#[tokio::test]
async fn what_was_used_comes_back_with_the_time_of_redis() {
    let server = RedisServer::start().await;
    let redis = node(&server).await;
    let quick = Rate {
        burst: 2,
        per: Duration::from_millis(400),
    };
    let begun = Instant::now();
    let mut through = 0;
    // Two at once, and one more every 200 ms.
    while through < 4 {
        through += u32::from(redis.spend("quick", "a", quick).await.unwrap().is_none());
    }
    assert!(begun.elapsed() >= Duration::from_millis(400), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn nothing_stays_for_ever() {
    let server = RedisServer::start().await;
    let redis = node(&server).await;
    let quick = Rate {
        burst: 5,
        per: Duration::from_millis(200),
    };
    for number in 0..50 {
        redis.spend("quick", &number.to_string(), quick).await.unwrap();
        redis.spend("five", &number.to_string(), FIVE).await.unwrap();
    }
    let mut long = 0;
    for key in counted(&server).await {
        let left = server.say(&format!("PTTL {key}")).await;
        let left: i64 = left.trim_start_matches(':').parse().unwrap();
        // -2: gone meanwhile. -1 would be for ever.
        assert!(left == -2 || (0..=3_600_000).contains(&left), "{key}: {left}");
        long += usize::from(left > 200);
    }
    assert_eq!(long, 50);
    server
        .say("EVAL \"return redis.call('DEL', unpack(redis.call('KEYS', '*:five:*')))\" 0")
        .await;
    // The others go by themselves.
    while server.say("DBSIZE").await != ":0" {}
}

#[tokio::test]
async fn a_clock_of_redis_that_went_back_makes_nobody_wait_longer() {
    let server = RedisServer::start().await;
    let redis = node(&server).await;
    redis.spend("five", "a", FIVE).await.unwrap();
    let [key] = counted(&server).await.try_into().unwrap();
    // As a clock would have left it that was a year ahead.
    server.say(&format!("SET {key} 1900000000000000 PX 100000")).await;
    let pause = redis.spend("five", "a", FIVE).await.unwrap().unwrap();
    assert!(pause <= Duration::from_secs(720), "{pause:?}");
}

#[tokio::test]
async fn the_script_is_known_by_its_hash_and_sent_again_when_it_is_forgotten() {
    let server = RedisServer::start().await;
    let redis = node(&server).await;
    for _round in 0..2 {
        assert_eq!(redis.spend("five", "a", FIVE).await.unwrap(), None);
        server.say("SCRIPT FLUSH").await;
    }
    assert_eq!(redis.spend("five", "a", FIVE).await.unwrap(), None);
    assert!(
        redis
            .spend("five", "a", Rate { burst: 3, ..FIVE })
            .await
            .unwrap()
            .is_none()
    );
    let known = server.say("INFO commandstats").await;
    assert!(
        known.contains("cmdstat_evalsha:") && !known.contains("cmdstat_eval:"),
        "{known}"
    );
}

#[tokio::test]
async fn whoever_holds_a_transaction_does_not_wait_for_the_network() {
    let server = RedisServer::start().await;
    let redis = node(&server).await;
    let held = open_tx::watched(async {
        let _open = open_tx::opened();
        redis.spend("five", "a", FIVE).await
    });
    let outcome = futures::FutureExt::catch_unwind(std::panic::AssertUnwindSafe(held)).await;
    // A panic while developing, a refusal in a release.
    assert!(outcome.is_err() || outcome.is_ok_and(|answer| answer.is_err()));
    assert_eq!(counted(&server).await, [""; 0]);
}

#[tokio::test]
async fn in_a_cluster_all_keys_about_one_subject_are_in_one_slot() {
    let (server, port) = RedisServer::start_on_a_port("--port", &["--cluster-enabled", "yes"]).await;
    server.say("CLUSTER ADDSLOTSRANGE 0 16383").await;
    while !server.say("CLUSTER INFO").await.contains("cluster_state:ok") {}
    let redis = Redis::new(&patient(format!("redis://127.0.0.1:{port}"))).unwrap();
    redis.connect().await.unwrap();
    for name in ["one", "two", "three"] {
        assert_eq!(redis.spend(name, "subject", FIVE).await.unwrap(), None);
        assert_eq!(redis.spend(name, "other", FIVE).await.unwrap(), None);
    }
    let mut slots = std::collections::BTreeMap::<bool, std::collections::BTreeSet<String>>::new();
    for key in counted(&server).await {
        let slot = server.say(&format!("CLUSTER KEYSLOT {key}")).await;
        slots.entry(key.contains("{subject}")).or_default().insert(slot);
    }
    assert_eq!(slots.values().map(|slots| slots.len()).collect::<Vec<_>>(), [1, 1]);
}
