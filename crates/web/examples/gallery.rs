//! Every sample page in a browser: `cargo run -p karavan-web --example gallery -- 4100`.
//!
//! `?lang=ru|uk|kk|en` and `?theme=light|dark` choose the look; `/gallery` lists the pages.

use std::{fmt::Write as _, net::Ipv4Addr};

use axum::{
    Router,
    extract::RawQuery,
    http::{StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use karavan_kernel::Locale;
use karavan_web::{
    Theme,
    pages::{ListQuery, PageFrame, assets, error_page, sample},
};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args()
        .nth(1)
        .and_then(|port| port.parse().ok())
        .unwrap_or(4100);
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let app: Router = Router::new()
        .route("/gallery", get(index))
        .fallback(page)
        .merge(assets::router());
    axum::serve(listener, app).await
}

/// The page at this address, under the policy that the real stack sends.
async fn page(uri: Uri, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let asked = ListQuery::parse(&query.replace("lang=", "in="));
    let locale = asked.get("in").and_then(Locale::from_tag).unwrap_or(Locale::En);
    let theme = asked.get("theme").and_then(|word| word.parse::<Theme>().ok());
    let lang = sample::lang(locale);
    let found = sample::samples(&lang, theme, &query)
        .into_iter()
        .find(|sample| sample.path == uri.path());
    let policy = [(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; script-src 'self'; style-src 'self'",
    )];
    match found {
        Some(found) => (policy, found.html).into_response(),
        None => (
            StatusCode::NOT_FOUND,
            policy,
            error_page(PageFrame::new(lang, "/"), StatusCode::NOT_FOUND, "", "", "gallery"),
        )
            .into_response(),
    }
}

async fn index() -> Html<String> {
    let mut html = String::from("<!DOCTYPE html><html lang=\"en\"><title>Gallery</title><ul>");
    for sample in sample::samples(&sample::lang(Locale::En), None, "") {
        for look in ["?lang=en&theme=light", "?lang=ru&theme=dark"] {
            // Writing into a string cannot fail.
            write!(html, "<li><a href=\"{0}{look}\">{0}{look}</a></li>", sample.path).unwrap_or_default();
        }
    }
    Html(html + "</ul></html>")
}
