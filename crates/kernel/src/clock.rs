//! The clock is a parameter: production reads the system's, tests move their own.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::Timestamp;

/// Says what time it is. Clones of a manual clock move together.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    /// The system's, set wrong by so many microseconds.
    Wrong(Arc<AtomicI64>),
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// The clock of this machine.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The clock of this machine as it would be after somebody set it: see [`Clock::set_wrong`].
    pub fn settable() -> Self {
        Self(Source::Wrong(Arc::new(AtomicI64::new(0))))
    }

    /// Sets a settable clock ahead of the machine's by so many seconds, or behind it.
    ///
    /// # Panics
    /// On any other clock.
    pub fn set_wrong(&self, by_seconds: i64) {
        match &self.0 {
            Source::Wrong(micros) => micros.store(by_seconds.saturating_mul(1_000_000), Ordering::SeqCst),
            Source::System | Source::Manual(_) => panic!("only a settable clock can be set wrong"),
        }
    }

    /// A clock that stands still until [`Clock::advance`].
    pub fn manual(start: Timestamp) -> Self {
        Self(Source::Manual(Arc::new(AtomicI64::new(start.micros()))))
    }

    /// The current moment.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => system_now(),
            Source::Wrong(micros) => {
                Timestamp::from_micros(system_now().micros().saturating_add(micros.load(Ordering::SeqCst)))
            }
            Source::Manual(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward.
    ///
    /// # Panics
    /// On the system clock, which nobody may move.
    pub fn advance(&self, by: Duration) {
        match &self.0 {
            Source::System | Source::Wrong(_) => panic!("only a manual clock can be moved"),
            Source::Manual(micros) => {
                micros.fetch_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX), Ordering::SeqCst);
            }
        }
    }

    /// True when tests drive this clock, so that nobody waits for it in real time.
    pub fn is_manual(&self) -> bool {
        matches!(self.0, Source::Manual(_))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the one place that reads the system clock"
)]
fn system_now() -> Timestamp {
    Timestamp::from(jiff::Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    #[test]
    fn a_clock_that_was_set_wrong_runs_on_from_there_and_can_be_set_right() {
        let (clock, right) = (Clock::settable(), Clock::system());
        clock.set_wrong(HOUR);
        assert!(clock.now().since(right.now()).as_secs() >= 3_599);
        clock.set_wrong(-HOUR);
        assert!(right.now().since(clock.now()).as_secs() >= 3_599);
        clock.set_wrong(0);
        assert!(right.now() <= clock.now());
        assert!(!clock.is_manual());
    }
}
