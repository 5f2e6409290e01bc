//! Headers that every answer carries.

use axum::Router;
use karavan_web::{WebConfig, stack::headers::CONTENT_SECURITY_POLICY};

use crate::site::{Asked, get, post, request, site, site_and, site_with};

fn every_kind() -> Vec<Asked> {
    vec![
        get("/open"),
        get("/nowhere"),
        get("/nowhere").header("accept", "text/html"),
        get("/panic"),
        get("/me").header("accept", "text/html"),
        get("/open").header("host", "evil.test"),
        post("/things").header("sec-fetch-site", "cross-site"),
        request("TRACE", "/open"),
        get("/open").header("authorization", "Bearer wrong"),
    ]
}

#[tokio::test]
async fn every_answer_is_hardened() {
    let site = site();
    for asked in every_kind() {
        let answer = site.ask(asked).await;
        assert_eq!(answer.header("content-security-policy"), CONTENT_SECURITY_POLICY);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("x-request-id").len(), 32);
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "plain http in development"
        );
        if !answer.bytes.is_empty() {
            assert!(
                answer.header("content-type").contains("charset=utf-8"),
                "{}",
                answer.header("content-type")
            );
        }
    }
    assert!(!CONTENT_SECURITY_POLICY.contains("unsafe") && CONTENT_SECURITY_POLICY.contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn encrypted_sites_and_production_say_so_for_a_year() {
    let encrypted = WebConfig {
        public_url: "https://localhost".parse().unwrap(),
        ..WebConfig::for_testing()
    };
    let production = WebConfig {
        production: true,
        ..WebConfig::for_testing()
    };
    for config in [encrypted, production] {
        let site = site_with(config);
        for asked in every_kind() {
            let header = site.ask(asked).await.header("strict-transport-security").to_owned();
            assert_eq!(header, "max-age=31536000; includeSubDomains");
        }
    }
}

#[tokio::test]
async fn answers_to_somebody_are_not_cached() {
    let site = site();
    assert_eq!(
        site.ask(get("/open").header("cookie", "__Host-sid=reader"))
            .await
            .header("cache-control"),
        "no-store"
    );
    assert_eq!(
        site.ask(get("/open").header("authorization", "Bearer service"))
            .await
            .header("cache-control"),
        "no-store"
    );
    assert_eq!(site.ask(get("/open")).await.header("cache-control"), "");
}

#[tokio::test]
async fn answers_are_compressed_except_event_streams() {
    use axum::routing::get as route;
    let long = || async { "word ".repeat(200) };
    let events = || async { ([("content-type", "text/event-stream")], "data: x\n\n".repeat(200)) };
    let site = site_and(
        WebConfig::for_testing(),
        Router::new()
            .route("/long", route(long))
            .route("/events", route(events)),
    );
    assert_eq!(
        site.ask(get("/long").header("accept-encoding", "br"))
            .await
            .header("content-encoding"),
        "br"
    );
    assert_eq!(
        site.ask(get("/long").header("accept-encoding", "gzip"))
            .await
            .header("content-encoding"),
        "gzip"
    );
    assert_eq!(
        site.ask(get("/events").header("accept-encoding", "br, gzip"))
            .await
            .header("content-encoding"),
        ""
    );
    let error = site.ask(get("/nowhere").header("accept-encoding", "gzip")).await;
    assert_eq!(
        error.header("content-encoding"),
        "gzip",
        "an error has its own body, compressed like any other"
    );
}

#[tokio::test]
async fn a_table_is_a_download_without_formulas() {
    let answer = site().ask(get("/table")).await;
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"things.csv\""
    );
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.text(), "\u{feff}name\r\n'=1+1\r\n");
}
