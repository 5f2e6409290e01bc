//! How the server is reached.

use std::{fmt, net::IpAddr, time::Duration};

use karavan_kernel::Secret;
use redis::{Client, IntoConnectionInfo, TlsCertificates};
use reqwest::Url;

use super::RedisError;
use crate::install_tls;

/// The settings of a [`Redis`](super::Redis).
#[derive(Clone, Debug)]
pub struct RedisConfig {
    /// `redis://user:password@host:port/number`, `rediss://…` with TLS, or `redis+unix:///path/of/socket`.
    pub url: Secret,
    /// The authority that signed the server's certificate, in PEM; without it, those that the system knows.
    pub root_cert: Option<Vec<u8>>,
    /// How long a call may take on a connection that stands.
    pub timeout: Duration,
    /// How long to wait between two tries to connect. Grows while connections do not last.
    pub pause: Duration,
}

impl RedisConfig {
    /// With the usual times.
    pub const fn new(url: Secret) -> Self {
        Self {
            url,
            root_cert: None,
            timeout: Duration::from_millis(50),
            pause: Duration::from_secs(1),
        }
    }

    /// Where that is.
    ///
    /// # Errors
    /// When the address cannot be used.
    pub fn place(&self) -> Result<Place, RedisError> {
        Place::of(&self.url)
    }

    pub(super) fn client(&self) -> Result<Client, RedisError> {
        install_tls();
        let place = self.place()?;
        // What the library says repeats the address.
        let info = self.url.expose().into_connection_info().map_err(|_why| PARTS)?;
        let opened = match &self.root_cert {
            Some(root_cert) if place.is_encrypted => {
                let root_cert = Some(root_cert.clone());
                Client::build_with_tls(
                    info,
                    TlsCertificates {
                        client_tls: None,
                        root_cert,
                    },
                )
            }
            _ => Client::open(info),
        };
        opened.map_err(|_why| RedisError::RootCert)
    }
}

const FORM: RedisError =
    RedisError::Address("must be like rediss://user:password@host:6379 (special characters of the password as %XX)");
const PARTS: RedisError = RedisError::Address(
    "has a part that is not understood: after the host there may be a database's number, such as /2",
);

/// What an address says without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    name: String,
    is_encrypted: bool,
    is_here: bool,
}

impl Place {
    fn of(url: &Secret) -> Result<Self, RedisError> {
        let url = url.expose().parse::<Url>().map_err(|_not_one| FORM)?;
        // `#insecure` would encrypt for whoever answers.
        if url.fragment().is_some() {
            return Err(PARTS);
        }
        let is_encrypted = match url.scheme() {
            "redis+unix" | "unix" => {
                return Ok(Self {
                    name: url.path().to_owned(),
                    is_encrypted: false,
                    is_here: true,
                });
            }
            "redis" => false,
            "rediss" => true,
            _ => return Err(FORM),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(FORM)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        Ok(Self {
            name: format!("{host}:{}", url.port().unwrap_or(6379)),
            is_encrypted,
            is_here: host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback()),
        })
    }

    /// Whether the password and what is counted could be read on the way to another machine.
    pub const fn is_readable(&self) -> bool {
        !self.is_encrypted && !self.is_here
    }

    /// Whether the connection is encrypted.
    pub const fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> Result<Place, RedisError> {
        let config = RedisConfig::new(Secret::new(url));
        config.client()?;
        config.place()
    }

    #[test]
    fn an_address_says_where_and_how_and_keeps_its_password() {
        for (url, name, readable) in [
            ("redis://cache.example", "cache.example:6379", true),
            ("rediss://:hunter2@cache.example:6380/2", "cache.example:6380", false),
            ("redis://u:hunter2@10.0.0.7", "10.0.0.7:6379", true),
            ("redis://127.0.0.1:7000/", "127.0.0.1:7000", false),
            ("redis://[::1]", "[::1]:6379", false),
            ("redis+unix:///run/redis.sock?pass=hunter2", "/run/redis.sock", false),
        ] {
            let place = place(url).unwrap();
            assert_eq!(
                (place.to_string().as_str(), place.is_readable()),
                (name, readable),
                "{url}"
            );
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for url in [
            "hunter2",
            "http://cache.example",
            "redis://",
            "redis://:hunter2@",
            "redis://cache.example/hunter2",
            "rediss://:hunter2@cache.example#insecure",
            "redis://cache.example:hunter2",
            "redis://0.0.0.0",
        ] {
            let refused = place(url).unwrap_err();
            assert!(matches!(refused, RedisError::Address(_)), "{url}");
            assert!(!format!("{refused} {refused:?}").contains("hunter2"), "{refused}");
        }
        assert!(!format!("{:?}", RedisConfig::new(Secret::new("redis://:hunter2@a"))).contains("hunter2"));
    }
}
