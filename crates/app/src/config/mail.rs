//! `[mail]`: the server that takes our letters.
//!
//! **Always holds:** a section that exists is either empty, and nothing is sent, or complete.

use std::{num::NonZeroU16, time::Duration};

use karavan_clients::mail::{Encryption, MailerConfig, Sender};
use karavan_kernel::Secret;
use serde::Deserialize;

use super::{Layers, Problems, database::duration};

/// The job that sends a letter is stopped after a minute; it still has to write down how that went.
const LONGEST: Duration = Duration::from_secs(50);

/// `[mail]`: valid once it exists.
#[derive(Debug, Clone)]
pub struct MailConfig(Option<MailerConfig>);

/// `[mail]` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    host: String,
    port: NonZeroU16,
    encryption: Encryption,
    user: String,
    password: Secret,
    from: String,
    #[serde(deserialize_with = "duration")]
    connect_timeout: Duration,
    #[serde(deserialize_with = "duration")]
    timeout: Duration,
}

impl MailConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, Problems> {
        Self::try_from(layers.read::<Written>("mail")?)
    }

    /// A server on this machine: the demo's.
    pub fn local(port: u16) -> Self {
        Self(Some(MailerConfig::local(port)))
    }

    /// How letters are sent, if they are.
    pub const fn mailer(&self) -> Option<&MailerConfig> {
        self.0.as_ref()
    }

    /// What is allowed, but should be known.
    pub(super) fn warnings(&self) -> Option<String> {
        let MailerConfig { host, .. } = self.0.as_ref().filter(|mailer| is_readable(mailer))?;
        Some(format!(
            "mail.encryption is none: letters, with their codes and links, travel to {host} readable"
        ))
    }

    /// What production does not accept.
    pub(super) fn forbid_unsafe(&self, problems: &mut Problems) {
        if self.0.as_ref().is_some_and(is_readable) {
            problems.of_key(
                "mail.encryption",
                "would send letters, with their codes and links, to another machine unencrypted; use starttls or tls",
            );
        }
    }
}

/// Whether letters leave the machine unencrypted.
fn is_readable(mailer: &MailerConfig) -> bool {
    mailer.encryption == Encryption::None && !mailer.stays_here()
}

impl TryFrom<Written> for MailConfig {
    type Error = Problems;
    fn try_from(written: Written) -> Result<Self, Problems> {
        let Written {
            host,
            port,
            encryption,
            user,
            password,
            from,
            connect_timeout,
            timeout,
        } = written;
        let mut problems = Problems::default();
        if host.is_empty() {
            let given = [
                ("mail.from", !from.is_empty()),
                ("mail.user", !user.is_empty()),
                ("mail.password", !password.is_empty()),
            ];
            if let Some((key, _)) = given.iter().find(|(_, given)| *given) {
                problems.of_key(
                    "mail.host",
                    format_args!("is missing, although {key} is set: name the mail server, or remove the other keys"),
                );
            }
            return problems.or(Self(None));
        }
        if !is_host(&host) {
            problems.of_key(
                "mail.host",
                "is not a name or an address such as smtp.example.org (no port, no `smtp:`)",
            );
        }
        if user.is_empty() != password.is_empty() {
            let missing = if user.is_empty() { "mail.user" } else { "mail.password" };
            problems.of_key(
                missing,
                "is missing: the name and the password to sign in belong together",
            );
        }
        if timeout > LONGEST || connect_timeout > timeout {
            problems.of_key(
                "mail.timeout",
                "must be at most 50s, and not shorter than mail.connect_timeout, which is a part of it",
            );
        }
        let Ok(from) = from.parse::<Sender>() else {
            problems.of_key(
                "mail.from",
                "must say who signs the letters, such as \"Karavan <no-reply@karavan.example>\"",
            );
            return Err(problems);
        };
        problems.or(Self(Some(MailerConfig {
            host,
            port: port.get(),
            encryption,
            // Production refuses it, key by key; elsewhere it is a warning.
            allow_unencrypted: true,
            user,
            password,
            from,
            connect_timeout,
            timeout,
        })))
    }
}

fn is_host(host: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    host.bytes().all(is_name) || host.parse::<std::net::IpAddr>().is_ok()
}
