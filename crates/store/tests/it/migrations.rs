//! What migrating refuses.

use karavan_kernel::Actor;
use karavan_store::{MigrateError, Migrations, sql};
use karavan_testkit::{TestDb, app_test};

const SHELF: &str = "CREATE TABLE shelf (id TEXT NOT NULL PRIMARY KEY)";

/// The program's own migrations and these after them.
fn with(more: &[(&str, &str)]) -> Migrations {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let own = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sql"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        });
    let more = more.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    Migrations::new(own.chain(more)).unwrap()
}

#[app_test]
async fn what_is_applied_is_not_applied_again(t: TestDb) {
    t.migrate(&Migrations::embedded().unwrap()).await.unwrap();
    let extended = with(&[("999901010000_shelf.sql", SHELF)]);
    t.migrate(&extended).await.unwrap();
    t.migrate(&extended).await.unwrap();
    let shelves: i64 = t
        .read()
        .await
        .unwrap()
        .fetch_value(sql!("SELECT COUNT(*) FROM shelf"))
        .await
        .unwrap();
    assert_eq!(shelves, 0);
}

#[app_test]
async fn what_is_missing_is_counted(t: TestDb) {
    let extended = with(&[("999901010000_shelf.sql", SHELF)]);
    assert_eq!(extended.missing(&t).await.unwrap(), 1);
    t.migrate(&extended).await.unwrap();
    assert_eq!(extended.missing(&t).await.unwrap(), 0);
    let older = Migrations::embedded().unwrap().missing(&t).await;
    assert!(matches!(older, Err(MigrateError::Newer { .. })), "{older:?}");
}

#[app_test]
async fn a_newer_database_is_not_touched(t: TestDb) {
    t.migrate(&with(&[("999901010000_shelf.sql", SHELF)])).await.unwrap();
    let refused = t.migrate(&Migrations::embedded().unwrap()).await;
    assert!(
        matches!(
            refused,
            Err(MigrateError::Newer {
                version: 999_901_010_000
            })
        ),
        "{refused:?}"
    );
}

#[app_test]
async fn an_edited_migration_is_refused(t: TestDb) {
    t.migrate(&with(&[("999901010000_shelf.sql", SHELF)])).await.unwrap();
    let edited = with(&[("999901010000_shelf.sql", "CREATE TABLE shelf (id TEXT NOT NULL)")]);
    let refused = t.migrate(&edited).await;
    assert!(
        matches!(
            refused,
            Err(MigrateError::Edited {
                version: 999_901_010_000
            })
        ),
        "{refused:?}"
    );
}

#[app_test]
async fn of_a_migration_that_fails_nothing_stays(t: TestDb) {
    let broken = with(&[(
        "999901010000_shelf.sql",
        "CREATE TABLE shelf (id TEXT NOT NULL PRIMARY KEY); INSERT INTO nowhere VALUES (1)",
    )]);
    let refused = t.migrate(&broken).await;
    assert!(matches!(refused, Err(MigrateError::Failed(_))), "{refused:?}");
    // The program goes on, and the repaired migration applies.
    t.begin(Actor::Anonymous).await.unwrap().commit().await.unwrap();
    t.migrate(&with(&[("999901010000_shelf.sql", SHELF)])).await.unwrap();
}

#[app_test]
async fn two_nodes_that_migrate_at_once_apply_each_step_once(t: TestDb) {
    if t.engine_name() == "sqlite" {
        // One program per data folder: its lock and not the migrator keeps the second one out.
        return;
    }
    let extended = with(&[("999901010000_shelf.sql", SHELF)]);
    let other = t.another_node().await;
    let (first, second) = tokio::join!(t.migrate(&extended), other.migrate(&extended));
    first.unwrap();
    second.unwrap();
}
