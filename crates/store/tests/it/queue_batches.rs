//! Jobs that are done many at a time: all of a batch or none.

use std::sync::{Arc, Mutex};

use karavan_store::{
    Db,
    queue::{
        BatchCx, BatchJob, Done, Enqueue, Job, JobCx, JobDef, JobError, Registry, Worker, WorkerConfig,
        store::{self, JobState},
    },
};
use karavan_testkit::{TestDb, app_test};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::support::{CLERK, Deliver, NODE, add_parcel, create_parcels, deliver, parcels};

/// Books parcels, each into a house of its own.
#[derive(Debug, Serialize, Deserialize)]
struct BookLot {
    house: i64,
}

#[derive(Clone, Default)]
struct Depot {
    sizes: Arc<Mutex<Vec<usize>>>,
    booked: Arc<Notify>,
}

impl Job for BookLot {
    const NAME: &'static str = "post.book_lot.v1";
    type State = Depot;

    async fn run(self, cx: JobCx<Depot>) -> Result<Done, JobError> {
        Self::run_batch(vec![self], cx.into_batch()).await
    }
}

impl BatchJob for BookLot {
    const BATCH: usize = 10;

    async fn run_batch(jobs: Vec<Self>, cx: BatchCx<Depot>) -> Result<Done, JobError> {
        assert_eq!(cx.effect_keys().len(), jobs.len());
        let mut tx = cx.begin().await?;
        for job in &jobs {
            if job.house == 13 {
                return Err(JobError::fail("nobody lives there"));
            }
            add_parcel(&mut tx, &format!("{:03}", job.house), job.house).await?;
            tx.enqueue(&deliver(&job.house.to_string())).await?;
        }
        let done = cx.finish(tx).await?;
        cx.state.sizes.lock().unwrap().push(jobs.len());
        cx.state.booked.notify_one();
        Ok(done)
    }
}

fn worker(db: &Db, depot: &Depot) -> Worker {
    let registry = Registry::new([JobDef::batch_of::<BookLot>(depot.clone())]).unwrap();
    let config = WorkerConfig {
        node: NODE.to_owned(),
        lane: "",
        concurrency: 1,
    };
    Worker::new(db.clone(), Arc::new(registry), config)
}

async fn run_until(worker: &Worker, depot: &Depot, booked: usize) {
    let stop = CancellationToken::new();
    let watching = async {
        while depot.sizes.lock().unwrap().iter().sum::<usize>() < booked {
            depot.booked.notified().await;
        }
        stop.cancel();
    };
    tokio::join!(worker.run(stop.clone()), watching);
}

#[app_test]
async fn many_jobs_take_one_place_and_one_transaction(t: TestDb) {
    create_parcels(&t).await;
    let houses: Vec<BookLot> = (100..125).map(|house| BookLot { house }).collect();
    let mut tx = t.begin(CLERK).await.unwrap();
    tx.enqueue_all(&houses, &Enqueue::default()).await.unwrap();
    tx.commit().await.unwrap();
    let depot = Depot::default();
    run_until(&worker(&t, &depot), &depot, 25).await;
    assert_eq!(*depot.sizes.lock().unwrap(), [10, 10, 5]);
    assert_eq!(parcels(&t).await.len(), 25);
    let left = t.job_names().await;
    assert_eq!(left.len(), 25, "each effect once, and no booking is left");
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_bad_one_does_not_hold_its_fellows_up_and_costs_them_no_attempt(t: TestDb) {
    create_parcels(&t).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    for house in [12, 13, 14] {
        tx.enqueue(&BookLot { house }).await.unwrap();
    }
    tx.commit().await.unwrap();
    let depot = Depot::default();
    run_until(&worker(&t, &depot), &depot, 2).await;
    assert_eq!(
        *depot.sizes.lock().unwrap(),
        [1, 1],
        "together none of them, then each alone"
    );
    assert_eq!(parcels(&t).await, ["012", "014"]);
    worker(&t, &depot).run_due().await.unwrap();
    let dead = t
        .jobs()
        .await
        .into_iter()
        .find(|job| job.name == BookLot::NAME)
        .unwrap();
    assert_eq!((dead.state, dead.attempt, dead.max_attempts), (JobState::Dead, 2, 4));
    assert_eq!(dead.last_error.as_deref(), Some("nobody lives there"));
    t.expect_jobs_left(&[BookLot::NAME, Deliver::NAME]);
}

#[app_test]
async fn when_one_of_a_batch_was_cancelled_nothing_of_it_is_written_and_the_others_are_done_alone(t: TestDb) {
    create_parcels(&t).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    let mut ids = Vec::new();
    for house in [1, 2, 3] {
        ids.push(tx.enqueue(&BookLot { house }).await.unwrap());
    }
    tx.commit().await.unwrap();
    let claims = store::Claims {
        node: NODE,
        lane: None,
        names: &[BookLot::NAME],
        limit: 10,
    };
    let now = t.now().await.unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    let lot = store::claim(&mut tx, claims, now, now + crate::support::LEASE)
        .await
        .unwrap();
    store::cancel(&mut tx, ids[1]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    add_parcel(&mut tx, "001", 1).await.unwrap();
    assert!(store::finish_all(&mut tx, &lot).await.is_err());
    drop(tx);
    assert!(parcels(&t).await.is_empty());
    let depot = Depot::default();
    let worker = worker(&t, &depot);
    worker.give_back().await.unwrap();
    worker.run_due().await.unwrap();
    assert_eq!(parcels(&t).await, ["001", "003"]);
    t.expect_jobs_left(&[Deliver::NAME]);
}
