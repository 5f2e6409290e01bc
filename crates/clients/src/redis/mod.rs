//! What several processes count together, in Redis. Nothing else in the workspace may talk to it.
//!
//! **Always holds:** nobody waits for a Redis that is away: a call that finds no connection fails at once, and connecting is
//! done beside the requests; a call on a connection takes [`RedisConfig::timeout`] at most. Each loss and each return is one
//! log line and moves `redis_up`. What is kept there expires by itself. No address, password or key is in an error or log line.
//! **Absent on purpose:** anything that must not be lost. Redis may be emptied or switched off at any time.
//!
//! Start at [`Redis::spend`].

mod config; // how the server is reached
mod error; // why it did not do it
mod line; // the one connection, lost and found

use std::{sync::Arc, time::Duration};

use karavan_kernel::{metric::Metric, open_tx};

pub use config::{Place, RedisConfig};
pub use error::RedisError;
use line::{Call, Line};

/// What is counted here. A new metric is named here, or a test of the whole program fails.
pub const METRICS: &[Metric] = &[Metric::gauge(
    "redis_up",
    "1 while Redis answers, 0 while each process counts for itself",
)];

/// Needs Redis 5 or later, or Valkey: earlier ones refuse to write after asking for the time.
const GCRA: &str = include_str!("gcra.lua");

/// The way to one Redis. Clones share it.
#[derive(Clone, Debug)]
pub struct Redis(Arc<Line>);

/// How often something may be done.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// So often in the period, also all at once.
    pub burst: u32,
    /// How long until everything is available again.
    pub per: Duration,
}

impl Redis {
    /// The way that the configuration describes. Nothing is connected yet.
    ///
    /// # Errors
    /// When the address cannot be used, or a certificate is not one.
    pub fn new(config: &RedisConfig) -> Result<Self, RedisError> {
        Line::new(config, ::redis::Script::new(GCRA)).map(|line| Self(Arc::new(line)))
    }

    /// Connects, unless it is connected, and waits for that; then the first requests find a connection.
    ///
    /// # Errors
    /// Why there is no connection. It is logged, and tried again by itself.
    pub async fn connect(&self) -> Result<(), RedisError> {
        self.0.connect().await
    }

    /// Whether it answers now. When it is away this says so at once, and sees to a new connection like any other call.
    ///
    /// # Errors
    /// Why not.
    pub async fn check(&self) -> Result<(), RedisError> {
        self.0.ask(&Call::probe()).await.map(drop)
    }

    /// Counts one use by `subject`, or says how long to wait before the next one; a refused use does not count.
    ///
    /// `subject` must not be personal data. Different rates of one name count apart.
    ///
    /// # Errors
    /// When Redis is away: count elsewhere.
    ///
    /// # Panics
    /// In development, when the running task has a transaction open.
    pub async fn spend(&self, name: &str, subject: &str, rate: Rate) -> Result<Option<Duration>, RedisError> {
        if !open_tx::none_is_open() {
            return Err(RedisError::TransactionOpen);
        }
        let Some(interval) = rate.interval() else {
            return Ok(None);
        };
        let call = Call {
            key: key(name, subject, rate),
            interval,
            whole: interval.saturating_mul(u64::from(rate.burst.max(1))),
        };
        let wait = self.0.ask(&call).await?;
        Ok(Some(wait).filter(|wait| *wait > 0).map(Duration::from_micros))
    }
}

impl Rate {
    /// Microseconds that one use takes; nothing when any number is free.
    fn interval(self) -> Option<u64> {
        let interval = self.per.as_micros() / u128::from(self.burst.max(1));
        u64::try_from(interval).ok().filter(|interval| *interval > 0)
    }
}

/// Braces decide the slot in a cluster: everything about one subject is in one place.
fn key(name: &str, subject: &str, rate: Rate) -> String {
    format!(
        "karavan:limit:{{{subject}}}:{name}:{}/{}",
        rate.burst,
        rate.per.as_millis()
    )
}
