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
    let asked = Asked::of(&ctx, &request);
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
    if let Some(address) = way_out(&parts.config, &error, asked.as_ref()) {
        if !ctx.htmx {
            return see_other(head, address);
        }
        // htmx would put the other page into a corner of this one; the header makes it leave.
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
        let frame = pages::PageFrame::of(ctx, "/");
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

/// What a person asked for, as far as one can come back to it.
struct Asked {
    /// The page itself, or the one whose part was asked for; `None` for what cannot be repeated.
    page: Option<Uri>,
    /// The page before, whose form was sent.
    before: Option<Uri>,
}

impl Asked {
    /// `None` for programs.
    fn of(ctx: &Ctx, request: &Request) -> Option<Self> {
        let page = if ctx.htmx {
            address_in(request.headers(), "hx-current-url")
        } else {
            (request.method() == Method::GET).then(|| request.uri().clone())
        };
        ctx.html.then(|| Self {
            page,
            before: address_in(request.headers(), "referer"),
        })
    }
}

/// Where a person can do something about the error, and come back from.
fn way_out(config: &WebConfig, error: &ApiError, asked: Option<&Asked>) -> Option<HeaderValue> {
    let asked = asked?;
    let (path, back) = match error.code() {
        "second_factor_required" => return HeaderValue::from_str(&config.second_factor).ok(),
        "proof_required" => (&config.confirm, path_of(asked.page.as_ref().or(asked.before.as_ref()))),
        _ if error.status() == StatusCode::UNAUTHORIZED => {
            let back = path_of(Some(asked.page.as_ref()?));
            (sign_in_for(config, &back), back)
        }
        _ => return None,
    };
    HeaderValue::from_str(&format!("{path}?next={}", redirect::encode(&back))).ok()
}

/// Only the path and the query are used, so that it leads nowhere else.
fn path_of(page: Option<&Uri>) -> String {
    let path = page.and_then(Uri::path_and_query).map_or("/", |page| page.as_str());
    redirect::same_origin(path).unwrap_or("/").to_owned()
}

fn sign_in_for<'a>(config: &'a WebConfig, back: &str) -> &'a String {
    let in_panel = back == "/admin" || back.starts_with("/admin/") || back.starts_with("/admin?");
    if in_panel {
        &config.panel_sign_in
    } else {
        &config.sign_in
    }
}

fn address_in(headers: &HeaderMap, name: &str) -> Option<Uri> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}
