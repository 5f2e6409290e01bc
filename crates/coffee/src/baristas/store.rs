//! All SQL that names `coffee_baristas`.

use karavan_store::{Conn, OnUnique, StoreResult, Tx, sql};

use super::{Barista, BaristaError};
use crate::BaristaId;

/// Puts somebody on the list.
///
/// # Errors
/// [`BaristaError::Known`]; the transaction is over then.
pub async fn insert(tx: &mut Tx, telegram_id: i64, name: &str) -> Result<BaristaId, BaristaError> {
    let id: BaristaId = tx.id();
    let insert = sql!(
        "INSERT INTO coffee_baristas (id, telegram_id, name, is_active, created_at) VALUES ($1, $2, $3, TRUE, $4)",
        id,
        telegram_id,
        name,
        tx.now()
    );
    tx.execute(insert)
        .await
        .on_unique("coffee_baristas.telegram_id", || BaristaError::Known)?
        .expect_rows(1)?;
    Ok(id)
}

/// A barista by id.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find(conn: &mut Conn, id: BaristaId) -> StoreResult<Option<Barista>> {
    conn.fetch_optional(sql!(
        "SELECT id, telegram_id, name, is_active, created_at FROM coffee_baristas WHERE id = $1",
        id
    ))
    .await
}

/// Whoever may sell with this Telegram account.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find_active_by_telegram(conn: &mut Conn, telegram_id: i64) -> StoreResult<Option<Barista>> {
    conn.fetch_optional(sql!(
        "SELECT id, telegram_id, name, is_active, created_at FROM coffee_baristas
         WHERE telegram_id = $1 AND is_active = TRUE",
        telegram_id
    ))
    .await
}

/// The list, by name; a chain has tens of baristas, not thousands.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn list(conn: &mut Conn) -> StoreResult<Vec<Barista>> {
    conn.fetch_all(sql!(
        "SELECT id, telegram_id, name, is_active, created_at FROM coffee_baristas ORDER BY is_active DESC, name, id LIMIT 500"
    ))
    .await
}

/// Lets somebody sell or not. `false`: there is no such barista.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn set_active(tx: &mut Tx, id: BaristaId, is_active: bool) -> StoreResult<bool> {
    let set = sql!("UPDATE coffee_baristas SET is_active = $2 WHERE id = $1", id, is_active);
    Ok(tx.execute(set).await?.count() == 1)
}
