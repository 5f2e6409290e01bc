//! The small sections: one struct per concern.

use std::{
    num::{NonZeroU64, NonZeroUsize},
    path::PathBuf,
};

use karavan_clients::http::Url;
use karavan_kernel::Secret;
use serde::{Deserialize, Deserializer, de::Error as _};
use tracing_subscriber::EnvFilter;

use super::Problems;
use crate::logs::Rotation;

/// What this installation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Forgives.
    Development,
    /// Refuses to start while something is unsafe.
    Production,
}

/// `[products]`: what is switched on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductsConfig {
    /// Loyalty of a café.
    pub coffee: bool,
}

/// `[jobs]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobsConfig {
    /// How many jobs this process runs at a time.
    pub concurrency: NonZeroUsize,
}

/// `[limits]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Whether anything is limited.
    pub enabled: bool,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// `[log]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// How lines look.
    pub format: LogFormat,
    /// Which lines are written, in the words of `tracing`.
    #[serde(deserialize_with = "filter")]
    pub level: String,
    /// Whether lines go to the standard error stream.
    pub stderr: bool,
    /// The folder of the log files, inside the data folder unless it is absolute. Empty: no files.
    pub folder: PathBuf,
    /// Longest log file, in millions of bytes.
    pub file_megabytes: NonZeroU64,
    /// Most files of each log, the current one included.
    pub files: NonZeroUsize,
}

impl LogConfig {
    /// When a file is put aside, and how many there are.
    pub const fn rotation(&self) -> Rotation {
        Rotation {
            bytes: self.file_megabytes.get().saturating_mul(1_000_000),
            files: self.files.get(),
        }
    }

    /// What is allowed, but should be known.
    pub(super) fn warnings(&self) -> Option<String> {
        let is_mute = !self.stderr && self.folder.as_os_str().is_empty();
        is_mute.then(|| "log.stderr is false and log.folder is empty: nothing is logged".to_owned())
    }
}

/// `[metrics]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetricsConfig {
    /// Lets other machines read `/metrics`.
    pub token: Secret,
}

/// `[telegram]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelegramConfig {
    /// Where the Bot API is.
    #[serde(deserialize_with = "url")]
    pub base_url: Url,
}

impl TelegramConfig {
    /// What production does not accept.
    pub(super) fn forbid_unsafe(&self, problems: &mut Problems) {
        let is_local = matches!(self.base_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if self.base_url.scheme() != "https" && !is_local {
            problems.of_key(
                "telegram.base_url",
                "would send the bots' tokens unencrypted; use https or a server on this machine",
            );
        }
    }
}

impl LimitsConfig {
    /// What production does not accept.
    pub(super) fn forbid_unsafe(&self, problems: &mut Problems) {
        if !self.enabled {
            problems.of_key(
                "limits.enabled",
                "production does not run without limits; remove the line",
            );
        }
    }
}

impl MetricsConfig {
    /// What production does not accept.
    pub(super) fn forbid_unsafe(&self, problems: &mut Problems) {
        if !self.token.is_empty() && self.token.expose().len() < 32 {
            problems.of_key(
                "metrics.token",
                "is shorter than 32 characters; make one with: openssl rand -hex 24",
            );
        }
    }
}

fn filter<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let wrong = |_error| {
        D::Error::custom(format_args!(
            "`{text}` is not a log level such as info or info,karavan_web=debug"
        ))
    };
    EnvFilter::try_new(&text).map_err(wrong)?;
    Ok(text)
}

fn url<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    let text = String::deserialize(from)?;
    let url = text
        .parse::<Url>()
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| {
        D::Error::custom(format_args!(
            "`{text}` is not an address such as https://api.telegram.org"
        ))
    })
}
