//! The pages of the inbox, as browsers with and without a script use them.

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::{harness::text, mail::Post};

const BASE: &str = "/demo/mail";

const HOSTILE: &str = "Subject: =?utf-8?q?=3Cscript=3Ealert(1)=3C/script=3E?=\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\r\n\
    <img src=x onerror=alert(1)> javascript:alert(2)\r\n\r\nhttps://karavan.example/verify?a=1&b=\"x";

async fn get(post: &Post, path: &str) -> Response<Body> {
    let site = Router::new().nest(BASE, post.inbox.pages_router(BASE, Some("/demo/telegram")));
    let request = Request::get(format!("{BASE}{path}"))
        .header(header::ACCEPT_LANGUAGE, "uk")
        .body(Body::empty())
        .unwrap();
    site.oneshot(request).await.unwrap()
}

async fn page(post: &Post, path: &str) -> String {
    let response = get(post, path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    text(response).await
}

#[tokio::test]
async fn every_page_is_well_formed_and_obeys_a_strict_policy() {
    let post = Post::open().await;
    let empty = page(&post, "").await;
    assert!(empty.contains("Листів поки немає"), "{empty}");
    post.deliver("anna@example.org", HOSTILE).await;
    post.deliver("o'neil&co@example.org", "no header at all").await;
    for path in ["", "?lang=kk&theme=dark", "/letter/1", "/letter/2?lang=ru"] {
        let html = page(&post, path).await;
        for once in ["<title>", "<h1>", "<main id=\"main\"", "<html lang=\""] {
            assert_eq!(html.matches(once).count(), 1, "{once} in {path}");
        }
        // Two scripts, and both come from files.
        assert_eq!(html.matches("<script").count(), 2, "{path}");
        assert_eq!(html.matches("<script src=\"").count(), 2, "{path}");
        for forbidden in ["style=", "<style", " onclick", "<img", "href=\"javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden} in {path}");
        }
        assert!(
            html.contains("href=\"/demo/telegram"),
            "the chats are one step away: {path}"
        );
    }
}

#[tokio::test]
async fn a_letter_is_read_as_text_with_links() {
    let post = Post::open().await;
    post.deliver("anna@example.org", HOSTILE).await;
    let html = page(&post, "/letter/1").await;
    assert!(html.contains("&#60;script&#62;alert(1)"), "{html}");
    assert!(
        html.contains("<a href=\"https://karavan.example/verify?a=1&#38;b=&#34;x\""),
        "{html}"
    );
    assert!(html.contains("aria-current=\"page\""), "{html}");
    let gone = get(&post, "/letter/7").await;
    assert_eq!(gone.status(), StatusCode::NOT_FOUND);
    assert!(text(gone).await.contains("href=\"/demo/mail\""));
}

#[tokio::test]
async fn a_live_page_gets_the_list_at_once_and_with_every_letter() {
    let post = Post::open().await;
    let response = get(&post, "/live?lang=en").await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut body = response.into_body();
    assert!(event(&mut body).await.contains("No letters yet"));
    post.deliver("anna@example.org", "Subject: Hi\r\n\r\nhello").await;
    assert!(event(&mut body).await.contains("/demo/mail/letter/1?lang=en"));
    post.inbox.stop();
    assert!(body.frame().await.is_none(), "a stopped simulator ends its streams");
}

async fn event(body: &mut Body) -> String {
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let frame = String::from_utf8(frame.to_vec()).unwrap();
    serde_json::from_str(frame.trim().strip_prefix("data: ").unwrap()).unwrap()
}

#[tokio::test]
async fn the_script_is_inside_and_small() {
    let post = Post::open().await;
    let response = get(&post, "/assets/mail.js").await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript");
    assert!(text(response).await.len() <= 5_000);
}
