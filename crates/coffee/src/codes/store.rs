//! All SQL that names `coffee_codes`.

use karavan_kernel::Timestamp;
use karavan_store::{Conn, StoreResult, Tx, sql};

use super::model::Code;
use crate::{BaristaId, CodeId, GuestId};

/// Ends the guest's active code: a new one replaces it.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn revoke_of(tx: &mut Tx, guest: GuestId) -> StoreResult<()> {
    let revoke = sql!(
        "UPDATE coffee_codes SET state = 'revoked' WHERE guest_id = $1 AND state = 'active'",
        guest
    );
    tx.execute(revoke).await?.count();
    Ok(())
}

/// Adds an active code. `false`: another guest shows the same digits right now.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert(
    tx: &mut Tx,
    id: CodeId,
    guest: GuestId,
    fingerprint: &str,
    expires_at: Timestamp,
) -> StoreResult<bool> {
    // Digits whose time has run out are free again.
    let free = sql!(
        "UPDATE coffee_codes SET state = 'expired' WHERE fingerprint = $1 AND state = 'active' AND expires_at <= $2
         AND (held_until IS NULL OR held_until <= $2)",
        fingerprint,
        tx.now()
    );
    tx.execute(free).await?.count();
    let insert = sql!(
        "INSERT INTO coffee_codes (id, guest_id, fingerprint, state, created_at, expires_at)
         VALUES ($1, $2, $3, 'active', $4, $5) ON CONFLICT DO NOTHING",
        id,
        guest,
        fingerprint,
        tx.now(),
        expires_at
    );
    Ok(tx.execute(insert).await?.count() == 1)
}

/// The active code with these digits.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find_active(conn: &mut Conn, fingerprint: &str) -> StoreResult<Option<Code>> {
    conn.fetch_optional(sql!(
        "SELECT id, guest_id, state, created_at, expires_at FROM coffee_codes
         WHERE fingerprint = $1 AND state = 'active'",
        fingerprint
    ))
    .await
}

/// A code by id.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find(conn: &mut Conn, id: CodeId) -> StoreResult<Option<Code>> {
    conn.fetch_optional(sql!(
        "SELECT id, guest_id, state, created_at, expires_at FROM coffee_codes WHERE id = $1",
        id
    ))
    .await
}

/// A barista has read the code in time and may finish the sale until `until`.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn hold(tx: &mut Tx, id: CodeId, barista: BaristaId, until: Timestamp) -> StoreResult<()> {
    let hold = sql!(
        "UPDATE coffee_codes SET held_by = $2, held_until = $3 WHERE id = $1 AND state = 'active'",
        id,
        barista,
        until
    );
    tx.execute(hold).await?.expect_rows(1)
}

/// Uses a code up for a sale by `barista`; of two at once, one gets it. `false`: it is not good any more.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn consume(tx: &mut Tx, id: CodeId, barista: BaristaId) -> StoreResult<bool> {
    let consume = sql!(
        "UPDATE coffee_codes SET state = 'used', used_at = $3
         WHERE id = $1 AND state = 'active' AND (expires_at > $3 OR (held_by = $2 AND held_until > $3))",
        id,
        barista,
        tx.now()
    );
    Ok(tx.execute(consume).await?.count() == 1)
}

/// Marks codes whose time has run out.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn expire(tx: &mut Tx) -> StoreResult<u64> {
    let expire = sql!(
        "UPDATE coffee_codes SET state = 'expired' WHERE state = 'active' AND expires_at <= $1
         AND (held_until IS NULL OR held_until <= $1)",
        tx.now()
    );
    Ok(tx.execute(expire).await?.count())
}
