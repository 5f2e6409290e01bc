//! No request takes longer than it may; a route that uploads or exports may ask for more.

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use tokio::time::{Instant, timeout_at};

use super::RouteLayer;
use crate::ApiError;

/// How many milliseconds the request may take from its start; shared with the route.
#[derive(Clone, Debug)]
struct Allowed(Arc<AtomicU64>);

impl Allowed {
    fn get(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed))
    }

    fn set(&self, duration: Duration) {
        self.0.store(millis(duration), Ordering::Relaxed);
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Ends the request with 503 `timeout` when its time is over.
pub(super) async fn keep(State(limit): State<Duration>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let allowed = Allowed(Arc::new(AtomicU64::new(millis(limit))));
    request.extensions_mut().insert(allowed.clone());
    let mut work = pin!(next.run(request));
    loop {
        let deadline = started + allowed.get();
        match timeout_at(deadline, &mut work).await {
            Ok(response) => return response,
            // The route has asked for more time meanwhile.
            Err(_elapsed) if started + allowed.get() > deadline => {}
            Err(_elapsed) => {
                let error = ApiError::expected(StatusCode::SERVICE_UNAVAILABLE, "timeout");
                return error.retry_after(Duration::from_secs(1)).into_response();
            }
        }
    }
}

/// A layer for one route that may take longer (or must be quicker): `routes!(upload).layer(deadline::at_most(minutes))`.
pub fn at_most(limit: Duration) -> impl RouteLayer {
    from_fn_with_state(limit, allow)
}

async fn allow(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    if let Some(allowed) = request.extensions().get::<Allowed>() {
        allowed.set(limit);
    }
    next.run(request).await
}
