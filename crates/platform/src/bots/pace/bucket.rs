//! How often something may happen: a rate, and what was let through by it.

use std::time::Duration;

use karavan_kernel::Timestamp;

/// Five at once and 25 a second after that make 30 in the first second.
pub(super) const BOT: Rate = Rate {
    every: Duration::from_millis(40),
    burst: 5,
};
/// In one chat a short burst, then one a second.
pub(super) const CHAT: Rate = Rate {
    every: Duration::from_secs(1),
    burst: 3,
};

#[derive(Debug)]
pub(super) struct Rate {
    pub(super) every: Duration,
    burst: u32,
}

/// GCRA: the moment at which everything that was let through is paid for.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// `None`: nothing was let through yet.
    pub(super) paid_at: Option<Timestamp>,
}

impl Bucket {
    pub(super) fn earliest(&self, rate: &Rate) -> Option<Timestamp> {
        Some(self.paid_at? - rate.every * (rate.burst - 1))
    }

    pub(super) fn take(&mut self, rate: &Rate, at: Timestamp) {
        self.paid_at = Some(self.paid_at.map_or(at, |paid| paid.max(at)) + rate.every);
    }

    /// Nothing before `until`, and no burst then.
    pub(super) fn hold_until(&mut self, rate: &Rate, until: Timestamp) {
        self.paid_at = self.paid_at.max(Some(until + rate.every * (rate.burst - 1)));
    }
}
