//! What machines ask: is it alive, is it ready, how is it doing.
//!
//! **Always holds:** `/health/live` asks nobody; `/health/ready` names what is not ready and never why (that is logged); what
//! the process can do without makes it degraded and leaves it ready;
//! `/metrics` is for this machine or for whoever holds the token.
//!
//! Mount [`routes`] as [`crate::StackParts::unguarded`].

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::future::BoxFuture;
use karavan_kernel::Secret;
use metrics_exporter_prometheus::PrometheusHandle;
use serde::Serialize;
use subtle::ConstantTimeEq;

use crate::{ApiError, Json, context::client};

/// Something that must work before requests are sent here.
#[derive(Clone)]
pub struct Check {
    /// Shown when it fails, such as `database`.
    pub name: &'static str,
    /// Says what is wrong, for the log.
    pub run: Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>,
}

/// Brings the metrics up to date that nobody counts as it happens.
pub type Sample = Arc<dyn Fn() + Send + Sync>;

/// What the health routes need.
#[derive(Clone, Default)]
pub struct Health {
    /// All must pass; the composition root adds one that fails while the process stops.
    pub checks: Vec<Check>,
    /// What the process works without, only not as well: named when it is away. It says why itself.
    pub helpers: Vec<Check>,
    /// The recorder's handle; without one there is no `/metrics`.
    pub metrics: Option<PrometheusHandle>,
    /// Called before the metrics are shown.
    pub samples: Vec<Sample>,
    /// Lets other machines read the metrics.
    pub metrics_token: Option<Secret>,
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failing: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    degraded: Vec<&'static str>,
}

/// `/health/live`, `/health/ready` and `/metrics`.
pub fn routes(health: Health) -> Router {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(Arc::new(health))
}

async fn live() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "live": true }))
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    let run = |checks: &[Check]| futures::future::join_all(checks.iter().map(|check| (check.run)()));
    let (results, helping) = tokio::join!(run(&health.checks), run(&health.helpers));
    let away = health.helpers.iter().zip(helping).filter(|(_, result)| result.is_err());
    let degraded = away.map(|(check, _)| check.name).collect();
    let mut failing = Vec::new();
    for (check, result) in health.checks.iter().zip(results) {
        if let Err(reason) = result {
            tracing::warn!(check.name = check.name, reason, "Not ready: {}", check.name);
            failing.push(check.name);
        }
    }
    let status = if failing.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = Json(Readiness {
        ready: failing.is_empty(),
        failing,
        degraded,
    });
    (status, [(header::CACHE_CONTROL, "no-store")], body).into_response()
}

async fn metrics(State(health): State<Arc<Health>>, request: Request) -> Result<Response, ApiError> {
    let handle = health
        .metrics
        .as_ref()
        .filter(|_| may_read(&health, &request))
        .ok_or_else(ApiError::not_found)?;
    for sample in &health.samples {
        sample();
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok((
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")],
        handle.render(),
    )
        .into_response())
}

fn may_read(health: &Health, request: &Request) -> bool {
    let headers = request.headers();
    if let Some(token) = health.metrics_token.as_ref().filter(|token| !token.is_empty()) {
        let given = headers
            .get(header::AUTHORIZATION)
            .map_or(&b""[..], |value| value.as_bytes());
        let expected = format!("Bearer {}", token.expose());
        return bool::from(given.ct_eq(expected.as_bytes()));
    }
    // A proxy on this machine is a loopback peer too, but it says for whom it asks.
    client::peer(request.extensions()).is_loopback() && !is_forwarded(headers)
}

fn is_forwarded(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip", "via"]
        .into_iter()
        .any(|name| headers.contains_key(name))
}
