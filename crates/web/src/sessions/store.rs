//! All SQL that names `web_sessions`.

use std::time::Duration;

use karavan_kernel::Timestamp;
use karavan_store::{Conn, StoreResult, Tx, sql};

use super::{Opening, Session, SessionToken, TokenHash};

/// Starts a session. The token is returned once and stored nowhere; answer only after the commit.
///
/// # Errors
/// [`karavan_store::StoreError`].
pub async fn start(tx: &mut Tx, subject: &str, opening: Opening<'_>) -> StoreResult<(SessionToken, Session)> {
    let token = SessionToken::random(tx.entropy());
    let session = Session::begin(&token, subject, opening, tx.now());
    let Session {
        token_hash,
        subject,
        created_at,
        seen_at,
        idle_expires_at,
        expires_at,
        ip,
        user_agent,
        way,
        proved_at,
    } = &session;
    tx.execute(sql!(
        "INSERT INTO web_sessions
             (token_hash, subject, created_at, seen_at, idle_expires_at, expires_at, ip, user_agent, way, proved_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        token_hash,
        subject,
        *created_at,
        *seen_at,
        *idle_expires_at,
        *expires_at,
        ip,
        user_agent,
        way.clone(),
        *proved_at,
    ))
    .await?
    .expect_rows(1)?;
    Ok((token, session))
}

/// The session, unless it has ended.
///
/// # Errors
/// [`karavan_store::StoreError`].
pub async fn find_active(conn: &mut Conn, token_hash: &TokenHash, now: Timestamp) -> StoreResult<Option<Session>> {
    conn.fetch_optional(sql!(
        "SELECT token_hash, subject, created_at, seen_at, idle_expires_at, expires_at, ip, user_agent, way, proved_at
         FROM web_sessions WHERE token_hash = $1 AND idle_expires_at > $2 AND expires_at > $2",
        token_hash,
        now,
    ))
    .await
}

/// The subject's sessions that have not ended, the latest used first.
///
/// # Errors
/// [`karavan_store::StoreError`].
pub async fn active_of(conn: &mut Conn, subject: &str, now: Timestamp) -> StoreResult<Vec<Session>> {
    conn.fetch_all(sql!(
        "SELECT token_hash, subject, created_at, seen_at, idle_expires_at, expires_at, ip, user_agent, way, proved_at
         FROM web_sessions WHERE subject = $1 AND idle_expires_at > $2 AND expires_at > $2
         ORDER BY seen_at DESC, token_hash LIMIT 100",
        subject,
        now,
    ))
    .await
}

/// Writes that the session was used and prolongs it by `idle`; at most once a minute, and never one that has ended.
/// True when it was written.
///
/// # Errors
/// [`karavan_store::StoreError`].
pub async fn touch(tx: &mut Tx, session: &Session, idle: Duration) -> StoreResult<bool> {
    let now = tx.now();
    if !session.is_due_for_touch(now) {
        return Ok(false);
    }
    let touched = session.touched(idle, now);
    let written = tx
        .execute(sql!(
            "UPDATE web_sessions SET seen_at = $2, idle_expires_at = $3
         WHERE token_hash = $1 AND seen_at < $2 AND idle_expires_at > $2 AND expires_at > $2",
            &touched.token_hash,
            touched.seen_at,
            touched.idle_expires_at,
        ))
        .await?;
    Ok(written.count() > 0)
}

/// Ends a session; true when there was one.
///
/// # Errors
/// [`karavan_store::StoreError`].
pub async fn end(tx: &mut Tx, token_hash: &TokenHash) -> StoreResult<bool> {
    let ended = tx
        .execute(sql!("DELETE FROM web_sessions WHERE token_hash = $1", token_hash))
        .await?;
    Ok(ended.count() > 0)
}

/// Ends one of the subject's own sessions; false when it is not theirs.
///
/// # Errors
/// [`karavan_store::StoreError`].
pub async fn end_own(tx: &mut Tx, subject: &str, token_hash: &TokenHash) -> StoreResult<bool> {
    let ended = tx
        .execute(sql!(
            "DELETE FROM web_sessions WHERE subject = $1 AND token_hash = $2",
            subject,
            token_hash
        ))
        .await?;
    Ok(ended.count() > 0)
}

/// Ends all sessions of the subject (password or factor changed, ban, "sign out everywhere"); says how many.
///
/// # Errors
/// [`karavan_store::StoreError`].
pub async fn end_all_of(tx: &mut Tx, subject: &str) -> StoreResult<u64> {
    Ok(tx
        .execute(sql!("DELETE FROM web_sessions WHERE subject = $1", subject))
        .await?
        .count())
}

/// Removes rows of sessions that have ended by time; says how many.
///
/// # Errors
/// [`karavan_store::StoreError`].
pub async fn purge_expired(tx: &mut Tx) -> StoreResult<u64> {
    let now = tx.now();
    let purged = tx
        .execute(sql!(
            "DELETE FROM web_sessions WHERE idle_expires_at <= $1 OR expires_at <= $1",
            now
        ))
        .await?;
    Ok(purged.count())
}
