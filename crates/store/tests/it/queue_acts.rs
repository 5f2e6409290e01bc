//! What people do with jobs: cancel, pause, replay, hurry, discard.

use std::time::Duration;

use karavan_store::{
    PageRequest, StoreError,
    queue::{
        Enqueue, Job, JobId,
        store::{self, Cancelled, Ended, JobState, Pause, PauseKind},
    },
    sql,
};
use karavan_testkit::{START, TestDb, app_test};

use crate::support::{CLERK, Deliver, LEASE, NODE, Office, claim, finish, letter_of, post, post_with, worker_named};

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

#[app_test]
async fn a_job_that_is_cancelled_while_it_is_freed_does_not_come_back(t: TestDb) {
    let id = post(&t, "first").await;
    claim(&t, NODE, 1).await.pop().unwrap();
    t.clock.advance(LEASE);
    let another = t.another_node().await;
    let mut freeing = t.begin(CLERK).await.unwrap();
    let now = freeing.now();
    // PostgreSQL lets both go on; on SQLite one comes after the other.
    let cancelling = async {
        let mut tx = another.begin(CLERK).await.unwrap();
        let cancelled = store::cancel(&mut tx, id).await.unwrap();
        tx.commit().await.unwrap();
        cancelled
    };
    let free = async move {
        store::free_expired(&mut freeing, START, now).await.unwrap();
        freeing.commit().await.unwrap();
    };
    let (cancelled, ()) = tokio::join!(cancelling, free);
    assert_ne!(cancelled, Cancelled::No);
    assert!(claim(&t, "node-2", 1).await.is_empty(), "nobody is to run it again");
    if cancelled == Cancelled::Stopping {
        let mut tx = t.begin(CLERK).await.unwrap();
        store::free_expired(&mut tx, START, now).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[app_test]
async fn a_job_that_an_older_release_put_back_while_it_was_cancelled_can_be_completed(t: TestDb) {
    let id = post(&t, "first").await;
    let mut tx = t.begin(CLERK).await.unwrap();
    let mark = sql!("UPDATE jobs SET cancel_asked_at = $2 WHERE id = $1", id, START);
    tx.execute(mark).await.unwrap().expect_rows(1).unwrap();
    tx.commit().await.unwrap();
    let job = claim(&t, NODE, 1).await.pop().unwrap();
    assert_eq!(store::being_cancelled(&mut t.read().await.unwrap()).await.unwrap(), []);
    finish(&t, &job).await;
}

#[app_test]
async fn hurrying_a_job_that_is_due_already_does_not_put_it_behind_the_others(t: TestDb) {
    let id = post_with(&t, "first", to_anna()).await.unwrap();
    t.clock.advance(Duration::from_secs(60));
    post(&t, "later").await;
    let mut tx = t.begin(CLERK).await.unwrap();
    assert!(store::hurry(&mut tx, id).await.unwrap());
    tx.commit().await.unwrap();
    for letter in ["first", "later"] {
        let job = claim(&t, NODE, 1).await.pop().unwrap();
        assert_eq!(letter_of(&job), letter);
        finish(&t, &job).await;
    }
}

#[app_test]
async fn cancelling_in_the_middle_of_a_line_moves_nobody(t: TestDb) {
    let mut line = Vec::new();
    for letter in ["first", "second", "third"] {
        t.clock.advance(Duration::from_millis(1));
        line.push(post_with(&t, letter, to_anna()).await.unwrap());
    }
    let due = async |id| {
        store::find(&mut t.read().await.unwrap(), id)
            .await
            .unwrap()
            .unwrap()
            .run_at
    };
    let before = due(line[2]).await;
    t.clock.advance(Duration::from_secs(60));
    assert_eq!(cancel(&t, line[1]).await, Cancelled::Gone);
    assert_eq!(due(line[2]).await, before);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_lease_whose_row_is_locked_is_found_at_the_next_look(t: TestDb) {
    post(&t, "first").await;
    claim(&t, NODE, 1).await.pop().unwrap();
    let office = Office::default();
    let worker = worker_named(&t, &office, "node-2");
    t.clock.advance(LEASE);
    {
        let other = t.another_node().await;
        let mut tx = other.begin(CLERK).await.unwrap();
        let lock = sql!("UPDATE jobs SET progress_note = 'frozen'");
        tx.execute(lock).await.unwrap().expect_rows(1).unwrap();
        // SQLite has one writer: there nobody passes it by.
        if t.engine_name() == "postgres" {
            worker.keep_alive().await.unwrap();
            assert_eq!(t.jobs().await[0].state, JobState::Running);
        }
        // Not dropped: a rollback lets go of the row some time after that.
        tx.commit().await.unwrap();
    }
    worker.keep_alive().await.unwrap();
    assert_eq!(t.jobs().await[0].state, JobState::Queued);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn what_was_postponed_often_is_tried_again_as_soon_as_after_a_first_failure(t: TestDb) {
    post(&t, "flooded").await;
    for _ in 0..9 {
        let job = claim(&t, NODE, 1).await.pop().unwrap();
        let mut tx = t.begin(CLERK).await.unwrap();
        let now = tx.now();
        store::postpone(&mut tx, &job, now).await.unwrap();
        tx.commit().await.unwrap();
    }
    worker_named(&t, &Office::default(), NODE).run_due().await.unwrap();
    let job = t.jobs().await.pop().unwrap();
    assert_eq!(job.attempt, 10);
    assert!(job.run_at <= START + Duration::from_millis(2_500), "{}", job.run_at);
    t.expect_jobs_left(&[Deliver::NAME]);
}
