//! The way to PostgreSQL: its address, and how what goes there is encrypted.
//!
//! **Always holds:** the address and the keys `database.tls…` do not contradict each other, and files that are named can be
//! read. With production and a server on another machine nothing travels unencrypted.

use std::{fs, net::IpAddr, path::Path};

use karavan_clients::http::Url;
use karavan_kernel::Secret;
use serde::Deserialize;

use super::{Problems, database::Written};

/// What `database.tls` may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Asked {
    Auto,
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// How safe the way is; a later one is safer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mode {
    Disable,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

/// A way that makes sense.
#[derive(Debug, Clone)]
pub(super) struct Way {
    address: Secret,
    mode: Mode,
    is_local: bool,
}

/// What the driver calls them in an address.
const MODE: [&str; 2] = ["sslmode", "ssl-mode"];

impl Way {
    pub(super) fn new(written: &Written, production: bool) -> Result<Self, Problems> {
        let mut url = parse(&written.url)?;
        if host(&url).is_empty() {
            // The driver would take it from PGHOST, which nobody has looked at.
            let advice = "names no server; a socket is named by ?host=/run/postgresql";
            return Err(problem("database.url", advice));
        }
        let is_local = is_local(&url);
        let mut problems = Problems::default();
        let mode = match (written.tls.mode(), mode_in(&url)?) {
            (Some(asked), Some(said)) if asked != said => {
                problems.of_key(
                    "database.tls",
                    format_args!(
                        "says {}, and sslmode in database.url says {}; remove one of them",
                        asked.as_str(),
                        said.as_str()
                    ),
                );
                asked
            }
            (asked, said) => asked
                .or(said)
                .unwrap_or(if has_root(written) || (production && !is_local) {
                    Mode::VerifyFull
                } else {
                    Mode::Prefer
                }),
        };
        check_files(written, mode, &mut problems);
        let rest: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !MODE.contains(&&**name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let files = [
            ("sslrootcert", &written.tls_root_cert),
            ("sslcert", &written.tls_client_cert),
            ("sslkey", &written.tls_client_key),
        ];
        url.query_pairs_mut()
            .clear()
            .extend_pairs(rest)
            .append_pair("sslmode", mode.as_str())
            .extend_pairs(files.iter().filter(|(_, file)| !file.is_empty()));
        problems.or(Self {
            address: Secret::new(url),
            mode,
            is_local,
        })
    }

    /// The address with everything in it, as the driver reads it.
    pub(super) const fn address(&self) -> &Secret {
        &self.address
    }

    pub(super) fn warning(&self) -> Option<String> {
        let is_open = self.mode == Mode::Require && !self.is_local;
        is_open.then(|| {
            "database.tls is require: whoever stands between here and PostgreSQL can pose as it; \
             verify-full with database.tls_root_cert ends that"
                .to_owned()
        })
    }

    pub(super) fn forbid_unsafe(&self, problems: &mut Problems) {
        if self.mode < Mode::Require && !self.is_local {
            problems.of_key(
                "database.tls",
                format_args!(
                    "is {}: passwords and data could travel to another machine unencrypted; use verify-full (remove the \
                     line), with database.tls_root_cert if the server's certificate is signed by an authority of your own",
                    self.mode.as_str()
                ),
            );
        }
    }
}

impl Asked {
    const fn mode(self) -> Option<Mode> {
        match self {
            Self::Auto => None,
            Self::Disable => Some(Mode::Disable),
            Self::Prefer => Some(Mode::Prefer),
            Self::Require => Some(Mode::Require),
            Self::VerifyCa => Some(Mode::VerifyCa),
            Self::VerifyFull => Some(Mode::VerifyFull),
        }
    }
}

impl Mode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

fn problem(key: &str, message: impl std::fmt::Display) -> Problems {
    let mut problems = Problems::default();
    problems.of_key(key, message);
    problems
}

/// Nothing of the address is repeated: it holds a password.
fn parse(address: &Secret) -> Result<Url, Problems> {
    let url = address.expose().parse::<Url>().ok();
    url.filter(|url| matches!(url.scheme(), "postgres" | "postgresql"))
        .ok_or_else(|| {
            let example = "postgres://user:password@host/database";
            problem(
                "database.url",
                format_args!(
                    "must be like {example} (special characters of the password as %XX), or empty for the embedded database"
                ),
            )
        })
}

fn mode_in(url: &Url) -> Result<Option<Mode>, Problems> {
    let Some((_, word)) = url.query_pairs().find(|(name, _)| MODE.contains(&&**name)) else {
        return Ok(None);
    };
    match &*word {
        // The driver does not ask first: what it calls `allow` never encrypts.
        "disable" | "allow" => Ok(Some(Mode::Disable)),
        "prefer" => Ok(Some(Mode::Prefer)),
        "require" => Ok(Some(Mode::Require)),
        "verify-ca" => Ok(Some(Mode::VerifyCa)),
        "verify-full" => Ok(Some(Mode::VerifyFull)),
        _ => Err(problem(
            "database.url",
            "sslmode is not one of: disable, prefer, require, verify-ca, verify-full",
        )),
    }
}

/// Who is asked, as the driver reads it.
fn host(url: &Url) -> String {
    let asked = url
        .query_pairs()
        .filter(|(name, _)| matches!(&**name, "host" | "hostaddr"));
    match asked.last() {
        Some((_, host)) => host.into_owned(),
        None => url.host_str().unwrap_or_default().to_owned(),
    }
}

/// A socket or a loopback address: nothing leaves the machine.
fn is_local(url: &Url) -> bool {
    let host = host(url);
    let is_socket = host.starts_with('/') || host.to_ascii_lowercase().starts_with("%2f");
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    host == "localhost" || is_socket || is_loopback
}

const fn has_root(written: &Written) -> bool {
    !written.tls_root_cert.is_empty()
}

fn check_files(written: &Written, mode: Mode, problems: &mut Problems) {
    if has_root(written) && mode < Mode::VerifyCa {
        problems.of_key(
            "database.tls_root_cert",
            format_args!(
                "is not used by {}: set database.tls to verify-full or verify-ca",
                mode.as_str()
            ),
        );
    }
    if written.tls_client_cert.is_empty() != written.tls_client_key.is_empty() {
        let missing = if written.tls_client_key.is_empty() {
            "database.tls_client_key"
        } else {
            "database.tls_client_cert"
        };
        problems.of_key(
            missing,
            "is missing: a client's certificate and its key belong together",
        );
    }
    let files = [
        ("database.tls_root_cert", &written.tls_root_cert, "CERTIFICATE-----"),
        ("database.tls_client_cert", &written.tls_client_cert, "CERTIFICATE-----"),
        ("database.tls_client_key", &written.tls_client_key, "PRIVATE KEY-----"),
    ];
    for (key, file, mark) in files.iter().filter(|(_, file, _)| !file.is_empty()) {
        match fs::read_to_string(Path::new(file)) {
            Ok(text) if text.contains(mark) => {}
            Ok(_) => problems.of_key(*key, format_args!("{file} is not a PEM file with a {}", what(mark))),
            Err(error) => problems.of_key(*key, format_args!("{file} cannot be read: {error}")),
        }
    }
}

fn what(mark: &str) -> &'static str {
    if mark.starts_with("CERT") {
        "certificate"
    } else {
        "private key"
    }
}
