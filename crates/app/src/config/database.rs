//! Where the data lives.

use std::{num::NonZeroU32, path::PathBuf, time::Duration};

use jiff::SignedDuration;
use karavan_kernel::Secret;
use karavan_store::{DbConfig, Pool};
use serde::{Deserialize, Deserializer, de::Error as _};

use super::{Layers, Problems};

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
    url: Option<Secret>,
    pool: Pool,
}

/// `[database]` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: Secret,
    max_connections: NonZeroU32,
    #[serde(deserialize_with = "duration")]
    acquire_timeout: Duration,
    #[serde(deserialize_with = "duration")]
    statement_timeout: Duration,
}

impl DatabaseConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, Problems> {
        Self::try_from(layers.read::<Written>("database")?)
    }

    /// True when a server keeps the data, so that other processes may share it.
    pub const fn is_server(&self) -> bool {
        self.url.is_some()
    }

    /// How `store` opens it; `file` is for the embedded database.
    pub fn open(&self, file: PathBuf) -> DbConfig {
        match &self.url {
            Some(url) => DbConfig::Postgres {
                url: url.clone(),
                pool: self.pool,
            },
            None => DbConfig::Sqlite { file, durable: true },
        }
    }
}

impl TryFrom<Written> for DatabaseConfig {
    type Error = Problems;
    fn try_from(written: Written) -> Result<Self, Problems> {
        let Written {
            url,
            max_connections,
            acquire_timeout,
            statement_timeout,
        } = written;
        let mut problems = Problems::default();
        let is_postgres = ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.expose().starts_with(scheme));
        if !url.is_empty() && !is_postgres {
            problems.of_key(
                "database.url",
                "must begin with postgres://, or be empty for the embedded database",
            );
        }
        let pool = Pool {
            max_connections: max_connections.get(),
            acquire_timeout,
            statement_timeout,
        };
        problems.or(Self {
            url: Some(url).filter(|url| !url.is_empty()),
            pool,
        })
    }
}

/// `500ms`, `5s`, `1h 30m`.
fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    let no_duration = |_error| D::Error::custom(format_args!("`{text}` is not a duration such as 500ms, 30s or 2m"));
    let duration: SignedDuration = text.parse().map_err(no_duration)?;
    match Duration::try_from(duration) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        Ok(_) | Err(_) => Err(D::Error::custom(format_args!("`{text}` must be longer than nothing"))),
    }
}
