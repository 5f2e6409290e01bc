//! What the harness promises to every other test.

// Clippy allows `unwrap` in tests, and recognises helpers by `cfg(test)`.
#![cfg(test)]

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_store::{
    DbConfig,
    queue::{Done, Job, JobCx, JobError},
    sql,
};
use karavan_testkit::{START, TestDb, app_test};
use serde::{Deserialize, Serialize};

const TEST: Actor = Actor::System("test");

#[derive(Serialize, Deserialize)]
struct Remember {}

impl Job for Remember {
    const NAME: &'static str = "test.remember.v1";
    type State = ();
    async fn run(self, cx: JobCx<()>) -> Result<Done, JobError> {
        cx.finish_empty().await
    }
}

async fn enqueue(t: &TestDb) {
    let mut tx = t.begin(TEST).await.unwrap();
    tx.enqueue(&Remember {}).await.unwrap();
    tx.commit().await.unwrap();
}

#[app_test]
#[should_panic(
    expected = "jobs left in the queue:\n  test.remember.v1 (queued, attempt 0, due 2026-11-20T09:00:00Z) {}"
)]
async fn a_forgotten_job_fails_the_test(t: TestDb) {
    enqueue(&t).await;
}

#[app_test]
#[should_panic(expected = "jobs expected to be left in the queue: {\"test.remember.v1\"}; there are:")]
async fn a_job_that_is_not_there_cannot_be_left(t: TestDb) {
    t.expect_jobs_left(&[Remember::NAME]);
}

#[app_test]
async fn a_job_may_be_left_when_the_test_says_so(t: TestDb) {
    enqueue(&t).await;
    t.expect_jobs_left(&[Remember::NAME]);
    assert_eq!(t.job_names().await, [Remember::NAME]);
}

#[app_test]
async fn more_jobs_than_a_page_holds_are_all_seen(t: TestDb) {
    let mut tx = t.begin(TEST).await.unwrap();
    for _ in 0..250 {
        tx.enqueue(&Remember {}).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(t.jobs().await.len(), 250);
    t.expect_jobs_left(&[Remember::NAME]);
}

#[app_test]
async fn time_stands_still_until_it_is_moved(t: TestDb) {
    let node = t.another_node().await;
    assert_eq!((t.now().await.unwrap(), node.now().await.unwrap()), (START, START));
    t.clock.advance(Duration::from_secs(1));
    assert_eq!(node.now().await.unwrap(), START + Duration::from_secs(1));
}

#[app_test]
async fn a_test_has_its_tables_for_itself(t: TestDb) {
    // The same table in every run of this test, on a template that nobody may write to.
    let mut tx = t.begin(TEST).await.unwrap();
    let create = sql!("CREATE TABLE mine (id TEXT NOT NULL PRIMARY KEY)");
    assert_eq!(tx.execute(create).await.unwrap().count(), 0);
    tx.commit().await.unwrap();
}

#[test]
fn the_folder_of_a_sqlite_test_is_gone_afterwards() {
    use std::sync::{Arc, Mutex};
    let seen: Arc<Mutex<Option<std::path::PathBuf>>> = Arc::default();
    let saved = seen.clone();
    karavan_testkit::run::on_sqlite("a test in a test", async move |t: TestDb| {
        let DbConfig::Sqlite { file, .. } = t.config() else {
            panic!("this is SQLite");
        };
        assert!(file.exists());
        *saved.lock().unwrap() = Some(file.clone());
    });
    let file = seen.lock().unwrap().take().unwrap();
    assert!(!file.exists() && !file.parent().unwrap().exists());
}
