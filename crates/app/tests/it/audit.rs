//! `karavan audit verify`: what it says of a log that is in order, and of one that is not.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::harness::{Running, run};

/// Ids and hashes differ from run to run.
fn steady(text: &str) -> String {
    let word = |word: &str| {
        let is_hash = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
        match word {
            _ if is_hash => "[hash]".to_owned(),
            _ if word.trim_start_matches('(').starts_with("aud_") => "[entry]".to_owned(),
            other => other.to_owned(),
        }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

async fn tamper(data: &Path, statements: &[&'static str]) {
    let file = data.join("karavan.db").display().to_string();
    let mut database = SqliteConnection::connect(&format!("sqlite://{file}")).await.unwrap();
    for statement in statements {
        sqlx::query(AssertSqlSafe(*statement))
            .execute(&mut database)
            .await
            .unwrap();
    }
    database.close().await.unwrap();
}

#[tokio::test]
async fn a_log_is_verified_and_a_changed_row_is_named() {
    let data = tempfile::tempdir().unwrap();
    let empty = run(data.path(), &["audit", "verify"]);
    assert_eq!(empty.status, 0, "{}", empty.err);
    for name in ["till", "kiosk"] {
        let made = run(data.path(), &["token", "create", name, "--permissions", "coffee.*"]);
        assert_eq!(made.status, 0, "{}", made.err);
    }
    assert_eq!(run(data.path(), &["token", "revoke", "till"]).status, 0);
    let fine = run(data.path(), &["audit", "verify"]);
    assert_eq!(fine.status, 0, "{}", fine.err);
    insta::assert_snapshot!(steady(&fine.out), @"
    The audit log is as it was written.
    rows     3
    head     3 [hash]
    erased   0
    waiting  0
    anchors  0
    ");

    tamper(
        data.path(),
        &[
            "DROP TRIGGER audit_entries_no_update",
            "UPDATE audit_entries SET act = 'access.token.praise' WHERE id = (SELECT entry_id FROM audit_chain WHERE seq = 2)",
        ],
    )
    .await;
    let changed = run(data.path(), &["audit", "verify"]);
    assert_eq!(changed.status, 1, "{}", changed.err);
    insta::assert_snapshot!(steady(&changed.out), @"
    Row 2 [entry] its entry was changed.
    rows     1
    head     1 [hash]
    erased   0
    waiting  0
    anchors  0
    ");
    assert!(
        changed
            .err
            .starts_with("karavan: the audit log is not as it was written"),
        "{}",
        changed.err
    );

    let json = run(data.path(), &["audit", "verify", "--json"]);
    assert_eq!(json.status, 1);
    let report: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        (&report["changed"]["seq"], &report["changed"]["what"]),
        (&2.into(), &"entry".into())
    );
}

#[test]
fn it_works_beside_the_running_program() {
    let data = tempfile::tempdir().unwrap();
    let running = Running::start(data.path(), &[]);
    let made = run(data.path(), &["token", "create", "till", "--permissions", "coffee.*"]);
    assert_eq!(made.status, 0, "{}", made.err);
    let verified = run(data.path(), &["audit", "verify", "--json"]);
    running.stop();
    assert_eq!(verified.status, 0, "{}{}", verified.out, verified.err);
    let report: serde_json::Value = serde_json::from_str(&verified.out).unwrap();
    // The link of the greeting, and the token.
    assert_eq!(report["rows"], 2, "{report}");
}
