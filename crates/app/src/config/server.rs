//! How the site is reached.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use karavan_web::{
    WebConfig,
    origin::{Network, Origin},
};
use serde::Deserialize;

use super::{Layers, Problems, database::duration_or_none};

/// `[server]`: valid once it exists.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    listen: SocketAddr,
    public_url: Option<Origin>,
    allowed_hosts: Vec<String>,
    cors_origins: Vec<Origin>,
    trusted_proxies: Vec<Network>,
    docs: bool,
    linger: Duration,
}

/// `[server]` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    listen: String,
    public_url: String,
    allowed_hosts: Vec<String>,
    cors_origins: Vec<String>,
    trusted_proxies: Vec<String>,
    docs: bool,
    #[serde(deserialize_with = "duration_or_none")]
    linger: Duration,
}

const PUBLIC_URL_NEEDED: &str = "production needs the address that people use, such as \"https://karavan.example\"";
const EVERYBODY: &str = "lets every visitor choose the address by which they are limited and logged; name the proxies";
const TLS_NEEDED: &str = "production needs https, or the proxy that encrypts must be named in server.trusted_proxies";

impl ServerConfig {
    pub(super) fn read(layers: &Layers) -> Result<Self, Problems> {
        Self::try_from(layers.read::<Written>("server")?)
    }

    /// Where to listen.
    pub const fn listen(&self) -> SocketAddr {
        self.listen
    }

    /// The address that people use; empty when it is wherever this process listens.
    pub fn public_url(&self) -> &str {
        self.public_url.as_ref().map_or("", Origin::as_str)
    }

    /// Whether Swagger UI is asked for.
    pub const fn docs(&self) -> bool {
        self.docs
    }

    /// The HTTP side of a process that listens on `bound`.
    pub fn web(&self, bound: SocketAddr, production: bool) -> WebConfig {
        let public_url = self.public_url.clone().unwrap_or_else(|| local_url(bound));
        let mut web = WebConfig::new(public_url);
        web.allowed_hosts.clone_from(&self.allowed_hosts);
        web.cors_origins.clone_from(&self.cors_origins);
        web.trusted_proxies.clone_from(&self.trusted_proxies);
        web.linger = self.linger;
        web.production = production;
        web
    }

    /// What is allowed, but should be known.
    pub(super) fn warnings(&self, production: bool) -> Vec<String> {
        let mut warnings = Vec::new();
        if production && self.trusted_proxies.is_empty() {
            warnings.push("server.trusted_proxies is empty: behind a proxy, every visitor counts as one".to_owned());
        }
        if self.trusted_proxies.iter().any(|proxy| proxy.is_everybody()) {
            warnings.push(format!("server.trusted_proxies {EVERYBODY}"));
        }
        let is_plain = |url: &Origin| !url.is_https() && !matches!(url.host(), "localhost" | "127.0.0.1" | "[::1]");
        if let Some(url) = self.public_url.as_ref().filter(|url| is_plain(url)) {
            warnings.push(format!(
                "{url} is not encrypted: session cookies can be read on the way"
            ));
        }
        warnings
    }

    /// What production does not accept, key by key: what cannot be parsed is told already.
    pub(super) fn forbid_unsafe(layers: &Layers, problems: &mut Problems) {
        let text = |key: &str| layers.read::<String>(key).unwrap_or_default();
        let has_proxies = layers
            .read::<Vec<String>>("server.trusted_proxies")
            .is_ok_and(|proxies| !proxies.is_empty());
        match (text("server.public_url").as_str(), has_proxies) {
            ("", _) => problems.of_key("server.public_url", PUBLIC_URL_NEEDED),
            (url, false) if url.parse::<Origin>().is_ok_and(|url| !url.is_https()) => {
                problems.of_key("server.public_url", TLS_NEEDED);
            }
            _ => {}
        }
        let proxies = layers.read::<Vec<String>>("server.trusted_proxies").unwrap_or_default();
        let is_everybody = |proxy: &&String| proxy.parse::<Network>().is_ok_and(Network::is_everybody);
        for proxy in proxies.iter().filter(is_everybody) {
            problems.of_key("server.trusted_proxies", format_args!("`{proxy}` {EVERYBODY}"));
        }
        let origins = layers.read::<Vec<String>>("server.cors_origins").unwrap_or_default();
        for origin in origins
            .iter()
            .filter(|origin| origin.parse::<Origin>().is_ok_and(|origin| !origin.is_https()))
        {
            problems.of_key(
                "server.cors_origins",
                format_args!("`{origin}` is not encrypted: production accepts only https"),
            );
        }
        if layers.is_set("server.docs") && layers.read("server.docs") == Ok(true) {
            problems.of_key("server.docs", "production does not publish Swagger UI; remove the line");
        }
    }
}

impl TryFrom<Written> for ServerConfig {
    type Error = Problems;
    fn try_from(written: Written) -> Result<Self, Problems> {
        let Written {
            listen,
            public_url,
            allowed_hosts,
            cors_origins,
            trusted_proxies,
            docs,
            linger,
        } = written;
        let mut problems = Problems::default();
        let no_address = || format!("`{listen}` is not an address and a port, such as 127.0.0.1:8080");
        let listen = listen
            .parse()
            .map_err(|_no_address| problems.of_key("server.listen", no_address()))
            .ok();
        let public_url = match public_url.as_str() {
            "" => None,
            url => parsed("server.public_url", url, &mut problems),
        };
        for host in allowed_hosts.iter().filter(|host| !is_host(host)) {
            problems.of_key(
                "server.allowed_hosts",
                format_args!("`{host}` is not a host's name, such as karavan.example (no `*`, no port)"),
            );
        }
        let cors_origins: Vec<Origin> = cors_origins
            .iter()
            .filter_map(|origin| parsed("server.cors_origins", origin, &mut problems))
            .collect();
        let trusted_proxies = trusted_proxies
            .iter()
            .filter_map(|proxy| parsed("server.trusted_proxies", proxy, &mut problems))
            .collect();
        // A fallback only to finish the sentence: without an address there is a problem.
        let listen = listen.unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
        problems.or(Self {
            listen,
            public_url,
            allowed_hosts,
            cors_origins,
            trusted_proxies,
            docs,
            linger,
        })
    }
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(key: &str, text: &str, problems: &mut Problems) -> Option<T> {
    text.parse().map_err(|error| problems.of_key(key, error)).ok()
}

fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

/// What a person on this machine types.
fn local_url(bound: SocketAddr) -> Origin {
    let host = match bound.ip() {
        ip if ip.is_unspecified() => "localhost".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    format!("http://{host}:{}", bound.port())
        .parse()
        .expect("an address and a port are an origin")
}
