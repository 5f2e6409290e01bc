//! How often somebody may do something: GCRA by key, in this process or for several together.
//!
//! **Always holds:** a refusal says when to come back. Whoever counts for several processes and cannot answer
//! ([`Uncounted`]) is replaced at once by the count of this process, which has seen what was let through here: an outage
//! gives nobody a fresh quota where they are.
//! **Absent on purpose:** the store that processes share. It is handed in as a closure ([`Together`]).
//!
//! Start at [`Limits::check`], or put [`layer()`] on a route.

mod layers; // in front of routes
mod local; // in this process

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use futures::future::BoxFuture;
use karavan_kernel::{Clock, metric::Metric, open_tx};

pub(crate) use layers::overall;
pub use layers::{address_key, layer};
use local::Local;

use crate::ApiError;

/// Counted here, and listed in [`crate::METRICS`].
pub(crate) const COUNTED_ALONE: Metric = Metric::counter(
    "limits_counted_alone_total",
    "Uses that were counted in this process only, although limits are shared",
);

/// So many times in a period; all at once, or spread over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Tells limits apart; settings change a quota by this name.
    pub name: &'static str,
    /// How long it takes until everything is available again.
    pub per: Duration,
    /// How often in that time.
    pub burst: u32,
}

impl Quota {
    /// So many times a minute.
    pub const fn per_minute(name: &'static str, burst: u32) -> Self {
        Self {
            name,
            per: Duration::from_secs(60),
            burst,
        }
    }

    /// So many times an hour.
    pub const fn per_hour(name: &'static str, burst: u32) -> Self {
        Self {
            name,
            per: Duration::from_secs(3_600),
            burst,
        }
    }
}

/// Whoever counts for several processes is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uncounted;

/// Counts one use by a key for several processes together: `None`, or how long to wait. It must not make anybody wait for
/// long: a request stands behind it.
pub type Together = Arc<dyn Fn(Quota, String) -> BoxFuture<'static, Result<Option<Duration>, Uncounted>> + Send + Sync>;

/// The limits of one process. Clones count together.
#[derive(Clone, Debug)]
pub struct Limits(Arc<Shared>);

struct Shared {
    on: bool,
    local: Local,
    together: Option<Together>,
    /// Quotas that settings have changed.
    overridden: RwLock<HashMap<&'static str, Quota>>,
}

impl Limits {
    /// Counts in this process. No key has used anything yet. With `on` false nobody is ever refused: for load tests on a
    /// closed network.
    pub fn new(clock: Clock, on: bool) -> Self {
        Self::with(clock, on, None)
    }

    /// Counts with others, and in this process while that is not possible.
    pub fn together(clock: Clock, on: bool, together: Together) -> Self {
        Self::with(clock, on, Some(together))
    }

    fn with(clock: Clock, on: bool, together: Option<Together>) -> Self {
        Self(Arc::new(Shared {
            on,
            local: Local::new(clock),
            together,
            overridden: RwLock::default(),
        }))
    }

    /// Lets a setting win over the quota that the code names. Counting starts anew.
    pub fn set(&self, quota: Quota) {
        self.0
            .overridden
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(quota.name, quota);
    }

    /// Counts one use by `key`.
    ///
    /// # Errors
    /// 429 `rate_limited` with the time until the next one is possible.
    pub async fn check(&self, quota: Quota, key: &str) -> Result<(), ApiError> {
        let pause = self.wait_for(quota, key).await;
        pause.map_or(Ok(()), |pause| Err(ApiError::too_many(pause)))
    }

    /// Counts one use by `key`, or says how long to wait before the next one; a refused use does not count.
    ///
    /// # Panics
    /// In development, when the running task has a transaction open: others may have to be asked, over the network.
    pub async fn wait_for(&self, quota: Quota, key: &str) -> Option<Duration> {
        let quota = self.in_force(quota)?;
        let free_to_wait = open_tx::none_is_open();
        let Some(together) = self.0.together.as_ref().filter(|_| free_to_wait) else {
            return self.0.local.wait_for(quota, key);
        };
        match together(quota, key.to_owned()).await {
            Ok(None) => {
                // Kept in mind for the time when nobody can be asked; the answer is theirs.
                let _of_this_process = self.0.local.wait_for(quota, key);
                None
            }
            Ok(Some(pause)) => Some(pause),
            Err(Uncounted) => self.alone(quota, key),
        }
    }

    /// The same in this process alone, for whoever holds a transaction and must not wait for others.
    pub fn wait_for_here(&self, quota: Quota, key: &str) -> Option<Duration> {
        let quota = self.in_force(quota)?;
        if self.0.together.is_some() {
            self.alone(quota, key)
        } else {
            self.0.local.wait_for(quota, key)
        }
    }

    /// How many keys of the quota are remembered in this process.
    pub fn remembered(&self, name: &str) -> usize {
        self.0.local.remembered(name)
    }

    fn alone(&self, quota: Quota, key: &str) -> Option<Duration> {
        metrics::counter!(COUNTED_ALONE.name).increment(1);
        self.0.local.wait_for(quota, key)
    }

    /// What a setting made of the quota; nothing when nobody is limited.
    fn in_force(&self, quota: Quota) -> Option<Quota> {
        let overridden = self.0.overridden.read().unwrap_or_else(PoisonError::into_inner);
        self.0.on.then(|| overridden.get(quota.name).copied().unwrap_or(quota))
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Limits")
            .field("on", &self.on)
            .field("together", &self.together.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
