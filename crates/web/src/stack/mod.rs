//! What every request passes through, in order.
//!
//! From the outside in: context (id, language, client) → log and metrics → security headers → compression → errors become
//! words → host and method → CORS → panics become errors → deadline → body limit → CSRF → who asks → limits → route.
//!
//! **Always holds:** a layer that can refuse stands inside the one that renders errors, so that every refusal looks alike;
//! whoever asks is looked up only for hosts that are ours.

mod config;
pub mod deadline;
mod guard;
pub mod headers;
mod observe;
mod route_layer;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
};
use karavan_kernel::Entropy;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

pub use config::WebConfig;
pub use observe::METRICS;
pub use route_layer::{RouteLayer, RouteService};

use crate::{
    Identify, Limits, access::identify::identify, context::provide::provide, limits, render::render_errors,
    texts::Texts,
};

/// Everything the layers need from the composition root.
pub struct StackParts {
    /// Addresses, limits and switches.
    pub config: WebConfig,
    /// The texts of every crate.
    pub texts: Arc<Texts>,
    /// Makes request ids.
    pub entropy: Entropy,
    /// Looks credentials up.
    pub identify: Identify,
    /// The one set of limits of this process.
    pub limits: Limits,
    /// Routes for any host and nobody in particular: health, metrics, styles and scripts. No database is asked for them.
    pub unguarded: Router,
}

/// Puts the layers around the routes.
pub fn stack(router: Router, mut parts: StackParts) -> Router {
    let unguarded = std::mem::take(&mut parts.unguarded);
    let parts = Arc::new(parts);
    let config = &parts.config;

    // `Router::layer` wraps what is there, so the last one is the outermost. It runs after routing, which is how the log
    // knows the route's template.
    let mut guarded = router
        .layer(from_fn_with_state(Arc::clone(&parts), limits::overall))
        .layer(from_fn_with_state(Arc::clone(&parts), identify))
        .layer(guard::csrf(config))
        .layer(DefaultBodyLimit::max(config.body_limit))
        .layer(from_fn_with_state(config.request_timeout, deadline::keep))
        .layer(CatchPanicLayer::custom(guard::panicked));
    if !config.cors_origins.is_empty() {
        guarded = guarded.layer(guard::cors(config));
    }
    let guarded = guarded.layer(from_fn_with_state(Arc::clone(&parts), guard::host_and_method));

    // In this order the fallback is the guarded one: an unknown path of a foreign host is refused like any other.
    unguarded
        .layer(CatchPanicLayer::custom(guard::panicked))
        .merge(guarded)
        .layer(from_fn_with_state(Arc::clone(&parts), render_errors))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(Arc::clone(&parts), headers::secure))
        .layer(from_fn(observe::observe))
        .layer(from_fn_with_state(parts, provide))
}
