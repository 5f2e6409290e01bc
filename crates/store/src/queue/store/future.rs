//! Jobs that a process with a wrong clock asked for.
//!
//! A job is due by the clock of whoever asked for it. One whose clock is an hour ahead would make it wait an hour, on SQLite
//! even its own after the clock was set right. So what was asked for in the future counts as asked for now.

use karavan_kernel::Timestamp;

use super::JobId;
use crate::{Conn, Sql, StoreResult, Tx};

/// Clocks of nodes differ by less than this while all is well. In microseconds.
const TOLERANCE: i64 = 1_000_000;

/// Ids are ordered by time, so the look passes over everything that is as it should be.
const FROM_THE_FUTURE: &str = "id > $1 AND state = 'queued' AND run_at > $2 AND created_at > $3";

/// True when some job waits that was asked for after `now`: a cheap look before [`recall`].
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn is_any_from_the_future(conn: &mut Conn, first: JobId, now: Timestamp) -> StoreResult<bool> {
    let text = format!("SELECT CAST(1 AS BIGINT) FROM jobs WHERE {FROM_THE_FUTURE} LIMIT 1");
    let found = conn.fetch_optional::<(i64,)>(narrowed(text, first, now)).await?;
    Ok(found.is_some())
}

/// Lets jobs that were asked for after `now` count as asked for now; what was to wait longer still waits as long. `first` is
/// an id of that moment. Says how many there were.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn recall(tx: &mut Tx, first: JobId, now: Timestamp) -> StoreResult<u64> {
    let text = format!("UPDATE jobs SET run_at = run_at - created_at + $2, created_at = $2 WHERE {FROM_THE_FUTURE}");
    let recalled = tx.execute(narrowed(text, first, now)).await?.count();
    if recalled > 0 {
        tx.note_enqueued();
    }
    Ok(recalled)
}

fn narrowed(text: String, first: JobId, now: Timestamp) -> Sql {
    let late = Timestamp::from_micros(now.micros().saturating_add(TOLERANCE));
    Sql::assembled(text, vec![first.into(), now.into(), late.into()])
}
