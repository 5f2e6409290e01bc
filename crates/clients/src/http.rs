//! The one way out: a `reqwest` client with our limits.
//!
//! **Always holds:** time limits on connecting and on the whole call, no redirects, no proxies from the environment,
//! answers of bounded size, no call while a transaction is open, no URL in errors and logs.
//! **Absent on purpose:** retries and cookies.
//!
//! Start at [`Http::post`].

use std::{
    fmt,
    time::{Duration, Instant},
};

use karavan_kernel::open_tx;
use reqwest::{Client, Method, RequestBuilder, redirect};
use serde::{Serialize, de::DeserializeOwned};

pub use reqwest::{StatusCode, Url};

/// No service that we call answers with more; a broken one must not fill our memory.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// Makes ring the provider of cryptography for TLS. Calling it again changes nothing.
///
/// [`Http::new`] calls it too; `main` does so first, because the database may want TLS before the first client exists.
pub fn install_tls() {
    // `Err` means that a provider is installed already, and nothing in the workspace installs another one.
    drop(rustls::crypto::ring::default_provider().install_default());
}

/// The limits of outgoing calls.
#[derive(Clone, Debug)]
pub struct HttpConfig {
    /// Until the connection (TLS included) stands.
    pub connect_timeout: Duration,
    /// Until the last byte of the answer, unless the request says otherwise.
    pub timeout: Duration,
    /// How we introduce ourselves.
    pub user_agent: String,
    /// Whether the system's certificate authorities are read and believed; without them no `https` address can be reached.
    pub encrypted: bool,
}

impl HttpConfig {
    /// For services on this machine, reached without encryption: starts sooner.
    pub fn unencrypted() -> Self {
        Self {
            encrypted: false,
            ..Self::default()
        }
    }
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            user_agent: concat!("karavan/", env!("CARGO_PKG_VERSION")).to_owned(),
            encrypted: true,
        }
    }
}

/// Sends requests to the outside. Clones share their connections.
#[derive(Clone)]
pub struct Http(Client);

impl fmt::Debug for Http {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Http")
    }
}

impl Http {
    /// A client with these limits.
    ///
    /// # Errors
    /// When the system has no root certificates, or the user agent is no header value.
    pub fn new(config: HttpConfig) -> Result<Self, HttpError> {
        install_tls();
        #[expect(clippy::disallowed_methods, reason = "this is the one place that builds a client")]
        let builder = Client::builder();
        // Reading the authorities takes longer than all the rest of a start.
        let builder = if config.encrypted {
            builder
        } else {
            builder.tls_certs_only([])
        };
        let client = builder
            .connect_timeout(config.connect_timeout)
            .timeout(config.timeout)
            .user_agent(config.user_agent)
            // A redirect would carry tokens and bodies to a host that nobody configured.
            .redirect(redirect::Policy::none())
            // Configuration is read once, in `app::config`, and never from `HTTPS_PROXY`.
            .no_proxy()
            .build()
            .map_err(HttpError::setup)?;
        Ok(Self(client))
    }

    /// Begins a GET request.
    pub fn get(&self, url: Url) -> Request {
        self.request(Method::GET, url)
    }

    /// Begins a POST request.
    pub fn post(&self, url: Url) -> Request {
        self.request(Method::POST, url)
    }

    fn request(&self, method: Method, url: Url) -> Request {
        Request {
            host: url.host_str().unwrap_or("?").to_owned(),
            builder: self.0.request(method, url),
        }
    }
}

/// A request that has not been sent yet.
#[must_use = "a request does nothing until it is sent"]
pub struct Request {
    /// For the log: the rest of the URL may be secret.
    host: String,
    builder: RequestBuilder,
}

impl fmt::Debug for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Request")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// Sets a JSON body.
    pub fn json(self, body: &impl Serialize) -> Self {
        Self {
            builder: self.builder.json(body),
            ..self
        }
    }

    /// Replaces [`HttpConfig::timeout`] for this request.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self {
            builder: self.builder.timeout(timeout),
            ..self
        }
    }

    /// Sends it and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// When no complete answer arrived in time. The other side may have acted on the request all the same.
    ///
    /// # Panics
    /// In development, when the running task has a transaction open.
    pub async fn send(self) -> Result<Answer, HttpError> {
        let Self { host, builder } = self;
        if !open_tx::none_is_open() {
            tracing::error!(http.host = %host, "Called {host} while a transaction is open: enqueue a job instead");
        }
        let begun = Instant::now();
        let answer = exchange(builder).await;
        let elapsed_ms = begun.elapsed().as_millis();
        match &answer {
            Ok(answer) => {
                let status = answer.status.as_u16();
                tracing::debug!(http.host = %host, http.status = status, elapsed_ms, "{host} answered {status}");
            }
            Err(error) => tracing::debug!(http.host = %host, elapsed_ms, %error, "{host} did not answer"),
        }
        answer
    }
}

async fn exchange(builder: RequestBuilder) -> Result<Answer, HttpError> {
    let mut response = builder.send().await.map_err(HttpError::from_reqwest)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(HttpError::from_reqwest)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(HttpError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer {
        status: response.status(),
        body,
    })
}

/// What the other side said.
pub struct Answer {
    /// Any status: it is the client's business which ones are errors.
    pub status: StatusCode,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// When it is not JSON of this shape.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Bodies carry names, phones and texts.
        out.debug_struct("Answer")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish()
    }
}

/// Why there is no answer. None of these prints a URL.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The client could not be built.
    #[error("outgoing calls are not possible (are the system's root certificates installed?)")]
    Setup(#[source] reqwest::Error),
    /// The request could not be built: the configured base URL or a parameter is wrong.
    #[error("the request could not be built")]
    Request(#[source] reqwest::Error),
    /// No connection was established, so nothing was sent.
    #[error("no connection")]
    Connect(#[source] reqwest::Error),
    /// The time was up before the answer was complete.
    #[error("no complete answer in time")]
    TimedOut(#[source] reqwest::Error),
    /// The connection broke before the answer was complete.
    #[error("the connection broke")]
    Broken(#[source] reqwest::Error),
    /// The answer is larger than any real one.
    #[error("the answer is too large")]
    TooLarge,
}

impl HttpError {
    fn setup(error: reqwest::Error) -> Self {
        Self::Setup(error.without_url())
    }

    fn from_reqwest(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_builder() {
            Self::Request(error)
        } else if error.is_connect() {
            Self::Connect(error)
        } else if error.is_timeout() {
            Self::TimedOut(error)
        } else {
            Self::Broken(error)
        }
    }

    /// Whether the same request may succeed later.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Setup(_) | Self::Request(_) | Self::TooLarge => false,
            Self::Connect(_) | Self::TimedOut(_) | Self::Broken(_) => true,
        }
    }
}
