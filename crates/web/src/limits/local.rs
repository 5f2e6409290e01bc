//! Counting in this process, by key.
//!
//! **Always holds:** keys that are full again are forgotten, so that a flood of addresses does not fill the memory; the
//! kernel's clock decides, so that tests move time.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use governor::{
    RateLimiter, clock::Clock as GovernorClock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::DashMapStateStore,
};
use karavan_kernel::Clock;

use super::Quota;

/// Keys are looked through for full ones no more often than after so many checks.
const SWEEP_AFTER: usize = 1_024;

/// What this process has counted.
#[derive(Debug)]
pub(super) struct Local {
    clock: Clock,
    keyed: RwLock<HashMap<&'static str, Arc<Keyed>>>,
}

type Limiter = RateLimiter<String, DashMapStateStore<String>, Ticking, NoOpMiddleware<Nanos>>;

#[derive(Debug)]
struct Keyed {
    quota: Quota,
    limiter: Limiter,
    since_sweep: AtomicUsize,
    /// How many keys the last sweep left, and at least [`SWEEP_AFTER`].
    sweep_after: AtomicUsize,
}

impl Local {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            keyed: RwLock::default(),
        }
    }

    /// Counts one use by `key`, or says how long to wait; a refused use does not count.
    pub(super) fn wait_for(&self, quota: Quota, key: &str) -> Option<Duration> {
        let keyed = self.keyed(quota);
        keyed.sweep_sometimes();
        let refused = keyed.limiter.check_key(&key.to_owned()).err()?;
        Some(refused.wait_time_from(Ticking(self.clock.clone()).now()))
    }

    pub(super) fn remembered(&self, name: &str) -> usize {
        let keyed = self.keyed.read().unwrap_or_else(PoisonError::into_inner);
        keyed.get(name).map_or(0, |keyed| keyed.limiter.len())
    }

    fn keyed(&self, quota: Quota) -> Arc<Keyed> {
        let known = self
            .keyed
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(quota.name)
            .cloned();
        if let Some(keyed) = known.filter(|keyed| keyed.quota == quota) {
            return keyed;
        }
        let mut all = self.keyed.write().unwrap_or_else(PoisonError::into_inner);
        let keyed = all
            .entry(quota.name)
            .or_insert_with(|| Arc::new(Keyed::new(quota, &self.clock)));
        if keyed.quota != quota {
            *keyed = Arc::new(Keyed::new(quota, &self.clock));
        }
        Arc::clone(keyed)
    }
}

impl Keyed {
    fn new(quota: Quota, clock: &Clock) -> Self {
        let burst = NonZeroU32::new(quota.burst).unwrap_or(NonZeroU32::MIN);
        // Only a zero period has no rate: everything is then available at once.
        let rate = governor::Quota::with_period(quota.per / burst.get())
            .unwrap_or_else(|| governor::Quota::per_second(NonZeroU32::MAX))
            .allow_burst(burst);
        let limiter = RateLimiter::new(rate, DashMapStateStore::default(), Ticking(clock.clone()));
        Self {
            quota,
            limiter,
            since_sweep: AtomicUsize::new(0),
            sweep_after: AtomicUsize::new(SWEEP_AFTER),
        }
    }

    /// Forgets keys that are full again. Waiting for as many checks as keys were left keeps the work per check constant.
    fn sweep_sometimes(&self) {
        let checks = self.since_sweep.fetch_add(1, Ordering::Relaxed);
        if checks >= self.sweep_after.load(Ordering::Relaxed) {
            self.since_sweep.store(0, Ordering::Relaxed);
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
            self.sweep_after
                .store(self.limiter.len().max(SWEEP_AFTER), Ordering::Relaxed);
        }
    }
}

/// The kernel's clock, as governor reads it.
#[derive(Clone, Debug)]
struct Ticking(Clock);

impl GovernorClock for Ticking {
    type Instant = Nanos;
    fn now(&self) -> Nanos {
        // Nanoseconds since 1970 fit 64 bits until the year 2554.
        let micros = u64::try_from(self.0.now().micros()).unwrap_or(0);
        Nanos::new(micros.saturating_mul(1_000))
    }
}
