//! Runs jobs: claims them by lease, keeps the leases alive, records how they ended.
//!
//! **Always holds:** a job is claimed only when there is room to run it, and on stop what has not finished is given back.

use std::{collections::HashMap, sync::Arc, time::Duration};

use karavan_kernel::{Actor, Timestamp, open_tx};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::{self, JoinSet},
    time::{Interval, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    JobError, JobId, Registry,
    model::pause_before_next,
    store::{self, Claimed, Claims},
};
use crate::{Db, StoreError, StoreResult};

/// How long a job is held without a heartbeat.
pub(super) const LEASE: Duration = Duration::from_secs(15);
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Notifications can be lost with a connection; nothing waits longer than this for a look.
const SLOW_POLL: Duration = Duration::from_secs(5);
/// How long running jobs may take to end after a stop was asked for.
const DRAIN: Duration = Duration::from_secs(30);

/// What a worker needs to know.
#[derive(Debug, Clone)]
pub struct WorkerConfig {
    /// The node's stable name.
    pub node: String,
    /// The lane it serves; the empty one is everybody's.
    pub lane: &'static str,
    /// Jobs at a time.
    pub concurrency: usize,
}

/// Runs jobs of one lane.
#[derive(Debug, Clone)]
pub struct Worker {
    db: Db,
    registry: Arc<Registry>,
    config: WorkerConfig,
}

/// The jobs that a worker works on right now: exactly their leases are renewed.
#[derive(Debug, Default)]
struct Running {
    tasks: JoinSet<()>,
    jobs: HashMap<task::Id, JobId>,
}

impl Running {
    fn start(&mut self, worker: Worker, job: Claimed, permit: OwnedSemaphorePermit) {
        let id = job.id;
        let task = self.tasks.spawn(async move {
            worker.run_one(job).await;
            drop(permit);
        });
        self.jobs.insert(task.id(), id);
    }

    /// Waits for one to end; `false` when there is none.
    async fn one_ended(&mut self) -> bool {
        let ended = match self.tasks.join_next_with_id().await {
            Some(Ok((task, ()))) => task,
            Some(Err(panic)) => panic.id(),
            None => return false,
        };
        self.jobs.remove(&ended);
        true
    }

    fn ids(&self) -> Vec<JobId> {
        self.jobs.values().copied().collect()
    }
}

impl Worker {
    /// A worker that is not running yet.
    pub const fn new(db: Db, registry: Arc<Registry>, config: WorkerConfig) -> Self {
        Self { db, registry, config }
    }

    /// Works until `stop`, then waits for what runs and gives the rest back.
    pub async fn run(&self, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(self.config.concurrency));
        let mut running = Running::default();
        let mut wakeups = self.db.wakeups();
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        while !stop.is_cancelled() {
            wakeups.mark_unchanged();
            let pause = match self.fill(&room, &mut running).await {
                Ok(pause) => pause,
                Err(error) => {
                    tracing::warn!(error = %error, lane = self.config.lane, "Jobs cannot be claimed now");
                    Duration::from_secs(1)
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                _ = wakeups.changed() => {}
                () = tokio::time::sleep(pause) => {}
                _ = running.one_ended(), if !running.jobs.is_empty() => {}
                _ = heartbeat.tick() => self.keep_alive(&running).await,
            }
        }
        self.drain(running, heartbeat).await;
    }

    /// Claims as many jobs as there is room for; says how long to wait when there is nothing more to do.
    async fn fill(&self, room: &Arc<Semaphore>, running: &mut Running) -> StoreResult<Duration> {
        loop {
            let free = u32::try_from(room.available_permits()).unwrap_or(u32::MAX);
            if free == 0 {
                return Ok(SLOW_POLL);
            }
            let now = self.db.now().await?;
            let jobs = self.claim(Some(self.config.lane), free, now).await?;
            if jobs.is_empty() {
                let next = store::next_due(&mut *self.db.read().await?, self.config.lane, now).await?;
                return Ok(next.map_or(SLOW_POLL, |next| next.since(now).min(SLOW_POLL)));
            }
            for job in jobs {
                let permit = room
                    .clone()
                    .try_acquire_owned()
                    .expect("only as many were claimed as there is room for");
                running.start(self.clone(), job, permit);
            }
        }
    }

    async fn claim(&self, lane: Option<&str>, limit: u32, now: Timestamp) -> StoreResult<Vec<Claimed>> {
        if self.registry.names().is_empty() || !self.anything_due(now).await? {
            return Ok(Vec::new());
        }
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        let claims = Claims {
            node: &self.config.node,
            lane,
            names: self.registry.names(),
            limit,
        };
        let jobs = store::claim(&mut tx, claims, now, now + LEASE).await?;
        tx.commit().await?;
        Ok(jobs)
    }

    /// A look without a write: an idle worker must not queue behind the writer.
    async fn anything_due(&self, now: Timestamp) -> StoreResult<bool> {
        store::is_anything_due(&mut *self.db.read().await?, now).await
    }

