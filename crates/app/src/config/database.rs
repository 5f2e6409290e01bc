//! Where the data lives.

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use jiff::SignedDuration;
use karavan_kernel::Secret;
use karavan_store::{DbConfig, Pool};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::{Environment, Layers, Problems, tls::Way};

/// `[data]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// The folder for everything that is kept.
    pub folder: PathBuf,
}

/// `[database]`: valid once it exists.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    server: Option<Way>,
    pool: Pool,
}

/// `[database]` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) url: Secret,
    pub(super) tls: super::tls::Asked,
    pub(super) tls_root_cert: String,
    pub(super) tls_client_cert: String,
    pub(super) tls_client_key: String,
    max_connections: NonZeroU32,
    min_connections: u32,
    #[serde(deserialize_with = "duration")]
    acquire_timeout: Duration,
    #[serde(deserialize_with = "duration")]
    idle_timeout: Duration,
    #[serde(deserialize_with = "duration")]
    max_lifetime: Duration,
    #[serde(deserialize_with = "duration")]
    statement_timeout: Duration,
}

impl DatabaseConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, Problems> {
        let production = layers.read("environment") == Ok(Environment::Production);
        Self::new(&layers.read("database")?, production)
    }

    fn new(written: &Written, production: bool) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let server = if written.url.is_empty() {
            None
        } else {
            problems.keep(Way::new(written, production))
        };
        if written.min_connections > written.max_connections.get() {
            problems.of_key(
                "database.min_connections",
                format_args!(
                    "is more than database.max_connections, which is {}",
                    written.max_connections
                ),
            );
        }
        problems.or(Self {
            server,
            pool: Pool {
                max_connections: written.max_connections.get(),
                min_connections: written.min_connections,
                acquire_timeout: written.acquire_timeout,
                idle_timeout: written.idle_timeout,
                max_lifetime: written.max_lifetime,
                statement_timeout: written.statement_timeout,
                ..Pool::default()
            },
        })
    }

    /// True when a server keeps the data, so that other processes may share it.
    pub const fn is_server(&self) -> bool {
        self.server.is_some()
    }

    /// How `store` opens it; `file` is for the embedded database.
    pub fn open(&self, file: PathBuf) -> DbConfig {
        match &self.server {
            Some(way) => DbConfig::Postgres {
                url: way.address().clone(),
                pool: self.pool,
            },
            None => DbConfig::Sqlite { file, durable: true },
        }
    }

    /// What is allowed, but should be known.
    pub(super) fn warnings(&self) -> Option<String> {
        self.server.as_ref().and_then(Way::warning)
    }

    /// What production does not accept.
    pub(super) fn forbid_unsafe(&self, problems: &mut Problems) {
        if let Some(way) = &self.server {
            way.forbid_unsafe(problems);
        }
    }
}

/// `500ms`, `5s`, `1h 30m`.
pub(super) fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    match parsed(&text).map_err(D::Error::custom)? {
        Duration::ZERO => Err(D::Error::custom(format_args!("`{text}` must be longer than nothing"))),
        duration => Ok(duration),
    }
}

/// The same, or nothing: `0s`.
pub(super) fn duration_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    parsed(&String::deserialize(from)?).map_err(D::Error::custom)
}

fn parsed(text: &str) -> Result<Duration, String> {
    let no_duration = || format!("`{text}` is not a duration such as 500ms, 30s or 2m");
    let duration: SignedDuration = text.parse().map_err(|_error| no_duration())?;
    Duration::try_from(duration).map_err(|_negative| format!("`{text}` must not be negative"))
}
