//! The section `[redis]`: empty or usable, safe in production; and a program whose Redis comes and goes.

use std::{fs, time::Duration};

use karavan_app::config::Config;
use karavan_testkit::RedisServer;

use crate::{
    config::{problems, sources},
    harness::{Running, ended, karavan},
};

const PRODUCTION: [(&str, &str); 3] = [
    ("KARAVAN__ENVIRONMENT", "production"),
    ("KARAVAN__SERVER__PUBLIC_URL", "https://karavan.example"),
    (
        "KARAVAN__SECRETS__MASTER",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ),
];

fn read(text: &str, variables: &[(&str, &str)]) -> Config {
    sources(text, variables).1.read().unwrap()
}

#[test]
fn each_process_counts_alone_until_a_redis_is_named() {
    assert!(read("", &[]).redis.way().is_none());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("redis-url");
    fs::write(&file, "rediss://karavan:hunter2@cache.example:6380/2\n").unwrap();
    let variables = [("KARAVAN__REDIS__URL_FILE", file.to_str().unwrap())];
    let config = read("[redis]\ntimeout = \"20ms\"\n", &variables);
    let way = config.redis.way().unwrap();
    assert_eq!(way.place().unwrap().to_string(), "cache.example:6380");
    assert_eq!(way.timeout, Duration::from_millis(20));
    assert_eq!(config.warnings(), Vec::<String>::new());
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn what_cannot_be_used_is_told_without_repeating_it() {
    let with = |url: &str, more: &str| problems(&format!("[redis]\nurl = \"{url}\"\n{more}"), &[]);
    let found = [
        with("hunter2", "timeout = \"2s\"\n"),
        with("rediss://:hunter2@cache.example#insecure", ""),
        with("redis://localhost", "tls_root_cert = \"/nowhere/root.crt\"\n"),
    ]
    .join("\n");
    assert!(!found.contains("hunter2"), "{found}");
    insta::assert_snapshot!(found, @r"
    the configuration has 2 problems:
      redis.timeout (/karavan.toml): must be at most 1s: requests wait for it
      redis.url (/karavan.toml): must be like rediss://user:password@host:6379 (special characters of the password as %XX)
    the configuration has 1 problem:
      redis.url (/karavan.toml): has a part that is not understood: after the host there may be a database's number, such as /2
    the configuration has 2 problems:
      redis.tls_root_cert (/karavan.toml): is not used by an address that does not begin with rediss://
      redis.tls_root_cert (/karavan.toml): /nowhere/root.crt cannot be read: No such file or directory (os error 2)
    ");
}

#[test]
fn production_counts_with_nobody_unencrypted_on_another_machine() {
    let open = "[redis]\nurl = \"redis://:hunter2@cache.example\"\n";
    let warnings = read(open, &[]).warnings();
    assert!(warnings[0].starts_with("redis.url is not encrypted"), "{warnings:?}");
    insta::assert_snapshot!(problems(open, &PRODUCTION), @r"
    the configuration has 1 problem:
      redis.url (/karavan.toml): would send its password to another machine unencrypted; use rediss://, with redis.tls_root_cert if the server's certificate is signed by an authority of your own
    ");
    for url in [
        "rediss://:hunter2@cache.example",
        "redis://127.0.0.1:6379",
        "redis+unix:///run/redis/redis.sock",
    ] {
        read(&format!("[redis]\nurl = \"{url}\"\n"), &PRODUCTION);
    }
}

#[test]
fn nobody_trusts_everybody_in_production() {
    let open = "[server]\ntrusted_proxies = [\"10.0.0.0/8\", \"::/0\"]\n";
    let warnings = read(open, &[]).warnings();
    assert!(
        warnings[0].starts_with("server.trusted_proxies lets every visitor"),
        "{warnings:?}"
    );
    insta::assert_snapshot!(problems(open, &PRODUCTION), @r"
    the configuration has 1 problem:
      server.trusted_proxies (/karavan.toml): `::/0` lets every visitor choose the address by which they are limited and logged; name the proxies
    ");
}

#[tokio::test]
async fn the_doctor_says_whether_redis_answers() {
    let data = tempfile::tempdir().unwrap();
    let seen = ended(&mut karavan(data.path(), &["doctor"]));
    assert!(seen.out.contains("ok    redis: not set"), "{}", seen.out);

    let mut server = RedisServer::start().await;
    let asked = || {
        ended(
            karavan(data.path(), &["doctor"])
                .env("KARAVAN__REDIS__URL", server.url())
                .env("KARAVAN__REDIS__TIMEOUT", "1s"),
        )
    };
    let well = asked();
    assert_eq!(well.status, 0, "{}{}", well.out, well.err);
    assert!(
        well.out.contains("ok    redis: /") && well.out.contains(" answers in "),
        "{}",
        well.out
    );
    server.stop().await;
    let sick = ended(karavan(data.path(), &["doctor"]).env("KARAVAN__REDIS__URL", server.url()));
    assert_eq!(sick.status, 1, "{}", sick.out);
    assert!(
        sick.out.contains("FAIL  redis: /") && sick.out.contains("check redis.url"),
        "{}",
        sick.out
    );
}

#[tokio::test]
async fn a_program_starts_and_stays_ready_without_its_redis() {
    let mut server = RedisServer::start().await;
    let url = server.url();
    let variables = [("KARAVAN__REDIS__URL", url.as_str()), ("KARAVAN__REDIS__TIMEOUT", "1s")];
    let data = tempfile::tempdir().unwrap();
    let running = Running::start_with(data.path(), &[], &variables);
    let ready = |words: &str| {
        let (status, answer) = running.get("/health/ready");
        assert_eq!(status, 200, "{answer}");
        answer.contains(words)
    };
    let shows = |line: &str| running.get("/metrics").1.lines().any(|shown| shown == line);
    assert!(ready(r#"{"ready":true}"#) && shows("redis_up 1"));
    server.stop().await;
    assert!(ready(r#""degraded":["redis"]"#) && shows("redis_up 0"));
    running.stop();

    let alone = tempfile::tempdir().unwrap();
    let running = Running::start_with(alone.path(), &[], &variables);
    assert_eq!(running.get("/health/ready").0, 200);
    assert_eq!(running.get("/sign-in").0, 200);
    running.stop();
}
