//! Schedules: a slot fires once, however many nodes watch the clock.
//!
//! **Always holds:** the slot's row and its job are one transaction. After a pause only the latest missed slot fires.

use std::time::Duration;

use cronexpr::Crontab;
use karavan_kernel::{Actor, Timestamp};
use tokio_util::sync::CancellationToken;

use super::{Enqueue, Job, store as jobs};
use crate::{Db, StoreError, StoreResult, Tx, sql};

/// A job that the clock asks for.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// Unique and stored: never rename.
    pub name: &'static str,
    /// Five cron fields and a time zone: `0 9 * * * Europe/Moscow`.
    pub cron: &'static str,
    times: Crontab,
    job: &'static str,
    max_attempts: i64,
    payload: String,
}

/// How far back a missed slot is still worth firing.
const CATCH_UP: Duration = Duration::from_secs(24 * 3600);

impl Schedule {
    /// The name of the job that it asks for.
    pub const fn job(&self) -> &'static str {
        self.job
    }

    /// `job` at the times of `cron`.
    ///
    /// # Panics
    /// When `cron` or the job is malformed; both are constants of the program and a test builds every schedule.
    pub fn new<J: Job>(name: &'static str, cron: &'static str, job: &J) -> Self {
        Self {
            name,
            cron,
            times: cronexpr::parse_crontab(cron).expect("the expression is a constant"),
            job: J::NAME,
            max_attempts: J::MAX_ATTEMPTS.into(),
            payload: serde_json::to_string(job).expect("the job is a constant"),
        }
    }

    /// The latest slot after `last` that `now` has reached.
    fn due(&self, last: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let mut slot = None;
        let mut after = last.max(now - CATCH_UP);
        while let Some(next) = self.next_after(after).filter(|next| *next <= now) {
            slot = Some(next);
            after = next;
        }
        slot
    }

    /// The first slot after `moment`.
    pub fn next_after(&self, moment: Timestamp) -> Option<Timestamp> {
        self.times
            .find_next(moment.to_jiff())
            .ok()
            .map(|zoned| zoned.timestamp().into())
    }
}

/// Fires what is due and was not fired by anybody. `since`: slots before this process's start are somebody else's, unless
/// an earlier slot was recorded.
///
/// # Errors
/// [`StoreError`].
pub async fn fire_due(db: &Db, schedules: &[Schedule], node: &str, since: Timestamp) -> StoreResult<u64> {
    let now = db.now().await?;
    let mut fired = 0;
    for schedule in schedules {
        let last = last_slot(db, schedule.name).await?.unwrap_or(since);
        let Some(slot) = schedule.due(last, now) else { continue };
        let mut tx = db.begin(Actor::System("scheduler")).await?;
        if claim_slot(&mut tx, schedule.name, slot, node).await? {
            let job = jobs::NewJob {
                name: schedule.job,
                payload: schedule.payload.clone(),
                max_attempts: schedule.max_attempts,
                how: Enqueue::default().once_per(format!("schedule:{}", schedule.name)),
            };
            jobs::insert(&mut tx, job).await?;
            fired += 1;
        }
        tx.commit().await?;
    }
    Ok(fired)
}

async fn last_slot(db: &Db, name: &str) -> StoreResult<Option<Timestamp>> {
    db.read()
        .await?
        .fetch_value(sql!("SELECT MAX(slot) FROM schedule_slots WHERE name = $1", name))
        .await
}

async fn claim_slot(tx: &mut Tx, name: &str, slot: Timestamp, node: &str) -> StoreResult<bool> {
    let claim = sql!(
        "INSERT INTO schedule_slots (name, slot, fired_by) VALUES ($1, $2, $3) ON CONFLICT (name, slot) DO NOTHING",
        name,
        slot,
        node
    );
    let claimed = tx.execute(claim).await?.count() == 1;
    // One row per schedule is memory enough.
    let forget = sql!(
        "DELETE FROM schedule_slots WHERE name = $1 AND slot < $2",
        name,
        slot - CATCH_UP
    );
    tx.execute(forget).await?.count();
    Ok(claimed)
}

/// Watches the clock until `stop`.
pub async fn run(db: Db, schedules: Vec<Schedule>, node: String, stop: CancellationToken) {
    let since = db.clock().now();
    while !stop.is_cancelled() {
        let now = db.clock().now();
        let fired = fire_due(&db, &schedules, &node, since).await;
        if let Err(error) = fired.as_ref().map_err(StoreError::to_string) {
            tracing::warn!(error, "Schedules cannot be fired now");
        }
        let next = schedules.iter().filter_map(|schedule| schedule.next_after(now)).min();
        // Clocks drift and suspend: look at least twice a minute.
        let pause = next
            .map_or(Duration::from_secs(30), |next| next.since(now))
            .min(Duration::from_secs(30));
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(pause.max(Duration::from_millis(200))) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn nine_in_moscow() -> Schedule {
        let times = cronexpr::parse_crontab("0 9 * * * Europe/Moscow").unwrap();
        Schedule {
            name: "t",
            cron: "",
            times,
            job: "t",
            max_attempts: 1,
            payload: String::new(),
        }
    }

    #[test]
    fn a_slot_is_due_from_its_minute_in_its_zone() {
        let schedule = nine_in_moscow();
        let yesterday = at("2026-11-19T06:00:00Z");
        assert_eq!(schedule.due(yesterday, at("2026-11-20T05:59:59Z")), None);
        assert_eq!(
            schedule.due(yesterday, at("2026-11-20T06:00:00Z")),
            Some(at("2026-11-20T06:00:00Z"))
        );
    }

    #[test]
    fn of_many_missed_slots_only_the_latest_fires() {
        let week_ago = at("2026-11-13T06:00:00Z");
        assert_eq!(
            nine_in_moscow().due(week_ago, at("2026-11-20T12:00:00Z")),
            Some(at("2026-11-20T06:00:00Z"))
        );
    }
}
