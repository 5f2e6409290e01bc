//! What the run knows by listening: what was accepted, what ran when a process was killed, when it ran again.
//!
//! **Always holds:** this is kept outside the database, so the database can be judged by it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::said::{Said, Voice};
use crate::stats::Times;

/// How a job came to lose its worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Its node does not come back.
    Elsewhere,
    /// Its node comes back under its name.
    SameNode,
}

/// A shared [`Tally`].
#[derive(Clone, Debug, Default)]
pub struct Listener(Arc<Mutex<Tally>>);

impl Listener {
    /// For reading and for noting what was done to a process.
    pub fn tally(&self) -> MutexGuard<'_, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was accepted until now.
    pub fn accepted(&self) -> BTreeSet<i64> {
        self.tally().accepted.clone()
    }

    /// How long jobs that lost their worker so had to wait.
    pub fn again(&self, loss: Loss) -> Times {
        Times::from(self.tally().again.get(&loss).cloned().unwrap_or_default())
    }

    /// Why jobs failed that were tried again, for whoever wants to know.
    pub fn tell_failures(&self, of: &str) {
        for (reason, times) in &self.tally().failures {
            eprintln!("{of}: {times} times a job failed and was tried again: {reason}");
        }
    }

    /// Hears what process number `process` says.
    pub fn hear(&self, process: u64) -> Voice {
        let listener = self.clone();
        Voice::new(move |said| listener.tally().note(process, said))
    }
}

/// What was heard.
#[derive(Debug, Default)]
pub struct Tally {
    pub accepted: BTreeSet<i64>,
    pub done: u64,
    pub fenced: u64,
    /// Times a job began while another process was known to be working on it.
    pub early: u64,
    /// Reasons of failures, each with how often.
    pub failures: BTreeMap<String, u64>,
    /// From the loss of the worker until the job ran again.
    pub again: BTreeMap<Loss, Vec<Duration>>,
    running: HashMap<u64, HashMap<i64, Instant>>,
    orphans: HashMap<i64, (Loss, Instant)>,
    waiting: HashMap<i64, Instant>,
    begun: HashSet<i64>,
    last_done: Option<Instant>,
    longest_wait: Duration,
    longest_pause: Duration,
}

impl Tally {
    pub fn note(&mut self, process: u64, said: Said) {
        let now = Instant::now();
        match said {
            Said::Ready => {}
            Said::Accepted(n) => {
                self.accepted.insert(n);
                // A start may be heard before the acceptance: then it did not wait.
                if !self.begun.contains(&n) {
                    self.waiting.insert(n, now);
                }
            }
            Said::Started(n) => self.start(process, n, now),
            Said::Done(n) => {
                self.end(process, n);
                self.done += 1;
                let last = self.last_done.replace(now).unwrap_or(now);
                self.longest_pause = self.longest_pause.max(now - last);
            }
            Said::Fenced(n) => {
                self.end(process, n);
                self.fenced += 1;
            }
            Said::Failed(n, reason) => {
                self.end(process, n);
                *self.failures.entry(reason).or_default() += 1;
            }
        }
    }

    fn start(&mut self, process: u64, n: i64, now: Instant) {
        if let Some((loss, since)) = self.orphans.remove(&n) {
            self.again
                .entry(loss)
                .or_default()
                .push(now.saturating_duration_since(since));
        } else if self.running.values().any(|running| running.contains_key(&n)) {
            self.early += 1;
        }
        if let Some(since) = self.waiting.remove(&n) {
            self.longest_wait = self.longest_wait.max(now - since);
        }
        self.begun.insert(n);
        self.running.entry(process).or_default().insert(n, now);
    }

    fn end(&mut self, process: u64, n: i64) {
        if let Some(running) = self.running.get_mut(&process) {
            running.remove(&n);
        }
    }

    /// How many jobs this process works on.
    pub fn in_flight(&self, process: u64) -> usize {
        self.running.get(&process).map_or(0, HashMap::len)
    }

