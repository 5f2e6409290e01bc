//! A server on a port that the system chooses, and clients with short or normal patience.

use std::{error::Error, fmt::Write as _, time::Duration};

use axum::Router;
use karavan_clients::{Http, HttpConfig, http::Url, telegram::Telegram};
use karavan_kernel::Secret;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// A token as BotFather writes them. No error and no log line may contain its second half.
pub const TOKEN: &str = "700:AAH-very_secret";

/// Serves a router until it is dropped.
pub struct Server {
    pub base: Url,
    _task: AbortOnDropHandle<()>,
}

pub async fn serve(router: Router) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
    let work = async move { axum::serve(listener, router).await.unwrap() };
    #[expect(clippy::disallowed_methods, reason = "the server lives as long as its test")]
    let task = AbortOnDropHandle::new(tokio::spawn(work));
    Server { base, _task: task }
}

/// A client that waits as long as in production.
pub fn patient() -> Http {
    Http::new(HttpConfig::unencrypted()).unwrap()
}

/// A client that gives up at once, for servers that never answer.
pub fn impatient() -> Http {
    let timeout = Duration::from_millis(50);
    Http::new(HttpConfig {
        timeout,
        ..HttpConfig::unencrypted()
    })
    .unwrap()
}

pub fn bot(http: Http, base: &Url) -> Telegram {
    Telegram::new(http, base.clone(), Secret::new(TOKEN))
}

/// Everything that a log could show of an error: both forms, and all its causes.
pub fn printed(error: &dyn Error) -> String {
    let mut text = format!("{error:?}");
    let mut next = Some(error);
    while let Some(error) = next {
        write!(text, "\n{error}").unwrap();
        next = error.source();
    }
    text
}
