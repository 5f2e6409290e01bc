//! New rows.

use std::time::Duration;

use sea_query::Value;

use super::super::{Enqueue, JobId, tier::CROWD};
use crate::{Sql, StoreResult, Tx, sql};

/// Rows per statement: SQLite takes 32,766 values.
const CHUNK: usize = 500;
/// How far back a tenant's waiting jobs are counted.
const CROWD_MEMORY: Duration = Duration::from_secs(60);

pub(in crate::queue) struct NewJob {
    pub(in crate::queue) name: &'static str,
    pub(in crate::queue) payload: String,
    pub(in crate::queue) max_attempts: i64,
    pub(in crate::queue) how: Enqueue,
}

pub(in crate::queue) async fn insert(tx: &mut Tx, job: NewJob) -> StoreResult<Option<JobId>> {
    let NewJob {
        name,
        payload,
        max_attempts,
        how:
            Enqueue {
                serial_key,
                unique_key,
                lane,
                delay,
                tier,
                tenant,
            },
    } = job;
    if let Some(key) = &serial_key {
        lock_line(tx, key).await?;
    }
    let floods = match &tenant {
        Some(tenant) => waiting_of(tx, tenant).await? >= CROWD,
        None => false,
    };
    let id = tx.id::<JobId>();
    let now = tx.now();
    let insert = sql!(
        "INSERT INTO jobs (id, name, payload, lane, state, serial_key, serial_no, unique_key, attempt, max_attempts,
                           attempts_allowed, run_at, enqueued_by, created_at, class, tenant)
         VALUES ($1, $2, $3, $4, 'queued', $5,
                 (SELECT COALESCE(MAX(serial_no), 0) + 1 FROM jobs WHERE serial_key = $5),
                 $6, 0, $7, $7, $8, $9, $10, $11, $12)
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
        tier.class(floods),
        tenant,
    );
    let added = tx.execute(insert).await?.count() == 1;
    tx.note_enqueued();
    Ok(added.then_some(id))
}

/// The number is given under the key's lock: who commits later has the later number.
pub(super) async fn lock_line(tx: &mut Tx, key: &str) -> StoreResult<()> {
    tx.lock(&format!("job:{key}")).await
}

/// How many jobs of the tenant wait that are not older than a minute, counted up to [`CROWD`].
async fn waiting_of(tx: &mut Tx, tenant: &str) -> StoreResult<i64> {
    // Bounded in time too: the index remembers what was claimed for as long as some transaction may still see it.
    let since: JobId = tx.entropy().id(tx.now() - CROWD_MEMORY);
    let waiting = sql!(
        "SELECT COUNT(*) FROM (
             SELECT 1 FROM jobs WHERE tenant = $1 AND state = 'queued' AND id > $2 ORDER BY id DESC LIMIT $3) AS waiting",
        tenant.to_owned(),
        since,
        CROWD
    );
    tx.fetch_value(waiting).await
}

/// Many jobs of one name. Says how many were added: with a unique key at most one.
pub(in crate::queue) async fn insert_all(
    tx: &mut Tx,
    name: &'static str,
    max_attempts: i64,
    payloads: &[String],
    how: &Enqueue,
) -> StoreResult<u64> {
    if payloads.is_empty() {
        return Ok(0);
    }
    let mut next_number = 1_i64;
    if let Some(key) = &how.serial_key {
        lock_line(tx, key).await?;
        let last = sql!("SELECT MAX(serial_no) FROM jobs WHERE serial_key = $1", key.clone());
        next_number += tx.fetch_value::<Option<i64>>(last).await?.unwrap_or(0);
    }
    let mut waiting = match &how.tenant {
        Some(tenant) => waiting_of(tx, tenant).await?,
        None => i64::MIN,
    };
    let mut added = 0;
    for chunk in payloads.chunks(CHUNK) {
        let insert = chunk_of(tx, name, max_attempts, chunk, how, &mut next_number, &mut waiting);
        added += tx.execute(insert).await?.count();
    }
    tx.note_enqueued();
    Ok(added)
}

#[expect(
    clippy::too_many_arguments,
    reason = "what the rows share and the two counters that go through them"
)]
fn chunk_of(
    tx: &Tx,
    name: &'static str,
    max_attempts: i64,
    payloads: &[String],
    how: &Enqueue,
    next_number: &mut i64,
    waiting: &mut i64,
) -> Sql {
    let now = tx.now();
    let mut values: Vec<Value> = vec![
        name.into(),
        how.lane.into(),
        how.serial_key.clone().into(),
        how.unique_key.clone().into(),
        max_attempts.into(),
        (now + how.delay).into(),
        tx.actor().to_string().into(),
        now.into(),
        how.tenant.clone().into(),
    ];
    let mut rows = Vec::with_capacity(payloads.len());
    for payload in payloads {
        let at = values.len();
        rows.push(format!(
            "(${}, $1, ${}, $2, 'queued', $3, ${}, $4, 0, $5, $5, $6, $7, $8, ${}, $9)",
            at + 1,
            at + 2,
            at + 3,
            at + 4
        ));
        values.push(tx.id::<JobId>().into());
        values.push(payload.clone().into());
        values.push((*next_number).into());
        values.push(how.tier.class(*waiting >= CROWD).into());
        *next_number += 1;
        *waiting = waiting.saturating_add(1);
    }
    let text = format!(
        "INSERT INTO jobs (id, name, payload, lane, state, serial_key, serial_no, unique_key, attempt, max_attempts,
                           attempts_allowed, run_at, enqueued_by, created_at, class, tenant)
         VALUES {} ON CONFLICT (name, unique_key) DO NOTHING",
        rows.join(", ")
    );
    Sql::assembled(text, values)
}
