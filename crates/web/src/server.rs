//! The listener: connections in, until told to stop.
//!
//! **Always holds:** after the token is cancelled no connection is accepted, those that are busy finish, and none is
//! waited for longer than [`DRAIN`].

use std::{io, net::SocketAddr, time::Duration};

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long a stop waits for requests that are under way.
pub const DRAIN: Duration = Duration::from_secs(30);

/// Serves until `stop` is cancelled and the connections are drained.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) -> io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
    let overdue = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        result = serving => result,
        () = overdue => {
            tracing::warn!("Connections were still open {} s after the stop; they are dropped", DRAIN.as_secs());
            Ok(())
        }
    }
}
