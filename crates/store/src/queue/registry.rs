//! The bodies that a process can run, by name.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use karavan_kernel::Actor;

use super::{
    Done, Job, JobError,
    store::{self, Claimed},
};
use crate::{Db, StoreResult, Tx};

/// What a job body works with.
#[derive(Debug)]
pub struct JobCx<S> {
    /// The body's own state, usually the product.
    pub state: S,
    db: Db,
    job: Claimed,
    name: &'static str,
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

    /// Commits the effects together with the completion.
    ///
    /// # Errors
    /// When another worker has the job by now; then nothing was written.
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
}

type Body = Arc<dyn Fn(Claimed, Db) -> BoxFuture<'static, Result<Done, JobError>> + Send + Sync>;

/// A name with its body: what a product hands over for each of its jobs.
#[derive(Clone)]
pub struct JobDef {
    /// The stored name.
    pub name: &'static str,
    /// A run that takes longer is stopped.
    pub timeout: Duration,
    /// Attempts before it is dead.
    pub max_attempts: u32,
    body: Body,
}

impl std::fmt::Debug for JobDef {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("JobDef")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl JobDef {
    /// The definition of `J` with the state its bodies get.
    pub fn of<J: Job>(state: J::State) -> Self {
        let body: Body = Arc::new(move |job: Claimed, db: Db| {
            let state = state.clone();
            Box::pin(async move {
                let body: J = serde_json::from_str(&job.payload).map_err(JobError::fail)?;
                body.run(JobCx {
                    state,
                    db,
                    job,
                    name: J::NAME,
                })
                .await
            })
        });
        Self {
            name: J::NAME,
            timeout: J::TIMEOUT,
            max_attempts: J::MAX_ATTEMPTS,
            body,
        }
    }

    pub(super) fn run(&self, job: Claimed, db: Db) -> BoxFuture<'static, Result<Done, JobError>> {
        (self.body)(job, db)
    }
}

/// All bodies of a process.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    defs: BTreeMap<&'static str, JobDef>,
    names: Vec<&'static str>,
}

/// Two definitions share a name.
#[derive(Debug, thiserror::Error)]
#[error("two jobs are named `{0}`")]
pub struct DuplicateJob(pub &'static str);

impl Registry {
    /// Collects definitions.
    ///
    /// # Errors
    /// When a name is taken twice.
    pub fn new(defs: impl IntoIterator<Item = JobDef>) -> Result<Self, DuplicateJob> {
        let mut registry = Self::default();
        for def in defs {
            registry.names.push(def.name);
            if let Some(twice) = registry.defs.insert(def.name, def) {
                return Err(DuplicateJob(twice.name));
            }
        }
        Ok(registry)
    }

    /// The names, in the order given.
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// The definitions, by name.
    pub fn defs(&self) -> impl Iterator<Item = &JobDef> {
        self.defs.values()
    }

    pub(super) fn get(&self, name: &str) -> Option<&JobDef> {
        self.defs.get(name)
    }
}
