//! Who the client is: a table of what proxies send, and what no stranger can achieve.

use axum::http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Our proxies: a network, one machine, and one network of the sixth version.
fn ours() -> Vec<Network> {
    ["10.0.0.0/8", "::1", "fd00::/8"]
        .iter()
        .map(|network| network.parse().unwrap())
        .collect()
}

fn client_of(peer: IpAddr, lines: &[Vec<u8>]) -> Client {
    let mut extensions = Extensions::new();
    extensions.insert(ConnectInfo(SocketAddr::new(peer, 1)));
    let mut headers = HeaderMap::new();
    for line in lines {
        headers.append(FORWARDED_FOR, HeaderValue::from_bytes(line).unwrap());
    }
    client(&extensions, &headers, &ours())
}

fn seen(peer: &str, forwarded: &[&str]) -> String {
    let lines: Vec<Vec<u8>> = forwarded.iter().map(|line| line.as_bytes().to_vec()).collect();
    client_of(peer.parse().unwrap(), &lines).ip.to_string()
}

#[test]
fn only_our_proxies_may_name_the_client() {
    let table: [(&str, &[&str], &str); 16] = [
        // A stranger may write what they like.
        ("203.0.113.9", &["1.1.1.1"], "203.0.113.9"),
        ("203.0.113.9", &["10.0.0.1"], "203.0.113.9"),
        ("203.0.113.9", &["1.1.1.1", "127.0.0.1, 10.0.0.1"], "203.0.113.9"),
        // One proxy.
        ("10.0.0.1", &["1.1.1.1"], "1.1.1.1"),
        ("10.0.0.1", &["9.9.9.9", "3.3.3.3:4444"], "3.3.3.3"),
        ("10.0.0.1", &[" 1.1.1.1 "], "1.1.1.1"),
        ("::ffff:10.0.0.1", &["::ffff:1.1.1.1"], "1.1.1.1"),
        ("::1", &["[2001:db8::1]:80"], "2001:db8::1"),
        // The client wrote the first two itself; our proxies appended what they saw.
        ("10.0.0.1", &["127.0.0.1, 10.0.0.7, 2.2.2.2, 10.0.0.2"], "2.2.2.2"),
        ("fd00::1", &["1.1.1.1, 2.2.2.2", "10.0.0.2,fd00::2"], "2.2.2.2"),
        // Everybody on the way is ours.
        ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "10.0.0.3"),
        // Nothing, or nothing that is an address: the last of ours that is known.
        ("::ffff:10.0.0.1", &[], "10.0.0.1"),
        ("10.0.0.1", &[""], "10.0.0.1"),
        ("10.0.0.1", &["1.1.1.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", &["1.1.1.1,, "], "10.0.0.1"),
        ("10.0.0.1", &["1.1.1.1, nonsense, 10.0.0.2"], "10.0.0.2"),
    ];
    for (peer, forwarded, expected) in table {
        assert_eq!(seen(peer, forwarded), expected, "{peer} {forwarded:?}");
    }
}

#[test]
fn nothing_but_x_forwarded_for_names_a_client() {
    let mut extensions = Extensions::new();
    extensions.insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 1))));
    let headers = [
        ("forwarded", "for=1.1.1.1"),
        ("x-real-ip", "1.1.1.1"),
        ("via", "1.1.1.1"),
    ];
    let headers = headers
        .into_iter()
        .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
        .collect();
    assert_eq!(client(&extensions, &headers, &ours()).ip.to_string(), "10.0.0.1");
}

/// What a stranger can put into a header: any bytes, and what looks like addresses.
fn forged() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let byte = prop_oneof![Just(b'\t'), 0x20..0x7f_u8, 0x80..=0xff_u8];
    let odd = prop::collection::vec(byte, 0..60);
    let word = prop_oneof![
        any::<IpAddr>().prop_map(|ip| ip.to_string()),
        any::<SocketAddr>().prop_map(|socket| socket.to_string()),
        Just("10.0.0.5".to_owned()),
        "[0-9a-f.:, \\[\\]]{0,20}",
    ];
    let likely = prop::collection::vec(word, 0..6).prop_map(|words| words.join(",").into_bytes());
    prop::collection::vec(prop_oneof![odd, likely], 0..4)
}

fn stranger() -> impl Strategy<Value = IpAddr> {
    any::<IpAddr>()
        .prop_map(|ip| ip.to_canonical())
        .prop_filter("not ours", |ip| !ours().iter().any(|network| network.contains(*ip)))
}

proptest! {
    #[test]
    fn a_stranger_at_the_socket_never_chooses_the_address(peer in stranger(), lines in forged()) {
        let client = client_of(peer, &lines);
        prop_assert_eq!(client.ip, peer);
        prop_assert!(!client.through_proxy);
    }

    /// Two proxies, as they come: the first appends to the last line or writes one of its own, and so does the second.
    #[test]
    fn a_stranger_behind_our_proxies_never_chooses_the_address(
        from in stranger(), mut lines in forged(), own_line in any::<[bool; 2]>()
    ) {
        for (saw, own_line) in [from.to_string(), "10.0.0.2".to_owned()].iter().zip(own_line) {
            match lines.last_mut().filter(|_| !own_line) {
                Some(line) => line.extend(format!(", {saw}").bytes()),
                None => lines.push(saw.clone().into_bytes()),
            }
        }
        let client = client_of(IpAddr::from([10, 0, 0, 1]), &lines);
        prop_assert_eq!(client.ip, from);
        prop_assert!(client.through_proxy);
    }
}
