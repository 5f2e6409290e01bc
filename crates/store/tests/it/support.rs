//! A post office: what the tests of the queue are about.

use std::sync::{Arc, Mutex};

use karavan_kernel::{Actor, Timestamp};
use karavan_store::{
    Db, Tx,
    queue::{
        Done, Enqueue, Job, JobCx, JobDef, JobError, JobId, Registry, Worker, WorkerConfig,
        store::{self, Claimed, Claims},
    },
    sql,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

pub const CLERK: Actor = Actor::System("clerk");
pub const NODE: &str = "node-1";
pub const LEASE: std::time::Duration = std::time::Duration::from_secs(15);

/// Delivers one letter: writes it down, unless the town's road is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deliver {
    pub letter: String,
}

/// What the deliverers share.
#[derive(Clone, Default)]
pub struct Office {
    delivered: Arc<Mutex<Vec<String>>>,
    changed: Arc<Notify>,
}

impl Office {
    pub fn delivered(&self) -> Vec<String> {
        self.delivered.lock().unwrap().clone()
    }

    pub fn deliver(&self, letter: &str) {
        self.delivered.lock().unwrap().push(letter.to_owned());
        self.changed.notify_waiters();
    }

    /// Until so many are delivered.
    pub async fn wait_for(&self, count: usize) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.delivered().len() >= count {
                return;
            }
            changed.await;
        }
    }
}

impl Job for Deliver {
    const NAME: &'static str = "post.deliver.v1";
    type State = Office;

    async fn run(self, cx: JobCx<Office>) -> Result<Done, JobError> {
        match self.letter.as_str() {
            "unreadable" => return Err(JobError::fail("nobody can read the address")),
            "flooded" => return Err(JobError::retry("the road is flooded")),
            "later" => return Err(JobError::Postpone(std::time::Duration::from_secs(60))),
            "bomb" => panic!("it exploded"),
            _ => {}
        }
        let done = cx.finish_empty().await?;
        cx.state.deliver(&self.letter);
        Ok(done)
    }
}

pub fn deliver(letter: &str) -> Deliver {
    Deliver {
        letter: letter.to_owned(),
    }
}

pub fn worker(db: &Db, office: &Office) -> Worker {
    worker_named(db, office, NODE)
}

pub fn worker_named(db: &Db, office: &Office, node: &str) -> Worker {
    worker_with_places(db, office, node, 4)
}

pub fn worker_with_places(db: &Db, office: &Office, node: &str, concurrency: usize) -> Worker {
    let registry = Registry::new([JobDef::of::<Deliver>(office.clone())]).unwrap();
    let config = WorkerConfig {
        node: node.to_owned(),
        lane: "",
        concurrency,
    };
    Worker::new(db.clone(), Arc::new(registry), config)
}

pub async fn post(db: &Db, letter: &str) -> JobId {
    post_with(db, letter, Enqueue::default()).await.unwrap()
}

pub async fn post_with(db: &Db, letter: &str, how: Enqueue) -> Option<JobId> {
    let mut tx = db.begin(CLERK).await.unwrap();
    let id = tx.enqueue_with(&deliver(letter), how).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Claims for a node, on every lane, as a worker does.
pub async fn claim(db: &Db, node: &str, limit: u32) -> Vec<Claimed> {
    let now = db.now().await.unwrap();
    claim_until(db, node, limit, now + LEASE).await
}

pub async fn claim_until(db: &Db, node: &str, limit: u32, lease_until: Timestamp) -> Vec<Claimed> {
    let now = db.now().await.unwrap();
    let mut tx = db.begin(Actor::System("worker")).await.unwrap();
    let claims = Claims {
        node,
        lane: None,
        names: &[Deliver::NAME],
        limit,
    };
    let claimed = store::claim(&mut tx, claims, now, lease_until).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

pub fn letter_of(job: &Claimed) -> String {
    serde_json::from_str::<Deliver>(&job.payload).unwrap().letter
}

pub async fn finish(db: &Db, job: &Claimed) {
    let mut tx = db.begin(CLERK).await.unwrap();
    store::finish(&mut tx, job).await.unwrap();
    tx.commit().await.unwrap();
}

/// A table of the test's own.
pub async fn create_parcels(db: &Db) {
    let mut tx = db.begin(CLERK).await.unwrap();
    let create = sql!(
        "CREATE TABLE parcels (id TEXT NOT NULL PRIMARY KEY, town TEXT NOT NULL, house BIGINT NOT NULL, phone TEXT,
                               weight BIGINT NOT NULL, UNIQUE (town, house))"
    );
    assert_eq!(tx.execute(create).await.unwrap().count(), 0);
    let phone = sql!("CREATE UNIQUE INDEX parcels_phone ON parcels (phone) WHERE weight > 0");
    assert_eq!(tx.execute(phone).await.unwrap().count(), 0);
    tx.commit().await.unwrap();
}

pub async fn add_parcel(tx: &mut Tx, id: &str, house: i64) -> karavan_store::StoreResult<()> {
    let insert = sql!(
        "INSERT INTO parcels (id, town, house, phone, weight) VALUES ($1, 'Kyiv', $2, $3, 5)",
        id,
        house,
        format!("+38044{house:07}")
    );
    tx.execute(insert).await?.expect_rows(1)
}

pub async fn parcels(db: &Db) -> Vec<String> {
    let mut read = db.read().await.unwrap();
    let rows: Vec<(String,)> = read
        .fetch_all(sql!("SELECT id FROM parcels ORDER BY id"))
        .await
        .unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}
