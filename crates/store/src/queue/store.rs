//! All SQL that names `jobs`.

use karavan_kernel::{Timestamp, text_enum};
use sea_query::Value;

use super::{Enqueue, JobId};
use crate::{Conn, Page, PageRequest, Sql, StoreError, StoreResult, Tx, sql};

text_enum! {
    /// Where a job stands. A finished one has no row.
    pub enum JobState {
        /// Waits for its time, its key or a worker.
        Queued = "queued",
        /// A worker holds it.
        Running = "running",
        /// Gave up; waits for a person.
        Dead = "dead",
    }
}

/// What the panel shows of a job.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of `jobs`, described in the migration")]
pub struct JobRow {
    pub id: JobId,
    pub name: String,
    pub payload: String,
    pub lane: String,
    pub state: JobState,
    pub attempt: i64,
    pub max_attempts: i64,
    pub run_at: Timestamp,
    pub node: Option<String>,
    pub enqueued_by: String,
    pub created_at: Timestamp,
    pub failed_at: Option<Timestamp>,
    pub last_error: Option<String>,
}

pub(super) struct NewJob {
    pub(super) name: &'static str,
    pub(super) payload: String,
    pub(super) max_attempts: i64,
    pub(super) how: Enqueue,
}

/// A job that this worker holds until `lease_until`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Claimed {
    /// Its id.
    pub id: JobId,
    /// Which body runs it.
    pub name: String,
    /// What the body reads.
    pub payload: String,
    /// The fencing token: counts every claim.
    pub attempt: i64,
    /// The last attempt's number.
    pub max_attempts: i64,
    /// Since when it is due.
    pub run_at: Timestamp,
    /// Set when others wait for it to finish.
    pub serial_key: Option<String>,
}

/// Which jobs a worker may take.
#[derive(Debug, Clone)]
pub struct Claims<'a> {
    /// The worker's node.
    pub node: &'a str,
    /// Its lane; `None` takes from all (tests).
    pub lane: Option<&'a str>,
    /// The names it has bodies for.
    pub names: &'a [&'static str],
    /// At most so many.
    pub limit: u32,
}

pub(super) async fn insert(tx: &mut Tx, job: NewJob) -> StoreResult<Option<JobId>> {
    let NewJob {
        name,
        payload,
        max_attempts,
        how: Enqueue {
            serial_key,
            unique_key,
            lane,
            delay,
        },
    } = job;
    if let Some(key) = &serial_key {
        // The number is given under the key's lock: who commits later has the later number.
        tx.lock(&format!("job:{key}")).await?;
    }
    let id = tx.id::<JobId>();
    let now = tx.now();
    let insert = sql!(
        "INSERT INTO jobs (id, name, payload, lane, state, serial_key, serial_no, unique_key, attempt, max_attempts,
                           run_at, enqueued_by, created_at)
         VALUES ($1, $2, $3, $4, 'queued', $5,
                 (SELECT COALESCE(MAX(serial_no), 0) + 1 FROM jobs WHERE serial_key = $5),
                 $6, 0, $7, $8, $9, $10)
         ON CONFLICT (name, unique_key) DO NOTHING",
        id,
        name,
        payload,
        lane,
        serial_key,
        unique_key,
        max_attempts,
        now + delay,
        tx.actor().to_string(),
        now,
    );
    let added = tx.execute(insert).await?.count() == 1;
    tx.note_enqueued();
    Ok(added.then_some(id))
}

/// Takes due jobs for `claims.node` until `lease_until`, oldest first.
///
/// # Errors
/// [`StoreError`].
pub async fn claim(
    tx: &mut Tx,
    claims: Claims<'_>,
    now: Timestamp,
    lease_until: Timestamp,
) -> StoreResult<Vec<Claimed>> {
    let Claims {
        node,
        lane,
        names,
        limit,
    } = claims;
    let mut values: Vec<Value> = vec![
        now.into(),
        lease_until.into(),
        node.into(),
        i64::from(limit).into(),
        lane.map(str::to_owned).into(),
    ];
    let places: Vec<String> = (0..names.len()).map(|place| format!("${}", place + 6)).collect();
    values.extend(names.iter().map(|name| Value::from(*name)));
    let skip_locked = if tx.is_postgres() { "FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "WITH due AS MATERIALIZED (
             SELECT id FROM jobs AS candidate
             WHERE state = 'queued' AND run_at <= $1 AND ($5 IS NULL OR lane = $5) AND name IN ({names})
               AND (serial_key IS NULL OR NOT EXISTS (
                    SELECT 1 FROM jobs AS earlier
                    WHERE earlier.serial_key = candidate.serial_key AND earlier.serial_no < candidate.serial_no
                      AND earlier.state <> 'dead'))
             ORDER BY run_at, id LIMIT $4 {skip_locked}
         )
         UPDATE jobs SET state = 'running', attempt = attempt + 1, started_at = $1, lease_until = $2, node = $3
         WHERE id IN (SELECT id FROM due)
         RETURNING id, name, payload, attempt, max_attempts, run_at, serial_key",
        names = places.join(", "),
    );
    let mut claimed: Vec<Claimed> = tx.fetch_all(Sql::assembled(text, values)).await?;
    claimed.sort_by_key(|job| (job.run_at, job.id));
    Ok(claimed)
}

