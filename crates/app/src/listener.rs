//! Where connections come in: at an address of our own, or through a socket that was open before we were.
//!
//! **Always holds:** a socket that systemd (or whoever started us) passes on goes before the configured address. It outlives
//! us: who connects while we are being restarted waits, and nobody is refused.

use std::{io, net::SocketAddr};

use listenfd::ListenFd;
use tokio::net::TcpListener;

use crate::{Failure, failure::Status};

/// Takes the socket that was passed on, or else opens one at `address`.
///
/// # Errors
/// When the address is taken or cannot be had, or what was passed on is no TCP socket that listens.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    match inherited() {
        Ok(Some(listener)) => Ok(listener),
        Ok(None) => bind(address).await,
        Err(error) => Err(Failure::new(
            Status::Configuration,
            format_args!("the socket that was passed on cannot be used: {error}; pass one TCP socket that listens"),
        )),
    }
}

/// By the protocol of systemd: `LISTEN_FDS`, and `LISTEN_PID` with our own number.
fn inherited() -> io::Result<Option<TcpListener>> {
    let Some(listener) = ListenFd::from_env().take_tcp_listener(0)? else {
        return Ok(None);
    };
    listener.set_nonblocking(true)?;
    TcpListener::from_std(listener).map(Some)
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            let advice = "stop the other program, or choose another port with --listen (port 0 takes any free one)";
            Failure::new(
                Status::PortTaken,
                format_args!("{address} is taken by another program; {advice}"),
            )
        }
        _ => Failure::new(
            Status::Configuration,
            format_args!("cannot listen on {address}: {error}; choose another address with --listen"),
        ),
    })
}
