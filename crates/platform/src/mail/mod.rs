//! Letters to people: an outbox in the database, and the job that empties it.
//!
//! **Always holds:** a letter exists if and only if the fact that it tells of was committed. What it says (codes, links, names)
//! is encrypted until it is sent and erased then; the job's payload is only the letter's id. No letter outlives 30 days.
//! A letter that cannot say anything useful any more is not sent.
//!
//! **Absent on purpose:** exactly once. A process that dies between sending and writing it down sends a letter again; both have
//! the same `Message-ID`, so that mailboxes can tell.
//!
//! Start at [`send`], then [`Template`]; `job` sends, `render` writes.

mod job;
mod model;
mod render;
pub mod store;

use karavan_store::{StoreError, Tx};
use karavan_web::ApiError;

pub use job::MailSend;
pub use karavan_clients::mail::{Address, InvalidAddress};
pub use model::{Failure, Letter, LetterId, Template, TemplateName};
pub use render::{Rendered, render};

use crate::Platform;

/// For what the vault seals.
const PURPOSE: &str = "mail.letter";

/// Why a letter was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// No mail server is configured: whoever depends on a letter must say so instead of waiting for it.
    #[error("no mail server is configured")]
    Off,
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SendError> for ApiError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Off => Self::expected(axum::http::StatusCode::SERVICE_UNAVAILABLE, "mail_off"),
            SendError::Store(error) => error.into(),
        }
    }
}

/// Sends a letter once the transaction commits.
///
/// # Errors
/// [`SendError`]; ask [`Platform::mail_is_on`] before offering anything that needs letters.
pub async fn send(tx: &mut Tx, platform: &Platform, letter: &Letter) -> Result<LetterId, SendError> {
    if !platform.mail_is_on() {
        return Err(SendError::Off);
    }
    let id: LetterId = tx.id();
    let said = serde_json::to_vec(&letter.template).map_err(|error| StoreError::Malformed(error.to_string()))?;
    let sealed = platform.vault.seal(tx.entropy(), PURPOSE, &id.to_string(), &said);
    store::insert(tx, id, letter, &sealed).await?;
    tx.enqueue(&MailSend { letter: id }).await?;
    Ok(id)
}
