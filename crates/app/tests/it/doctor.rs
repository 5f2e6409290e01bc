//! `karavan doctor`: what it finds, and that it says what to do.

use crate::harness::{Running, ended, karavan, run};

#[test]
fn a_healthy_folder_passes_beside_a_running_program_and_without_one() {
    let data = tempfile::tempdir().unwrap();
    let before = run(data.path(), &["doctor"]);
    assert_eq!(before.status, 0, "{}{}", before.out, before.err);
    for words in [
        "to be applied",
        "no process in it",
        "MB free",
        "bot coffee.guest: off",
        "environment = \"production\"",
        "warn  documents: not known before the migrations",
    ] {
        assert!(before.out.contains(words), "no `{words}` in:\n{}", before.out);
    }
    let running = Running::start(data.path(), &[]);
    let beside = run(data.path(), &["doctor", "--json"]);
    running.stop();
    assert_eq!(beside.status, 0, "{}", beside.err);
    let findings: Vec<serde_json::Value> = serde_json::from_str(&beside.out).unwrap();
    let of = |check: &str| {
        findings
            .iter()
            .find(|finding| finding["check"] == check)
            .unwrap()
            .clone()
    };
    assert_eq!(of("migrations")["message"], "up to date");
    assert_eq!(of("database")["message"], "sqlite answers");
    let missing = of("documents")["message"].as_str().unwrap().to_owned();
    assert!(missing.starts_with("not published: privacy, cookies, "), "{missing}");
    assert_eq!(of("personal data")["state"], "warn");
    assert!(
        of("data folder")["message"]
            .as_str()
            .unwrap()
            .ends_with("the program is running")
    );
}

#[test]
fn a_server_is_asked_for_its_migrations_and_its_time() {
    let Some(server) = server() else { return };
    let data = tempfile::tempdir().unwrap();
    let seen = ended(karavan(data.path(), &["doctor"]).env("KARAVAN__DATABASE__URL", server));
    assert_eq!(seen.status, 0, "{}{}", seen.out, seen.err);
    for words in [
        "ok    database: postgres answers",
        "warn  migrations: ",
        "ok    clock: ",
    ] {
        assert!(seen.out.contains(words), "no `{words}` in:\n{}", seen.out);
    }
}

/// The server of the tests, with a database that nobody has migrated.
#[expect(
    clippy::disallowed_methods,
    reason = "where the server of the tests is, not a setting of the program"
)]
fn server() -> Option<String> {
    match std::env::var("KARAVAN_TEST").as_deref() {
        Ok("sqlite") => None,
        _ => Some(std::env::var("KARAVAN_TEST_POSTGRES").expect("bin/test starts a PostgreSQL")),
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let data = tempfile::tempdir().unwrap();
    let mut command = karavan(data.path(), &["doctor"]);
    command
        .env("KARAVAN__DATABASE__URL", "postgres://me:hunter2@127.0.0.1:1/karavan")
        .env("KARAVAN__TELEGRAM__BASE_URL", "http://127.0.0.1:1")
        .env("KARAVAN__COFFEE__GUEST_BOT_TOKEN", "hunter2")
        .env("KARAVAN__COFFEE__BARISTA_BOT_TOKEN", "1:hunter2");
    let sick = ended(&mut command);
    assert_eq!(sick.status, 1, "{}", sick.out);
    for words in [
        "FAIL  database: PostgreSQL does not answer",
        "FAIL  bot coffee.guest: its token is not one",
        "FAIL  bot coffee.barista: Telegram could not be reached",
    ] {
        assert!(sick.out.contains(words), "no `{words}` in:\n{}", sick.out);
    }
    assert!(sick.err.contains("3 of "), "{}", sick.err);
    assert!(!sick.out.contains("hunter2") && !sick.err.contains("hunter2"));
}
