//! The listener, over a real socket on a port of the system's choice.

use std::{sync::Arc, time::Duration};

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
    let router = Router::new().route("/", get(handler));
    let serving = karavan_web::server::serve(listener, router, Duration::ZERO, stop.clone());
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

/// Asks on an open connection.
async fn ask(socket: &mut TcpStream) -> String {
    let request = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";
    socket.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"hello") {
        assert!(socket.read_buf(&mut answer).await.unwrap() > 0, "it broke off");
    }
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn whoever_lingers_takes_new_connections_and_closes_each_after_its_answer() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let router = Router::new().route("/", get(|| async { "hello" }));
    let long = Duration::from_secs(3_600);
    let serving = karavan_web::server::serve(listener, router, long, stop.clone());
    let client = async {
        let mut kept = TcpStream::connect(address).await.unwrap();
        assert!(!ask(&mut kept).await.contains("connection: close"));
        stop.cancel();
        assert!(ask(&mut kept).await.contains("connection: close"));
        assert_eq!(kept.read(&mut [0]).await.unwrap(), 0, "it was closed");
        let mut new = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut new).await.contains("connection: close"));
    };
    tokio::select! {
        served = serving => panic!("it was to go on for an hour: {served:?}"),
        () = client => {}
    }
}
