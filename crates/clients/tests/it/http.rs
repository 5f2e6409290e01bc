//! The limits of [`Http`] that hold for every client.

use std::future::pending;

use axum::{Router, body::Body, http::header, response::Redirect, routing::get};
use karavan_clients::{
    Http, HttpError,
    http::{StatusCode, Url},
    install_tls,
};
use karavan_kernel::open_tx;
use tokio::net::TcpListener;

use crate::harness::{impatient, patient, printed, serve};

async fn fetch(http: &Http, base: &Url, path: &str) -> Result<StatusCode, HttpError> {
    let url = base.join(path).unwrap();
    Ok(http.get(url).send().await?.status)
}

#[tokio::test]
async fn redirects_are_answers() {
    let server = serve(Router::new().route("/", get(|| async { Redirect::temporary("/elsewhere") }))).await;
    assert_eq!(
        fetch(&patient(), &server.base, "/").await.unwrap(),
        StatusCode::TEMPORARY_REDIRECT
    );
}

#[tokio::test]
async fn we_say_who_we_are() {
    let echo = |headers: header::HeaderMap| async move { headers[header::USER_AGENT].to_str().unwrap().to_owned() };
    let server = serve(Router::new().route("/", get(echo))).await;
    let answer = patient().get(server.base.clone()).send().await.unwrap();
    assert!(answer.body.starts_with(b"karavan/"), "{answer:?}");
}

#[tokio::test]
async fn a_silent_server_is_given_up() {
    let server = serve(Router::new().route("/", get(pending::<()>))).await;
    let error = fetch(&impatient(), &server.base, "/?key=secret").await.unwrap_err();
    assert!(matches!(error, HttpError::TimedOut(_)), "{error:?}");
    assert!(error.is_retryable());
    assert!(!printed(&error).contains("secret"), "{}", printed(&error));
}

#[tokio::test]
async fn a_body_that_never_ends_in_time_is_given_up() {
    // The headers arrive at once, the promised bytes never.
    let stalls = || async {
        (
            [(header::CONTENT_LENGTH, "9")],
            Body::from_stream(futures::stream::pending::<Result<Vec<u8>, std::io::Error>>()),
        )
    };
    let server = serve(Router::new().route("/", get(stalls))).await;
    let error = fetch(&impatient(), &server.base, "/").await.unwrap_err();
    assert!(matches!(error, HttpError::TimedOut(_)), "{error:?}");
}

#[tokio::test]
async fn a_body_without_end_is_refused() {
    let endless = || async { vec![b' '; 17 * 1024 * 1024] };
    let server = serve(Router::new().route("/", get(endless))).await;
    let error = fetch(&patient(), &server.base, "/").await.unwrap_err();
    assert!(matches!(error, HttpError::TooLarge), "{error:?}");
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    drop(listener);
    let error = fetch(&patient(), &base, "/?key=secret").await.unwrap_err();
    assert!(matches!(error, HttpError::Connect(_)), "{error:?}");
    assert!(error.is_retryable());
    assert!(!printed(&error).contains("secret"), "{}", printed(&error));
}

#[tokio::test]
async fn a_wrong_base_url_is_our_mistake() {
    let error = fetch(&patient(), &"mailto:".parse().unwrap(), "mailto:secret@example.org")
        .await
        .unwrap_err();
    assert!(matches!(error, HttpError::Request(_)), "{error:?}");
    assert!(!error.is_retryable());
    assert!(!printed(&error).contains("secret"), "{}", printed(&error));
}

#[tokio::test]
#[should_panic(expected = "while a transaction is open")]
async fn a_call_inside_a_transaction_is_a_bug() {
    let http = patient();
    let work = async {
        let _open = open_tx::opened();
        fetch(&http, &"http://127.0.0.1/".parse().unwrap(), "/").await
    };
    drop(open_tx::watched(work).await);
}

#[test]
fn tls_may_be_installed_twice() {
    install_tls();
    install_tls();
}
