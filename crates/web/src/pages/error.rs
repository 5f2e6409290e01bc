//! The page that says what happened, what to do next, and which number to tell the support.

use askama::Template;
use axum::{http::StatusCode, response::Html};

use super::{PageFrame, html::rendered};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorTemplate<'a> {
    frame: PageFrame,
    status: u16,
    heading: &'a str,
    detail: &'a str,
    /// What to do next, unless the detail says it already.
    next: Option<String>,
    request_id: &'a str,
}

/// An error as a page. An empty `title` or `detail` is replaced by general words for the status.
pub fn error_page(frame: PageFrame, status: StatusCode, title: &str, detail: &str, request_id: &str) -> Html<String> {
    let lang = frame.lang.clone();
    let kind = kind(status);
    let general_title = lang.text(&format!("pages-error-{kind}-title"));
    let general_detail = lang.text(&format!("pages-error-{kind}-detail"));
    let heading = if title.is_empty() { &general_title } else { title };
    let page = ErrorTemplate {
        frame: frame.titled(heading),
        status: status.as_u16(),
        heading,
        detail: if detail.is_empty() { &general_detail } else { detail },
        next: detail
            .is_empty()
            .then(|| lang.text(&format!("pages-error-{kind}-next"))),
        request_id,
    };
    Html(rendered(&page).to_string())
}

/// Which words fit: the reader cares about what to do next, not about the number.
fn kind(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "sign-in",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::METHOD_NOT_ALLOWED => "missing",
        StatusCode::TOO_MANY_REQUESTS => "busy",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => "away",
        status if status.is_server_error() => "broken",
        _ => "refused",
    }
}
