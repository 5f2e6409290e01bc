//! Whose request it is: host, peer and proxies.

use axum::Router;
use karavan_web::{
    WebConfig,
    health::{self, Health},
};

use crate::site::{failed, get, request, site, site_and, site_with};

fn behind_proxy() -> WebConfig {
    WebConfig {
        public_url: "https://example.org".parse().unwrap(),
        allowed_hosts: vec!["api.example.org".into()],
        trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
        production: true,
        ..WebConfig::for_testing()
    }
}

#[tokio::test]
async fn a_foreign_host_is_misdirected() {
    let site = site_with(behind_proxy());
    for host in ["evil.test", "localhost", "example.org.evil.test", "127.0.0.1", ""] {
        for path in ["/open", "/nowhere"] {
            let answer = site.ask(get(path).header("host", host)).await;
            assert_eq!(answer.problem(), failed(421, "host_unknown"), "{host} {path}");
        }
    }
    for host in ["example.org", "API.example.org:443", "example.org."] {
        assert_eq!(
            site.ask(get("/open").header("host", host)).await.status.as_u16(),
            200,
            "{host}"
        );
    }
    let absolute = site
        .ask(request("GET", "http://evil.test/open").header("host", "example.org"))
        .await;
    assert_eq!(absolute.problem(), failed(421, "host_unknown"));
}

#[tokio::test]
async fn health_answers_whatever_the_host_and_the_database() {
    let site = site_and(behind_proxy(), health::routes(Health::default()));
    let answer = site
        .ask(
            get("/health/live")
                .header("host", "10.1.2.3")
                .header("cookie", "__Host-sid=outage"),
        )
        .await;
    assert_eq!(answer.status.as_u16(), 200);
    // Whatever is mounted beside, an unknown path is guarded.
    let unknown = site_and(behind_proxy(), Router::new())
        .ask(get("/nowhere").header("host", "evil.test"))
        .await;
    assert_eq!(unknown.problem(), failed(421, "host_unknown"));
}

#[tokio::test]
async fn forwarded_headers_of_a_stranger_change_nothing() {
    let site = site_with(behind_proxy());
    let forged = |peer: &str| {
        get("/context")
            .header("host", "example.org")
            .header("x-forwarded-for", "1.2.3.4")
            .header("x-forwarded-proto", "http")
            .header("x-request-id", "0123456789-of-a-proxy")
            .peer(peer)
    };
    let stranger = site.ask(forged("203.0.113.9")).await;
    assert_eq!(stranger.json()["ip"], "203.0.113.9");
    assert_eq!(stranger.json()["tls"], true);
    assert_ne!(stranger.header("x-request-id"), "0123456789-of-a-proxy");

    let proxy = site.ask(forged("10.0.0.2")).await;
    assert_eq!(proxy.json()["ip"], "1.2.3.4");
    assert_eq!(proxy.json()["tls"], false);
    assert_eq!(proxy.header("x-request-id"), "0123456789-of-a-proxy");
}

#[tokio::test]
async fn an_odd_request_id_is_replaced() {
    let site = site_with(behind_proxy());
    for odd in [
        "short",
        "with space and more",
        "<script>alert(1)</script>",
        &"a".repeat(65),
    ] {
        let asked = get("/open")
            .header("host", "example.org")
            .peer("10.0.0.2")
            .header("x-request-id", odd);
        let id = site.ask(asked).await.header("x-request-id").to_owned();
        assert!(id != odd && id.len() == 32, "{id}");
    }
    let ids: Vec<String> = [site.ask(get("/open")).await, site.ask(get("/open")).await]
        .iter()
        .map(|answer| answer.header("x-request-id").to_owned())
        .collect();
    assert_ne!(ids[0], ids[1]);
}

#[tokio::test]
async fn this_machine_is_allowed_in_development_only() {
    for host in ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
        assert_eq!(
            site().ask(get("/open").header("host", host)).await.status.as_u16(),
            200,
            "{host}"
        );
    }
    assert_eq!(
        site().ask(get("/open").header("host", "192.168.1.4")).await.problem(),
        failed(421, "host_unknown")
    );
}