    async fn run_one(&self, job: Claimed) {
        let Some(def) = self.registry.get(&job.name).cloned() else {
            return;
        };
        let started = self.db.clock().now();
        let work = open_tx::watched(timeout(def.timeout, def.run(job.clone(), self.db.clone())));
        let mut task = JoinSet::new();
        // A task of its own, so that a panic ends the job and not the worker.
        task.spawn(work);
        let outcome = match task.join_next().await.expect("one task was spawned") {
            Ok(Ok(result)) => result.map(|_done| ()),
            Ok(Err(_elapsed)) => Err(JobError::retry(format!("took longer than {:?}", def.timeout))),
            Err(panic) => Err(JobError::retry(format!("panicked: {panic}"))),
        };
        let seconds = self.db.clock().now().since(started).as_secs_f64();
        metrics::histogram!("job_duration_seconds", "job" => def.name).record(seconds);
        let word = match &outcome {
            Ok(()) => "done",
            Err(JobError::Retry(_)) => "failed",
            Err(JobError::Postpone(_)) => "postponed",
            Err(JobError::Fail(_)) => "given_up",
        };
        metrics::counter!("jobs_total", "job" => def.name, "outcome" => word).increment(1);
        if let Err(error) = outcome {
            self.record(&job, &error).await;
        }
    }

    /// Writes down a failure. When that fails too, the lease runs out and the job is tried again.
    async fn record(&self, job: &Claimed, error: &JobError) {
        if let JobError::Retry(_) | JobError::Fail(_) = error {
            tracing::warn!(job.id = %job.id, job.name, job.attempt, error = %error.story(), "A job failed");
        }
        match self.try_record(job, error).await {
            Ok(()) => {}
            Err(StoreError::Fenced) => tracing::info!(job.id = %job.id, "The job belongs to a later attempt"),
            Err(cause) => tracing::error!(job.id = %job.id, error = %cause, "A job's failure was not recorded"),
        }
    }

    async fn try_record(&self, job: &Claimed, error: &JobError) -> StoreResult<()> {
        let now = self.db.now().await?;
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        let pause = pause_before_next(job.attempt, tx.entropy().below(1_000));
        match error {
            JobError::Postpone(pause) => store::postpone(&mut tx, job, now + *pause).await?,
            JobError::Retry(_) if job.attempt < job.max_attempts => {
                store::put_back(&mut tx, job, &error.story(), Some(now + pause)).await?;
            }
            JobError::Retry(_) | JobError::Fail(_) => store::put_back(&mut tx, job, &error.story(), None).await?,
        }
        tx.commit().await
    }

    async fn keep_alive(&self, running: &Running) {
        if let Err(error) = self.renew_and_free(&running.ids()).await {
            tracing::warn!(error = %error, "Leases cannot be renewed now");
        }
    }

    async fn renew_and_free(&self, held: &[JobId]) -> StoreResult<()> {
        let now = self.db.now().await?;
        // A look first: an idle program writes nothing.
        if !store::is_anything_running(&mut *self.db.read().await?).await? {
            return Ok(());
        }
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        store::heartbeat(&mut tx, &self.config.node, held, now + LEASE).await?;
        let freed = store::free_expired(&mut tx, now).await?;
        tx.commit().await?;
        if freed > 0 {
            tracing::warn!(freed, "Jobs of lost workers were freed");
        }
        Ok(())
    }

    /// Lets what runs end, with its leases alive meanwhile; what takes too long is stopped.
    async fn drain(&self, mut running: Running, mut heartbeat: Interval) {
        let all_done = async {
            loop {
                tokio::select! {
                    one = running.one_ended() => if !one { return },
                    _ = heartbeat.tick() => self.keep_alive(&running).await,
                }
            }
        };
        if timeout(DRAIN, all_done).await.is_err() {
            running.tasks.shutdown().await;
        }
        if let Err(error) = self.give_back().await {
            tracing::warn!(error = %error, "Leases were not given back; they run out in {LEASE:?}");
        }
    }

    /// Frees what this node holds: at the start what it held before a crash, at the end what it could not finish.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn give_back(&self) -> StoreResult<()> {
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        store::free_node(&mut tx, &self.config.node).await?;
        tx.commit().await
    }

    /// Runs everything that is due on every lane, one by one, until nothing is: for tests and the command line.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn run_due(&self) -> StoreResult<u64> {
        let mut ran = 0;
        loop {
            let now = self.db.now().await?;
            let Some(job) = self.claim(None, 1, now).await?.pop() else {
                return Ok(ran);
            };
            self.run_one(job).await;
            ran += 1;
        }
    }
}

/// Wakes the workers of this process when another process enqueues. Nothing to do on SQLite.
pub async fn listen(db: Db, stop: CancellationToken) {
    let Some(pool) = db.postgres_pool().cloned() else {
        return;
    };
    while !stop.is_cancelled() {
        let listening = async {
            let mut listener = sqlx::postgres::PgListener::connect_with(&pool).await?;
            listener.listen("karavan_jobs").await?;
            loop {
                // `None`: the connection was lost and is being restored; something may have been missed.
                listener.try_recv().await?;
                db.wake();
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            result = listening => {
                let Err::<(), sqlx::Error>(error) = result else { return };
                tracing::warn!(error = %error, "Notifications of jobs are interrupted; polling goes on");
            }
        }
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(Duration::from_secs(1)) => {} }
    }
}
