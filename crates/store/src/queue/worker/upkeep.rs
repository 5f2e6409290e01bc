//! What a worker does beside running jobs: keeps its leases alive, frees those of the dead, notices what was cancelled,
//! recalls what a wrong clock put off, writes down what it counted.
//!
//! **Always holds:** a node renews its own leases before it frees expired ones, and after a pause (of this process, of the
//! database, of the clock) it lets the others renew theirs first: leases that ran out while nobody could renew them say
//! nothing about who is alive.
//!
//! Each second a look at two small indexes; writing only when there is something to write.

use std::{collections::BTreeSet, sync::Mutex, sync::PoisonError, time::Duration};

use karavan_kernel::{Actor, Timestamp};
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::{
    super::{JobId, store},
    LEASE, Worker,
};
use crate::StoreResult;

const TICK: Duration = Duration::from_secs(1);
const HEARTBEAT: Duration = Duration::from_secs(5);
/// Leases that ran out before the last look are looked for anew so often: clocks of databases can be set back.
const FULL_LOOK: Duration = Duration::from_secs(60);
/// So many looks go by after a pause before anything is freed: the time in which everybody else renews at least once.
const COURTESY: u32 = 7;

/// When what was done last.
#[derive(Debug, Default)]
pub(super) struct Diary(Mutex<Dates>);

#[derive(Debug, Default, Clone, Copy)]
struct Dates {
    beat: Option<(Instant, Timestamp)>,
    /// The last look that the database answered.
    looked: Option<(Instant, Timestamp)>,
    /// Looks to come that free nothing, after a pause.
    courtesy: Option<u32>,
    /// Leases up to this moment were looked at.
    reaped: Option<(Timestamp, Instant)>,
}

impl Worker {
    /// Until `stop`.
    pub(super) async fn upkeep(&self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = tick.tick() => {}
            }
            let done = if self.beat_is_due() {
                self.keep_alive().await
            } else {
                self.look_around().await
            };
            if let Err(error) = done {
                tracing::warn!(%error, "Leases cannot be renewed now");
            }
        }
        if let Err(error) = self.tally.write(&self.db, &self.config.node).await {
            tracing::warn!(%error, "The last counts of jobs are lost");
        }
    }

    fn beat_is_due(&self) -> bool {
        self.dates().beat.is_none_or(|beat| is_old(beat, self.db.clock().now()))
    }

    fn dates(&self) -> Dates {
        *self.diary.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Dates)) {
        change(&mut self.diary.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Renews the leases of what this worker holds and frees those of lost workers, at once and not at the next tick.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError).
    pub async fn keep_alive(&self) -> StoreResult<()> {
        let asked = self.held.grips();
        if !asked.is_empty() {
            let ids: BTreeSet<JobId> = asked.iter().map(|(id, _)| *id).collect();
            let ids: Vec<JobId> = ids.into_iter().collect();
            let until = self.db.now().await? + LEASE;
            let mut tx = self.db.begin(Actor::System("worker")).await?;
            let alive = store::heartbeat(&mut tx, &self.config.node, &ids, until).await?;
            tx.commit().await?;
            self.held.keep_only(&asked, &alive.into_iter().collect());
        }
        self.note(|dates| dates.beat = Some((Instant::now(), self.db.clock().now())));
        self.tally.write(&self.db, &self.config.node).await?;
        self.recall_from_the_future().await?;
        self.look_around().await
    }

    /// Somebody's clock was ahead, perhaps ours until a moment ago.
    async fn recall_from_the_future(&self) -> StoreResult<()> {
        let now = self.db.now().await?;
        let first: JobId = self.db.entropy().id(now);
        if !store::is_any_from_the_future(&mut *self.db.read().await?, first, now).await? {
            return Ok(());
        }
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        let recalled = store::recall(&mut tx, first, now).await?;
        tx.commit().await?;
        tracing::warn!(
            recalled,
            "Jobs came from a clock that was ahead; they count as asked for now"
        );
        Ok(())
    }

    async fn look_around(&self) -> StoreResult<()> {
        let now = self.db.now().await?;
        let since = match self.dates().reaped {
            Some((until, full)) if full.elapsed() < FULL_LOOK => until,
            _ => Timestamp::from_micros(0),
        };
        let mut read = self.db.read().await?;
        let cancelled = store::being_cancelled(&mut read).await?;
        let expired = store::is_any_expired(&mut read, since, now).await?;
        drop(read);
        self.held.cancel(&cancelled);
        if self.owes_courtesy(now) || (expired && !self.free_expired(since, now).await?) {
            return Ok(());
        }
        self.note(|dates| {
            let full = match dates.reaped {
                Some((_, full)) if since.micros() > 0 => full,
                _ => Instant::now(),
            };
            dates.reaped = Some((now, full));
        });
        Ok(())
    }

    /// Notes a look, and whether it comes too soon after a pause to judge others by it.
    fn owes_courtesy(&self, now: Timestamp) -> bool {
        let mut owes = false;
        self.note(|dates| {
            let paused = dates.looked.is_some_and(|looked| is_old(looked, now));
            dates.looked = Some((Instant::now(), now));
            dates.courtesy = match dates.courtesy {
                None => paused.then_some(COURTESY),
                // Over, and at this look whatever the clocks do: where they leap all the time, leases run out too.
                Some(0) => None,
                Some(left) => Some(left - 1),
            };
            owes = dates.courtesy.is_some();
        });
        owes
    }

    /// `false`: somebody is at one of the rows just now, so that it must be looked at again.
    async fn free_expired(&self, since: Timestamp, now: Timestamp) -> StoreResult<bool> {
        let mut tx = self.db.begin(Actor::System("worker")).await?;
        let freed = store::free_expired(&mut tx, since, now).await?;
        let all = !store::is_any_expired(&mut tx, since, now).await?;
        tx.commit().await?;
        if freed > 0 {
            tracing::warn!(freed, "Jobs of lost workers were freed");
        }
        Ok(all)
    }
}

/// By either clock: the process's own can be set back or stand still while others go on.
fn is_old((at, moment): (Instant, Timestamp), now: Timestamp) -> bool {
    at.elapsed() >= HEARTBEAT || now.since(moment) >= HEARTBEAT
}
