//! Taking due jobs, and the looks before that.

use karavan_kernel::Timestamp;
use sea_query::Value;

use super::{
    super::{JobId, tier::CLASSES},
    Claimed,
};
use crate::{Conn, Sql, StoreResult, Tx, sql};

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

/// The part of the queue that a claim looks at: one class, from a moment on.
#[derive(Debug, Clone, Copy)]
pub(in crate::queue) struct Part {
    pub(in crate::queue) class: usize,
    pub(in crate::queue) from: Timestamp,
    /// Only what stands before this job is looked at.
    pub(in crate::queue) until: Option<Edge>,
}

/// A place in the part, see [`edge`].
pub(in crate::queue) type Edge = (Timestamp, JobId);

/// Takes due jobs of every class for `claims.node` until `lease_until`, oldest first.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn claim(
    tx: &mut Tx,
    claims: Claims<'_>,
    now: Timestamp,
    lease_until: Timestamp,
) -> StoreResult<Vec<Claimed>> {
    claim_part(tx, &claims, None, now, lease_until).await
}

pub(in crate::queue) async fn claim_part(
    tx: &mut Tx,
    claims: &Claims<'_>,
    part: Option<Part>,
    now: Timestamp,
    lease_until: Timestamp,
) -> StoreResult<Vec<Claimed>> {
    let mut values: Vec<Value> = vec![
        now.into(),
        lease_until.into(),
        claims.node.into(),
        i64::from(claims.limit).into(),
    ];
    let mut place = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let mut narrow = String::new();
    // Left out and not `$5 IS NULL OR …`: a plan that serves both cannot begin in the index.
    if let Some(lane) = claims.lane {
        narrow = format!("AND lane = {}", place(lane.into()));
    }
    if let Some(Part { class, from, until }) = part {
        let class = i64::try_from(class).unwrap_or(i64::MAX);
        narrow = format!(
            "{narrow} AND class = {} AND run_at >= {}",
            place(class.into()),
            place(from.into())
        );
        if let Some((run_at, id)) = until {
            narrow = format!(
                "{narrow} AND (run_at, id) < ({}, {})",
                place(run_at.into()),
                place(id.into())
            );
        }
    }
    let names: Vec<String> = claims.names.iter().map(|name| place((*name).into())).collect();
    // `NOT IN` and not `NOT EXISTS`: a join would be free to read and sort the whole queue.
    // PostgreSQL: a lock that others hold is passed by, and the array keeps the update on the primary key whatever the
    // planner believes of a table that was empty a moment ago.
    let (skip_locked, chosen) = if tx.is_postgres() {
        ("FOR UPDATE SKIP LOCKED", "= ANY (ARRAY(SELECT id FROM due))")
    } else {
        ("", "IN (SELECT id FROM due)")
    };
    let text = format!(
        "WITH due AS MATERIALIZED (
             SELECT id FROM jobs AS candidate
             WHERE state = 'queued' AND run_at <= $1 {narrow} AND name IN ({names})
               AND name NOT IN (SELECT target FROM job_pauses WHERE kind = 'name')
               AND lane NOT IN (SELECT target FROM job_pauses WHERE kind = 'lane')
               AND (serial_key IS NULL OR NOT EXISTS (
                    SELECT 1 FROM jobs AS earlier
                    WHERE earlier.serial_key = candidate.serial_key AND earlier.serial_no < candidate.serial_no
                      AND earlier.state <> 'dead'))
             ORDER BY run_at, id LIMIT $4 {skip_locked}
         )
         UPDATE jobs SET state = 'running', attempt = attempt + 1, started_at = $1, lease_until = $2, node = $3,
                         cancel_asked_at = NULL, progress_done = NULL, progress_total = NULL, progress_note = NULL
         WHERE id {chosen}
         RETURNING id, name, payload, attempt, max_attempts, run_at, serial_key, serial_no, class",
        names = names.join(", "),
    );
    let mut claimed: Vec<Claimed> = tx.fetch_all(Sql::assembled(text, values)).await?;
    claimed.sort_by_key(|job| (job.run_at, job.id));
    Ok(claimed)
}

/// Where the first `count` due jobs of the part end, whatever their names; `None`: there are no more than these.
pub(in crate::queue) async fn edge(
    conn: &mut Conn,
    lane: &str,
    part: Part,
    now: Timestamp,
    count: i64,
) -> StoreResult<Option<Edge>> {
    let class = i64::try_from(part.class).unwrap_or(i64::MAX);
    conn.fetch_optional(sql!(
        "SELECT run_at, id FROM jobs
         WHERE lane = $1 AND class = $2 AND state = 'queued' AND run_at <= $3 AND run_at >= $4
         ORDER BY run_at, id LIMIT 1 OFFSET $5",
        lane,
        class,
        now,
        part.from,
        count
    ))
    .await
}

type Heads = (
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
    Option<Timestamp>,
);

/// Since when the oldest due job of each class waits, looking from `starts` on; a class without a start is not looked at.
/// It may be one that nobody can claim now: behind another of its key, paused, or without a body here.
pub(in crate::queue) async fn heads(
    conn: &mut Conn,
    lane: &str,
    now: Timestamp,
    starts: [Option<Timestamp>; CLASSES],
) -> StoreResult<[Option<Timestamp>; CLASSES]> {
    let mut values: Vec<Value> = vec![lane.into(), now.into()];
    let mut head = |class: usize| {
        let Some(start) = starts[class] else {
            return "CAST(NULL AS BIGINT)".to_owned();
        };
        values.push(start.into());
        format!(
            "(SELECT run_at FROM jobs WHERE lane = $1 AND class = {class} AND state = 'queued' AND run_at <= $2
              AND run_at >= ${} ORDER BY run_at, id LIMIT 1)",
            values.len()
        )
    };
    let text = format!("SELECT {}", std::array::from_fn::<_, CLASSES, _>(&mut head).join(", "));
    let (a, b, c, d, e, f): Heads = conn.fetch_one(Sql::assembled(text, values)).await?;
    Ok([a, b, c, d, e, f])
}

/// True when some job could be claimed, by this worker or another: a cheap look before a claim.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
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
/// [`StoreError`](crate::StoreError).
pub async fn is_anything_running(conn: &mut Conn) -> StoreResult<bool> {
    let running = sql!("SELECT CAST(1 AS BIGINT) FROM jobs WHERE state = 'running' LIMIT 1");
    Ok(conn.fetch_optional::<(i64,)>(running).await?.is_some())
}

/// When the next job of the lane becomes due after `now`.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn next_due(conn: &mut Conn, lane: &str, now: Timestamp) -> StoreResult<Option<Timestamp>> {
    // By class, because that is how the index is ordered.
    let of_class = |class: usize| {
        format!(
            "SELECT MIN(run_at) AS run_at FROM jobs
             WHERE lane = $1 AND class = {class} AND state = 'queued' AND run_at > $2"
        )
    };
    let classes = std::array::from_fn::<_, CLASSES, _>(of_class).join(" UNION ALL ");
    let text = format!("SELECT MIN(run_at) FROM ({classes}) AS firsts");
    conn.fetch_value(Sql::assembled(text, vec![lane.into(), now.into()]))
        .await
}
