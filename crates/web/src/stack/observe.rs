//! One log line and two metrics per request.
//!
//! **Always holds:** the route's template is named, never the path, the query or a body: those hold personal data, and as
//! labels they would never end.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    middleware::Next,
    response::Response,
};

use karavan_kernel::metric::Metric;

use crate::{ApiError, Ctx};

/// What is counted here. A new metric is named here, or a test of the whole program fails.
pub const METRICS: &[Metric] = &[
    Metric::seconds(
        "http_request_duration_seconds",
        "How long requests took, from their first byte to the answer's",
    ),
    Metric::counter("http_requests_total", "Requests by route and status"),
    crate::limits::COUNTED_ALONE,
];

/// The route of requests that matched none.
const UNMATCHED: &str = "unmatched";

pub(super) async fn observe(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = known(request.method());
    let route = request.extensions().get::<MatchedPath>().cloned();
    let request_id = Ctx::of(request.extensions())
        .map(|ctx| Arc::clone(&ctx.request_id))
        .unwrap_or_default();

    let response = next.run(request).await;

    let route = route.as_ref().map_or(UNMATCHED, MatchedPath::as_str);
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    let code = response
        .extensions()
        .get::<Arc<ApiError>>()
        .map_or("", |error| error.code());
    metrics::counter!(
        "http_requests_total",
        "method" => method, "route" => route.to_owned(), "status" => status.to_string()
    )
    .increment(1);
    metrics::histogram!("http_request_duration_seconds", "method" => method, "route" => route.to_owned())
        .record(elapsed.as_secs_f64());
    let duration_ms = elapsed.as_secs_f64() * 1_000.0;
    tracing::info!(
        http.method = method,
        http.route = route,
        http.status = status,
        duration_ms,
        request.id = %request_id,
        error.code = code,
        "{method} {route} {status}"
    );
    response
}

/// A client may invent methods; labels may not.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}
