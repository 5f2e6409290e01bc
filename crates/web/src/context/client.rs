//! The client behind the proxies: its address, and whether its connection is encrypted.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, Uri, header},
};

use crate::origin::Network;

/// Who is at the other end of the socket, and whom it speaks for.
pub(crate) struct Client {
    /// The client's address.
    pub ip: IpAddr,
    /// True when the peer is one of our proxies, so that its headers count.
    pub through_proxy: bool,
}

/// The socket's peer; unspecified when the router runs without a socket (in tests).
pub(crate) fn peer(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(address)| {
            address.ip().to_canonical()
        })
}

/// Walks `X-Forwarded-For` from our end, as long as those who wrote it are ours.
pub(crate) fn client(extensions: &Extensions, headers: &HeaderMap, trusted: &[Network]) -> Client {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut ip = peer(extensions);
    let through_proxy = is_trusted(ip);
    let lines: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|line| line.to_str().unwrap_or(""))
        .collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(ip) {
            break;
        }
        // Whatever stands left of a word that is no address was not written by a proxy of ours.
        let Some(next) = address(hop.trim()) else { break };
        ip = next;
    }
    Client { ip, through_proxy }
}

/// `1.2.3.4`, `1.2.3.4:567`, `::1` or `[::1]:567`.
fn address(hop: &str) -> Option<IpAddr> {
    let parsed: Option<IpAddr> = hop.parse().ok();
    parsed
        .or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
        .map(|ip| ip.to_canonical())
}

/// The host that was asked for, without the port, in lower case.
pub(crate) fn host(uri: &Uri, headers: &HeaderMap) -> String {
    // HTTP/2 and absolute requests carry it in the target, which wins over the header (RFC 9112, 3.2.2).
    let authority = uri.authority().map(|authority| authority.as_str());
    let text = authority
        .or_else(|| headers.get(header::HOST)?.to_str().ok())
        .unwrap_or_default();
    let (name, _) = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or((rest, "")),
        None => text.split_once(':').unwrap_or((text, "")),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// True for names of this machine, to which browsers send secure cookies without encryption.
pub(crate) fn is_local(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        let headers = forwarded
            .iter()
            .map(|line| ("x-forwarded-for".parse().unwrap(), line.parse().unwrap()))
            .collect();
        client(
            &extensions,
            &headers,
            &["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()],
        )
        .ip
        .to_string()
    }

    #[test]
    fn only_our_proxies_may_name_the_client() {
        assert_eq!(seen("203.0.113.9", &["1.1.1.1"]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["1.1.1.1"]), "1.1.1.1");
        // The client wrote the first two itself; our proxies appended what they saw.
        assert_eq!(seen("10.0.0.1", &["127.0.0.1, 10.0.0.7, 2.2.2.2, 10.0.0.2"]), "2.2.2.2");
        assert_eq!(seen("10.0.0.1", &["9.9.9.9", "3.3.3.3:4444"]), "3.3.3.3");
        assert_eq!(seen("::1", &["[2001:db8::1]:80"]), "2001:db8::1");
        assert_eq!(seen("10.0.0.1", &["1.1.1.1, unknown"]), "10.0.0.1");
        assert_eq!(seen("::ffff:10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn the_host_is_read_without_its_port() {
        let host_of = |text: &str| {
            host(
                &Uri::from_static("/"),
                &HeaderMap::from_iter([(header::HOST, text.parse().unwrap())]),
            )
        };
        assert_eq!(host_of("Example.org:8080"), "example.org");
        assert_eq!(host_of("[::1]:8080"), "::1");
        assert_eq!(
            host(&Uri::from_static("https://a.test:1/x"), &HeaderMap::new()),
            "a.test"
        );
        assert!(is_local("localhost") && is_local("127.0.0.1") && is_local("::1") && is_local("a.localhost"));
        assert!(!is_local("localhost.evil.test") && !is_local("10.0.0.1") && !is_local(""));
    }
}
