//! All SQL that names `idempotency_records`.

use karavan_kernel::Timestamp;

use crate::{StoreResult, Tx, sql};

#[derive(sqlx::FromRow)]
pub(super) struct Record {
    pub(super) request_hash: String,
    pub(super) response: Option<String>,
}

pub(super) async fn insert_once(tx: &mut Tx, key: &str, request_hash: &str) -> StoreResult<bool> {
    let insert = sql!(
        "INSERT INTO idempotency_records (actor, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (actor, key) DO NOTHING",
        tx.actor().to_string(),
        key,
        request_hash,
        tx.now(),
    );
    Ok(tx.execute(insert).await?.count() == 1)
}

pub(super) async fn find(tx: &mut Tx, key: &str) -> StoreResult<Record> {
    let actor = tx.actor().to_string();
    tx.fetch_one(sql!(
        "SELECT request_hash, response FROM idempotency_records WHERE actor = $1 AND key = $2",
        actor,
        key
    ))
    .await
}

pub(super) async fn save_response(tx: &mut Tx, key: &str, response: &str) -> StoreResult<()> {
    let actor = tx.actor().to_string();
    let update = sql!(
        "UPDATE idempotency_records SET response = $3 WHERE actor = $1 AND key = $2",
        actor,
        key,
        response
    );
    tx.execute(update).await?.expect_rows(1)
}

/// Forgets keys that nobody will repeat any more.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn purge_before(tx: &mut Tx, moment: Timestamp) -> StoreResult<u64> {
    Ok(tx
        .execute(sql!("DELETE FROM idempotency_records WHERE created_at < $1", moment))
        .await?
        .count())
}
