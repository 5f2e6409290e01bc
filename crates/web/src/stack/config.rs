//! Addresses, limits and switches of the HTTP side.

use std::time::Duration;

use karavan_kernel::Locale;

use crate::{
    Quota,
    origin::{Network, Origin},
};

/// How this site is reached and what it allows.
#[derive(Clone, Debug)]
pub struct WebConfig {
    /// The address that people use. Its host is always allowed.
    pub public_url: Origin,
    /// Other hosts that are ours, without ports. In development this machine's own names are allowed too.
    pub allowed_hosts: Vec<String>,
    /// Sites whose scripts may call the API with the person's cookies.
    pub cors_origins: Vec<Origin>,
    /// Sites that may send forms here, such as a sign-in provider that answers by POST.
    pub trusted_origins: Vec<Origin>,
    /// Proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and `X-Request-Id` count.
    pub trusted_proxies: Vec<Network>,
    /// The longest body in bytes; a route raises it with [`axum::extract::DefaultBodyLimit`].
    pub body_limit: usize,
    /// How long a request may take; a route raises it with [`super::deadline::at_most`].
    pub request_timeout: Duration,
    /// How long a process that stops still takes connections.
    pub linger: Duration,
    /// True on the real site.
    pub production: bool,
    /// The language of people whose browser names none of ours.
    pub default_locale: Locale,
    /// Tells browsers to come back encrypted only; sent in production and over TLS.
    pub hsts: bool,
    /// The path of the sign-in page.
    pub sign_in: String,
    /// The same for pages under `/admin`.
    pub panel_sign_in: String,
    /// The path where somebody signed in shows again who they are.
    pub confirm: String,
    /// The path where somebody sets up a second factor.
    pub second_factor: String,
    /// Writes by nobody known, per address.
    pub anonymous_writes: Quota,
    /// Templates of routes that are called by one service from few addresses, with a proof of its own in each request: the
    /// limit above is not for them. They limit wrong proofs themselves.
    pub own_proof: Vec<&'static str>,
    /// Requests of any kind, per account or service.
    pub account_requests: Quota,
}

impl WebConfig {
    /// The defaults for a site at this address.
    pub fn new(public_url: Origin) -> Self {
        Self {
            public_url,
            allowed_hosts: Vec::new(),
            cors_origins: Vec::new(),
            trusted_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            body_limit: 1024 * 1024,
            request_timeout: Duration::from_secs(30),
            linger: Duration::ZERO,
            production: false,
            default_locale: Locale::Ru,
            hsts: true,
            sign_in: "/sign-in".to_owned(),
            panel_sign_in: "/admin/sign-in".to_owned(),
            confirm: "/account/confirm".to_owned(),
            second_factor: "/account/two-step".to_owned(),
            anonymous_writes: Quota::per_minute("anonymous_writes", 60),
            own_proof: Vec::new(),
            account_requests: Quota::per_minute("account_requests", 600),
        }
    }

    /// A site at `http://localhost`.
    pub fn for_testing() -> Self {
        Self::new("http://localhost".parse().expect("a fixed origin"))
    }
}
