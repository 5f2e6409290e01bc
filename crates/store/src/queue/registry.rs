//! The bodies that a process can run, by name.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use super::{BatchCx, BatchJob, Done, Job, JobCx, JobError, store::Claimed};
use crate::Db;

/// What one run of a body takes: a job, or a batch of one name.
#[derive(Debug)]
pub(super) struct Lot {
    pub(super) jobs: Vec<Claimed>,
    /// Cancelled when one of them was cancelled or lost.
    pub(super) cancel: CancellationToken,
}

type Body = Arc<dyn Fn(Lot, Db) -> BoxFuture<'static, Result<Done, JobError>> + Send + Sync>;

/// A name with its body: what a product hands over for each of its jobs.
#[derive(Clone)]
pub struct JobDef {
    /// The stored name.
    pub name: &'static str,
    /// A run that takes longer is stopped.
    pub timeout: Duration,
    /// Attempts before it is dead.
    pub max_attempts: u32,
    /// So many are done at a time.
    pub batch: usize,
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
        let body: Body = Arc::new(move |lot: Lot, db: Db| {
            let state = state.clone();
            Box::pin(async move {
                let (job, cx) = one::<J>(lot, db, state)?;
                job.run(cx).await
            })
        });
        Self::with::<J>(1, body)
    }

    /// The definition of `J`, done in batches.
    pub fn batch_of<J: BatchJob>(state: J::State) -> Self {
        let body: Body = Arc::new(move |lot: Lot, db: Db| {
            let state = state.clone();
            Box::pin(async move {
                if lot.jobs.len() == 1 {
                    let (job, cx) = one::<J>(lot, db, state)?;
                    return job.run(cx).await;
                }
                let Lot { jobs, cancel } = lot;
                let bodies: Result<Vec<J>, _> = jobs.iter().map(|job| serde_json::from_str(&job.payload)).collect();
                let Ok(bodies) = bodies else {
                    // One of them cannot be read; alone, each says for itself which.
                    return Err(JobError::Postpone(Duration::ZERO));
                };
                let cx = BatchCx {
                    state,
                    db,
                    jobs,
                    name: J::NAME,
                    cancel,
                };
                J::run_batch(bodies, cx).await
            })
        });
        Self::with::<J>(J::BATCH.max(1), body)
    }

    fn with<J: Job>(batch: usize, body: Body) -> Self {
        Self {
            name: J::NAME,
            timeout: J::TIMEOUT,
            max_attempts: J::MAX_ATTEMPTS,
            batch,
            body,
        }
    }

    pub(super) fn run(&self, lot: Lot, db: Db) -> BoxFuture<'static, Result<Done, JobError>> {
        (self.body)(lot, db)
    }
}

fn one<J: Job>(mut lot: Lot, db: Db, state: J::State) -> Result<(J, JobCx<J::State>), JobError> {
    let job = lot.jobs.pop().expect("a lot is never empty");
    let body: J = serde_json::from_str(&job.payload).map_err(JobError::fail)?;
    let cx = JobCx {
        state,
        db,
        job,
        name: J::NAME,
        cancel: lot.cancel,
        told: Mutex::new(None),
    };
    Ok((body, cx))
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

    /// Those that are done many at a time.
    pub(super) fn batches(&self) -> impl Iterator<Item = &JobDef> {
        self.defs.values().filter(|def| def.batch > 1)
    }

    pub(super) fn get(&self, name: &str) -> Option<&JobDef> {
        self.defs.get(name)
    }
}
