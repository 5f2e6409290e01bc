//! `[redis]`: what several processes share.

use std::{fs, time::Duration};

use karavan_clients::redis::{Redis, RedisConfig as Way, RedisError};
use karavan_kernel::Secret;
use serde::Deserialize;

use super::{Layers, Problems, database::duration};

/// A request stands behind it.
const LONGEST: Duration = Duration::from_secs(1);

/// `[redis]`: valid once it exists.
#[derive(Debug, Clone)]
pub struct RedisConfig(Option<Way>);

/// `[redis]` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: Secret,
    tls_root_cert: String,
    #[serde(deserialize_with = "duration")]
    timeout: Duration,
}

impl RedisConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, Problems> {
        Self::try_from(layers.read::<Written>("redis")?)
    }

    /// How it is reached, if there is one.
    pub const fn way(&self) -> Option<&Way> {
        self.0.as_ref()
    }

    /// What is allowed, but should be known.
    pub(super) fn warnings(&self) -> Option<String> {
        self.is_readable().then(|| {
            "redis.url is not encrypted: whoever listens on the way to Redis reads its password and can lift all limits"
                .to_owned()
        })
    }

    /// What production does not accept.
    pub(super) fn forbid_unsafe(&self, problems: &mut Problems) {
        if self.is_readable() {
            problems.of_key(
                "redis.url",
                "would send its password to another machine unencrypted; use rediss://, with redis.tls_root_cert if the \
                 server's certificate is signed by an authority of your own",
            );
        }
    }

    fn is_readable(&self) -> bool {
        let place = self.0.as_ref().and_then(|way| way.place().ok());
        place.is_some_and(|place| place.is_readable())
    }
}

impl TryFrom<Written> for RedisConfig {
    type Error = Problems;
    fn try_from(written: Written) -> Result<Self, Problems> {
        let Written {
            url,
            tls_root_cert,
            timeout,
        } = written;
        let mut problems = Problems::default();
        if url.is_empty() {
            return problems.or(Self(None));
        }
        if timeout > LONGEST {
            problems.of_key("redis.timeout", "must be at most 1s: requests wait for it");
        }
        let mut way = Way {
            timeout,
            ..Way::new(url)
        };
        if !tls_root_cert.is_empty() {
            way.root_cert = problems.keep(root_cert(&way, &tls_root_cert));
        }
        match Redis::new(&way) {
            Ok(_usable) => {}
            Err(RedisError::Address(why)) => problems.of_key("redis.url", why),
            Err(_no_certificate) => problems.of_key(
                "redis.tls_root_cert",
                format_args!("{tls_root_cert} is not a PEM file with a certificate"),
            ),
        }
        problems.or(Self(Some(way)))
    }
}

fn root_cert(way: &Way, file: &str) -> Result<Vec<u8>, Problems> {
    let mut problems = Problems::default();
    if way.place().is_ok_and(|place| !place.is_encrypted()) {
        problems.of_key(
            "redis.tls_root_cert",
            "is not used by an address that does not begin with rediss://",
        );
    }
    match fs::read(file) {
        Ok(bytes) if bytes.windows(CERTIFICATE.len()).any(|words| words == CERTIFICATE) => problems.or(bytes),
        Ok(_other) => {
            problems.of_key(
                "redis.tls_root_cert",
                format_args!("{file} is not a PEM file with a certificate"),
            );
            Err(problems)
        }
        Err(error) => {
            problems.of_key("redis.tls_root_cert", format_args!("{file} cannot be read: {error}"));
            Err(problems)
        }
    }
}

const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";
