//! All SQL that names the `legal_` tables.

use karavan_kernel::Locale;
use karavan_store::{Conn, StoreResult, Tx, sql};

use super::{Channel, Consent, ConsentId, Document, LegalText, TextId};
use crate::access::AccountId;

/// Publishes the next version of a document in a language; it holds from now on.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn publish(
    tx: &mut Tx,
    document: Document,
    locale: Locale,
    title: &str,
    body: &str,
) -> StoreResult<LegalText> {
    tx.lock(&format!("legal:{}:{locale}", document.as_str())).await?;
    let last = current(tx, document, locale).await?.map_or(0, |text| text.version);
    let text = LegalText {
        id: tx.id(),
        document,
        locale,
        version: last + 1,
        title: title.to_owned(),
        body: body.to_owned(),
        published_at: tx.now(),
    };
    let insert = sql!(
        "INSERT INTO legal_texts (id, document, locale, version, title, body, published_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        text.id,
        text.document,
        text.locale,
        text.version,
        text.title.clone(),
        text.body.clone(),
        text.published_at
    );
    tx.execute(insert).await?.expect_rows(1)?;
    Ok(text)
}

/// The version that holds now, in exactly this language.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn current(conn: &mut Conn, document: Document, locale: Locale) -> StoreResult<Option<LegalText>> {
    conn.fetch_optional(sql!(
        "SELECT id, document, locale, version, title, body, published_at FROM legal_texts
         WHERE document = $1 AND locale = $2 ORDER BY version DESC LIMIT 1",
        document,
        locale
    ))
    .await
}

/// What holds now, in the wanted language or else in the first in which there is one: nobody is let off a document by
/// choosing a language.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn current_for(conn: &mut Conn, document: Document, wanted: Locale) -> StoreResult<Option<LegalText>> {
    let texts: Vec<LegalText> = conn
        .fetch_all(sql!(
            "SELECT id, document, locale, version, title, body, published_at FROM legal_texts AS text
             WHERE document = $1 AND version = (SELECT MAX(version) FROM legal_texts AS other
                          WHERE other.document = text.document AND other.locale = text.locale)",
            document
        ))
        .await?;
    let rank = |text: &LegalText| {
        let place = Locale::ALL.iter().position(|locale| *locale == text.locale);
        (text.locale != wanted, place)
    };
    Ok(texts.into_iter().min_by_key(rank))
}

/// What holds now, of every document in every language.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn all_current(conn: &mut Conn) -> StoreResult<Vec<LegalText>> {
    conn.fetch_all(sql!(
        "SELECT id, document, locale, version, title, body, published_at FROM legal_texts AS text
         WHERE version = (SELECT MAX(version) FROM legal_texts AS other
                          WHERE other.document = text.document AND other.locale = text.locale)
         ORDER BY document, locale"
    ))
    .await
}

/// Any text that was ever published.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find(conn: &mut Conn, id: TextId) -> StoreResult<Option<LegalText>> {
    conn.fetch_optional(sql!(
        "SELECT id, document, locale, version, title, body, published_at FROM legal_texts WHERE id = $1",
        id
    ))
    .await
}

/// Every version of a document in a language, newest first.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn history(conn: &mut Conn, document: Document, locale: Locale) -> StoreResult<Vec<LegalText>> {
    conn.fetch_all(sql!(
        "SELECT id, document, locale, version, title, body, published_at FROM legal_texts
         WHERE document = $1 AND locale = $2 ORDER BY version DESC",
        document,
        locale
    ))
    .await
}

/// Writes down that somebody agreed. `false`: they had, and have not taken it back.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn give(tx: &mut Tx, account: AccountId, text: TextId, ip: &str, channel: Channel) -> StoreResult<bool> {
    let id: ConsentId = tx.id();
    let give = sql!(
        "INSERT INTO legal_consents (id, account_id, text_id, given_at, ip, channel) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (account_id, text_id) WHERE withdrawn_at IS NULL DO NOTHING",
        id,
        account,
        text,
        tx.now(),
        ip.to_owned(),
        channel
    );
    Ok(tx.execute(give).await?.count() == 1)
}

/// Takes an agreement of one's own back. `false`: there is none, or it was taken back before.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn withdraw(tx: &mut Tx, account: AccountId, consent: ConsentId) -> StoreResult<bool> {
    let withdraw = sql!(
        "UPDATE legal_consents SET withdrawn_at = $3 WHERE id = $1 AND account_id = $2 AND withdrawn_at IS NULL",
        consent,
        account,
        tx.now()
    );
    Ok(tx.execute(withdraw).await?.count() == 1)
}

/// Everything somebody agreed to, newest first, with what they took back.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn consents_of(conn: &mut Conn, account: AccountId) -> StoreResult<Vec<Consent>> {
    conn.fetch_all(sql!(
        "SELECT c.id, c.text_id, t.document, t.title, t.version, c.given_at, c.withdrawn_at
         FROM legal_consents AS c JOIN legal_texts AS t ON t.id = c.text_id
         WHERE c.account_id = $1 ORDER BY c.given_at DESC, c.id DESC",
        account
    ))
    .await
}
