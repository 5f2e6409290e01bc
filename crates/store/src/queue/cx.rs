//! What a job's body works with.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use karavan_kernel::{Actor, Timestamp};
use tokio_util::sync::CancellationToken;

use super::{
    BatchCx, Done, JobError,
    store::{self, Claimed},
};
use crate::{Db, StoreResult, Tx};

/// Between two writes of how far a job is.
const TELLING: Duration = Duration::from_secs(1);

/// What a job body works with.
#[derive(Debug)]
pub struct JobCx<S> {
    /// The body's own state, usually the product.
    pub state: S,
    pub(super) db: Db,
    pub(super) job: Claimed,
    pub(super) name: &'static str,
    pub(super) cancel: CancellationToken,
    /// When progress was last written.
    pub(super) told: Mutex<Option<Timestamp>>,
}

impl<S> JobCx<S> {
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

    /// The same for every attempt: an idempotency key for calls to the outside.
    pub fn effect_key(&self) -> String {
        self.job.id.to_string()
    }

    /// True when a failure now is the last one.
    pub const fn is_last_attempt(&self) -> bool {
        self.job.attempt >= self.job.max_attempts
    }

    /// Ends when the job was cancelled or its lease is lost: nothing of it can be completed any more, so the body should end
    /// too. It has two seconds, then it is dropped. For a `select!` around long work.
    pub async fn cancelled(&self) {
        self.cancel.cancelled().await;
    }

    /// The same as a question.
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Tells people how far the job is: `done` of `total`, and a short word about what it does. Cheap to call often: at most
    /// one write a second, and the last one (`done == total`). Not while a transaction of the body is open.
    ///
    /// # Errors
    /// [`StoreError::Fenced`](crate::StoreError::Fenced) when the job was cancelled or its lease is lost.
    pub async fn progress(&self, done: i64, total: i64, note: &str) -> StoreResult<()> {
        if !self.may_tell(done == total) {
            return Ok(());
        }
        let mut tx = self.begin().await?;
        let written = store::progress(&mut tx, &self.job, done, total, note).await;
        if matches!(written, Err(crate::StoreError::Fenced)) {
            self.cancel.cancel();
        }
        written?;
        tx.commit().await
    }

    fn may_tell(&self, last: bool) -> bool {
        let now = self.db.clock().now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let due = told.is_none_or(|before| now.since(before) >= TELLING);
        if due || last {
            *told = Some(now);
        }
        due || last
    }

    /// Commits the effects together with the completion.
    ///
    /// # Errors
    /// When the job was cancelled or another worker has it by now; then nothing was written.
    pub async fn finish(&self, mut tx: Tx) -> Result<Done, JobError> {
        store::finish(&mut tx, &self.job).await?;
        tx.commit().await?;
        Ok(Done(()))
    }

    /// Completes a job that has no effects in our database.
    ///
    /// # Errors
    /// As [`JobCx::finish`].
    pub async fn finish_empty(&self) -> Result<Done, JobError> {
        self.finish(self.begin().await?).await
    }

    /// The same job as a batch of one, for [`BatchJob`](super::BatchJob).
    pub fn into_batch(self) -> BatchCx<S> {
        BatchCx {
            state: self.state,
            db: self.db,
            jobs: vec![self.job],
            name: self.name,
            cancel: self.cancel,
        }
    }
}
