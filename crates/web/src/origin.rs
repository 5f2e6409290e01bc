//! Where a page may come from, and which machines may speak for others.
//!
//! **Always holds:** an [`Origin`] is written the way browsers send it, so that bytes can be compared; `*` is not one.

use std::{fmt, net::IpAddr, str::FromStr};

use axum::http::{HeaderValue, Uri};
use serde::{Deserialize, Deserializer, de::Error as _};

/// `https://example.org` or `http://localhost:8080`: scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    text: String,
    https: bool,
    host: String,
}

/// A text that is not an origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an origin like https://example.org (no path, no `*`)")]
pub struct InvalidOrigin(String);

impl Origin {
    /// As browsers write it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True when it is reached over TLS.
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host without the port.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.text).expect("an origin was parsed from printable ASCII")
    }
}

impl FromStr for Origin {
    type Err = InvalidOrigin;
    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let invalid = || InvalidOrigin(text.to_owned());
        let lower = text.trim().trim_end_matches('/').to_ascii_lowercase();
        let uri: Uri = lower.parse().map_err(|_not_a_uri| invalid())?;
        let https = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(invalid()),
        };
        let authority = uri.authority().ok_or_else(invalid)?;
        let has_path = uri.path_and_query().is_some_and(|rest| rest.as_str() != "/");
        if has_path || authority.as_str().contains(['@', '*']) || authority.host().is_empty() {
            return Err(invalid());
        }
        // Browsers leave the default port out.
        let default_port = if https { 443 } else { 80 };
        let authority_text = match authority.port_u16() {
            Some(port) if port != default_port => authority.as_str().to_owned(),
            _ => authority.host().to_owned(),
        };
        let scheme = if https { "https" } else { "http" };
        Ok(Self {
            text: format!("{scheme}://{authority_text}"),
            https,
            host: authority.host().to_owned(),
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// One address or a block of them: `10.0.0.0/8`, `::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    prefix: u32,
}

/// A text that is not a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address like 10.0.0.1 or a network like 10.0.0.0/8")]
pub struct InvalidNetwork(String);

impl Network {
    /// Whether it is everybody: whoever trusts it lets every client name its own address.
    pub const fn is_everybody(self) -> bool {
        self.prefix == 0
    }

    /// Whether the address is inside.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let differs = base.to_bits() ^ address.to_bits();
                differs.leading_zeros() >= self.prefix
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let differs = base.to_bits() ^ address.to_bits();
                differs.leading_zeros() >= self.prefix
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;
    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let invalid = || InvalidNetwork(text.to_owned());
        let (base, prefix) = text
            .trim()
            .split_once('/')
            .map_or((text.trim(), None), |(a, p)| (a, Some(p)));
        let base: IpAddr = base.parse().map_err(|_not_an_address| invalid())?;
        let longest = if base.is_ipv4() { 32 } else { 128 };
        let prefix: u32 = match prefix {
            Some(digits) => digits.parse().map_err(|_not_a_number| invalid())?,
            None => longest,
        };
        if prefix > longest {
            return Err(invalid());
        }
        // Addresses are compared in their shortest form, so `::ffff:10.0.0.0/104` is `10.0.0.0/8`.
        let short = base.to_canonical();
        match (short.is_ipv4() && base.is_ipv6(), prefix.checked_sub(96)) {
            (true, None) => Err(invalid()),
            (true, Some(prefix)) => Ok(Self { base: short, prefix }),
            (false, _) => Ok(Self { base, prefix }),
        }
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_written_as_browsers_send_them() {
        let origin: Origin = "HTTPS://Example.org:443/".parse().unwrap();
        assert_eq!(
            (origin.as_str(), origin.host(), origin.is_https()),
            ("https://example.org", "example.org", true)
        );
        assert_eq!(
            "http://localhost:8080".parse::<Origin>().unwrap().as_str(),
            "http://localhost:8080"
        );
        for refused in [
            "*",
            "https://*",
            "example.org",
            "ftp://x",
            "https://x/path",
            "https://u@x",
            "",
            "https://x?y",
        ] {
            assert!(refused.parse::<Origin>().is_err(), "{refused}");
        }
    }

    #[test]
    fn networks_contain_their_addresses() {
        let inside =
            |network: &str, address: &str| network.parse::<Network>().unwrap().contains(address.parse().unwrap());
        assert!(inside("10.0.0.0/8", "10.255.1.2") && inside("10.0.0.0/8", "::ffff:10.1.1.1"));
        assert!(!inside("10.0.0.0/8", "11.0.0.1") && !inside("10.0.0.0/8", "::1"));
        assert!(inside("0.0.0.0/0", "8.8.8.8") && inside("fd00::/8", "fd12::1") && inside("::1", "::1"));
        assert!(!inside("127.0.0.1", "127.0.0.2"));
        assert!(inside("::ffff:10.0.0.0/104", "10.1.1.1") && !inside("::ffff:10.0.0.0/104", "11.1.1.1"));
        assert!("::ffff:10.0.0.0/64".parse::<Network>().is_err());
        assert!("::/0".parse::<Network>().unwrap().is_everybody());
        assert!("10.0.0.0/33".parse::<Network>().is_err() && "ten/8".parse::<Network>().is_err());
    }
}
