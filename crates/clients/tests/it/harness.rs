//! A server on a port that the system chooses, clients with short or normal patience, and what they log.

use std::{
    error::Error,
    fmt::Write as _,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::Router;
use karavan_clients::{Http, HttpConfig, http::Url, telegram::Telegram};
use karavan_kernel::Secret;
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;
use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};

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

/// Keeps what is logged in this process, libraries included.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Keeps everything from now on. Once per process.
    pub fn start() -> Self {
        let log = Self::default();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(log.clone())
            .init();
        log
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
