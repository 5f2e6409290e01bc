//! The listener: connections in, until told to stop.
//!
//! **Always holds:** after the token is cancelled every answer asks for its connection to be closed, so that nobody sends a
//! request into a connection that is about to end. While the process lingers new connections are still taken: whoever
//! balances requests has seen by then that it is not ready. Afterwards none is accepted, those that are busy finish, and
//! none is waited for longer than [`DRAIN`].

use std::{io, net::SocketAddr, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long a stop waits for requests that are under way.
pub const DRAIN: Duration = Duration::from_secs(30);

/// Serves until `stop` is cancelled, `linger` has passed and the connections are drained.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, router: Router, linger: Duration, stop: CancellationToken) -> io::Result<()> {
    let router = router.layer(from_fn_with_state(stop.clone(), say_goodbye));
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let closing = after(stop.clone(), linger);
    let serving = axum::serve(listener, service).with_graceful_shutdown(closing);
    tokio::select! {
        result = serving => result,
        () = after(stop, linger + DRAIN) => {
            tracing::warn!("Connections were still open {} s after the stop; they are dropped", DRAIN.as_secs());
            Ok(())
        }
    }
}

async fn after(stop: CancellationToken, time: Duration) {
    stop.cancelled_owned().await;
    tokio::time::sleep(time).await;
}

async fn say_goodbye(State(stop): State<CancellationToken>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if stop.is_cancelled() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response
}
