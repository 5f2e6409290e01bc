//! How a claimed job ends: done, tried again, dead, postponed, cancelled.
//!
//! **Always holds:** each write is fenced by the attempt number, and whatever ends a job of a key lets the next one of the
//! key start.
//!
//! Who is held is asked for by `node IS NOT NULL`, which is the same as `state = 'running'`, and not by the state: PostgreSQL
//! would sooner or later take the small index of running jobs for it instead of the primary key, and walk over the dead
//! entries of everything that ran before.

use karavan_kernel::Timestamp;
use sea_query::Value;

use super::{Claimed, JobState};
use crate::{Sql, StoreError, StoreResult, Tx, queue::JobId, sql};

/// Completes a job in the transaction of its effects.
///
/// # Errors
/// [`StoreError::Fenced`] when the lease was lost or the job was cancelled: the effects must not commit.
pub async fn finish(tx: &mut Tx, job: &Claimed) -> StoreResult<()> {
    let delete = sql!(
        "DELETE FROM jobs WHERE id = $1 AND attempt = $2 AND node IS NOT NULL",
        job.id,
        job.attempt
    );
    fenced(tx.execute(delete).await?.count())?;
    next_in_line(tx, job.serial_key.as_deref(), job.serial_no).await
}

/// Completes several jobs by one statement, in the transaction of their effects.
///
/// # Errors
/// [`StoreError::Fenced`] when one of them is not held any more: then none of the effects may commit.
pub async fn finish_all(tx: &mut Tx, jobs: &[Claimed]) -> StoreResult<()> {
    match jobs {
        [] => return Ok(()),
        [job] => return finish(tx, job).await,
        _ => {}
    }
    // By the primary key alone; the attempts are compared here, because one that differs refuses all of them anyway.
    let values: Vec<Value> = jobs.iter().map(|job| job.id.into()).collect();
    let text = format!(
        "DELETE FROM jobs WHERE node IS NOT NULL AND id IN ({}) RETURNING id, attempt",
        places(1, jobs.len())
    );
    let mut gone: Vec<(JobId, i64)> = tx.fetch_all(Sql::assembled(text, values)).await?;
    let mut held: Vec<(JobId, i64)> = jobs.iter().map(|job| (job.id, job.attempt)).collect();
    gone.sort_unstable();
    held.sort_unstable();
    if gone != held {
        return Err(StoreError::Fenced);
    }
    for job in jobs {
        next_in_line(tx, job.serial_key.as_deref(), job.serial_no).await?;
    }
    Ok(())
}

/// Makes the job behind `number` due as of now: workers look for what is new from a little before now on.
pub(super) async fn next_in_line(tx: &mut Tx, key: Option<&str>, number: i64) -> StoreResult<()> {
    let Some(key) = key else { return Ok(()) };
    // A follower that somebody else stands before is not next yet.
    let update = sql!(
        "UPDATE jobs SET run_at = $3
         WHERE serial_key = $1 AND state <> 'dead' AND node IS NULL AND run_at <= $3
           AND NOT EXISTS (SELECT 1 FROM jobs AS ahead
                           WHERE ahead.serial_key = $1 AND ahead.serial_no < $2 AND ahead.state <> 'dead')
           AND serial_no = (SELECT MIN(serial_no) FROM jobs
                            WHERE serial_key = $1 AND serial_no > $2 AND state <> 'dead')",
        key.to_owned(),
        number,
        tx.now(),
    );
    if tx.execute(update).await?.count() > 0 {
        tx.note_enqueued();
    }
    Ok(())
}

/// Puts a failed job back for `again_at`, or to the dead ones when that is `None`.
///
/// # Errors
/// [`StoreError::Fenced`] when the lease was lost or the job was cancelled.
pub async fn put_back(tx: &mut Tx, job: &Claimed, error: &str, again_at: Option<Timestamp>) -> StoreResult<()> {
    let state = again_at.map_or(JobState::Dead, |_| JobState::Queued);
    // A dead job gives its unique key free: the next one may succeed.
    let update = sql!(
        "UPDATE jobs SET state = $3, run_at = COALESCE($4, run_at), last_error = $5, failed_at = $6,
                         lease_until = NULL, node = NULL,
                         unique_key = CASE WHEN $3 = 'dead' THEN NULL ELSE unique_key END
         WHERE id = $1 AND attempt = $2 AND node IS NOT NULL",
        job.id,
        job.attempt,
        state,
        again_at,
        error,
        tx.now(),
    );
    fenced(tx.execute(update).await?.count())?;
    tx.note_enqueued();
    if state == JobState::Dead {
        next_in_line(tx, job.serial_key.as_deref(), job.serial_no).await?;
    }
    Ok(())
}