/// Completes a job in the transaction of its effects.
///
/// # Errors
/// [`StoreError::Fenced`] when the lease was lost: the effects must not commit.
pub async fn finish(tx: &mut Tx, job: &Claimed) -> StoreResult<()> {
    let delete = sql!(
        "DELETE FROM jobs WHERE id = $1 AND attempt = $2 AND state = 'running'",
        job.id,
        job.attempt
    );
    fenced(tx.execute(delete).await?.count())?;
    if job.serial_key.is_some() {
        tx.note_enqueued();
    }
    Ok(())
}

/// Puts a failed job back for `again_at`, or to the dead ones when that is `None`.
///
/// # Errors
/// [`StoreError::Fenced`] when the lease was lost.
pub async fn put_back(tx: &mut Tx, job: &Claimed, error: &str, again_at: Option<Timestamp>) -> StoreResult<()> {
    let state = again_at.map_or(JobState::Dead, |_| JobState::Queued);
    // A dead job gives its unique key free: the next one may succeed.
    let update = sql!(
        "UPDATE jobs SET state = $3, run_at = COALESCE($4, run_at), last_error = $5, failed_at = $6,
                         lease_until = NULL, node = NULL,
                         unique_key = CASE WHEN $3 = 'dead' THEN NULL ELSE unique_key END
         WHERE id = $1 AND attempt = $2 AND state = 'running'",
        job.id,
        job.attempt,
        state,
        again_at,
        error,
        tx.now(),
    );
    fenced(tx.execute(update).await?.count())?;
    tx.note_enqueued();
    Ok(())
}

/// Puts a job back without counting the attempt: the other side asked for a pause, or this process stops.
///
/// # Errors
/// [`StoreError::Fenced`] when the lease was lost.
pub async fn postpone(tx: &mut Tx, job: &Claimed, until: Timestamp) -> StoreResult<()> {
    // max_attempts grows instead of attempt shrinking: the attempt is the fencing token and must never repeat.
    let update = sql!(
        "UPDATE jobs SET state = 'queued', run_at = $3, max_attempts = max_attempts + 1, lease_until = NULL, node = NULL
         WHERE id = $1 AND attempt = $2 AND state = 'running'",
        job.id,
        job.attempt,
        until,
    );
    fenced(tx.execute(update).await?.count())?;
    tx.note_enqueued();
    Ok(())
}

/// Renews the leases of the jobs that `node` works on. Not of all under its name: a job whose claim or outcome got lost on
/// the way to the database is worked on by nobody, so its lease must run out.
///
/// # Errors
/// [`StoreError`].
pub async fn heartbeat(tx: &mut Tx, node: &str, held: &[JobId], lease_until: Timestamp) -> StoreResult<u64> {
    if held.is_empty() {
        return Ok(0);
    }
    let mut values: Vec<Value> = vec![node.into(), lease_until.into()];
    let places: Vec<String> = (0..held.len()).map(|place| format!("${}", place + 3)).collect();
    values.extend(held.iter().map(|id| Value::from(*id)));
    let text = format!(
        "UPDATE jobs SET lease_until = $2 WHERE node = $1 AND state = 'running' AND id IN ({})",
        places.join(", ")
    );
    Ok(tx.execute(Sql::assembled(text, values)).await?.count())
}

/// Frees jobs whose worker has not been heard of until `now`; the last attempt's become dead.
///
/// # Errors
/// [`StoreError`].
pub async fn free_expired(tx: &mut Tx, now: Timestamp) -> StoreResult<u64> {
    let update = sql!(
        "UPDATE jobs SET state = CASE WHEN attempt >= max_attempts THEN 'dead' ELSE 'queued' END,
                         unique_key = CASE WHEN attempt >= max_attempts THEN NULL ELSE unique_key END,
                         last_error = 'the worker was lost', failed_at = $1, lease_until = NULL, node = NULL
         WHERE state = 'running' AND lease_until <= $1",
        now,
    );
    note_freed(tx, update).await
}

