//! Ended attempts by minute and name: the throughput that the panel shows.
//!
//! **Always holds:** a node adds to rows of its own, so the sum over nodes is right and nobody waits for anybody. What a
//! node has not written yet (a few seconds) is lost when it dies.

use std::time::Duration;

use karavan_kernel::Timestamp;

use crate::{Conn, StoreResult, Tx, sql};

/// How long counts are kept.
const MEMORY: Duration = Duration::from_secs(24 * 3_600);

/// What ended in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ended {
    /// Completed.
    pub done: i64,
    /// Failed attempts, whether they are tried again or not.
    pub failed: i64,
}

/// The minute that `moment` is in.
pub fn minute_of(moment: Timestamp) -> i64 {
    moment.seconds().div_euclid(60)
}

/// Adds to what `node` has counted.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn add_counts(tx: &mut Tx, node: &str, name: &str, minute: i64, ended: Ended) -> StoreResult<()> {
    let add = sql!(
        "INSERT INTO job_counts (name, minute, node, done, failed) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (name, minute, node) DO UPDATE SET
             done = job_counts.done + excluded.done, failed = job_counts.failed + excluded.failed",
        name.to_owned(),
        minute,
        node.to_owned(),
        ended.done,
        ended.failed
    );
    tx.execute(add).await?.expect_rows(1)
}

/// Forgets the counts of the day before yesterday and earlier.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn forget_counts(tx: &mut Tx) -> StoreResult<u64> {
    let forget = sql!("DELETE FROM job_counts WHERE minute < $1", minute_of(tx.now() - MEMORY));
    Ok(tx.execute(forget).await?.count())
}

/// By name and minute, from `since` on, over all nodes; minutes in which nothing ended have no row.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn counts(conn: &mut Conn, since: Timestamp) -> StoreResult<Vec<(String, i64, Ended)>> {
    let rows: Vec<(String, i64, i64, i64)> = conn
        .fetch_all(sql!(
            "SELECT name, minute, CAST(SUM(done) AS BIGINT), CAST(SUM(failed) AS BIGINT)
             FROM job_counts WHERE minute >= $1 GROUP BY name, minute ORDER BY name, minute",
            minute_of(since)
        ))
        .await?;
    let row = |(name, minute, done, failed)| (name, minute, Ended { done, failed });
    Ok(rows.into_iter().map(row).collect())
}