/// Puts a job back without counting the attempt: the other side asked for a pause, or this process stops.
///
/// # Errors
/// [`StoreError::Fenced`] when the lease was lost or the job was cancelled.
pub async fn postpone(tx: &mut Tx, job: &Claimed, until: Timestamp) -> StoreResult<()> {
    // max_attempts grows instead of attempt shrinking: the attempt is the fencing token and must never repeat.
    let update = sql!(
        "UPDATE jobs SET state = 'queued', run_at = $3, max_attempts = max_attempts + 1, lease_until = NULL, node = NULL
         WHERE id = $1 AND attempt = $2 AND node IS NOT NULL",
        job.id,
        job.attempt,
        until,
    );
    fenced(tx.execute(update).await?.count())?;
    tx.note_enqueued();
    Ok(())
}

/// What became of the wish to cancel a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// It waited or was dead, and is gone.
    Gone,
    /// It runs: it cannot be completed any more, and is gone when its body has ended.
    Stopping,
    /// There is no such job, or it is being cancelled already.
    No,
}

/// Cancels a job. A finished or cancelled job has no row.
///
/// # Errors
/// [`StoreError`].
pub async fn cancel(tx: &mut Tx, id: JobId) -> StoreResult<Cancelled> {
    match try_cancel(tx, id).await? {
        // It may have been put back between the two looks.
        Cancelled::No => try_cancel(tx, id).await,
        done => Ok(done),
    }
}

async fn try_cancel(tx: &mut Tx, id: JobId) -> StoreResult<Cancelled> {
    let waiting = sql!(
        "DELETE FROM jobs WHERE id = $1 AND state <> 'running' RETURNING serial_key, serial_no",
        id
    );
    if let Some((key, number)) = tx.fetch_optional::<(Option<String>, i64)>(waiting).await? {
        next_in_line(tx, key.as_deref(), number).await?;
        return Ok(Cancelled::Gone);
    }
    // A later attempt than the running one: every write of the body is refused from now on. The row stays until the body
    // has ended, so that the next job of its key does not run beside it.
    let running = sql!(
        "UPDATE jobs SET attempt = attempt + 1, cancel_asked_at = $2
         WHERE id = $1 AND node IS NOT NULL AND cancel_asked_at IS NULL",
        id,
        tx.now()
    );
    let asked = tx.execute(running).await?.count() == 1;
    if asked {
        tx.note_enqueued();
    }
    Ok(if asked { Cancelled::Stopping } else { Cancelled::No })
}

/// Removes a cancelled job whose body, of this attempt, has ended. `false`: it was not cancelled.
///
/// # Errors
/// [`StoreError`].
pub async fn bury(tx: &mut Tx, job: &Claimed) -> StoreResult<bool> {
    let delete = sql!(
        "DELETE FROM jobs WHERE id = $1 AND attempt = $2 AND node IS NOT NULL AND cancel_asked_at IS NOT NULL",
        job.id,
        job.attempt + 1
    );
    let gone = tx.execute(delete).await?.count() == 1;
    if gone {
        next_in_line(tx, job.serial_key.as_deref(), job.serial_no).await?;
    }
    Ok(gone)
}

/// Writes down how far a running job is.
///
/// # Errors
/// [`StoreError::Fenced`] when the lease was lost or the job was cancelled.
pub async fn progress(tx: &mut Tx, job: &Claimed, done: i64, total: i64, note: &str) -> StoreResult<()> {
    let update = sql!(
        "UPDATE jobs SET progress_done = $3, progress_total = $4, progress_note = $5
         WHERE id = $1 AND attempt = $2 AND node IS NOT NULL",
        job.id,
        job.attempt,
        done,
        total,
        note
    );
    fenced(tx.execute(update).await?.count())
}

/// `$first, …`, so many.
pub(super) fn places(first: usize, count: usize) -> String {
    let places: Vec<String> = (first..first + count).map(|place| format!("${place}")).collect();
    places.join(", ")
}

const fn fenced(changed: u64) -> StoreResult<()> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Fenced) }
}
