//! Leases: kept alive while somebody works, freed when nobody does.

use karavan_kernel::Timestamp;
use sea_query::Value;

use super::{
    JobState,
    end::{next_in_line, places},
};
use crate::{Conn, Sql, StoreResult, Tx, queue::JobId, sql};

/// So many workers may die with a job before it is dead: one that kills its workers must not go on for ever, and one that
/// was only claimed must survive many restarts.
pub const MOST_LOSSES: i64 = 10;

/// Renews the leases of the jobs that `node` works on. Says which it still holds, by which attempt.
///
/// Not of all under its name: a job whose claim or outcome got lost on the way to the database is worked on by nobody, so its
/// lease must run out.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn heartbeat(
    tx: &mut Tx,
    node: &str,
    held: &[JobId],
    lease_until: Timestamp,
) -> StoreResult<Vec<(JobId, i64)>> {
    let mut alive = Vec::with_capacity(held.len());
    for chunk in held.chunks(500) {
        let mut values: Vec<Value> = vec![node.into(), lease_until.into()];
        values.extend(chunk.iter().map(|id| Value::from(*id)));
        let text = format!(
            "UPDATE jobs SET lease_until = $2 WHERE node = $1 AND id IN ({})
             RETURNING id, attempt",
            places(3, chunk.len())
        );
        alive.extend(tx.fetch_all::<(JobId, i64)>(Sql::assembled(text, values)).await?);
    }
    Ok(alive)
}

/// True when a lease ran out after `since` (the last look) and by `now`.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn is_any_expired(conn: &mut Conn, since: Timestamp, now: Timestamp) -> StoreResult<bool> {
    let expired = sql!(
        "SELECT CAST(1 AS BIGINT) FROM jobs WHERE state = 'running' AND lease_until > $1 AND lease_until <= $2 LIMIT 1",
        since,
        now
    );
    Ok(conn.fetch_optional::<(i64,)>(expired).await?.is_some())
}

/// Frees jobs whose worker has not been heard of since `since` and by `now`. The attempt does not count, unless workers die
/// with this job again and again: then it is dead. A cancelled one is gone.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn free_expired(tx: &mut Tx, since: Timestamp, now: Timestamp) -> StoreResult<u64> {
    let over = "lease_until > $2 AND lease_until <= $1";
    let values = vec![now.into(), since.into()];
    if !tx.is_postgres() {
        return free(tx, over, values, true).await;
    }
    // A process that stands still between its last statement and its commit holds the row; nobody is to wait for it.
    let unlocked = format!("id IN (SELECT id FROM jobs WHERE state = 'running' AND {over} FOR UPDATE SKIP LOCKED)");
    free(tx, &unlocked, values, true).await
}

/// Frees everything that `node` held before it died and was started again. Counted as [`free_expired`] does.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn free_node(tx: &mut Tx, node: &str) -> StoreResult<u64> {
    let now = tx.now();
    free(tx, "node = $2", vec![now.into(), node.into()], true).await
}

/// Gives back what `node` could not finish before it stops; nothing is counted.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn give_back(tx: &mut Tx, node: &str) -> StoreResult<u64> {
    let now = tx.now();
    free(tx, "node = $2", vec![now.into(), node.into()], false).await
}

/// Gives back jobs that were claimed ahead and not begun; nothing is counted.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn give_back_some(tx: &mut Tx, node: &str, jobs: &[(JobId, i64)]) -> StoreResult<u64> {
    let mut freed = 0;
    for chunk in jobs.chunks(200) {
        let now = tx.now();
        let mut values: Vec<Value> = vec![now.into(), node.into()];
        let mut pairs = Vec::with_capacity(chunk.len());
        for (id, attempt) in chunk {
            pairs.push(format!(
                "(CAST(${} AS TEXT), CAST(${} AS BIGINT))",
                values.len() + 1,
                values.len() + 2
            ));
            values.extend([Value::from(*id), Value::from(*attempt)]);
        }
        let which = format!("node = $2 AND (id, attempt) IN (VALUES {})", pairs.join(", "));
        freed += free(tx, &which, values, false).await?;
    }
    Ok(freed)
}

/// `which` of the running jobs; `$1` is the moment of it. By the state, which has a small index, because they are not asked
/// for by their ids.
async fn free(tx: &mut Tx, which: &str, values: Vec<Value>, lost: bool) -> StoreResult<u64> {
    let cancelled = format!(
        "DELETE FROM jobs WHERE state = 'running' AND cancel_asked_at IS NOT NULL AND {which}
         RETURNING serial_key, serial_no, state"
    );
    let mut ended: Vec<Freed> = tx.fetch_all(Sql::assembled(cancelled, values.clone())).await?;
    let dies = format!("losses >= {}", MOST_LOSSES - 1);
    let changes = if lost {
        format!(
            "state = CASE WHEN {dies} THEN 'dead' ELSE 'queued' END,
             unique_key = CASE WHEN {dies} THEN NULL ELSE unique_key END,
             losses = losses + 1, last_error = 'the worker was lost', failed_at = $1"
        )
    } else {
        "state = 'queued'".to_owned()
    };
    let text = format!(
        "UPDATE jobs SET {changes}, max_attempts = max_attempts + 1, lease_until = NULL, node = NULL
         WHERE state = 'running' AND cancel_asked_at IS NULL AND {which}
         RETURNING serial_key, serial_no, state"
    );
    // A job that is cancelled between the two statements keeps its lease until it is looked at again.
    let freed: Vec<Freed> = tx.fetch_all(Sql::assembled(text, values)).await?;
    if !freed.is_empty() || !ended.is_empty() {
        tx.note_enqueued();
    }
    let count = u64::try_from(freed.len()).unwrap_or(u64::MAX);
    ended.extend(freed.into_iter().filter(|(_, _, state)| *state == JobState::Dead));
    for (key, number, _state) in ended {
        next_in_line(tx, key.as_deref(), number).await?;
    }
    Ok(count)
}

/// A line and a place in it, and what became of who stood there.
type Freed = (Option<String>, i64, JobState);

/// Running jobs that somebody cancelled.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn being_cancelled(conn: &mut Conn) -> StoreResult<Vec<JobId>> {
    let asked = sql!("SELECT id FROM jobs WHERE cancel_asked_at IS NOT NULL");
    let ids: Vec<(JobId,)> = conn.fetch_all(asked).await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}
