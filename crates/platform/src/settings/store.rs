//! All SQL that names `settings`.

use karavan_store::{Conn, StoreResult, Tx, sql};

/// A document and its version.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find(conn: &mut Conn, name: &str) -> StoreResult<Option<(String, i64)>> {
    conn.fetch_optional(sql!("SELECT value, version FROM settings WHERE name = $1", name))
        .await
}

/// Replaces version `based_on` (0: there is none yet). `false`: another version is stored.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn replace(tx: &mut Tx, name: &str, value: &str, based_on: i64) -> StoreResult<bool> {
    let replace = sql!(
        "INSERT INTO settings (name, value, version, updated_by, updated_at) VALUES ($1, $2, 1, $4, $5)
         ON CONFLICT (name) DO UPDATE SET value = $2, version = settings.version + 1, updated_by = $4, updated_at = $5
         WHERE settings.version = $3",
        name,
        value,
        based_on,
        tx.actor().to_string(),
        tx.now()
    );
    // A first document is inserted whatever version was named; naming one that does not exist is a mistake of the caller.
    Ok(tx.execute(replace).await?.count() == 1)
}
