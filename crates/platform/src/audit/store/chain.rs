//! The chain: appending to it, and reading it in pages to check it.

use karavan_kernel::Timestamp;
use karavan_store::{Conn, StoreResult, Tx, sql};
use sea_query::{Alias, Expr, ExprTrait, Query};

use super::{ChainRow, Details, Stored};
use crate::audit::{ERASE, Head, encoding};

/// The last row of the chain.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn head(conn: &mut Conn) -> StoreResult<Option<Head>> {
    let last = sql!("SELECT seq, hash FROM audit_chain ORDER BY seq DESC LIMIT 1");
    let last: Option<(i64, Vec<u8>)> = conn.fetch_optional(last).await?;
    Ok(last.map(|(seq, hash)| Head {
        seq,
        // A hash of another length was tampered with; what follows does not fit it then, and `verify` says so.
        hash: hash.try_into().unwrap_or_default(),
    }))
}

/// A look that writes nothing.
pub(in crate::audit) async fn is_anything_pending(conn: &mut Conn) -> StoreResult<bool> {
    let first = sql!("SELECT entry_id FROM audit_pending LIMIT 1");
    Ok(conn.fetch_optional::<(String,)>(first).await?.is_some())
}

/// Gives up to `limit` entries their place, oldest first. Says how many it looked at.
///
/// The lock makes this the only appender until the transaction ends, and the primary key would refuse a second one anyway.
pub(in crate::audit) async fn append_pending(tx: &mut Tx, limit: i64) -> StoreResult<i64> {
    tx.lock("audit:chain").await?;
    let mut last = head(tx).await?.unwrap_or(Head::NONE);
    let pending: Vec<Stored> = tx
        .fetch_all(sql!(
            "SELECT e.id, e.at, e.actor_kind, e.actor_id, e.act, e.entity_kind, e.entity_id, e.request_id, e.details_hash
             FROM audit_pending AS p JOIN audit_entries AS e ON e.id = p.entry_id ORDER BY p.entry_id LIMIT $1",
            limit
        ))
        .await?;
    for entry in &pending {
        let seq = last.seq + 1;
        let hash = encoding::of_row(&last.hash, seq, entry);
        let row = sql!(
            "INSERT INTO audit_chain (seq, entry_id, previous, hash) VALUES ($1, $2, $3, $4)
             ON CONFLICT (entry_id) DO NOTHING",
            seq,
            entry.id.as_str(),
            last.hash.to_vec(),
            hash.to_vec()
        );
        // One that has its place already was put back by hand: it must not stop the others.
        if tx.execute(row).await?.count() == 1 {
            last = Head { seq, hash };
        }
        let placed = sql!("DELETE FROM audit_pending WHERE entry_id = $1", entry.id.as_str());
        tx.execute(placed).await?.expect_rows(1)?;
    }
    Ok(i64::try_from(pending.len()).unwrap_or(i64::MAX))
}

/// Rows of the chain, in order.
pub(in crate::audit) async fn rows_after(conn: &mut Conn, seq: i64, limit: i64) -> StoreResult<Vec<ChainRow>> {
    conn.fetch_all(sql!(
        "SELECT seq, entry_id, previous, hash FROM audit_chain WHERE seq > $1 ORDER BY seq LIMIT $2",
        seq,
        limit
    ))
    .await
}

/// The entries of the rows `first..=last`.
pub(in crate::audit) async fn entries_of(conn: &mut Conn, first: i64, last: i64) -> StoreResult<Vec<Stored>> {
    conn.fetch_all(sql!(
        "SELECT e.id, e.at, e.actor_kind, e.actor_id, e.act, e.entity_kind, e.entity_id, e.request_id, e.details_hash
         FROM audit_chain AS c JOIN audit_entries AS e ON e.id = c.entry_id WHERE c.seq >= $1 AND c.seq <= $2",
        first,
        last
    ))
    .await
}

/// The details of the rows `first..=last`.
pub(in crate::audit) async fn details_of(conn: &mut Conn, first: i64, last: i64) -> StoreResult<Vec<Details>> {
    conn.fetch_all(sql!(
        "SELECT d.entry_id, d.salt, d.who, d.who_key, d.before_json, d.after_json, d.ip, d.user_agent
         FROM audit_chain AS c JOIN audit_details AS d ON d.entry_id = c.entry_id WHERE c.seq >= $1 AND c.seq <= $2",
        first,
        last
    ))
    .await
}

/// Which of the rows `first..=last` have an entry that says that their details were erased.
pub(in crate::audit) async fn erasures_of(conn: &mut Conn, first: i64, last: i64) -> StoreResult<Vec<(String,)>> {
    conn.fetch_all(sql!(
        "SELECT DISTINCT e.entity_id FROM audit_chain AS c JOIN audit_entries AS e ON e.entity_id = c.entry_id
         WHERE c.seq >= $1 AND c.seq <= $2 AND e.act = $3 AND e.entity_kind = 'audit'",
        first,
        last,
        ERASE
    ))
    .await
}

/// The hashes of these rows, as far as there are such rows.
pub(in crate::audit) async fn hashes_at(conn: &mut Conn, places: &[i64]) -> StoreResult<Vec<(i64, Vec<u8>)>> {
    let mut select = Query::select();
    select
        .columns(["seq", "hash"].map(Alias::new))
        .from(Alias::new("audit_chain"))
        .and_where(Expr::col(Alias::new("seq")).is_in(places.iter().copied()));
    conn.fetch_all(select).await
}

/// An entry, and whether it waits for its place.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::audit) struct Waits {
    pub(in crate::audit) id: String,
    pub(in crate::audit) at: Timestamp,
    pub(in crate::audit) waits: bool,
}

/// Entries in the order of their ids, each with whether it is in the chain.
pub(in crate::audit) async fn waiting_after(conn: &mut Conn, id: &str, limit: i64) -> StoreResult<Vec<Waits>> {
    conn.fetch_all(sql!(
        "SELECT e.id, e.at, c.seq IS NULL AS waits FROM audit_entries AS e
         LEFT JOIN audit_chain AS c ON c.entry_id = e.id WHERE e.id > $1 ORDER BY e.id LIMIT $2",
        id,
        limit
    ))
    .await
}
