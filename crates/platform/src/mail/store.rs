//! All SQL that names `mail_letters`.

use karavan_kernel::{Locale, Timestamp};
use karavan_store::{Conn, StoreResult, Tx, sql};

use super::{Failure, Letter, LetterId, TemplateName};

/// A letter as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    /// Its id.
    pub id: LetterId,
    /// Who gets it.
    pub recipient: String,
    /// In which language.
    pub locale: Locale,
    /// Which one it is.
    pub template: TemplateName,
    /// What it says, encrypted; `None` once it went out or was given up.
    pub sealed: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it went out.
    pub sent_at: Option<Timestamp>,
    /// When it was given up.
    pub failed_at: Option<Timestamp>,
    /// Why.
    pub failure: Option<Failure>,
}

/// Puts a letter into the outbox.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert(tx: &mut Tx, id: LetterId, letter: &Letter, sealed: &str) -> StoreResult<()> {
    let insert = sql!(
        "INSERT INTO mail_letters (id, recipient, locale, template, sealed, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        id,
        letter.to.as_str(),
        letter.locale,
        letter.template.name(),
        sealed,
        tx.now()
    );
    tx.execute(insert).await?.expect_rows(1)
}

/// A letter by id; `None` once it is too old.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find(conn: &mut Conn, id: LetterId) -> StoreResult<Option<Stored>> {
    conn.fetch_optional(sql!(
        "SELECT id, recipient, locale, template, sealed, created_at, sent_at, failed_at, failure
         FROM mail_letters WHERE id = $1",
        id
    ))
    .await
}

/// The server has taken it: what it said is erased.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn mark_sent(tx: &mut Tx, id: LetterId) -> StoreResult<()> {
    let mark = sql!(
        "UPDATE mail_letters SET sent_at = $2, sealed = NULL WHERE id = $1 AND sent_at IS NULL AND failed_at IS NULL",
        id,
        tx.now()
    );
    tx.execute(mark).await?.expect_rows(1)
}

/// It will never be sent: what it said is erased.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn mark_failed(tx: &mut Tx, id: LetterId, why: Failure) -> StoreResult<()> {
    let mark = sql!(
        "UPDATE mail_letters SET failed_at = $2, failure = $3, sealed = NULL
         WHERE id = $1 AND sent_at IS NULL AND failed_at IS NULL",
        id,
        tx.now(),
        why
    );
    tx.execute(mark).await?.expect_rows(1)
}

/// Removes letters from before `moment`, with their recipients, whatever became of them. A job whose letter is gone finds
/// nothing to do.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn purge_before(tx: &mut Tx, moment: Timestamp) -> StoreResult<u64> {
    let purge = sql!("DELETE FROM mail_letters WHERE created_at < $1", moment);
    Ok(tx.execute(purge).await?.count())
}
