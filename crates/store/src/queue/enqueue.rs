//! Asking for work inside the transaction that makes it necessary.

use std::time::Duration;

use super::{Job, JobId, Tier, store};
use crate::{StoreError, StoreResult, Tx};

/// How a job is to be run; by default soon, by anybody, in any order.
#[derive(Debug, Clone, Default)]
pub struct Enqueue {
    pub(super) serial_key: Option<String>,
    pub(super) unique_key: Option<String>,
    pub(super) lane: &'static str,
    pub(super) delay: Duration,
    pub(super) tier: Tier,
    pub(super) tenant: Option<String>,
}

impl Enqueue {
    /// Jobs with the same key run one after another, in order.
    #[must_use]
    pub fn in_order_of(self, key: impl Into<String>) -> Self {
        Self {
            serial_key: Some(key.into()),
            ..self
        }
    }

    /// While a job of this name and key waits or runs, another is not added.
    #[must_use]
    pub fn once_per(self, key: impl Into<String>) -> Self {
        Self {
            unique_key: Some(key.into()),
            ..self
        }
    }

    /// Not before so much time has passed.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Only the node that holds the lane may run it.
    #[must_use]
    pub fn on_lane(self, lane: &'static str) -> Self {
        Self { lane, ..self }
    }

    /// How soon it is wanted.
    #[must_use]
    pub fn on_tier(self, tier: Tier) -> Self {
        Self { tier, ..self }
    }

    /// Whose work it is. A tenant with many jobs waiting does not hold up the other tenants of its tier: what exceeds 32
    /// shares a fifth of the tier's starts.
    #[must_use]
    pub fn for_tenant(self, tenant: impl Into<String>) -> Self {
        Self {
            tenant: Some(tenant.into()),
            ..self
        }
    }
}

impl Tx {
    /// Asks for `job` to run after this transaction commits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn enqueue<J: Job>(&mut self, job: &J) -> StoreResult<JobId> {
        let id = self.enqueue_with(job, Enqueue::default()).await?;
        id.ok_or(StoreError::Rows { expected: 1, actual: 0 })
    }

    /// The same with a key, a delay, a tier or a lane. `None`: an equal unique job waits already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn enqueue_with<J: Job>(&mut self, job: &J, how: Enqueue) -> StoreResult<Option<JobId>> {
        store::insert(
            self,
            store::NewJob {
                name: J::NAME,
                payload: payload_of(job)?,
                max_attempts: J::MAX_ATTEMPTS.into(),
                how,
            },
        )
        .await
    }

    /// Asks for many jobs at once, a few hundred in a statement. With a key they run in the order given. Says how many were
    /// added: all of them, unless `how` has a unique key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn enqueue_all<J: Job>(&mut self, jobs: &[J], how: &Enqueue) -> StoreResult<u64> {
        let payloads: Vec<String> = jobs.iter().map(payload_of).collect::<StoreResult<_>>()?;
        store::insert_all(self, J::NAME, J::MAX_ATTEMPTS.into(), &payloads, how).await
    }
}

fn payload_of<J: Job>(job: &J) -> StoreResult<String> {
    serde_json::to_string(job).map_err(|error| StoreError::Malformed(error.to_string()))
}
