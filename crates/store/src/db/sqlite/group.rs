//! The transactions that wait for one shared commit.
//!
//! **Always holds:** whoever joined gets exactly one answer, the same as everybody else in the group.

use std::{io, sync::Arc, time::Duration};

use tokio::{sync::oneshot, time::Instant};

use crate::{StoreError, StoreResult};

/// What a member waits for.
pub(super) type Answer = oneshot::Receiver<StoreResult<()>>;

#[derive(Debug, Default)]
pub(super) struct Group {
    members: Vec<oneshot::Sender<StoreResult<()>>>,
    /// When the first one joined.
    since: Option<Instant>,
    /// Some member enqueued a job.
    enqueued: bool,
}

/// Why nobody's work of a group was kept.
#[derive(Debug, thiserror::Error)]
#[error("the shared commit failed, and nothing of it was kept")]
struct Failed(#[source] Arc<sqlx::Error>);

impl Group {
    /// Adds a transaction whose statements are all done.
    pub(super) fn join(&mut self, enqueued: bool) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.members.push(answer);
        self.since.get_or_insert_with(Instant::now);
        self.enqueued |= enqueued;
        answered
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(super) const fn len(&self) -> usize {
        self.members.len()
    }

    pub(super) fn age(&self) -> Duration {
        self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Workers are to be woken when it is durable.
    pub(super) const fn has_enqueued(&self) -> bool {
        self.enqueued
    }

    /// Answers everybody that their work is durable.
    pub(super) fn kept(&mut self) {
        for member in std::mem::take(self).members {
            // Who asked may be gone; the work is kept all the same.
            drop(member.send(Ok(())));
        }
    }

    /// Answers everybody that nothing was kept.
    pub(super) fn lost(&mut self, cause: sqlx::Error) {
        let cause = Arc::new(cause);
        for member in std::mem::take(self).members {
            let failed = io::Error::other(Failed(cause.clone()));
            drop(member.send(Err(StoreError::Unavailable(failed.into()))));
        }
    }
}