    /// The process is gone or frozen; its jobs are to run again, and their time counts from `since`. How many they are.
    pub fn lose(&mut self, process: u64, loss: Loss, since: Instant) -> usize {
        let running = self.running.remove(&process).unwrap_or_default();
        let lost = running.len();
        self.orphans.extend(running.into_keys().map(|n| (n, (loss, since))));
        lost
    }

    /// Jobs that had lost a worker before, and were held by this one too when it was killed, not begun yet: their time
    /// counts from here. How many they are.
    pub fn lose_again(&mut self, held: &[i64], loss: Loss, since: Instant) -> usize {
        let mut again = 0;
        for n in held {
            if let Some(orphan) = self.orphans.get_mut(n).filter(|(_, lost)| *lost < since) {
                *orphan = (loss, since);
                again += 1;
            }
        }
        again
    }

    /// Jobs that lost their worker and have not begun again.
    pub fn orphans(&self) -> usize {
        self.orphans.len()
    }

    /// Forgets those of them that are done: the process had no time left to say so.
    pub fn forget_orphans(&mut self, done: &BTreeSet<i64>) {
        self.orphans.retain(|n, _| !done.contains(n));
    }

    /// Pauses count from now on.
    pub fn watch_pauses(&mut self) {
        self.last_done = Some(Instant::now());
        self.longest_pause = Duration::ZERO;
    }

    /// A pause that has not ended counts too.
    pub fn longest_pause_until_now(&self) -> Duration {
        let open = self.last_done.map_or(Duration::ZERO, |last| last.elapsed());
        self.longest_pause.max(open)
    }

    /// Waits from acceptance to start count from now on; those that began earlier count too, with what is left of them.
    pub fn watch_waits(&mut self) {
        let now = Instant::now();
        self.longest_wait = Duration::ZERO;
        self.waiting.values_mut().for_each(|since| *since = now);
    }

    /// A wait that has not ended counts too.
    pub fn longest_wait_until_now(&self) -> Duration {
        let open = self.waiting.values().map(Instant::elapsed).max();
        self.longest_wait.max(open.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(says: &[(u64, Said)]) -> Tally {
        let mut tally = Tally::default();
        for (process, said) in says {
            tally.note(*process, said.clone());
        }
        tally
    }

    #[test]
    fn a_job_that_lost_its_worker_is_timed_until_it_begins_again() {
        let mut tally = heard(&[(1, Said::Started(7)), (1, Said::Started(8)), (1, Said::Done(8))]);
        assert_eq!(tally.lose(1, Loss::Elsewhere, Instant::now()), 1);
        assert_eq!(tally.orphans(), 1);
        tally.note(2, Said::Started(7));
        assert_eq!((tally.orphans(), tally.early), (0, 0));
        assert_eq!(tally.again[&Loss::Elsewhere].len(), 1);
    }

    #[test]
    fn a_job_that_loses_its_next_worker_before_it_begins_is_timed_from_there() {
        let mut tally = heard(&[(1, Said::Started(7))]);
        let first = Instant::now();
        tally.lose(1, Loss::SameNode, first);
        let second = first + Duration::from_secs(15);
        assert_eq!(tally.lose_again(&[7, 8], Loss::Elsewhere, second), 1);
        assert_eq!(
            tally.lose_again(&[7], Loss::Elsewhere, second),
            0,
            "it is the same loss"
        );
        tally.note(2, Said::Started(7));
        assert_eq!(tally.again[&Loss::Elsewhere], [Duration::ZERO]);
        assert!(!tally.again.contains_key(&Loss::SameNode));
    }

    #[test]
    fn a_start_beside_a_living_worker_is_too_early() {
        let tally = heard(&[(1, Said::Started(7)), (2, Said::Started(7))]);
        assert_eq!(tally.early, 1);
        let tally = heard(&[(1, Said::Started(7)), (1, Said::Done(7)), (2, Said::Started(7))]);
        assert_eq!(tally.early, 0);
    }
}
