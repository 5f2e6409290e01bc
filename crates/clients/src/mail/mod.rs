//! Letters by SMTP. Nothing else in the workspace may talk to a mail server.
//!
//! **Always holds:** with STARTTLS or TLS nothing is said in the clear before the encryption stands; addresses, contents and
//! the server's own words (they repeat addresses) are in no error, log line or `Debug` output; no value can add a header.
//! **Absent on purpose:** retries and a pool of connections. A letter is a job of its own, and one in a minute is a busy site.
//! Addresses outside ASCII, which most servers refuse.
//!
//! Start at [`Mailer::send`].

mod address; // who gets it
mod config; // how the server is reached
mod error; // what can go wrong, by what the caller does about it
mod letter; // from a letter to its bytes
mod session; // one connection

use std::time::Instant;

use karavan_kernel::open_tx;

pub use address::{Address, InvalidAddress};
pub use config::{Encryption, MailerConfig, MailerError, Sender};
pub use error::{MailError, Refusal, Step, Trouble};
pub use letter::Letter;
use session::Session;

/// The way to one mail server. Clones share it.
#[derive(Clone, Debug)]
pub struct Mailer(std::sync::Arc<config::Way>);

impl Mailer {
    /// The way that the configuration describes. Nothing is connected yet.
    ///
    /// # Errors
    /// When it would be unsafe, or the system has no root certificates.
    pub fn new(config: MailerConfig) -> Result<Self, MailerError> {
        config::Way::new(config).map(|way| Self(std::sync::Arc::new(way)))
    }

    /// Sends a letter. After `Temporary` it may have been delivered all the same; a repeated one has the same `Message-ID`.
    ///
    /// # Errors
    /// See [`MailError`].
    ///
    /// # Panics
    /// In development, when the running task has a transaction open.
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let bytes = letter.bytes(self.0.sender())?;
        self.within_time(async {
            let mut session = Session::open(&self.0).await?;
            session
                .deliver(self.0.sender().address(), letter.to.as_lettre(), &bytes)
                .await?;
            session.close().await;
            Ok(())
        })
        .await
    }

    /// Whether the server can be reached and lets us in. Nothing is sent.
    ///
    /// # Errors
    /// See [`MailError`].
    pub async fn check(&self) -> Result<(), MailError> {
        self.within_time(async {
            Session::open(&self.0).await?.close().await;
            Ok(())
        })
        .await
    }

    async fn within_time(&self, work: impl Future<Output = Result<(), MailError>>) -> Result<(), MailError> {
        let host = self.0.host();
        if !open_tx::none_is_open() {
            tracing::error!(smtp.host = %host, "Called {host} while a transaction is open: enqueue a job instead");
        }
        let begun = Instant::now();
        let outcome = tokio::time::timeout(self.0.timeout(), work)
            .await
            .unwrap_or(Err(MailError::Temporary(Trouble::TimedOut)));
        let elapsed_ms = begun.elapsed().as_millis();
        match &outcome {
            Ok(()) => tracing::debug!(smtp.host = %host, elapsed_ms, "{host} was asked and agreed"),
            Err(error) => tracing::debug!(smtp.host = %host, elapsed_ms, %error, "{host} did not do it"),
        }
        outcome
    }
}
