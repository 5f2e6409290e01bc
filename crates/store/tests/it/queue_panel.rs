//! What the panel and idle workers ask the queue.

use std::time::Duration;

use karavan_store::{
    PageRequest,
    queue::{
        Enqueue, Job,
        store::{self, JobState},
    },
};
use karavan_testkit::{START, TestDb, app_test};

use crate::support::{CLERK, Deliver, NODE, claim, post, post_with};

/// One that waits, one that runs, one that is dead.
async fn one_of_each(t: &TestDb) {
    post(t, "dead").await;
    let dead = claim(t, NODE, 1).await.pop().unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    store::put_back(&mut tx, &dead, "no such street", None).await.unwrap();
    tx.commit().await.unwrap();
    post(t, "running").await;
    claim(t, NODE, 1).await.pop().unwrap();
    t.clock.advance(Duration::from_secs(1));
    post(t, "waiting").await;
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn the_overview_counts_by_name_and_state(t: TestDb) {
    assert!(store::overview(&mut t.read().await.unwrap()).await.unwrap().is_empty());
    one_of_each(&t).await;
    let overview = store::overview(&mut t.read().await.unwrap()).await.unwrap();
    assert_eq!(overview.len(), 1);
    let row = &overview[0];
    assert_eq!(
        (row.name.as_str(), row.queued, row.running, row.dead),
        (Deliver::NAME, 1, 1, 1)
    );
    assert_eq!(row.oldest_due, Some(START + Duration::from_secs(1)));
}

#[app_test]
async fn the_list_is_filtered_counted_and_newest_first(t: TestDb) {
    one_of_each(&t).await;
    let mut read = t.read().await.unwrap();
    let letters = |rows: &[store::JobRow]| -> Vec<String> { rows.iter().map(|row| row.payload.clone()).collect() };
    let all = store::list(&mut read, None, PageRequest::new(2, 0)).await.unwrap();
    assert_eq!((all.total, all.rows.len()), (3, 2));
    assert_eq!(all.rows[0].state, JobState::Queued);
    let rest = store::list(&mut read, None, PageRequest::numbered(2, 2)).await.unwrap();
    assert_eq!((rest.total, rest.rows.len()), (3, 1));
    let dead = store::list(&mut read, Some(JobState::Dead), PageRequest::new(10, 0))
        .await
        .unwrap();
    assert_eq!(
        (dead.total, letters(&dead.rows)),
        (1, vec![r#"{"letter":"dead"}"#.to_owned()])
    );
    assert_eq!(dead.rows[0].last_error.as_deref(), Some("no such street"));
    let running = store::list(&mut read, Some(JobState::Running), PageRequest::new(10, 0))
        .await
        .unwrap();
    assert_eq!(running.rows[0].node.as_deref(), Some(NODE));
    let found = store::find(&mut read, running.rows[0].id).await.unwrap().unwrap();
    assert_eq!(found.payload, r#"{"letter":"running"}"#);
}

#[app_test]
async fn only_a_dead_job_is_replayed_and_it_starts_anew(t: TestDb) {
    let id = post(&t, "again").await;
    let replay = async |expected: bool| {
        let mut tx = t.begin(CLERK).await.unwrap();
        assert_eq!(store::replay(&mut tx, id).await.unwrap(), expected);
        tx.commit().await.unwrap();
    };
    replay(false).await;
    // However often: as many attempts as a new one has, each with a number of its own.
    let mut attempts = 0;
    for _replay in 0..3 {
        for left in (0..3).rev() {
            let job = claim(&t, NODE, 1).await.pop().unwrap();
            attempts += 1;
            assert_eq!((job.attempt, job.max_attempts), (attempts, attempts + left));
            replay(false).await;
            let mut tx = t.begin(CLERK).await.unwrap();
            let again_at = (left > 0).then(|| tx.now());
            store::put_back(&mut tx, &job, "given up", again_at).await.unwrap();
            tx.commit().await.unwrap();
        }
        t.clock.advance(Duration::from_secs(3_600));
        let wakeups = t.wakeups();
        replay(true).await;
        assert!(wakeups.has_changed().unwrap());
    }
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_look_without_a_write_says_whether_there_is_work_and_when(t: TestDb) {
    let mut read = t.read().await.unwrap();
    let later = START + Duration::from_secs(30);
    assert!(!store::is_anything_due(&mut read, START).await.unwrap());
    assert!(!store::is_anything_running(&mut read).await.unwrap());
    assert_eq!(store::next_due(&mut read, "", START).await.unwrap(), None);

    post_with(&t, "later", Enqueue::default().after(Duration::from_secs(30)))
        .await
        .unwrap();
    assert!(!store::is_anything_due(&mut read, START).await.unwrap());
    assert!(store::is_anything_due(&mut read, later).await.unwrap());
    assert_eq!(store::next_due(&mut read, "", START).await.unwrap(), Some(later));
    assert_eq!(store::next_due(&mut read, "bot", START).await.unwrap(), None);

    t.clock.advance(Duration::from_secs(30));
    claim(&t, NODE, 1).await.pop().unwrap();
    assert!(!store::is_anything_due(&mut read, later).await.unwrap());
    assert!(store::is_anything_running(&mut read).await.unwrap());
    t.expect_jobs_left(&[Deliver::NAME]);
}
