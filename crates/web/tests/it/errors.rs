//! Every failure looks alike.

use karavan_kernel::Locale;
use karavan_store::StoreError;
use karavan_web::{ApiError, WebConfig};
use std::time::Duration;

use crate::site::{failed, get, post, request, site, site_with};

#[tokio::test]
async fn a_problem_is_told_in_four_languages() {
    let site = site();
    for (language, locale, title) in [
        ("ru-RU", Locale::Ru, "Здесь ничего нет"),
        ("uk,ru;q=0.5", Locale::Uk, "Тут нічого немає"),
        ("kk", Locale::Kk, "Мұнда ештеңе жоқ"),
        ("en-GB", Locale::En, "Nothing here"),
    ] {
        let answer = site.ask(get("/nowhere").header("accept-language", language)).await;
        assert_eq!(answer.problem(), failed(404, "not_found"));
        assert_eq!(answer.json()["title"], title, "{locale}");
        assert_eq!(answer.json()["type"], "about:blank");
        assert!(!answer.json()["detail"].as_str().unwrap().contains("error-"));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn the_language_is_chosen_by_link_then_cookie_then_browser_then_setting() {
    let site = site();
    let locale = async |path: &str, cookie: &str, browser: &str| {
        let asked = get(path).header("cookie", cookie).header("accept-language", browser);
        site.ask(asked).await.json()["locale"].as_str().unwrap().to_owned()
    };
    assert_eq!(locale("/context?a=b&lang=kk", "lang=uk", "en").await, "kk");
    assert_eq!(locale("/context?lang=xx", "lang=uk", "en").await, "uk");
    assert_eq!(locale("/context", "lang=xx", "en").await, "en");
    assert_eq!(locale("/context", "x=1", "de").await, "ru");

    let switched = site.ask(get("/open?lang=uk").header("accept", "text/html")).await;
    assert_eq!(
        switched.cookies(),
        ["lang=uk; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax; Secure"]
    );
}

#[tokio::test]
async fn a_browser_gets_a_page_and_a_program_gets_json() {
    let site = site();
    let page = site
        .ask(
            get("/nowhere")
                .header("accept", "text/html,*/*;q=0.8")
                .header("accept-language", "en"),
        )
        .await;
    assert_eq!(
        (page.status.as_u16(), page.header("content-type")),
        (404, "text/html; charset=utf-8")
    );
    assert!(page.text().contains("Nothing here") && page.text().contains(page.header("x-request-id")));

    let part = site.ask(get("/nowhere").header("hx-request", "true")).await;
    assert_eq!(part.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(
        site.ask(get("/nowhere").header("accept", "*/*")).await.problem(),
        failed(404, "not_found")
    );
}

#[tokio::test]
async fn a_panic_and_a_broken_part_show_an_id_and_no_cause() {
    let site = site();
    for path in ["/panic", "/broken"] {
        for accept in ["*/*", "text/html"] {
            let answer = site.ask(get(path).header("accept", accept)).await;
            assert_eq!(answer.status.as_u16(), 500);
            assert!(!answer.text().contains("hunter2"));
            assert!(answer.text().contains(answer.header("x-request-id")));
        }
        assert_eq!(site.ask(get(path)).await.problem(), failed(500, "internal"));
    }
}

#[tokio::test]
async fn odd_methods_are_refused_alike() {
    let site = site();
    for method in ["TRACE", "PROPFIND", "CONNECT"] {
        assert_eq!(
            site.ask(request(method, "/open")).await.problem(),
            failed(405, "method_not_allowed"),
            "{method}"
        );
    }
    // `CONNECT` that opens a WebSocket gets as far as the routes.
    let socket = site.ask(request("CONNECT", "/nowhere").protocol("websocket")).await;
    assert_eq!(socket.problem(), failed(404, "not_found"));
    let answer = site.ask(post("/open")).await;
    assert_eq!(answer.problem(), failed(405, "method_not_allowed"));
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[tokio::test]
async fn a_request_has_a_deadline_and_a_route_may_ask_for_more() {
    let config = WebConfig {
        request_timeout: Duration::ZERO,
        ..WebConfig::for_testing()
    };
    let site = site_with(config);
    let answer = site.ask(get("/slow")).await;
    assert_eq!(answer.problem(), failed(503, "timeout"));
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(site.ask(get("/patient")).await.text(), "done");
}

#[tokio::test]
async fn a_pause_is_rounded_up_to_seconds() {
    let answer = site().ask(get("/open").header("cookie", "__Host-sid=outage")).await;
    assert_eq!(answer.problem(), failed(503, "unavailable"));
    assert_eq!(answer.header("retry-after"), "2");
}

#[test]
fn a_busy_database_asks_for_patience_and_a_broken_one_is_a_defect() {
    let busy = ApiError::from(StoreError::Busy("the writer"));
    assert_eq!((busy.status().as_u16(), busy.code()), (503, "unavailable"));
    let defect = ApiError::from(StoreError::Poisoned);
    assert_eq!((defect.status().as_u16(), defect.code()), (500, "internal"));
}
