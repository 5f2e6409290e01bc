//! The app on a person's phone that makes codes.

use std::time::Duration;

use karavan_kernel::Timestamp;
use totp_rs::{Builder, Secret};

use super::{Response, TestApp};

/// An app that knows one secret.
#[derive(Clone, Debug)]
pub struct Authenticator {
    key: String,
}

impl Authenticator {
    /// The app after its owner has typed the key that a page shows.
    ///
    /// # Panics
    /// When the page shows none.
    pub fn from_page(page: &Response) -> Self {
        let text = page.text();
        let key = codes_on(&text).into_iter().next();
        let key = key.unwrap_or_else(|| panic!("the page shows no key: {text}"));
        Self::from_key(&key)
    }

    /// The app after its owner has typed this key.
    pub fn from_key(key: &str) -> Self {
        Self {
            key: key.split_whitespace().collect(),
        }
    }

    /// What it shows at this moment.
    ///
    /// # Panics
    /// When the key is none.
    pub fn code_at(&self, now: Timestamp) -> String {
        let secret = Secret::try_from_base32(&self.key).expect("a key is base32");
        let totp = Builder::new()
            .with_secret(secret)
            .build()
            .expect("a key is long enough");
        let seconds = u64::try_from(now.seconds()).expect("tests happen after 1970");
        totp.generate(seconds).to_string()
    }

    /// What it shows now.
    pub fn code(&self, app: &TestApp) -> String {
        self.code_at(app.clock.now())
    }

    /// Waits for the next half minute, whose code nobody has used.
    pub fn next_code(&self, app: &TestApp) -> String {
        app.clock.advance(Duration::from_secs(30));
        self.code(app)
    }
}

/// Codes as pages show them.
pub fn codes_on(html: &str) -> Vec<String> {
    let parts = html.split("<code>").skip(1);
    let code = |part: &str| part.split_once("</code>").map(|(code, _)| code.to_owned());
    parts.filter_map(code).collect()
}
