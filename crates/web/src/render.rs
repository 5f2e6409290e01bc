//! The layer where an error becomes words: once, in the person's language, as JSON or as a page.
//!
//! **Always holds:** whatever failed inside, the answer names a code and the request's id and never the cause; the cause
//! is in the log under that id. Only a body that a handler wrote on purpose (JSON, HTML, CSV …) passes as it is.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header, response::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{ApiError, Ctx, Problem, StackParts, WebConfig, pages, problem, redirect};

/// Turns every failed answer into a problem document or an error page.
pub(crate) async fn render_errors(State(parts): State<Arc<StackParts>>, request: Request, next: Next) -> Response {
    let Ok(ctx) = Ctx::of(request.extensions()).cloned() else {
        return next.run(request).await;
    };
    let sign_in = sign_in_address(&parts.config, &ctx, &request);
    let response = next.run(request).await;
    let Some(error) = failure(&response) else {
        return response;
    };

    log(&error, &ctx);
    let (mut head, _placeholder) = response.into_parts();
    for stale in [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::ETAG,
    ] {
        head.headers.remove(stale);
    }
    head.headers
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(pause) = error.pause() {
        let seconds = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
        head.headers
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    }
    if let Some(address) = sign_in.filter(|_| error.status() == StatusCode::UNAUTHORIZED) {
        if !ctx.htmx {
            return see_other(head, address);
        }
        // htmx would put the sign-in page into a corner of this one; the header makes it leave.
        head.headers.insert("hx-redirect", address);
    }
    let body = body(&error, &ctx, &mut head);
    head.extensions.insert(error);
    Response::from_parts(head, body)
}

/// Our error, or one for a failed answer that nobody wrote a body for.
fn failure(response: &Response) -> Option<Arc<ApiError>> {
    if let Some(error) = response.extensions().get::<Arc<ApiError>>() {
        return Some(Arc::clone(error));
    }
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_bare = kind.is_none_or(|kind| kind.starts_with(b"text/plain"));
    let failed = status.is_client_error() || status.is_server_error();
    (failed && is_bare).then(|| Arc::new(ApiError::expected(status, problem::code_of(status))))
}

fn log(error: &ApiError, ctx: &Ctx) {
    let (code, cause) = (error.code(), error.cause_chain());
    if error.status().is_server_error() {
        let cause = cause.unwrap_or_default();
        tracing::error!(request.id = %ctx.request_id, error.code = code, error.cause = cause, "Request failed: {code}");
    } else if let Some(cause) = cause {
        tracing::info!(request.id = %ctx.request_id, error.code = code, error.cause = cause, "Request refused: {code}");
    }
}

fn body(error: &ApiError, ctx: &Ctx, head: &mut Parts) -> Body {
    head.status = error.status();
    let problem = Problem::new(error, ctx);
    if ctx.html {
        let Problem {
            title,
            detail,
            request_id,
            ..
        } = problem;
        let frame = pages::PageFrame::of(&ctx, "/");
        let page = pages::error_page(frame, error.status(), &title, &detail, &request_id);
        head.headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        return page.into_response().into_body();
    }
    if error.status() == StatusCode::UNAUTHORIZED && !head.headers.contains_key(header::WWW_AUTHENTICATE) {
        let challenge = if error.code() == "token_invalid" {
            "Bearer error=\"invalid_token\""
        } else {
            "Bearer"
        };
        head.headers
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    let kind = HeaderValue::from_static("application/problem+json; charset=utf-8");
    head.headers.insert(header::CONTENT_TYPE, kind);
    Body::from(serde_json::to_vec(&problem).expect("a problem is strings and numbers"))
}

fn see_other(mut head: Parts, address: HeaderValue) -> Response {
    head.status = StatusCode::SEE_OTHER;
    head.headers.insert(header::LOCATION, address);
    Response::from_parts(head, Body::empty())
}

/// Where to sign in and come back from; only for pages, and only for requests that can be repeated.
fn sign_in_address(config: &WebConfig, ctx: &Ctx, request: &Request) -> Option<HeaderValue> {
    if !ctx.html || (!ctx.htmx && request.method() != Method::GET) {
        return None;
    }
    let page = if ctx.htmx {
        current_page(request.headers())
    } else {
        Some(request.uri().clone())
    };
    let back = page
        .as_ref()
        .and_then(Uri::path_and_query)
        .map_or("/", |page| page.as_str());
    let back = redirect::same_origin(back).unwrap_or("/");
    let in_panel = back == "/admin" || back.starts_with("/admin/") || back.starts_with("/admin?");
    let sign_in = if in_panel {
        &config.panel_sign_in
    } else {
        &config.sign_in
    };
    HeaderValue::from_str(&format!("{sign_in}?next={}", redirect::encode(back))).ok()
}

/// The page whose part htmx asked for. Only its path is used, so it leads nowhere else.
fn current_page(headers: &HeaderMap) -> Option<Uri> {
    headers.get("hx-current-url")?.to_str().ok()?.parse().ok()
}
