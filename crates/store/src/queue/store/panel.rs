//! What people ask of the queue, and what they do with single jobs and whole queues.

use karavan_kernel::Timestamp;
use sea_query::Value;

use super::{JobRow, JobState, insert::lock_line};
use crate::{Conn, Page, PageRequest, Sql, StoreResult, Tx, queue::JobId, sql};

/// Of [`JobRow`].
const COLUMNS: &str = "id, name, payload, lane, state, attempt, max_attempts, run_at, node, enqueued_by, created_at, \
                       started_at, failed_at, last_error, class, tenant, serial_key, cancel_asked_at, progress_done, \
                       progress_total, progress_note";

/// How many jobs there are of each name and state, and since when the oldest due one waits.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "named by the query")]
pub struct Overview {
    pub name: String,
    pub queued: i64,
    pub running: i64,
    pub dead: i64,
    /// When the earliest of the waiting ones is or was due.
    pub oldest_due: Option<Timestamp>,
}

/// One row per job name.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn overview(conn: &mut Conn) -> StoreResult<Vec<Overview>> {
    conn.fetch_all(sql!(
        "SELECT name,
                CAST(SUM(CASE WHEN state = 'queued' THEN 1 ELSE 0 END) AS BIGINT) AS queued,
                CAST(SUM(CASE WHEN state = 'running' THEN 1 ELSE 0 END) AS BIGINT) AS running,
                CAST(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END) AS BIGINT) AS dead,
                MIN(CASE WHEN state = 'queued' THEN run_at END) AS oldest_due
         FROM jobs GROUP BY name ORDER BY name"
    ))
    .await
}

/// The lanes in which something waits, with how much, apart from everybody's lane.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn lanes(conn: &mut Conn) -> StoreResult<Vec<(String, i64)>> {
    conn.fetch_all(sql!(
        "SELECT lane, COUNT(*) FROM jobs WHERE state = 'queued' AND lane > '' GROUP BY lane ORDER BY lane"
    ))
    .await
}

/// Jobs of a state (or all), newest first.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn list(conn: &mut Conn, state: Option<JobState>, page: PageRequest) -> StoreResult<Page<JobRow>> {
    list_of(conn, state, None, page).await
}

/// Jobs of a state and a name (or all), newest first.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn list_of(
    conn: &mut Conn,
    state: Option<JobState>,
    name: Option<&str>,
    page: PageRequest,
) -> StoreResult<Page<JobRow>> {
    // The state as a literal: the indexes know only some states.
    let of_state = state.map_or("TRUE".to_owned(), |state| format!("state = '{}'", state.as_str()));
    let of_name = if name.is_some() { "name = $1" } else { "TRUE" };
    let filter = format!("{of_state} AND {of_name}");
    let mut values: Vec<Value> = name.map(Value::from).into_iter().collect();
    let count = format!("SELECT COUNT(*) FROM jobs WHERE {filter}");
    let total = conn.fetch_value(Sql::assembled(count, values.clone())).await?;
    values.push(i64::from(page.limit).into());
    values.push(i64::try_from(page.offset).unwrap_or(i64::MAX).into());
    // Ids are in the order of time, and the primary key is there to be walked.
    let rows = format!(
        "SELECT {COLUMNS} FROM jobs WHERE {filter} ORDER BY id DESC LIMIT ${} OFFSET ${}",
        values.len() - 1,
        values.len()
    );
    Ok(Page {
        rows: conn.fetch_all(Sql::assembled(rows, values)).await?,
        total,
    })
}

/// One job.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn find(conn: &mut Conn, id: JobId) -> StoreResult<Option<JobRow>> {
    let text = format!("SELECT {COLUMNS} FROM jobs WHERE id = $1");
    conn.fetch_optional(Sql::assembled(text, vec![id.into()])).await
}

/// Lets a dead job try again from the start, behind those of its key that are in line by now. `false`: it is not dead.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn replay(tx: &mut Tx, id: JobId) -> StoreResult<bool> {
    let dead = sql!("SELECT serial_key FROM jobs WHERE id = $1 AND state = 'dead'", id);
    if let Some((Some(key),)) = tx.fetch_optional::<(Option<String>,)>(dead).await? {
        lock_line(tx, &key).await?;
    }
    // As many attempts as a new job has, and none of them the number of an old one. Its old place in the line would let it
    // run beside a later job of its key that has started meanwhile.
    let update = sql!(
        "UPDATE jobs SET state = 'queued', run_at = $2, losses = 0,
                         max_attempts = attempt + COALESCE(attempts_allowed, max_attempts),
                         serial_no = CASE WHEN serial_key IS NULL THEN serial_no ELSE
                             (SELECT MAX(line.serial_no) + 1 FROM jobs AS line WHERE line.serial_key = jobs.serial_key) END
         WHERE id = $1 AND state = 'dead'",
        id,
        tx.now(),
    );
    let replayed = tx.execute(update).await?.count() == 1;
    if replayed {
        tx.note_enqueued();
    }
    Ok(replayed)
}

/// Replays the dead jobs of a name, oldest first, at most `limit`. Says how many.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn replay_all(tx: &mut Tx, name: &str, limit: u32) -> StoreResult<u64> {
    let dead = sql!(
        "SELECT id FROM jobs WHERE name = $1 AND state = 'dead' ORDER BY id LIMIT $2",
        name.to_owned(),
        i64::from(limit)
    );
    let mut replayed = 0;
    for (id,) in tx.fetch_all::<(JobId,)>(dead).await? {
        replayed += u64::from(replay(tx, id).await?);
    }
    Ok(replayed)
}

/// Removes a dead job for good. `false`: it is not dead.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn discard(tx: &mut Tx, id: JobId) -> StoreResult<bool> {
    let delete = sql!("DELETE FROM jobs WHERE id = $1 AND state = 'dead'", id);
    Ok(tx.execute(delete).await?.count() == 1)
}

/// Removes the dead jobs of a name for good. Says how many.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn discard_all(tx: &mut Tx, name: &str) -> StoreResult<u64> {
    let delete = sql!("DELETE FROM jobs WHERE name = $1 AND state = 'dead'", name.to_owned());
    Ok(tx.execute(delete).await?.count())
}

/// Makes a waiting job due now, whatever pause it was given. `false`: it does not wait.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn hurry(tx: &mut Tx, id: JobId) -> StoreResult<bool> {
    let waiting = sql!(
        "UPDATE jobs SET run_at = CASE WHEN run_at > $2 THEN $2 ELSE run_at END WHERE id = $1 AND state = 'queued'",
        id,
        tx.now()
    );
    let waits = tx.execute(waiting).await?.count() == 1;
    if waits {
        tx.note_enqueued();
    }
    Ok(waits)
}
