//! The worker: what it does with how a job ends, and its loop.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use karavan_store::{
    Db,
    queue::{
        Done, Enqueue, Job, JobCx, JobDef, JobError, Registry, Worker, WorkerConfig, listen,
        store::{self, JobState},
    },
};
use karavan_testkit::{START, TestDb, app_test};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::support::{
    CLERK, Deliver, NODE, Office, add_parcel, claim, create_parcels, deliver, parcels, post, post_with, worker,
};

#[app_test]
async fn everything_that_is_due_runs(t: TestDb) {
    let office = Office::default();
    for letter in ["one", "two", "three"] {
        post_with(&t, letter, Enqueue::default().in_order_of("street"))
            .await
            .unwrap();
    }
    assert_eq!(worker(&t, &office).run_due().await.unwrap(), 3);
    assert_eq!(office.delivered(), ["one", "two", "three"]);
}

#[app_test]
async fn a_failure_is_tried_again_with_growing_pauses_and_then_dead(t: TestDb) {
    let id = post(&t, "flooded").await;
    let office = Office::default();
    let mut pauses = Vec::new();
    for _attempt in 1..=2 {
        assert_eq!(worker(&t, &office).run_due().await.unwrap(), 1);
        let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
        assert_eq!(
            (row.state, row.last_error.as_deref()),
            (JobState::Queued, Some("the road is flooded"))
        );
        let pause = row.run_at.since(t.clock.now());
        t.clock.advance(pause);
        pauses.push(pause);
    }
    assert!(pauses[0] < pauses[1], "{pauses:?}");
    assert_eq!(worker(&t, &office).run_due().await.unwrap(), 1);
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!((row.state, row.attempt), (JobState::Dead, 3));
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_failure_that_no_attempt_can_mend_is_dead_at_once(t: TestDb) {
    let id = post(&t, "unreadable").await;
    worker(&t, &Office::default()).run_due().await.unwrap();
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!((row.state, row.attempt), (JobState::Dead, 1));
    assert_eq!(row.last_error.as_deref(), Some("nobody can read the address"));
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_postponed_job_waits_as_long_as_it_asked_for(t: TestDb) {
    let id = post(&t, "later").await;
    worker(&t, &Office::default()).run_due().await.unwrap();
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!((row.state, row.attempt, row.max_attempts), (JobState::Queued, 1, 4));
    assert_eq!(row.run_at.since(t.clock.now()), Duration::from_secs(60));
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_panic_ends_the_job_and_not_the_worker(t: TestDb) {
    let office = Office::default();
    let id = post(&t, "bomb").await;
    post(&t, "postcard").await;
    assert_eq!(worker(&t, &office).run_due().await.unwrap(), 2);
    assert_eq!(office.delivered(), ["postcard"]);
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert!(row.last_error.unwrap().contains("it exploded"));
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_payload_that_nobody_can_read_any_more_is_dead_and_says_why(t: TestDb) {
    #[derive(Serialize, Deserialize)]
    struct Newer {
        address: String,
    }
    impl Job for Newer {
        const NAME: &'static str = Deliver::NAME;
        type State = ();
        async fn run(self, cx: JobCx<()>) -> Result<Done, JobError> {
            cx.finish_empty().await
        }
    }
    let mut tx = t.begin(CLERK).await.unwrap();
    let id = tx.enqueue(&Newer { address: "Mars".into() }).await.unwrap();
    tx.commit().await.unwrap();
    worker(&t, &Office::default()).run_due().await.unwrap();
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!(row.state, JobState::Dead);
    assert!(row.last_error.unwrap().contains("missing field `letter`"));
    t.expect_jobs_left(&[Deliver::NAME]);
}

/// Books a parcel, and can be held up in the middle.
#[derive(Serialize, Deserialize)]
struct Book {
    parcel: String,
}

#[derive(Clone, Default)]
struct Desk {
    runs: Arc<AtomicU64>,
    started: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Job for Book {
    const NAME: &'static str = "post.book.v1";
    type State = Desk;

    async fn run(self, cx: JobCx<Desk>) -> Result<Done, JobError> {
        let run = cx.state.runs.fetch_add(1, Ordering::SeqCst);
        assert!(!cx.effect_key().is_empty());
        let mut tx = cx.begin().await?;
        add_parcel(&mut tx, &self.parcel, 1).await?;
        if run == 0 {
            // Not while the transaction is open: SQLite has only one writer.
            drop(tx);
            cx.state.started.notify_one();
            cx.state.go_on.notified().await;
            tx = cx.begin().await?;
            add_parcel(&mut tx, &self.parcel, 1).await?;
        }
        tx.enqueue(&deliver(&self.parcel)).await?;
        cx.finish(tx).await
    }
}

fn booking(db: &Db, desk: &Desk, node: &str) -> Worker {
    let registry = Registry::new([JobDef::of::<Book>(desk.clone())]).unwrap();
    let config = WorkerConfig {
        node: node.to_owned(),
        lane: "",
        concurrency: 2,
    };
    Worker::new(db.clone(), Arc::new(registry), config)
}

async fn book(t: &TestDb, parcel: &str) {
    let mut tx = t.begin(CLERK).await.unwrap();
    tx.enqueue(&Book {
        parcel: parcel.to_owned(),
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

#[app_test]
async fn effects_of_a_worker_that_lost_its_lease_are_not_written(t: TestDb) {
    create_parcels(&t).await;
    book(&t, "cup").await;
    let desk = Desk::default();
    let slow = booking(&t, &desk, "slow");
    let slow = tokio::task::JoinSet::from_iter([async move { slow.run_due().await.unwrap() }]);
    desk.started.notified().await;
    // The slow one stands still for longer than its lease, and another node takes over.
    t.clock.advance(Duration::from_secs(15));
    let mut tx = t.begin(CLERK).await.unwrap();
    let now = tx.now();
    assert_eq!(store::free_expired(&mut tx, START, now).await.unwrap(), 1);
    tx.commit().await.unwrap();
    // It books and, as always, enqueues the delivery.
    assert_eq!(booking(&t, &desk, "quick").run_due().await.unwrap(), 1);
    assert_eq!(parcels(&t).await, ["cup"]);
    desk.go_on.notify_one();
    slow.join_all().await;
    assert_eq!(parcels(&t).await, ["cup"]);
    assert_eq!(
        t.job_names().await,
        [Deliver::NAME],
        "one delivery and nothing that is dead"
    );
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn the_loop_runs_what_is_enqueued_and_ends_when_it_is_told_to(t: TestDb) {
    create_parcels(&t).await;
    let desk = Desk::default();
    let stop = CancellationToken::new();
    let at_work = {
        let (worker, stop) = (booking(&t, &desk, NODE), stop.clone());
        tokio::task::JoinSet::from_iter([async move { worker.run(stop).await }])
    };
    book(&t, "cup").await;
    desk.started.notified().await;
    // A stop waits for what runs.
    stop.cancel();
    desk.go_on.notify_one();
    at_work.join_all().await;
    assert_eq!(parcels(&t).await, ["cup"]);
    assert_eq!(t.job_names().await, [Deliver::NAME]);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_worker_of_another_process_hears_of_new_jobs(t: TestDb) {
    if t.engine_name() == "sqlite" {
        // One process per file: there is nobody else to hear of it.
        return;
    }
    let other = t.another_node().await;
    let office = Office::default();
    let stop = CancellationToken::new();
    let mut wakeups = other.wakeups();
    let listening = tokio::task::JoinSet::from_iter([listen(other.clone(), stop.clone())]);
    // Posted until heard: nobody knows when LISTEN has reached the server.
    let heard = async {
        while tokio::time::timeout(Duration::from_millis(20), wakeups.changed())
            .await
            .is_err()
        {
            post(&t, "hello").await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), heard).await.unwrap();
    stop.cancel();
    listening.join_all().await;
    worker(&other, &office).run_due().await.unwrap();
    assert!(!office.delivered().is_empty());
}

#[app_test]
async fn a_node_gives_back_what_it_held(t: TestDb) {
    post(&t, "held").await;
    claim(&t, NODE, 1).await.pop().unwrap();
    let office = Office::default();
    let worker = worker(&t, &office);
    assert_eq!(worker.run_due().await.unwrap(), 0);
    // As at the start after a crash: its own leases need not run out.
    worker.give_back().await.unwrap();
    assert_eq!(worker.run_due().await.unwrap(), 1);
    assert_eq!(office.delivered(), ["held"]);
}

#[app_test]
async fn a_name_cannot_have_two_bodies(_t: TestDb) {
    let office = Office::default();
    let twice = Registry::new([JobDef::of::<Deliver>(office.clone()), JobDef::of::<Deliver>(office)]);
    assert_eq!(twice.unwrap_err().to_string(), "two jobs are named `post.deliver.v1`");
}
