//! What is refused before anybody is looked up: foreign hosts, odd methods, cross-site writes; and what a panic becomes.

use std::{any::Any, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderName, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use hyper::ext::Protocol;
use tower_http::{
    cors::{AllowOrigin, CorsLayer},
    csrf::{CsrfLayer, ProtectionError},
};

use super::WebConfig;
use crate::{ApiError, StackParts, context::client};

const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// 421 for hosts that are not ours, 405 for methods that nothing here speaks.
pub(super) async fn host_and_method(
    State(parts): State<Arc<StackParts>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    if !METHODS.contains(request.method()) && !opens_web_socket(&request) {
        return Err(ApiError::expected(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"));
    }
    let host = client::host(request.uri(), request.headers());
    if !is_ours(&parts.config, &host) {
        return Err(ApiError::expected(StatusCode::MISDIRECTED_REQUEST, "host_unknown"));
    }
    Ok(next.run(request).await)
}

/// Over HTTP/2 a browser opens a WebSocket by `CONNECT` with a protocol; without one it would be a proxy's business.
fn opens_web_socket(request: &Request) -> bool {
    request.method() == Method::CONNECT
        && request
            .extensions()
            .get::<Protocol>()
            .is_some_and(|protocol| protocol.as_str() == "websocket")
}

fn is_ours(config: &WebConfig, host: &str) -> bool {
    // Brackets of an IPv6 address are part of an origin's host, but not of ours.
    config.public_url.host().trim_matches(['[', ']']) == host
        || config
            .allowed_hosts
            .iter()
            .any(|allowed| allowed.eq_ignore_ascii_case(host))
        || (!config.production && client::is_local(host))
}

/// Origins by name, with cookies; an origin is never `*` ([`crate::origin::Origin`]).
pub(super) fn cors(config: &WebConfig) -> CorsLayer {
    let origins = config.cors_origins.iter().map(crate::origin::Origin::header);
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods(METHODS)
        .allow_headers([
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            HeaderName::from_static("idempotency-key"),
        ])
        .expose_headers([
            header::CONTENT_DISPOSITION,
            header::RETRY_AFTER,
            HeaderName::from_static("x-request-id"),
        ])
        .max_age(Duration::from_secs(3_600))
}

/// Builds the refusal of a cross-site write.
type Refuse = fn(ProtectionError) -> Response;

/// Refuses writes that a page elsewhere makes a browser send. It applies without a cookie too: signing somebody in against
/// their will is a cross-site write as well. Programs send neither `Sec-Fetch-Site` nor `Origin`, and pass.
pub(super) fn csrf(config: &WebConfig) -> CsrfLayer<Refuse> {
    let refuse: Refuse = |error| {
        ApiError::expected(StatusCode::FORBIDDEN, "cross_site")
            .cause(error)
            .into_response()
    };
    let trusted = config.trusted_origins.iter().chain(&config.cors_origins);
    let layer = trusted.fold(CsrfLayer::new(), |layer, origin| {
        layer
            .add_trusted_origin(origin.as_str())
            .expect("an origin is written as browsers send it")
    });
    layer.with_rejection_response(refuse)
}

/// A panic is a defect like any other: the message goes to the log, the person gets the id.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `CatchPanicLayer` calls")]
pub(super) fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("without a message");
    ApiError::internal(format!("a handler panicked: {message}")).into_response()
}
