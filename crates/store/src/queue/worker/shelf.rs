//! Where claimed jobs wait for a free hand: the one thing that the claiming loop and the hands share.
//!
//! **Always holds:** a hand that ends a job takes the next one itself. The loop would have to be woken, and to wake the
//! hand, once for every job; now it is called when there is something to claim.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use super::{
    super::{Registry, store::Claimed},
    buffer::{Buffer, Pace},
};

#[derive(Debug, Default)]
pub(super) struct Shelf {
    inner: Mutex<Inner>,
    /// There is room for more.
    pub(super) call: Notify,
}

#[derive(Debug, Default)]
pub(super) struct Inner {
    pub(super) buffer: Buffer,
    pub(super) pace: Pace,
    /// Nothing is begun any more.
    pub(super) closed: bool,
}

impl Shelf {
    pub(super) fn open(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next jobs for a hand whose last one took so long; `None`: it is not needed now.
    pub(super) fn after(&self, took: Duration, concurrency: usize, registry: &Registry) -> Option<Vec<Claimed>> {
        let mut inner = self.open();
        inner.pace.note(took);
        if inner.closed {
            return None;
        }
        let lot = inner.buffer.next(registry);
        if inner.buffer.len() <= inner.pace.window(concurrency) / 2 {
            self.call.notify_one();
        }
        lot
    }
}
