//! Bad input at the start: one clear sentence, a status, and nothing written.

use std::{net::TcpListener, path::Path};

use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

use crate::harness::{Ended, Running, ended, karavan, run};

fn up(data: &Path, options: &[&str]) -> Ended {
    run(data, &[&["up", "--listen", "127.0.0.1:0"], options].concat())
}

/// Names the problem and what to do, without anything that only a programmer reads.
fn assert_refused(ended: &Ended, status: i32, words: &[&str]) {
    assert_eq!(ended.status, status, "{}", ended.err);
    for word in words {
        assert!(ended.err.contains(word), "no `{word}` in: {}", ended.err);
    }
    for dump in ["panicked", "Error(", "Some(", "{", "backtrace"] {
        assert!(!ended.err.contains(dump), "{}", ended.err);
    }
    assert!(
        ended.err.starts_with("karavan: ") && ended.out.is_empty(),
        "{}{}",
        ended.out,
        ended.err
    );
}

#[test]
fn an_unknown_setting() {
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("new");
    let refused = ended(karavan(&folder, &["up"]).env("KARAVAN__SERVER__LISTN", "127.0.0.1:0"));
    assert_refused(&refused, 2, &["KARAVAN__SERVER__LISTN", "server.listen"]);
    assert!(!folder.exists(), "nothing is written");
}

#[test]
fn a_demo_in_production() {
    let data = tempfile::tempdir().unwrap();
    let refused = ended(karavan(data.path(), &["up", "--demo"]).env("KARAVAN__ENVIRONMENT", "production"));
    assert_refused(&refused, 2, &["--demo", "server.public_url"]);
}

#[test]
fn a_port_that_is_taken() {
    let data = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = run(data.path(), &["up", "--listen", &address]);
    assert_refused(&refused, 4, &[&address, "--listen"]);
    assert!(!data.path().join("karavan.db").exists(), "no database is made");
}

#[test]
fn a_folder_that_is_in_use() {
    let data = tempfile::tempdir().unwrap();
    let running = Running::start(data.path(), &[]);
    let pid = running.pid().to_string();
    assert_refused(&up(data.path(), &[]), 3, &[&pid, "--data"]);
    assert_refused(&run(data.path(), &["migrate"]), 3, &[&pid]);
    running.stop();
}

#[test]
fn a_folder_that_cannot_be_written() {
    // Permissions say nothing to root, so these are places where nobody can make a folder.
    let file = tempfile::NamedTempFile::new().unwrap();
    for place in [file.path(), &file.path().join("below"), Path::new("/proc/karavan")] {
        let refused = up(place, &[]);
        assert_refused(&refused, 3, &[place.to_str().unwrap(), "--data"]);
    }
}

async fn after_migration(data: &Path, statement: &'static str) {
    assert_eq!(run(data, &["migrate"]).status, 0);
    let file = data.join("karavan.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display()))
        .await
        .unwrap();
    let changed = sqlx::query(AssertSqlSafe(statement))
        .execute(&mut connection)
        .await
        .unwrap();
    assert_eq!(changed.rows_affected(), 1);
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_database_that_is_newer() {
    let data = tempfile::tempdir().unwrap();
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (999901010000, 'later', TRUE, x'00', 0)";
    after_migration(data.path(), later).await;
    for refused in [
        up(data.path(), &[]),
        run(data.path(), &["migrate"]),
        run(data.path(), &["admin", "create-link"]),
    ] {
        assert_refused(&refused, 3, &["newer than this program", "999901010000"]);
    }
}

#[tokio::test]
async fn a_migration_that_was_edited() {
    let data = tempfile::tempdir().unwrap();
    let edit =
        "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = (SELECT MIN(version) FROM _sqlx_migrations)";
    after_migration(data.path(), edit).await;
    assert_refused(&up(data.path(), &[]), 3, &["was edited"]);
}

#[test]
fn a_database_server_that_is_away() {
    let data = tempfile::tempdir().unwrap();
    let mut command = karavan(data.path(), &["up", "--listen", "127.0.0.1:0"]);
    command
        .env("KARAVAN__DATABASE__URL", "postgres://me:hunter2@127.0.0.1:1/karavan")
        .env("KARAVAN__DATABASE__ACQUIRE_TIMEOUT", "1s");
    let refused = ended(&mut command);
    assert_refused(&refused, 3, &["PostgreSQL does not answer", "database.url"]);
    assert!(!refused.err.contains("hunter2"));
}
