//! The jobs that are lost or doubled, or not: each writes one row into a table of the bench.
//!
//! **Always holds:** the table has no unique constraint, so that a doubled effect is counted and not refused.

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_store::{
    Db, StoreError, Tx,
    queue::{BatchCx, BatchJob, Done, Job, JobCx, JobDef, JobError},
    sql,
};
use serde::{Deserialize, Serialize};

use super::said::{Said, Voice};
use crate::Outcome;

/// A run that dies fifty times as often as a real one must not run out of attempts.
const ATTEMPTS: u32 = 1_000;

/// One slot of the schedule `slots` in [`super::slots`].
pub const SLOT: Duration = Duration::from_secs(600);

/// How a body spends its time, and who hears of it.
#[derive(Clone)]
pub struct Body {
    /// Before its transaction: calls to the outside.
    pub work: Duration,
    /// Inside its transaction, between the effect and the completion.
    pub hold: Duration,
    pub voice: Voice,
}

impl Body {
    /// Only its transaction, at once.
    pub const fn quick(voice: Voice) -> Self {
        Self {
            work: Duration::ZERO,
            hold: Duration::ZERO,
            voice,
        }
    }
}

/// Writes the row of its number.
#[derive(Serialize, Deserialize)]
pub struct Effect {
    pub n: i64,
}

impl Job for Effect {
    const NAME: &'static str = "bench.effect.v1";
    const MAX_ATTEMPTS: u32 = ATTEMPTS;
    type State = Body;

    async fn run(self, cx: JobCx<Body>) -> Result<Done, JobError> {
        cx.state.voice.say(Said::Started(self.n));
        spend(cx.state.work).await;
        let ended = write(&cx, self.n).await;
        tell(&cx.state.voice, self.n, ended)
    }
}

/// A sleep of nothing would still wait for the timer's next tick.
async fn spend(time: Duration) {
    if !time.is_zero() {
        tokio::time::sleep(time).await;
    }
}

async fn write(cx: &JobCx<Body>, n: i64) -> Result<Done, JobError> {
    let mut tx = cx.begin().await?;
    record(&mut tx, n).await?;
    spend(cx.state.hold).await;
    cx.finish(tx).await
}

/// Many in one transaction, which writes how many they were.
#[derive(Serialize, Deserialize)]
pub struct Batched {
    pub n: i64,
}

impl Job for Batched {
    const NAME: &'static str = "bench.batched.v1";
    type State = Body;

    async fn run(self, cx: JobCx<Body>) -> Result<Done, JobError> {
        Self::run_batch(vec![self], cx.into_batch()).await
    }
}

impl BatchJob for Batched {
    const BATCH: usize = 500;

    async fn run_batch(jobs: Vec<Self>, cx: BatchCx<Body>) -> Result<Done, JobError> {
        let mut tx = cx.begin().await?;
        let count = i64::try_from(jobs.len()).unwrap_or(i64::MAX);
        let insert = sql!("INSERT INTO bench_batches (jobs) VALUES ($1)", count);
        tx.execute(insert).await?.expect_rows(1)?;
        let done = cx.finish(tx).await?;
        for job in jobs {
            cx.state.voice.say(Said::Done(job.n));
        }
        Ok(done)
    }
}

/// Writes the row of the slot in which it runs.
#[derive(Serialize, Deserialize)]
pub struct Slot;

impl Job for Slot {
    const NAME: &'static str = "bench.slot.v1";
    const MAX_ATTEMPTS: u32 = ATTEMPTS;
    type State = Body;

    async fn run(self, cx: JobCx<Body>) -> Result<Done, JobError> {
        let mut tx = cx.begin().await?;
        let n = tx.now().seconds() / i64::try_from(SLOT.as_secs()).unwrap_or(i64::MAX);
        cx.state.voice.say(Said::Started(n));
        let ended = async {
            record(&mut tx, n).await?;
            cx.finish(tx).await
        };
        let ended = ended.await;
        tell(&cx.state.voice, n, ended)
    }
}

fn tell(voice: &Voice, n: i64, ended: Result<Done, JobError>) -> Result<Done, JobError> {
    voice.say(match &ended {
        Ok(_) => Said::Done(n),
        Err(JobError::Retry(error)) if is_fenced(error.as_ref()) => Said::Fenced(n),
        Err(error) => Said::Failed(n, error.to_string()),
    });
    ended
}

/// True when a completion was refused because another worker has the job.
pub fn is_fenced(error: &(dyn std::error::Error + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(StoreError::Fenced))
}

/// The bodies of this file.
pub fn defs(body: &Body) -> [JobDef; 3] {
    [
        JobDef::of::<Effect>(body.clone()),
        JobDef::batch_of::<Batched>(body.clone()),
        JobDef::of::<Slot>(body.clone()),
    ]
}

/// Writes an effect.
pub async fn record(tx: &mut Tx, n: i64) -> Result<(), StoreError> {
    tx.execute(sql!("INSERT INTO bench_effects (n) VALUES ($1)", n))
        .await?
        .expect_rows(1)
}

/// Makes the tables.
pub async fn create_table(db: &Db) -> Outcome {
    let mut tx = db.begin(Actor::System("bench")).await?;
    for table in [
        sql!("CREATE TABLE bench_effects (n BIGINT NOT NULL)"),
        sql!("CREATE TABLE bench_batches (jobs BIGINT NOT NULL)"),
    ] {
        tx.execute(table).await?.count();
    }
    Ok(tx.commit().await?)
}

/// Every number with its effects, and how often.
pub async fn effects(db: &Db) -> Outcome<Vec<(i64, i64)>> {
    let counted = sql!("SELECT n, COUNT(*) FROM bench_effects GROUP BY n ORDER BY n");
    Ok(db.read().await?.fetch_all(counted).await?)
}

/// How many jobs all batches together did.
pub async fn batched(db: &Db) -> Outcome<i64> {
    let sum = sql!("SELECT CAST(COALESCE(SUM(jobs), 0) AS BIGINT) FROM bench_batches");
    Ok(db.read().await?.fetch_value(sum).await?)
}

/// True when the job of this number has had its effect.
pub async fn has_effect(db: &Db, n: i64) -> Outcome<bool> {
    let counted = sql!("SELECT COUNT(*) FROM bench_effects WHERE n = $1", n);
    Ok(db.read().await?.fetch_value::<i64>(counted).await? > 0)
}

/// The jobs that this node holds, begun or not.
pub async fn held_by(db: &Db, node: &str) -> Outcome<Vec<i64>> {
    let held = sql!("SELECT payload FROM jobs WHERE state = 'running' AND node = $1", node);
    let payloads: Vec<(String,)> = db.read().await?.fetch_all(held).await?;
    let number = |(payload,): &(String,)| Ok(serde_json::from_str::<Effect>(payload)?.n);
    payloads.iter().map(number).collect()
}

/// Jobs that wait, run or are dead.
pub async fn unfinished(db: &Db) -> Outcome<u64> {
    let count: i64 = db.read().await?.fetch_value(sql!("SELECT COUNT(*) FROM jobs")).await?;
    Ok(u64::try_from(count)?)
}
