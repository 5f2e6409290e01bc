//! The ways to Redis: with a user, and with TLS.

use karavan_clients::redis::{Redis, RedisConfig};
use karavan_testkit::RedisServer;

use crate::redis::{FIVE, patient};

#[expect(clippy::disallowed_methods, reason = "tests are configured here and nowhere else")]
fn certificates() -> String {
    std::env::var("KARAVAN_TEST_POSTGRES_TLS").expect("bin/test makes certificates")
}

#[tokio::test]
async fn a_user_who_may_run_scripts_on_our_keys_is_enough() {
    let server = RedisServer::start().await;
    let rules = "ACL SETUSER karavan on >hunter2 ~karavan:* +evalsha +script|load +time +get +set";
    assert_eq!(server.say(rules).await, "+OK");
    let url = |password: &str| format!("{}?user=karavan&pass={password}", server.url());
    let redis = Redis::new(&patient(url("hunter2"))).unwrap();
    redis.connect().await.unwrap();
    assert_eq!(redis.spend("five", "a", FIVE).await.unwrap(), None);

    let wrong = Redis::new(&patient(url("hunter3"))).unwrap();
    let refused = wrong.connect().await.unwrap_err().to_string();
    assert!(!refused.contains("hunter3"), "{refused}");

    server.say("ACL SETUSER karavan -set").await;
    redis.spend("five", "a", FIVE).await.unwrap_err();
}

#[tokio::test]
async fn over_tls_the_server_must_show_a_certificate_that_we_believe() {
    let folder = certificates();
    let file = |name: &str| format!("{folder}/{name}");
    let files = [file("server.crt"), file("server.key"), file("root.crt")];
    let (_server, port) = RedisServer::start_on_a_port(
        "--tls-port",
        &[
            "--tls-auth-clients",
            "no",
            "--tls-cert-file",
            &files[0],
            "--tls-key-file",
            &files[1],
            "--tls-ca-cert-file",
            &files[2],
        ],
    )
    .await;
    let way = |host: &str, root: &str| RedisConfig {
        root_cert: Some(std::fs::read(file(root)).unwrap()),
        ..patient(format!("rediss://{host}:{port}"))
    };
    let redis = Redis::new(&way("localhost", "root.crt")).unwrap();
    redis.connect().await.unwrap();
    assert_eq!(redis.spend("five", "a", FIVE).await.unwrap(), None);

    for (host, root) in [("localhost", "stranger.crt"), ("127.0.0.1", "root.crt")] {
        let redis = Redis::new(&way(host, root)).unwrap();
        redis.connect().await.expect_err(host);
        redis.spend("five", "a", FIVE).await.unwrap_err();
    }
    let plain = Redis::new(&patient(format!("redis://localhost:{port}"))).unwrap();
    plain.connect().await.unwrap_err();
}