/// Frees everything that `node` held before it was restarted or is stopped; the attempts do not count.
///
/// # Errors
/// [`StoreError`].
pub async fn free_node(tx: &mut Tx, node: &str) -> StoreResult<u64> {
    let update = sql!(
        "UPDATE jobs SET state = 'queued', max_attempts = max_attempts + 1, lease_until = NULL, node = NULL
         WHERE node = $1 AND state = 'running'",
        node,
    );
    note_freed(tx, update).await
}

async fn note_freed(tx: &mut Tx, update: Sql) -> StoreResult<u64> {
    let freed = tx.execute(update).await?.count();
    if freed > 0 {
        tx.note_enqueued();
    }
    Ok(freed)
}

/// True when some job could be claimed, by this worker or another: a cheap look before a claim.
///
/// # Errors
/// [`StoreError`].
pub async fn is_anything_due(conn: &mut Conn, now: Timestamp) -> StoreResult<bool> {
    let due = sql!(
        "SELECT CAST(1 AS BIGINT) FROM jobs WHERE state = 'queued' AND run_at <= $1 LIMIT 1",
        now
    );
    Ok(conn.fetch_optional::<(i64,)>(due).await?.is_some())
}

/// True when some job is held by a worker.
///
/// # Errors
/// [`StoreError`].
pub async fn is_anything_running(conn: &mut Conn) -> StoreResult<bool> {
    let running = sql!("SELECT CAST(1 AS BIGINT) FROM jobs WHERE state = 'running' LIMIT 1");
    Ok(conn.fetch_optional::<(i64,)>(running).await?.is_some())
}

/// When the next job of the lane becomes due after `now`.
///
/// # Errors
/// [`StoreError`].
pub async fn next_due(conn: &mut Conn, lane: &str, now: Timestamp) -> StoreResult<Option<Timestamp>> {
    let next = sql!(
        "SELECT MIN(run_at) FROM jobs WHERE lane = $1 AND state = 'queued' AND run_at > $2",
        lane,
        now
    );
    conn.fetch_value(next).await
}

/// How many jobs there are of each name and state, and since when the oldest due one waits.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "named by the query")]
pub struct Overview {
    pub name: String,
    pub queued: i64,
    pub running: i64,
    pub dead: i64,
    pub oldest_due: Option<Timestamp>,
}

/// One row per job name.
///
/// # Errors
/// [`StoreError`].
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

/// Jobs of a state (or all), newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(conn: &mut Conn, state: Option<JobState>, page: PageRequest) -> StoreResult<Page<JobRow>> {
    let total = conn
        .fetch_value(sql!("SELECT COUNT(*) FROM jobs WHERE $1 IS NULL OR state = $1", state))
        .await?;
    let rows = sql!(
        "SELECT id, name, payload, lane, state, attempt, max_attempts, run_at, node, enqueued_by, created_at, failed_at,
                last_error
         FROM jobs WHERE $1 IS NULL OR state = $1 ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3",
        state,
        i64::from(page.limit),
        i64::try_from(page.offset).unwrap_or(i64::MAX),
    );
    Ok(Page {
        rows: conn.fetch_all(rows).await?,
        total,
    })
}

/// One job.
///
/// # Errors
/// [`StoreError`].
pub async fn find(conn: &mut Conn, id: JobId) -> StoreResult<Option<JobRow>> {
    conn.fetch_optional(sql!(
        "SELECT id, name, payload, lane, state, attempt, max_attempts, run_at, node, enqueued_by, created_at, failed_at,
                last_error
         FROM jobs WHERE id = $1",
        id
    ))
    .await
}

/// Lets a dead job try again from the start, behind those of its key that are in line by now. `false`: it is not dead.
///
/// # Errors
/// [`StoreError`].
pub async fn replay(tx: &mut Tx, id: JobId) -> StoreResult<bool> {
    let dead = sql!("SELECT serial_key FROM jobs WHERE id = $1 AND state = 'dead'", id);
    if let Some((Some(key),)) = tx.fetch_optional::<(Option<String>,)>(dead).await? {
        tx.lock(&format!("job:{key}")).await?;
    }
    // Its old number would let it run beside a later job of its key that has started meanwhile.
    let update = sql!(
        "UPDATE jobs SET state = 'queued', run_at = $2, max_attempts = max_attempts + attempt,
                         serial_no = CASE WHEN serial_key IS NULL THEN serial_no ELSE
                             (SELECT MAX(line.serial_no) + 1 FROM jobs AS line WHERE line.serial_key = jobs.serial_key) END
         WHERE id = $1 AND state = 'dead'",
        id,
        tx.now(),
    );
    Ok(note_freed(tx, update).await? == 1)
}

const fn fenced(changed: u64) -> StoreResult<()> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Fenced) }
}
