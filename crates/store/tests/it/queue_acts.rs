//! What people do with jobs: cancel, pause, replay, hurry, discard.

use std::time::Duration;

use karavan_store::{
    PageRequest, StoreError,
    queue::{
        Enqueue, Job, JobId,
        store::{self, Cancelled, Ended, JobState, Pause, PauseKind},
    },
};
use karavan_testkit::{START, TestDb, app_test};

use crate::support::{CLERK, Deliver, LEASE, NODE, claim, finish, letter_of, post, post_with};

fn to_anna() -> Enqueue {
    Enqueue::default().in_order_of("anna")
}

async fn cancel(t: &TestDb, id: JobId) -> Cancelled {
    let mut tx = t.begin(CLERK).await.unwrap();
    let cancelled = store::cancel(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    cancelled
}

async fn bury(t: &TestDb, job: &store::Claimed) -> bool {
    let mut tx = t.begin(CLERK).await.unwrap();
    let gone = store::bury(&mut tx, job).await.unwrap();
    tx.commit().await.unwrap();
    gone
}

async fn kill(t: &TestDb, letter: &str) -> JobId {
    // Ids of one millisecond are in no order.
    t.clock.advance(Duration::from_millis(1));
    let id = post(t, letter).await;
    let job = claim(t, NODE, 1).await.pop().unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    store::put_back(&mut tx, &job, "given up", None).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[app_test]
async fn a_waiting_job_is_cancelled_at_once_and_its_line_moves_on(t: TestDb) {
    let first = post_with(&t, "first", to_anna().after(Duration::from_secs(60)))
        .await
        .unwrap();
    post_with(&t, "second", to_anna()).await.unwrap();
    assert!(claim(&t, NODE, 10).await.is_empty());
    assert_eq!(cancel(&t, first).await, Cancelled::Gone);
    assert_eq!(cancel(&t, first).await, Cancelled::No);
    let second = claim(&t, NODE, 10).await.pop().unwrap();
    assert_eq!(letter_of(&second), "second");
    finish(&t, &second).await;
}

#[app_test]
async fn a_running_job_that_was_cancelled_cannot_be_completed_and_blocks_its_line_until_its_body_has_ended(t: TestDb) {
    let id = post_with(&t, "first", to_anna()).await.unwrap();
    post_with(&t, "second", to_anna()).await.unwrap();
    let job = claim(&t, NODE, 10).await.pop().unwrap();
    assert!(!bury(&t, &job).await, "nobody cancelled it");
    assert_eq!(store::being_cancelled(&mut t.read().await.unwrap()).await.unwrap(), []);
    assert_eq!(cancel(&t, id).await, Cancelled::Stopping);
    assert_eq!(cancel(&t, id).await, Cancelled::No);
    assert_eq!(
        store::being_cancelled(&mut t.read().await.unwrap()).await.unwrap(),
        [id]
    );

    let mut tx = t.begin(CLERK).await.unwrap();
    let now = tx.now();
    assert!(matches!(store::finish(&mut tx, &job).await, Err(StoreError::Fenced)));
    assert!(matches!(
        store::progress(&mut tx, &job, 1, 2, "").await,
        Err(StoreError::Fenced)
    ));
    let put_back = store::put_back(&mut tx, &job, "late", Some(now)).await;
    assert!(matches!(put_back, Err(StoreError::Fenced)));
    drop(tx);
    assert!(
        claim(&t, "node-2", 10).await.is_empty(),
        "its body may still be at work"
    );
    assert!(bury(&t, &job).await);
    let second = claim(&t, "node-2", 10).await.pop().unwrap();
    assert_eq!(letter_of(&second), "second");
    finish(&t, &second).await;
}

#[app_test]
async fn a_cancelled_job_whose_worker_died_is_gone_with_its_lease(t: TestDb) {
    for node_restarts in [false, true] {
        let id = post_with(&t, "first", to_anna()).await.unwrap();
        post_with(&t, "second", to_anna()).await.unwrap();
        claim(&t, NODE, 10).await.pop().unwrap();
        cancel(&t, id).await;
        t.clock.advance(LEASE);
        let mut tx = t.begin(CLERK).await.unwrap();
        let now = tx.now();
        let freed = if node_restarts {
            store::free_node(&mut tx, NODE).await.unwrap()
        } else {
            store::free_expired(&mut tx, START, now).await.unwrap()
        };
        assert_eq!(freed, 0, "it is not tried again");
        tx.commit().await.unwrap();
        let second = claim(&t, "node-2", 10).await.pop().unwrap();
        assert_eq!(letter_of(&second), "second");
        finish(&t, &second).await;
    }
}

#[app_test]
async fn what_is_paused_is_not_claimed_and_goes_on_when_resumed(t: TestDb) {
    let running = {
        post(&t, "running").await;
        claim(&t, NODE, 1).await.pop().unwrap()
    };
    post(&t, "waits").await;
    for (kind, target) in [(PauseKind::Name, Deliver::NAME), (PauseKind::Lane, "")] {
        let mut tx = t.begin(CLERK).await.unwrap();
        assert!(store::pause(&mut tx, kind, target).await.unwrap());
        assert!(!store::pause(&mut tx, kind, target).await.unwrap(), "once is enough");
        tx.commit().await.unwrap();
        assert!(claim(&t, "node-2", 10).await.is_empty());
        let expected = Pause {
            kind,
            target: target.to_owned(),
            paused_by: "system:clerk".to_owned(),
            paused_at: START,
        };
        assert_eq!(store::pauses(&mut t.read().await.unwrap()).await.unwrap(), [expected]);

        let wakeups = t.wakeups();
        let mut tx = t.begin(CLERK).await.unwrap();
        assert!(store::resume(&mut tx, kind, target).await.unwrap());
        assert!(!store::resume(&mut tx, kind, target).await.unwrap());
        tx.commit().await.unwrap();
        assert!(wakeups.has_changed().unwrap());
    }
    finish(&t, &running).await;
    let waits = claim(&t, NODE, 10).await.pop().unwrap();
    finish(&t, &waits).await;
}

#[app_test]
async fn a_pause_holds_its_own_name_and_lane_only(t: TestDb) {
    post(&t, "plain").await;
    post_with(&t, "by bot", Enqueue::default().on_lane("bot"))
        .await
        .unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    store::pause(&mut tx, PauseKind::Lane, "bot").await.unwrap();
    store::pause(&mut tx, PauseKind::Name, "bot").await.unwrap();
    store::pause(&mut tx, PauseKind::Name, "post.burn.v1").await.unwrap();
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    assert_eq!(store::lanes(&mut read).await.unwrap(), [("bot".to_owned(), 1)]);
    drop(read);
    let claimed = claim(&t, NODE, 10).await;
    assert_eq!(claimed.iter().map(letter_of).collect::<Vec<_>>(), ["plain"]);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn all_dead_jobs_of_a_name_are_replayed_or_discarded(t: TestDb) {
    let dead = [kill(&t, "one").await, kill(&t, "two").await, kill(&t, "three").await];
    let mut tx = t.begin(CLERK).await.unwrap();
    assert_eq!(store::replay_all(&mut tx, "post.burn.v1", 10).await.unwrap(), 0);
    assert_eq!(store::replay_all(&mut tx, Deliver::NAME, 2).await.unwrap(), 2);
    assert!(!store::discard(&mut tx, dead[0]).await.unwrap(), "it waits again");
    assert!(store::discard(&mut tx, dead[2]).await.unwrap());
    tx.commit().await.unwrap();
    let again = claim(&t, NODE, 10).await;
    assert_eq!(again.iter().map(letter_of).collect::<Vec<_>>(), ["one", "two"]);

    kill(&t, "four").await;
    kill(&t, "five").await;
    let mut tx = t.begin(CLERK).await.unwrap();
    assert_eq!(store::discard_all(&mut tx, "post.burn.v1").await.unwrap(), 0);
    assert_eq!(store::discard_all(&mut tx, Deliver::NAME).await.unwrap(), 2);
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    let left = store::list_of(
        &mut read,
        Some(JobState::Running),
        Some(Deliver::NAME),
        PageRequest::new(10, 0),
    )
    .await;
    assert_eq!(left.unwrap().total, 2, "those that run stay");
    let none = store::list_of(&mut read, None, Some("post.burn.v1"), PageRequest::new(10, 0)).await;
    assert_eq!(none.unwrap().total, 0);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_job_that_waits_for_its_next_attempt_can_be_hurried(t: TestDb) {
    let id = post_with(&t, "later", Enqueue::default().after(Duration::from_secs(3_600)))
        .await
        .unwrap();
    let hurry = async || {
        let mut tx = t.begin(CLERK).await.unwrap();
        let hurried = store::hurry(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        hurried
    };
    assert!(claim(&t, NODE, 1).await.is_empty());
    assert!(hurry().await);
    let job = claim(&t, NODE, 1).await.pop().unwrap();
    assert!(!hurry().await, "it runs already");
    finish(&t, &job).await;
    assert!(!hurry().await);
}

#[app_test]
async fn progress_is_seen_while_a_job_runs_and_forgotten_with_the_attempt(t: TestDb) {
    let id = post(&t, "long way").await;
    let job = claim(&t, NODE, 1).await.pop().unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    store::progress(&mut tx, &job, 3, 10, "at the bridge").await.unwrap();
    tx.commit().await.unwrap();
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!(
        (row.progress_done, row.progress_total, row.progress_note.as_deref()),
        (Some(3), Some(10), Some("at the bridge"))
    );
    let mut tx = t.begin(CLERK).await.unwrap();
    let now = tx.now();
    store::postpone(&mut tx, &job, now).await.unwrap();
    tx.commit().await.unwrap();
    let again = claim(&t, NODE, 1).await.pop().unwrap();
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!((row.progress_done, row.progress_note), (None, None));
    finish(&t, &again).await;
}

#[app_test]
async fn counts_of_all_nodes_add_up_by_minute_and_are_forgotten_after_a_day(t: TestDb) {
    let minute = store::minute_of(START);
    let add = async |node: &str, minute: i64, done: i64, failed: i64| {
        let mut tx = t.begin(CLERK).await.unwrap();
        let ended = Ended { done, failed };
        store::add_counts(&mut tx, node, Deliver::NAME, minute, ended)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    add(NODE, minute, 5, 1).await;
    add(NODE, minute, 2, 0).await;
    add("node-2", minute, 10, 0).await;
    add("node-2", minute + 1, 1, 0).await;
    let name = || Deliver::NAME.to_owned();
    let counts = store::counts(&mut t.read().await.unwrap(), START).await.unwrap();
    let first = (name(), minute, Ended { done: 17, failed: 1 });
    let second = (name(), minute + 1, Ended { done: 1, failed: 0 });
    assert_eq!(counts, [first, second.clone()]);

    t.clock.advance(Duration::from_secs(24 * 3_600 + 60));
    let mut tx = t.begin(CLERK).await.unwrap();
    assert_eq!(store::forget_counts(&mut tx).await.unwrap(), 2);
    tx.commit().await.unwrap();
    let counts = store::counts(&mut t.read().await.unwrap(), START).await.unwrap();
    assert_eq!(counts, [second]);
}
