//! Writes that another site makes a browser send, and scripts of other sites.

use karavan_web::WebConfig;

use crate::site::{Asked, failed, get, post, request, site, site_with};

const THING: &str = r#"{"name":"a","sizes":[]}"#;

fn write() -> Asked {
    post("/things").json(THING)
}

#[tokio::test]
async fn a_write_from_another_site_is_refused() {
    let site = site();
    for fetch_site in ["cross-site", "same-site"] {
        for asked in [
            write().header("cookie", "__Host-sid=reader"),
            write(),
            // What a plain HTML form elsewhere can send.
            post("/form")
                .body("application/x-www-form-urlencoded", "page=1")
                .header("cookie", "__Host-sid=reader"),
            post("/things")
                .body("text/plain", THING)
                .header("cookie", "__Host-sid=reader"),
            post("/nowhere"),
        ] {
            let answer = site.ask(asked.header("sec-fetch-site", fetch_site)).await;
            assert_eq!(answer.problem(), failed(403, "cross_site"), "{fetch_site}");
        }
    }
    for method in ["PUT", "PATCH", "DELETE"] {
        let answer = site
            .ask(request(method, "/things").header("sec-fetch-site", "cross-site"))
            .await;
        assert_eq!(answer.problem(), failed(403, "cross_site"), "{method}");
    }
}

#[tokio::test]
async fn a_browser_without_fetch_metadata_is_judged_by_its_origin() {
    let site = site();
    for (origin, status) in [("http://localhost", 201), ("http://evil.test", 403), ("null", 403)] {
        let answer = site
            .ask(write().header("origin", origin).header("cookie", "__Host-sid=reader"))
            .await;
        assert_eq!(answer.status.as_u16(), status, "{origin}");
    }
}

#[tokio::test]
async fn this_site_and_programs_may_write() {
    let site = site();
    for fetch_site in ["same-origin", "none"] {
        let answer = site
            .ask(
                write()
                    .header("sec-fetch-site", fetch_site)
                    .header("cookie", "__Host-sid=reader"),
            )
            .await;
        assert_eq!(answer.status.as_u16(), 201, "{fetch_site}");
    }
    assert_eq!(
        site.ask(write().header("authorization", "Bearer service"))
            .await
            .status
            .as_u16(),
        201
    );
    assert_eq!(site.ask(write()).await.status.as_u16(), 201);
    assert_eq!(
        site.ask(get("/open").header("sec-fetch-site", "cross-site"))
            .await
            .status
            .as_u16(),
        200
    );
}

#[tokio::test]
async fn listed_origins_may_call_and_others_get_no_permission() {
    let site = site_with(WebConfig {
        cors_origins: vec!["https://app.example.org".parse().unwrap()],
        ..WebConfig::for_testing()
    });
    let preflight = |origin: &str| {
        request("OPTIONS", "/things")
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,idempotency-key")
    };
    let listed = site.ask(preflight("https://app.example.org")).await;
    assert_eq!(listed.header("access-control-allow-origin"), "https://app.example.org");
    assert_eq!(listed.header("access-control-allow-credentials"), "true");
    let stranger = site.ask(preflight("https://evil.test")).await;
    assert_eq!(stranger.header("access-control-allow-origin"), "");

    // A refusal is readable for the listed origin too.
    let asked = post("/things")
        .json("{")
        .header("origin", "https://app.example.org")
        .header("sec-fetch-site", "cross-site");
    let refused = site.ask(asked).await;
    assert_eq!(refused.problem(), failed(400, "body_malformed"));
    assert_eq!(refused.header("access-control-allow-origin"), "https://app.example.org");

    let foreign_host = site
        .ask(preflight("https://app.example.org").header("host", "evil.test"))
        .await;
    assert_eq!(foreign_host.problem(), failed(421, "host_unknown"));
    // Without a list there is no CORS at all.
    let closed = crate::site::site()
        .ask(get("/open").header("origin", "https://app.example.org"))
        .await;
    assert_eq!(closed.header("access-control-allow-origin"), "");
}
