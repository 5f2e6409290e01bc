//! How deep the queue is, for those who watch: `jobs_queued`, `jobs_running`, `jobs_dead` and `jobs_oldest_due_seconds` by job.
//!
//! On the node that serves metrics; the numbers are the whole database's, so one node is enough.

use std::{collections::BTreeSet, time::Duration};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::store::{self, Overview};
use crate::{Db, StoreResult};

const EVERY: Duration = Duration::from_secs(5);

/// Refreshes the gauges until `stop`. `names` are shown even when nothing of them is in the queue.
pub async fn watch(db: Db, names: Vec<&'static str>, stop: CancellationToken) {
    let mut known: BTreeSet<String> = names.into_iter().map(str::to_owned).collect();
    while !stop.is_cancelled() {
        let started = Instant::now();
        if let Err(error) = refresh(&db, &mut known).await {
            tracing::debug!(%error, "The queue cannot be measured now");
        }
        // A look over a long queue takes its time; it gets at most a fiftieth of it.
        let pause = EVERY.max(started.elapsed() * 50);
        tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(pause) => {} }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; nobody counts 2^53 jobs")]
async fn refresh(db: &Db, known: &mut BTreeSet<String>) -> StoreResult<()> {
    let now = db.now().await?;
    let rows = store::overview(&mut *db.read().await?).await?;
    known.extend(rows.iter().map(|row| row.name.clone()));
    for name in known.iter() {
        let row = rows.iter().find(|row| row.name == *name);
        let count = |of: fn(&Overview) -> i64| row.map_or(0, of) as f64;
        let age = row
            .and_then(|row| row.oldest_due)
            .map_or(0.0, |due| now.since(due).as_secs_f64());
        metrics::gauge!("jobs_queued", "job" => name.clone()).set(count(|row| row.queued));
        metrics::gauge!("jobs_running", "job" => name.clone()).set(count(|row| row.running));
        metrics::gauge!("jobs_dead", "job" => name.clone()).set(count(|row| row.dead));
        metrics::gauge!("jobs_oldest_due_seconds", "job" => name.clone()).set(age);
    }
    Ok(())
}
