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
///
/// `Forwarded` is not read: most proxies neither write nor remove it, so a stranger's would arrive as it was sent.
pub(crate) fn client(extensions: &Extensions, headers: &HeaderMap, trusted: &[Network]) -> Client {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut ip = peer(extensions);
    let through_proxy = is_trusted(ip);
    let lines = headers.get_all("x-forwarded-for").iter().rev();
    // In bytes: odd ones that a stranger sent must not hide what our proxy wrote behind them.
    for hop in lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b',')) {
        if !is_trusted(ip) {
            break;
        }
        // Whatever stands left of a word that is no address was not written by a proxy of ours.
        let Some(next) = std::str::from_utf8(hop).ok().and_then(address) else {
            break;
        };
        ip = next;
    }
    Client { ip, through_proxy }
}

/// `1.2.3.4`, `1.2.3.4:567`, `::1` or `[::1]:567`.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
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
mod tests;
