//! Takes the writer away from a transaction that holds it and does nothing.
//!
//! **Always holds:** while a transaction is open a task looks after it; when none is, the task ends.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::{runtime::Handle, time::Instant};

use super::{Limits, hold::Held};

#[derive(Clone, Debug)]
pub(super) struct Watchdog {
    watch: Arc<Mutex<Watch>>,
    pub(super) limits: Limits,
}

#[derive(Debug, Default)]
struct Watch {
    /// The transaction that began last. Only one holds the writer.
    held: Weak<Held>,
    running: bool,
}

impl Watchdog {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            watch: Arc::default(),
            limits,
        }
    }

    pub(super) fn watch(&self, held: &Arc<Held>) {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        watch.held = Arc::downgrade(held);
        if !std::mem::replace(&mut watch.running, true) {
            Handle::current().spawn(self.clone().run());
        }
    }

    async fn run(self) {
        let mut until = Instant::now() + self.limits.idle;
        loop {
            tokio::time::sleep_until(until).await;
            let Some(held) = self.current() else { return };
            let idle_since = held.take_if_idle_since(until - self.limits.idle);
            until = idle_since.unwrap_or_else(Instant::now) + self.limits.idle;
        }
    }

    fn current(&self) -> Option<Arc<Held>> {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let held = watch.held.upgrade();
        watch.running = held.is_some();
        held
    }
}
