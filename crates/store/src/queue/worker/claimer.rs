//! Finds and takes due jobs.
//!
//! **Always holds:** a look at the whole of a class follows soon after any look that left some of it out.
//!
//! On PostgreSQL an index remembers deleted rows for as long as any transaction may still see them, and a look from the
//! start of the queue walks over all of them. So there are two looks: the full one, and a cheap one that begins where the
//! last claim ended (the class's mark). Marks are not exact: a job can appear before its class's mark, for example when its
//! transaction took long. Therefore after a full look that took `d` the cheap one is used for 30 `d` only: with a healthy
//! index that is some milliseconds, and with a swollen one full looks take a thirtieth of the time. And no look is spent on a
//! class of which there is enough here: under load those are most looks.

use std::time::Duration;

use karavan_kernel::{Actor, Timestamp};
use tokio::time::Instant;

use super::{
    super::{
        store::{self, Claimed, Claims, Part},
        tier::{CLASSES, Turns},
    },
    LEASE, Worker,
};
use crate::StoreResult;

/// How far behind the clock a mark stays: enough for transactions that are being committed.
const SLACK: Duration = Duration::from_millis(200);
/// Full looks take one part in so many of the time, more only when one takes longer than [`LONGEST_WITHOUT`] allows for.
const FULL_LOOKS: u32 = 30;
/// However long they take: what a dead worker held is found by them.
const LONGEST_WITHOUT: Duration = Duration::from_secs(5);
/// A job that is done in batches finds its fellows among so many; behind a long queue of others they are not looked for.
const FELLOWS_AMONG: i64 = 2_000;

/// What a claim brought.
#[derive(Debug)]
pub(super) struct Haul {
    pub(super) jobs: Vec<Claimed>,
    /// There may be more for the asking.
    pub(super) more: bool,
    /// When to look again if nobody calls before.
    pub(super) next: Option<Duration>,
}

#[derive(Debug)]
pub(super) struct Claimer {
    worker: Worker,
    turns: Turns,
    marks: [Timestamp; CLASSES],
    /// When the next look at a class is a full one.
    full_at: [Instant; CLASSES],
}

const START: Timestamp = Timestamp::from_micros(i64::MIN / 2);

impl Claimer {
    pub(super) fn new(worker: Worker) -> Self {
        Self {
            worker,
            turns: Turns::default(),
            marks: [START; CLASSES],
            full_at: [Instant::now(); CLASSES],
        }
    }

    /// Something came back to the queue at its old place, which may be before the marks.
    pub(super) fn look_whole(&mut self) {
        self.full_at = [Instant::now(); CLASSES];
    }

    /// Takes up to `want` jobs of the `wanted` classes.
    pub(super) async fn claim(&mut self, want: usize, wanted: [bool; CLASSES]) -> StoreResult<Haul> {
        let worker = self.worker.clone();
        let now = worker.db.now().await?;
        let begun = Instant::now();
        let full: [bool; CLASSES] = std::array::from_fn(|class| wanted[class] && begun >= self.full_at[class]);
        let starts = std::array::from_fn(|class| {
            let mark = if full[class] { START } else { self.marks[class] };
            wanted[class].then_some(mark)
        });
        let mut read = worker.db.read().await?;
        let started = Instant::now();
        let heads = store::heads(&mut read, worker.config.lane, now, starts).await?;
        let mut took = started.elapsed();
        let has: [bool; CLASSES] = std::array::from_fn(|class| heads[class].is_some());
        for class in (0..CLASSES).filter(|class| wanted[*class]) {
            // A class that gets no place this time is found where it is.
            let mark = &mut self.marks[class];
            *mark = heads[class].map_or(now - SLACK, |head| head.min(*mark));
        }
        let mut haul = Haul {
            jobs: Vec::new(),
            more: false,
            next: None,
        };
        drop(read);
        if has.contains(&true) {
            took += self.take(&mut haul, want, has, heads, now).await?;
        }
        // The next look, and not this one, says when the next job becomes due: what was taken must not wait for it.
        haul.more = !haul.jobs.is_empty() || wanted.contains(&false);
        if !haul.more {
            let mut read = worker.db.read().await?;
            haul.next = store::next_due(&mut read, worker.config.lane, now)
                .await?
                .map(|next| next.since(now));
        }
        let ended = Instant::now();
        for class in (0..CLASSES).filter(|class| full[*class]) {
            self.full_at[class] = ended + (took * FULL_LOOKS).min(LONGEST_WITHOUT);
        }
        if !haul.more && full.contains(&false) {
            let next_full = self.full_at.iter().min().map(|at| at.saturating_duration_since(ended));
            haul.next = haul.next.into_iter().chain(next_full).min();
        }
        Ok(haul)
    }

    /// Says how long the statements took, apart from waiting for the writer and for the disk.
    async fn take(
        &mut self,
        haul: &mut Haul,
        want: usize,
        eligible: [bool; CLASSES],
        heads: [Option<Timestamp>; CLASSES],
        now: Timestamp,
    ) -> StoreResult<Duration> {
        let worker = self.worker.clone();
        let shares = self.turns.split(want, eligible);
        let mut tx = worker.db.begin(Actor::System("worker")).await?;
        let started = Instant::now();
        for (class, share) in shares.into_iter().enumerate() {
            let (Some(from), true) = (heads[class], share > 0) else {
                continue;
            };
            let part = Part {
                class,
                from,
                until: None,
            };
            let names = worker.registry.names();
            let jobs = worker.claim_part(&mut tx, names, share, part, now).await?;
            let cut = jobs.len() == share;
            let seen = if cut { jobs.last().map(|job| job.run_at) } else { None };
            self.marks[class] = seen.map_or(now - SLACK, |seen| seen.min(now - SLACK));
            let batches = worker.fill_batches(&mut tx, &jobs, part, now).await?;
            haul.jobs.extend(jobs);
            haul.jobs.extend(batches);
        }
        let took = started.elapsed();
        tx.commit().await?;
        Ok(took)
    }
}

impl Worker {
    async fn claim_part(
        &self,
        tx: &mut crate::Tx,
        names: &[&'static str],
        limit: usize,
        part: Part,
        now: Timestamp,
    ) -> StoreResult<Vec<Claimed>> {
        let claims = Claims {
            node: &self.config.node,
            lane: Some(self.config.lane),
            names,
            limit: u32::try_from(limit).unwrap_or(u32::MAX),
        };
        store::claim_part(tx, &claims, Some(part), now, now + LEASE).await
    }

    /// A job that is done in batches brings its fellows along: together they take one place.
    async fn fill_batches(
        &self,
        tx: &mut crate::Tx,
        jobs: &[Claimed],
        part: Part,
        now: Timestamp,
    ) -> StoreResult<Vec<Claimed>> {
        let mut fellows = Vec::new();
        let mut within: Option<Part> = None;
        for def in self.registry.batches() {
            let claimed = jobs.iter().filter(|job| job.name == def.name).count();
            let missing = claimed.next_multiple_of(def.batch) - claimed;
            if missing == 0 {
                continue;
            }
            let part = match within {
                Some(part) => part,
                None => {
                    let until = store::edge(tx, self.config.lane, part, now, FELLOWS_AMONG).await?;
                    *within.insert(Part { until, ..part })
                }
            };
            fellows.extend(self.claim_part(tx, &[def.name], missing, part, now).await?);
        }
        Ok(fellows)
    }
}
