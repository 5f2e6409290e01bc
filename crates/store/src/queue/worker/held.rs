//! The jobs that a worker holds right now, begun or not: exactly their leases are renewed.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio_util::sync::CancellationToken;

use super::super::{JobId, store::Claimed};

/// A job by one attempt: a job that was lost can come back to the same worker by a later one.
pub(super) type Grip = (JobId, i64);

#[derive(Debug, Default)]
pub(super) struct Held(Mutex<HashMap<Grip, CancellationToken>>);

pub(super) const fn grip(job: &Claimed) -> Grip {
    (job.id, job.attempt)
}

impl Held {
    fn map(&self) -> MutexGuard<'_, HashMap<Grip, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self, jobs: &[Claimed]) {
        let mut map = self.map();
        for job in jobs {
            map.insert(grip(job), CancellationToken::new());
        }
    }

    /// One token for jobs that begin together; it is cancelled already when one of theirs was.
    pub(super) fn begin(&self, jobs: &[Claimed]) -> CancellationToken {
        let together = CancellationToken::new();
        let mut map = self.map();
        for job in jobs {
            let before = map.insert(grip(job), together.clone());
            if before.is_some_and(|token| token.is_cancelled()) {
                together.cancel();
            }
        }
        together
    }

    pub(super) fn release(&self, jobs: &[Claimed]) {
        let mut map = self.map();
        for job in jobs {
            map.remove(&grip(job));
        }
    }

    pub(super) fn grips(&self) -> BTreeSet<Grip> {
        self.map().keys().copied().collect()
    }

    /// Cancels those of `asked` that are not `alive` any more.
    pub(super) fn keep_only(&self, asked: &BTreeSet<Grip>, alive: &BTreeSet<Grip>) {
        let map = self.map();
        for grip in asked.difference(alive) {
            if let Some(token) = map.get(grip) {
                token.cancel();
            }
        }
    }

    /// Cancels what is held of these jobs, by whichever attempt.
    pub(super) fn cancel(&self, ids: &[JobId]) {
        for (grip, token) in self.map().iter() {
            if ids.contains(&grip.0) {
                token.cancel();
            }
        }
    }
}
