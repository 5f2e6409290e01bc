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

/// `[audit]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditConfig {
    /// Where the heads of the log are written down, inside the data folder unless it is absolute. Empty: in it.
    pub anchor_folder: PathBuf,
}

/// `[telegram]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TelegramConfig {
    /// Where the Bot API is.
    #[serde(deserialize_with = "url")]
    pub base_url: Url,
    /// How the bots hear.
    pub mode: TelegramMode,
}

/// How the bots hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TelegramMode {
    /// The program asks Telegram.
    Polling,
    /// Telegram posts to the public address.
    Webhook,
}

/// Telegram delivers to no other ports.
const WEBHOOK_PORTS: [u16; 4] = [443, 80, 88, 8443];

impl TelegramConfig {
    /// What Telegram would do with a webhook at this address; empty when the bots poll.
    pub(super) fn warnings(&self, public_url: &str) -> Vec<String> {
        let is_real = self.base_url.host_str() == Some("api.telegram.org");
        let wrong = webhook_problem(public_url).filter(|_| is_real && self.mode == TelegramMode::Webhook);
        wrong
            .map(|wrong| format!("telegram.mode: {wrong}"))
            .into_iter()
            .collect()
    }

    /// What production does not accept. A local Bot API server may use other ports, but not plain http from outside.
    pub(super) fn forbid_unsafe(&self, public_url: &str, problems: &mut Problems) {
        if self.mode == TelegramMode::Webhook
            && let Some(wrong) = webhook_problem(public_url)
        {
            problems.of_key("telegram.mode", wrong);
        }
        let is_local = matches!(self.base_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        if self.base_url.scheme() != "https" && !is_local {
            problems.of_key(
                "telegram.base_url",
                "would send the bots' tokens unencrypted; use https or a server on this machine",
            );
        }
    }
}

/// Why Telegram would not deliver to this address.
fn webhook_problem(public_url: &str) -> Option<String> {
    let url = public_url.parse::<Url>().ok();
    match url.as_ref().map(|url| (url.scheme(), url.port_or_known_default())) {
        Some(("https", Some(port))) if WEBHOOK_PORTS.contains(&port) => None,
        Some(("https", _)) => Some(format!(
            "`webhook` needs server.public_url on port 443, 80, 88 or 8443; Telegram does not deliver to {public_url}"
        )),
        _ => Some(
            "`webhook` needs an https address in server.public_url, which Telegram can reach; otherwise use `polling`"
                .to_owned(),
        ),
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
