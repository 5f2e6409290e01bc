//! Who has the writer's guard, and what happens to it when they go away.
//!
//! **Always holds:** a guard with work in doubt never just goes: it is given to a cleaner, whoever drops it and why.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::{
    runtime::Handle,
    sync::{self, OwnedMutexGuard},
    time::Instant,
};

use super::{
    watchdog::Watchdog,
    writer::{Work, Writer},
};
use crate::{StoreError, StoreResult};

pub(super) type Guard = OwnedMutexGuard<Writer>;

const OVERDUE: StoreError = StoreError::Busy("the transaction held the writer for too long");

/// A transaction's hold of the writer. Between statements the guard lies here, where the watchdog can take it.
#[derive(Debug)]
pub(in crate::db) struct Hold(Arc<Held>);

#[derive(Debug)]
pub(super) struct Held {
    slot: Mutex<Slot>,
    /// When the transaction is over, unless it is inside a statement then.
    until: Instant,
}

#[derive(Debug)]
struct Slot {
    place: Place,
    /// When the last statement ended.
    used: Instant,
}

#[derive(Debug)]
enum Place {
    Here(Guard),
    /// A statement has it, or it is given up.
    Away,
    /// The watchdog took it.
    Overdue,
}

/// The guard while something runs on it. Dropped without [`Turn::keep`] the transaction is over.
#[derive(Debug)]
pub(in crate::db) struct Turn {
    guard: Option<Guard>,
    held: Option<Arc<Held>>,
}

impl Hold {
    /// The guard, for one statement.
    pub(in crate::db) fn turn(&self) -> StoreResult<Turn> {
        Ok(Turn {
            guard: Some(self.take_in_time()?),
            held: Some(self.0.clone()),
        })
    }

    fn take_in_time(&self) -> StoreResult<Guard> {
        let guard = self.0.take()?;
        if Instant::now() < self.0.until {
            return Ok(guard);
        }
        tracing::error!("A transaction held the writer for too long and was rolled back");
        give_up(guard);
        Err(OVERDUE)
    }

    /// Ends the transaction; answers when the group is durable. Before the only await nothing can be cancelled, and
    /// afterwards the work is kept whether or not anybody waits for the answer.
    pub(in crate::db) async fn commit(self, enqueued: bool) -> StoreResult<()> {
        let mut guard = self.take_in_time()?;
        let answer = guard.end(enqueued);
        pass_on(guard);
        answer
            .await
            .unwrap_or_else(|_gone| Err(StoreError::Unavailable(sqlx::Error::WorkerCrashed)))
    }
}

/// Gives the writer to whoever is next, and sees to it that somebody commits.
fn pass_on(mut guard: Guard) {
    if guard.is_group_full() {
        Handle::current().spawn(async move { guard.commit().await });
    } else if !mem::replace(&mut guard.committer_in_line, true) {
        let writer = OwnedMutexGuard::mutex(&guard).clone();
        Handle::current().spawn(commit_in_turn(writer));
    }
}

/// Whoever asked for the writer before this joins the group; then it is durable.
async fn commit_in_turn(writer: Arc<sync::Mutex<Writer>>) {
    let mut writer = writer.lock_owned().await;
    writer.committer_in_line = false;
    writer.commit().await;
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Place::Here(guard) = mem::replace(&mut self.0.slot().place, Place::Away) {
            give_up(guard);
        }
    }
}

impl Held {
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> StoreResult<Guard> {
        match mem::replace(&mut self.slot().place, Place::Away) {
            Place::Here(guard) => Ok(guard),
            Place::Overdue => Err(OVERDUE),
            // A cancelled statement took it along.
            Place::Away => Err(StoreError::Poisoned),
        }
    }

    fn put(&self, guard: Guard) {
        let mut slot = self.slot();
        slot.place = Place::Here(guard);
        slot.used = Instant::now();
    }

    /// Takes the guard away from a transaction that has been idle since before `moment`; otherwise says since when it is.
    pub(super) fn take_if_idle_since(&self, moment: Instant) -> Option<Instant> {
        let mut slot = self.slot();
        if slot.used > moment {
            return Some(slot.used);
        }
        match mem::replace(&mut slot.place, Place::Overdue) {
            Place::Here(guard) => {
                tracing::error!("A transaction did nothing for too long and was rolled back, because others wait");
                give_up(guard);
                None
            }
            // Inside a statement it is not idle.
            other => {
                slot.place = other;
                Some(Instant::now())
            }
        }
    }
}

impl Turn {
    pub(super) const fn new(guard: Guard) -> Self {
        Self {
            guard: Some(guard),
            held: None,
        }
    }

    pub(super) fn writer(&mut self) -> &mut Writer {
        self.guard.as_mut().expect("only ending the turn takes it")
    }

    /// The transaction has begun.
    pub(super) fn into_hold(mut self, watchdog: &Watchdog) -> Hold {
        let now = Instant::now();
        let guard = self.guard.take().expect("only ending the turn takes it");
        let held = Arc::new(Held {
            slot: Mutex::new(Slot {
                place: Place::Here(guard),
                used: now,
            }),
            until: now + watchdog.limits.hold,
        });
        watchdog.watch(&held);
        Hold(held)
    }

    /// Runs a statement. If it fails or is cancelled, the transaction is over and the writer goes on with others.
    pub(in crate::db) async fn run<T>(mut self, work: impl Work<T>) -> Result<T, sqlx::Error> {
        let done = self.writer().statement(work).await?;
        self.keep();
        Ok(done)
    }

    /// The writer with no group open on it. The commit is not cancelled with the caller.
    pub(super) async fn committed(mut self) -> Self {
        let mut guard = self.guard.take().expect("only ending the turn takes it");
        let committing = Handle::current().spawn(async move {
            guard.commit().await;
            guard
        });
        Self::new(committing.await.expect("committing does not panic"))
    }

    fn keep(mut self) {
        if let (Some(guard), Some(held)) = (self.guard.take(), &self.held) {
            held.put(guard);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(guard) = self.guard.take() {
            give_up(guard);
        }
    }
}

/// `Drop` cannot wait, and other processes must not wait for this one's next writer: a task cleans up at once.
fn give_up(mut guard: Guard) {
    // Without a runtime the program ends; whoever opens the file next finds the transaction undone.
    if guard.is_in_doubt()
        && let Ok(runtime) = Handle::try_current()
    {
        runtime.spawn(async move { guard.settle().await });
    }
}
