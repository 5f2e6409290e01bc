//! The worker's loop: claims ahead, and sees to it that as many hands are at work as there is work for.
//!
//! **Always holds:** what was claimed is in the buffer, running, or being given back; a claim that is under way when a stop
//! comes is waited for.

use std::{sync::Arc, time::Duration};

use futures::future::BoxFuture;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    DRAIN, SLOW_POLL, Worker,
    buffer::MOST,
    claimer::{Claimer, Haul},
    held::grip,
    shelf::Shelf,
};
use crate::{StoreResult, queue::store::Claimed, queue::tier::CLASSES};

/// Between two looks for a class of which nothing is here while others have filled the buffer.
const SIDE_LOOK: Duration = Duration::from_millis(20);

type Claiming = BoxFuture<'static, (Claimer, StoreResult<Haul>)>;

pub(super) struct Shift {
    worker: Worker,
    /// The hands: each runs jobs as long as there are any.
    running: JoinSet<()>,
    /// What others are to do, on its way back to the queue.
    returning: JoinSet<()>,
    shelf: Arc<Shelf>,
    /// At home while no claim is under way.
    claimer: Option<Claimer>,
    claiming: Option<Claiming>,
    look_at: Instant,
    looked: Instant,
    /// Somebody called while a claim was under way.
    called: bool,
    /// Jobs are back in the queue, at their old places.
    gave_back: bool,
}

impl Shift {
    pub(super) fn new(worker: Worker) -> Self {
        Self {
            claimer: Some(Claimer::new(worker.clone())),
            worker,
            running: JoinSet::new(),
            returning: JoinSet::new(),
            shelf: Arc::default(),
            claiming: None,
            look_at: Instant::now(),
            looked: Instant::now(),
            called: false,
            gave_back: false,
        }
    }

    /// Works until `stop`.
    pub(super) async fn work(&mut self, stop: &CancellationToken) {
        if self.worker.registry.names().is_empty() {
            stop.cancelled().await;
            return;
        }
        let mut wakeups = self.worker.db.wakeups();
        let mut tidy = tokio::time::interval(SLOW_POLL);
        let shelf = self.shelf.clone();
        while !stop.is_cancelled() {
            self.begin();
            self.claim();
            let idle = self.claiming.is_none() && self.wants().is_some();
            let side_look = self.looked + SIDE_LOOK;
            let looks_aside = !idle && self.claiming.is_none() && self.has_more_than_needed(side_look);
            tokio::select! {
                () = stop.cancelled() => {}
                changed = wakeups.changed() => {
                    // An error would mean that the database is gone; the stop follows.
                    if changed.is_ok() { self.call() }
                }
                () = tokio::time::sleep_until(self.look_at), if idle => {}
                () = tokio::time::sleep_until(side_look), if looks_aside => {}
                (claimer, haul) = under_way(&mut self.claiming) => self.receive(claimer, haul),
                Some(ended) = self.running.join_next() => note(ended),
                () = shelf.call.notified() => {}
                Some(_) = self.returning.join_next() => self.gave_back = true,
                _ = tidy.tick() => self.give_back_stale(),
            }
        }
    }

    fn call(&mut self) {
        self.called = self.claiming.is_some();
        self.look_at = Instant::now();
    }

    /// Begins what there is room for.
    fn begin(&mut self) {
        while self.running.len() < self.worker.config.concurrency {
            let Some(lot) = self.shelf.open().buffer.next(&self.worker.registry) else {
                return;
            };
            self.running.spawn(hand(self.worker.clone(), self.shelf.clone(), lot));
        }
    }

    /// Nobody calls while the hands have enough; the other classes are looked for all the same, at this time.
    fn has_more_than_needed(&self, side_look: Instant) -> bool {
        Instant::now() < side_look && self.shelf.open().buffer.len() > 0
    }

