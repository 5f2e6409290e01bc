//! Guards: jobs that go on for as long as a test wants, and the worker that runs them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use karavan_store::{
    Db, StoreError,
    queue::{
        Done, Enqueue, Job, JobCx, JobDef, JobError, JobId, Registry, Worker, WorkerConfig,
        store::{self, JobState},
    },
};
use karavan_testkit::TestDb;
use serde::{Deserialize, Serialize};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::support::{CLERK, NODE};

/// Watches over something, in one of several ways.
#[derive(Debug, Serialize, Deserialize)]
pub enum Guard {
    /// A moment.
    Nod,
    /// Until told to go, or until the job is taken away.
    Wake,
    /// Hears nothing.
    Sleep,
    /// Says how far it is until it hears that it is over.
    Report,
}

#[derive(Clone, Default)]
pub struct Post {
    pub started: Arc<Notify>,
    pub go: Arc<Notify>,
    pub noticed: Arc<AtomicU64>,
    pub dropped: Arc<AtomicU64>,
}

struct Leaves(Arc<AtomicU64>);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Job for Guard {
    const NAME: &'static str = "post.guard.v1";
    type State = Post;

    async fn run(self, cx: JobCx<Post>) -> Result<Done, JobError> {
        match self {
            Self::Nod => {}
            Self::Wake => {
                cx.state.started.notify_one();
                tokio::select! {
                    () = cx.state.go.notified() => {}
                    () = cx.cancelled() => {
                        cx.state.noticed.fetch_add(1, Ordering::SeqCst);
                    }
                }
            }
            Self::Sleep => {
                let _leaves = Leaves(cx.state.dropped.clone());
                cx.state.started.notify_one();
                std::future::pending::<()>().await;
            }
            Self::Report => {
                for step in 0.. {
                    match cx.progress(step, 1_000_000, "looking").await {
                        Ok(()) => {}
                        Err(StoreError::Fenced) => {
                            assert!(cx.is_cancelled());
                            cx.state.noticed.fetch_add(1, Ordering::SeqCst);
                            break;
                        }
                        Err(error) => return Err(error.into()),
                    }
                    cx.state.started.notify_one();
                    cx.state.go.notified().await;
                }
            }
        }
        cx.finish_empty().await
    }
}

pub struct Shift {
    pub worker: Worker,
    pub stop: CancellationToken,
    pub at_work: JoinSet<()>,
}

impl Shift {
    /// A worker with one place, at work.
    pub fn begin(db: &Db, post: &Post) -> Self {
        Self::begin_as(NODE, db, post)
    }

    pub fn begin_as(node: &str, db: &Db, post: &Post) -> Self {
        let registry = Registry::new([JobDef::of::<Guard>(post.clone())]).unwrap();
        let config = WorkerConfig {
            node: node.to_owned(),
            lane: "",
            concurrency: 1,
        };
        let worker = Worker::new(db.clone(), Arc::new(registry), config);
        let stop = CancellationToken::new();
        let (own, until) = (worker.clone(), stop.clone());
        let at_work = JoinSet::from_iter([async move { own.run(until).await }]);
        Self { worker, stop, at_work }
    }

    pub async fn end(self) {
        self.stop.cancel();
        self.at_work.join_all().await;
    }
}

pub async fn post(t: &TestDb, guard: Guard) -> JobId {
    // Ids of one millisecond are in no order.
    t.clock.advance(Duration::from_millis(1));
    let mut tx = t.begin(CLERK).await.unwrap();
    let id = tx.enqueue_with(&guard, Enqueue::default()).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    id
}

/// Asks the database until it says so. Each question takes its time, so nothing else is waited for.
pub async fn until(t: &TestDb, what: impl Fn(&[store::JobRow]) -> bool) {
    let asked = async {
        while !what(&t.jobs().await) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked)
        .await
        .expect("it never came to that");
}

pub fn count(jobs: &[store::JobRow], state: JobState) -> usize {
    jobs.iter().filter(|job| job.state == state).count()
}
