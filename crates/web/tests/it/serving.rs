//! The listener, over a real socket on a port of the system's choice.

use std::sync::Arc;

use axum::{Router, extract::ConnectInfo, routing::get};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_stop_lets_the_request_under_way_finish() {
    let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (enter, wait) = (Arc::clone(&entered), Arc::clone(&release));
    let handler = move |ConnectInfo(peer): ConnectInfo<SocketAddr>| async move {
        enter.notify_one();
        wait.notified().await;
        format!("hello {}", peer.ip())
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let serving = karavan_web::server::serve(listener, Router::new().route("/", get(handler)), stop.clone());
    let client = async {
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket
            .write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        entered.notified().await;
        stop.cancel();
        release.notify_one();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let (served, answer) = tokio::join!(serving, client);
    served.unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello 127.0.0.1"),
        "{answer}"
    );
}