    /// How many jobs to claim, and of which classes; `None` when there is enough.
    fn wants(&self) -> Option<(usize, [bool; CLASSES])> {
        let concurrency = self.worker.config.concurrency;
        let shelf = self.shelf.open();
        let window = shelf.pace.window(concurrency);
        let free = concurrency.saturating_sub(self.running.len());
        let here = shelf.buffer.len();
        if here <= window / 2 {
            let want = (free + window).saturating_sub(here).min(MOST);
            return (want > 0).then_some((want, [true; CLASSES]));
        }
        // The buffer is full: of what, decides who came first. Other classes get a few places beside it.
        let missing = shelf.buffer.missing();
        let patient = self.looked.elapsed() >= SIDE_LOOK;
        (patient && missing.contains(&true) && here <= MOST).then_some((concurrency.min(MOST), missing))
    }

    fn claim(&mut self) {
        if Instant::now() < self.look_at {
            return;
        }
        let Some((want, classes)) = self.wants() else { return };
        let Some(mut claimer) = self.claimer.take() else { return };
        if std::mem::take(&mut self.gave_back) {
            claimer.look_whole();
        }
        self.called = false;
        self.looked = Instant::now();
        self.claiming = Some(Box::pin(async move {
            let haul = claimer.claim(want, classes).await;
            (claimer, haul)
        }));
    }

    fn receive(&mut self, claimer: Claimer, haul: StoreResult<Haul>) {
        self.claiming = None;
        self.claimer = Some(claimer);
        let pause = match haul {
            Ok(haul) => {
                self.take(haul.jobs);
                if haul.more {
                    Duration::ZERO
                } else {
                    haul.next.map_or(SLOW_POLL, |next| next.min(SLOW_POLL))
                }
            }
            Err(error) => {
                tracing::warn!(%error, lane = self.worker.config.lane, "Jobs cannot be claimed now");
                Duration::from_secs(1)
            }
        };
        let pause = if self.called { Duration::ZERO } else { pause };
        self.look_at = Instant::now() + pause;
    }

    fn take(&mut self, jobs: Vec<Claimed>) {
        if jobs.is_empty() {
            return;
        }
        metrics::counter!("jobs_claimed_total").increment(u64::try_from(jobs.len()).unwrap_or(0));
        self.worker.held.take(&jobs);
        self.shelf.open().buffer.put(jobs);
    }

    /// Another worker may have room for them.
    fn give_back_stale(&mut self) {
        let mut shelf = self.shelf.open();
        let stale = shelf.buffer.stale();
        if !stale.is_empty() {
            shelf.pace.stall();
            let worker = self.worker.clone();
            self.returning.spawn(async move { worker.give_back_jobs(&stale).await });
        }
    }

    /// Gives back what was not begun and lets what runs end; what takes too long is stopped.
    pub(super) async fn drain(mut self) {
        if self.claiming.is_some() {
            let (claimer, haul) = under_way(&mut self.claiming).await;
            self.receive(claimer, haul);
        }
        let waiting = {
            let mut shelf = self.shelf.open();
            shelf.closed = true;
            shelf.buffer.take_all()
        };
        self.worker.give_back_jobs(&waiting).await;
        while self.returning.join_next().await.is_some() {}
        let all_done = async { while self.running.join_next().await.is_some() {} };
        if timeout(DRAIN, all_done).await.is_err() {
            self.running.shutdown().await;
        }
    }
}

/// Runs jobs until there is none.
async fn hand(worker: Worker, shelf: Arc<Shelf>, mut lot: Vec<Claimed>) {
    loop {
        let took = worker.run_lot(lot).await;
        match shelf.after(took, worker.config.concurrency, &worker.registry) {
            Some(next) => lot = next,
            None => return,
        }
    }
}

fn note(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "A job's task ended early; its lease runs out");
    }
}

async fn under_way(claiming: &mut Option<Claiming>) -> (Claimer, StoreResult<Haul>) {
    match claiming {
        Some(claiming) => claiming.await,
        None => std::future::pending().await,
    }
}

impl Worker {
    async fn give_back_jobs(&self, jobs: &[Claimed]) {
        if jobs.is_empty() {
            return;
        }
        let grips: Vec<_> = jobs.iter().map(grip).collect();
        // Not renewed from here on: whatever goes wrong, somebody else gets them.
        self.held.release(jobs);
        if let Err(error) = self.try_give_back(&grips).await {
            tracing::warn!(%error, "Jobs were not given back; their leases run out");
        }
    }
}
