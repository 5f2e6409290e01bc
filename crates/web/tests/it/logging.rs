//! The log line and the metrics of a request.

use std::{
    cell::RefCell,
    io::{self, Write},
    sync::Once,
};

use metrics_exporter_prometheus::PrometheusBuilder;

use crate::site::{get, post, site};

thread_local! { static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) }; }

/// Keeps what the running test logs: a test has a thread of its own, and its runtime stays on it.
struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.write(bytes))
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Every site calls this before its first request. `tracing` remembers per line of code whether anybody listens, so a
/// listener of one test alone would miss the lines that a test without one reached first.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt().with_writer(|| Lines).with_ansi(false).init();
    });
}

#[tokio::test]
async fn the_log_names_the_route_and_nothing_personal() {
    let site = site();
    let shown = site
        .ask(get("/things/7?canary=query").header("authorization", "Bearer service"))
        .await;
    site.ask(
        post("/things")
            .json(r#"{"name":{"canary":"body"},"sizes":[]}"#)
            .header("cookie", "__Host-sid=canary"),
    )
    .await;
    site.ask(get("/canary/path")).await;
    site.ask(get("/search?page=canary")).await;
    let broken = site.ask(get("/broken")).await;

    let text = String::from_utf8(LINES.take()).unwrap();
    assert!(!text.contains("canary"), "{text}");
    assert!(
        text.contains("GET /things/{number} 200") && text.contains(shown.header("x-request-id")),
        "{text}"
    );
    assert!(
        text.contains("GET unmatched 404") && text.contains("POST /things 422"),
        "{text}"
    );
    let causes: Vec<&str> = text.lines().filter(|line| line.contains("hunter2")).collect();
    assert_eq!(causes.len(), 1, "a cause is logged once: {text}");
    assert!(causes[0].contains(broken.header("x-request-id")) && causes[0].contains("ERROR"));
}

#[tokio::test]
async fn metrics_are_labelled_by_template() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let site = site();
    site.ask(get("/things/7")).await;
    site.ask(get("/things/8")).await;
    site.ask(get("/nowhere/at/all")).await;
    site.ask(crate::site::request("BREW", "/open")).await;
    let text = handle.render();
    assert!(
        text.contains(r#"http_requests_total{method="GET",route="/things/{number}",status="200"} 2"#),
        "{text}"
    );
    assert!(
        text.contains(r#"route="unmatched",status="404""#) && text.contains(r#"method="OTHER""#),
        "{text}"
    );
    assert!(text.contains("http_request_duration_seconds"), "{text}");
    assert!(!text.contains("nowhere") && !text.contains("BREW"), "{text}");
}
