//! Runs jobs: claims them by lease, keeps the leases alive, records how they ended.
//!
//! **Always holds:** the leases of what a worker holds, and of nothing else, are renewed; on stop what has not finished is
//! given back. A job is claimed ahead only when it is likely to begin within a moment.
//!
//! Start at [`Worker::run`], then `shift.rs` for its loop.

mod attempt;
mod buffer;
mod claimer;
mod held;
mod shelf;
mod shift;
mod tally;
mod upkeep;

use std::{sync::Arc, time::Duration};

use karavan_kernel::Actor;
use tokio_util::sync::CancellationToken;

use self::{
    held::{Grip, Held},
    shift::Shift,
    tally::Tally,
    upkeep::Diary,
};
use super::{
    Registry,
    store::{self, Claimed, Claims},
};
use crate::{Db, StoreResult};

/// How long a job is held without a heartbeat.
const LEASE: Duration = Duration::from_secs(15);
/// Notifications can be lost with a connection; nothing waits longer than this for a look.
const SLOW_POLL: Duration = Duration::from_secs(1);
/// How long running jobs may take to end after a stop was asked for.
const DRAIN: Duration = Duration::from_secs(30);

/// What a worker needs to know.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// The node's stable name. Two workers that run at the same time never share one.
    pub node: String,
    /// The lane it serves; the empty one is everybody's.
    pub lane: &'static str,
    /// Jobs (or batches) at a time.
    pub concurrency: usize,
}

/// Runs jobs of one lane. Clones are handles to the same worker.
#[derive(Debug, Clone)]
pub struct Worker {
    db: Db,
    registry: Arc<Registry>,
    config: WorkerConfig,
    held: Arc<Held>,
    tally: Arc<Tally>,
    diary: Arc<Diary>,
}

impl Worker {
    /// A worker that is not running yet.
    pub fn new(db: Db, registry: Arc<Registry>, config: WorkerConfig) -> Self {
        Self {
            db,
            registry,
            config,
            held: Arc::default(),
            tally: Arc::default(),
            diary: Arc::default(),
        }
    }

    /// Frees what this node held before it died, works until `stop`, then waits for what runs and gives the rest back.
    pub async fn run(&self, stop: CancellationToken) {
        while let Err(error) = self.give_back().await {
            tracing::warn!(%error, "What this node held before cannot be freed now");
            tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(SLOW_POLL) => {} }
        }
        let ended = CancellationToken::new();
        // On the heap: the loop's future is large, and callers hold several.
        let work = Box::pin(async {
            let mut shift = Shift::new(self.clone());
            shift.work(&stop).await;
            shift.drain().await;
            ended.cancel();
        });
        tokio::join!(work, Box::pin(self.upkeep(ended.clone())));
        if let Err(error) = self.give_back_all().await {
            tracing::warn!(%error, "Leases were not given back; they run out in {LEASE:?}");
        }
    }

    /// Frees what this node held before it died: its leases need not run out. Only while none of its jobs runs.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError).
    pub async fn give_back(&self) -> StoreResult<()> {
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        let freed = store::free_node(&mut tx, &self.config.node).await?;
        tx.commit().await?;
        if freed > 0 {
            tracing::warn!(freed, "Jobs that this node held before it died were freed");
        }
        Ok(())
    }

    async fn give_back_all(&self) -> StoreResult<()> {
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        store::give_back(&mut tx, &self.config.node).await?;
        tx.commit().await
    }

    async fn try_give_back(&self, grips: &[Grip]) -> StoreResult<()> {
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        store::give_back_some(&mut tx, &self.config.node, grips).await?;
        tx.commit().await
    }

    /// Runs everything that is due on every lane, one by one, oldest first, until nothing is: for tests and the command line.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError).
    pub async fn run_due(&self) -> StoreResult<u64> {
        let mut ran = 0;
        while let Some(job) = self.claim_one().await? {
            self.held.take(std::slice::from_ref(&job));
            self.run_lot(vec![job]).await;
            ran += 1;
        }
        self.tally.write(&self.db, &self.config.node).await?;
        Ok(ran)
    }

    async fn claim_one(&self) -> StoreResult<Option<Claimed>> {
        let now = self.db.now().await?;
        let anything = !self.registry.names().is_empty();
        // A look first: who has nothing to do must not queue behind the writer.
        if !anything || !store::is_anything_due(&mut *self.db.read().await?, now).await? {
            return Ok(None);
        }
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        let claims = Claims {
            node: &self.config.node,
            lane: None,
            names: self.registry.names(),
            limit: 1,
        };
        let job = store::claim(&mut tx, claims, now, now + LEASE).await?.pop();
        tx.commit().await?;
        Ok(job)
    }
}
