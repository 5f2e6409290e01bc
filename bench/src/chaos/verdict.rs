//! The end of a run: what was accepted against what the database holds.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use karavan_store::Db;

use super::job;
use crate::Outcome;

/// Three promises as numbers; all are to be zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// How many jobs were accepted.
    pub accepted: u64,
    /// Accepted, and neither done nor in the queue.
    pub lost: u64,
    /// Effects beyond the first of a job.
    pub doubled: u64,
    /// Still in the queue although nothing stands in their way, or dead.
    pub stuck: u64,
}

impl Verdict {
    /// Compares the database with what was accepted.
    pub async fn of(db: &Db, accepted: &BTreeSet<i64>) -> Outcome<Self> {
        let effects = job::effects(db).await?;
        let stuck = job::unfinished(db).await?;
        Ok(Self::judge(accepted, &effects, stuck))
    }

    fn judge(accepted: &BTreeSet<i64>, effects: &[(i64, i64)], stuck: u64) -> Self {
        let effects: BTreeMap<i64, i64> = effects.iter().copied().collect();
        let missing = accepted.iter().filter(|n| !effects.contains_key(n)).count();
        let doubled: i64 = effects.values().map(|times| times - 1).sum();
        Self {
            accepted: u64::try_from(accepted.len()).unwrap_or(u64::MAX),
            lost: u64::try_from(missing).unwrap_or(u64::MAX).saturating_sub(stuck),
            doubled: u64::try_from(doubled).unwrap_or(u64::MAX),
            stuck,
        }
    }

    /// The promises of several runs together.
    pub const fn and(self, other: Self) -> Self {
        Self {
            accepted: self.accepted + other.accepted,
            lost: self.lost + other.lost,
            doubled: self.doubled + other.doubled,
            stuck: self.stuck + other.stuck,
        }
    }

    /// An error unless every promise was kept.
    pub fn hold(self) -> Outcome {
        if self.accepted == 0 {
            return Err("no job was accepted, so nothing was shown".into());
        }
        if (self.lost, self.doubled, self.stuck) == (0, 0, 0) {
            return Ok(());
        }
        let Self {
            accepted,
            lost,
            doubled,
            stuck,
        } = self;
        Err(format!("of {accepted} accepted jobs {lost} were lost, {doubled} doubled and {stuck} stuck").into())
    }
}

/// Waits until the queue is empty, but not longer than `patience`: what is there then is stuck.
pub async fn settle(db: &Db, patience: Duration) -> Outcome {
    let begun = Instant::now();
    while job::unfinished(db).await? > 0 && begun.elapsed() < patience {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_doubles_and_the_stuck_are_told_apart() {
        let accepted = BTreeSet::from([1, 2, 3, 4]);
        // 9 was committed, but its node was killed before it could say so.
        let verdict = Verdict::judge(&accepted, &[(1, 1), (2, 3), (9, 1)], 1);
        assert_eq!(
            verdict,
            Verdict {
                accepted: 4,
                lost: 1,
                doubled: 2,
                stuck: 1
            }
        );
        assert!(verdict.hold().is_err());
        assert!(
            Verdict::judge(&accepted, &[(1, 1), (2, 1), (3, 1), (4, 1)], 0)
                .hold()
                .is_ok()
        );
        assert!(Verdict::default().hold().is_err());
    }
}
