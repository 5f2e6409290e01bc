//! One attempt: the body, and what its outcome means for the row.

use std::{any::Any, panic::AssertUnwindSafe, time::Duration};

use futures::FutureExt;
use karavan_kernel::{Actor, open_tx};
use tokio::time::{Instant, timeout};

use super::{
    super::{
        JobError,
        model::pause_before_next,
        registry::{JobDef, Lot},
        store::{self, Claimed, Ended},
    },
    Worker,
};
use crate::{StoreError, StoreResult};

/// How long a body whose job was cancelled or lost may take to notice.
const GRACE: Duration = Duration::from_secs(2);

/// What the panicking code had to say.
fn words_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a word")
}

impl Worker {
    /// Runs a job or a batch. Says how long it took for each of them.
    pub(super) async fn run_lot(&self, jobs: Vec<Claimed>) -> Duration {
        let started = Instant::now();
        let count = u32::try_from(jobs.len()).unwrap_or(u32::MAX).max(1);
        self.attempt(&jobs).await;
        self.held.release(&jobs);
        started.elapsed() / count
    }

    async fn attempt(&self, jobs: &[Claimed]) {
        let Some(def) = jobs.first().and_then(|job| self.registry.get(&job.name)).cloned() else {
            return;
        };
        let lot = Lot {
            jobs: jobs.to_vec(),
            cancel: self.held.begin(jobs),
        };
        let started = self.db.clock().now();
        let cancel = lot.cancel.clone();
        let outcome = self.run_body(&def, lot).await;
        // Whatever it says, its job was cancelled or is somebody else's by now.
        let taken_away = outcome.is_err() && cancel.is_cancelled();
        let now = self.db.clock().now();
        metrics::histogram!("job_duration_seconds", "job" => def.name).record(now.since(started).as_secs_f64());
        let count = i64::try_from(jobs.len()).unwrap_or(i64::MAX);
        let word = match &outcome {
            Ok(()) => "done",
            Err(_) if taken_away => "taken_away",
            Err(JobError::Retry(_)) => "failed",
            Err(JobError::Postpone(_)) => "postponed",
            Err(JobError::Fail(_)) => "given_up",
        };
        metrics::counter!("jobs_total", "job" => def.name, "outcome" => word).increment(count.unsigned_abs());
        match &outcome {
            Ok(()) => self.tally.add(def.name, now, Ended { done: count, failed: 0 }),
            Err(JobError::Postpone(_)) => {}
            Err(_) if taken_away => {}
            Err(_) => self.tally.add(def.name, now, Ended { done: 0, failed: count }),
        }
        if let Err(error) = outcome {
            self.record(&def, jobs, &error, taken_away).await;
        }
    }

    async fn run_body(&self, def: &JobDef, lot: Lot) -> Result<(), JobError> {
        let cancel = lot.cancel.clone();
        if cancel.is_cancelled() {
            return Err(JobError::retry("cancelled before it began"));
        }
        // Caught, so that a panic ends the job and not the worker. Not by a task of its own: it would have to be woken, and to
        // wake, once more for every job.
        let body = open_tx::watched(timeout(def.timeout, def.run(lot, self.db.clone())));
        let body = AssertUnwindSafe(body).catch_unwind();
        let given_up = async {
            cancel.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            ended = body => match ended {
                Ok(Ok(result)) => result.map(|_done| ()),
                Ok(Err(_elapsed)) => Err(JobError::retry(format!("took longer than {:?}", def.timeout))),
                Err(panic) => Err(JobError::retry(format!("panicked: {}", words_of(panic.as_ref())))),
            },
            () = given_up => Err(JobError::retry("the job was taken away")),
        }
    }

    /// Writes down a failure. When that fails too, the lease runs out and the job is tried again.
    async fn record(&self, def: &JobDef, jobs: &[Claimed], error: &JobError, taken_away: bool) {
        for job in jobs {
            if !taken_away && let JobError::Retry(_) | JobError::Fail(_) = error {
                tracing::warn!(job.id = %job.id, job.name, job.attempt, error = %error.story(), "A job failed");
            }
            match self.try_record(def, job, jobs.len() > 1, error).await {
                Ok(()) => {}
                Err(StoreError::Fenced) => self.let_go(job).await,
                Err(cause) => tracing::error!(job.id = %job.id, error = %cause, "A job's failure was not recorded"),
            }
        }
    }

    async fn try_record(&self, def: &JobDef, job: &Claimed, in_batch: bool, error: &JobError) -> StoreResult<()> {
        let now = self.db.now().await?;
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        // Attempts that do not count (postponed, lost, given back, before a replay) have widened what is allowed.
        let excused = (job.max_attempts - i64::from(def.max_attempts)).max(0);
        let pause = pause_before_next(job.attempt - excused, tx.entropy().below(1_000));
        match error {
            JobError::Postpone(pause) => store::postpone(&mut tx, job, now + *pause).await?,
            // It may be the fault of another one: each is tried alone now, and only that counts.
            JobError::Retry(_) | JobError::Fail(_) if in_batch => store::postpone(&mut tx, job, now).await?,
            JobError::Retry(_) if job.attempt < job.max_attempts => {
                store::put_back(&mut tx, job, &error.story(), Some(now + pause)).await?;
            }
            JobError::Retry(_) | JobError::Fail(_) => store::put_back(&mut tx, job, &error.story(), None).await?,
        }
        tx.commit().await
    }

    /// The job was cancelled, or belongs to a later attempt.
    async fn let_go(&self, job: &Claimed) {
        match self.try_bury(job).await {
            Ok(true) => tracing::info!(job.id = %job.id, job.name, "A cancelled job has ended"),
            Ok(false) => {
                metrics::counter!("job_leases_lost_total", "job" => job.name.clone()).increment(1);
                tracing::info!(job.id = %job.id, job.name, "The job belongs to a later attempt");
            }
            Err(error) => {
                tracing::warn!(job.id = %job.id, %error, "A cancelled job is removed when its lease runs out")
            }
        }
    }

    async fn try_bury(&self, job: &Claimed) -> StoreResult<bool> {
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        let gone = store::bury(&mut tx, job).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
