//! Jobs that are claimed and not begun: so many as this worker begins within a moment.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

use super::super::{
    Registry,
    store::Claimed,
    tier::{CLASSES, Turns},
};

/// Jobs are claimed ahead for so long a time.
const AHEAD: f64 = 0.3;
/// At most so many, and so many are claimed at once.
pub(super) const MOST: usize = 512;
/// A job that was not begun for so long is better off with another worker.
const PATIENCE: Duration = Duration::from_secs(3);

#[derive(Debug, Default)]
pub(super) struct Buffer {
    classes: [VecDeque<(Claimed, Instant)>; CLASSES],
    turns: Turns,
}

fn class_of(job: &Claimed) -> usize {
    usize::try_from(job.class).unwrap_or(CLASSES).min(CLASSES - 1)
}

impl Buffer {
    pub(super) fn len(&self) -> usize {
        self.classes.iter().map(VecDeque::len).sum()
    }

    /// The classes of which nothing is here.
    pub(super) fn missing(&self) -> [bool; CLASSES] {
        std::array::from_fn(|class| self.classes[class].is_empty())
    }

    pub(super) fn put(&mut self, jobs: Vec<Claimed>) {
        let now = Instant::now();
        for job in jobs {
            self.classes[class_of(&job)].push_back((job, now));
        }
    }

    /// The jobs to begin next: one, or a batch of one name. A second attempt is made alone.
    pub(super) fn next(&mut self, registry: &Registry) -> Option<Vec<Claimed>> {
        let has = self.missing().map(|missing| !missing);
        let class = self.turns.next(has)?;
        let queue = &mut self.classes[class];
        let (first, _) = queue.pop_front()?;
        let batch = registry.get(&first.name).map_or(1, |def| def.batch);
        let mut lot = vec![first];
        if batch == 1 || lot[0].attempt > 1 {
            return Some(lot);
        }
        let mut rest = VecDeque::with_capacity(queue.len());
        for (job, since) in queue.drain(..) {
            if lot.len() < batch && job.name == lot[0].name && job.attempt == 1 {
                lot.push(job);
            } else {
                rest.push_back((job, since));
            }
        }
        *queue = rest;
        Some(lot)
    }

    /// Those that have waited here for too long.
    pub(super) fn stale(&mut self) -> Vec<Claimed> {
        let before = Instant::now().checked_sub(PATIENCE);
        let mut stale = Vec::new();
        for queue in &mut self.classes {
            while queue
                .front()
                .is_some_and(|(_, since)| before.is_some_and(|before| *since <= before))
            {
                stale.extend(queue.pop_front().map(|(job, _)| job));
            }
        }
        stale
    }

    pub(super) fn take_all(&mut self) -> Vec<Claimed> {
        let queues = self.classes.iter_mut().flat_map(std::mem::take);
        queues.map(|(job, _)| job).collect()
    }
}

/// How long jobs take here, as a moving average.
#[derive(Debug, Default)]
pub(super) struct Pace(Option<f64>);

impl Pace {
    pub(super) fn note(&mut self, took: Duration) {
        let took = took.as_secs_f64();
        self.0 = Some(self.0.map_or(took, |before| before * 0.9 + took * 0.1));
    }

    /// Jobs were claimed that could not begin: nothing more is claimed ahead until quick ones have ended again.
    pub(super) const fn stall(&mut self) {
        self.0 = Some(60.0);
    }

    /// How many jobs to have ready: none before the first has ended, and none where each takes long.
    pub(super) fn window(&self, concurrency: usize) -> usize {
        let Some(took) = self.0 else { return 0 };
        let places = f64::from(u32::try_from(concurrency).unwrap_or(u32::MAX));
        let jobs = Duration::from_secs_f64(AHEAD * places / took.max(0.000_1)).as_secs();
        usize::try_from(jobs).unwrap_or(MOST).min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quick_jobs_are_claimed_ahead_and_slow_ones_are_not() {
        let mut pace = Pace::default();
        assert_eq!(pace.window(8), 0, "nothing is known yet");
        pace.note(Duration::from_millis(10));
        assert_eq!(pace.window(8), 240);
        for _ in 0..200 {
            pace.note(Duration::from_secs(60));
        }
        assert_eq!(pace.window(8), 0);
        for _ in 0..500 {
            pace.note(Duration::from_micros(10));
        }
        assert_eq!(pace.window(8), MOST);
        pace.stall();
        assert_eq!(pace.window(8), 0);
    }
}
