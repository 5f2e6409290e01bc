//! Jobs that are done many at a time.
//!
//! **Always holds:** the effects and all completions of a batch are one transaction: either every job of it is done or none
//! is. After a batch that failed, its jobs are tried one by one, so a bad one does not hold the others up; being in a failed
//! batch costs no attempt.

use karavan_kernel::Actor;
use tokio_util::sync::CancellationToken;

use super::{
    Done, Job, JobError,
    store::{self, Claimed},
};
use crate::{Db, StoreResult, Tx};

/// A job whose body takes many at once. Its [`Job::run`] takes one that must be alone:
/// `Self::run_batch(vec![self], cx.into_batch()).await`.
pub trait BatchJob: Job {
    /// At most so many at a time.
    const BATCH: usize = 100;

    /// Does the work of all of them. Effects in our database go through `cx.finish(tx)`.
    fn run_batch(jobs: Vec<Self>, cx: BatchCx<Self::State>) -> impl Future<Output = Result<Done, JobError>> + Send;
}

/// What the body of a batch works with.
#[derive(Debug)]
pub struct BatchCx<S> {
    /// The body's own state, usually the product.
    pub state: S,
    pub(super) db: Db,
    pub(super) jobs: Vec<Claimed>,
    pub(super) name: &'static str,
    pub(super) cancel: CancellationToken,
}

impl<S> BatchCx<S> {
    /// Opens the transaction of the effects.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError).
    pub async fn begin(&self) -> StoreResult<Tx> {
        self.db.begin(Actor::System(self.name)).await
    }

    /// The database.
    pub const fn db(&self) -> &Db {
        &self.db
    }

    /// For each job, in order: the same for every attempt, an idempotency key for calls to the outside.
    pub fn effect_keys(&self) -> Vec<String> {
        self.jobs.iter().map(|job| job.id.to_string()).collect()
    }

    /// Ends when one of the jobs was cancelled or its lease is lost: then the batch cannot be completed any more.
    pub async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }

    /// Commits the effects together with the completion of every job.
    ///
    /// # Errors
    /// When one of the jobs was cancelled or another worker has it by now; then nothing was written.
    pub async fn finish(&self, mut tx: Tx) -> Result<Done, JobError> {
        store::finish_all(&mut tx, &self.jobs).await?;
        tx.commit().await?;
        Ok(Done(()))
    }
}
