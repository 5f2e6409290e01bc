//! Being told to stop: the first signal ends gracefully, the second at once.

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::{Failure, failure::Status, say};

/// SIGTERM and SIGINT of this process.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Takes the signals over; from now on they do not end the process by themselves.
    ///
    /// # Errors
    /// When the system does not allow it.
    pub fn listen() -> Result<Self, Failure> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Cancels `stop` at the first signal and returns at the second.
    pub async fn obey(mut self, stop: CancellationToken) -> Failure {
        self.next().await;
        tracing::info!("Stopping: no new work, what has begun is finished");
        say::line("Stopping. Press Ctrl-C again to stop at once.");
        stop.cancel();
        self.next().await;
        Failure::new(
            Status::Runtime,
            "stopped at once; what had begun may be repeated at the next start",
        )
    }

    async fn next(&mut self) {
        tokio::select! { _ = self.terminate.recv() => {}, _ = self.interrupt.recv() => {} }
    }
}
