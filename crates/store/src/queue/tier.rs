//! Who comes first: three tiers, each in two halves, sharing what workers do by weight.
//!
//! **Always holds:** nobody starves. While a class has due jobs it gets its weight of all starts, whatever the others do:
//! of any 50 starts of a worker at least 24, 12 or 4 are of the tiers in order (as far as they have jobs), and a flooding
//! tenant's part of a tier gets at least a fifth of the tier's. Within a class the oldest due job is the next one; one that
//! stood behind another of its key is due from the moment it became the first.
//!
//! **Absent on purpose:** a strict order. A flood of urgent jobs would stop everything else.

use karavan_kernel::text_enum;

text_enum! {
    /// How soon a job is wanted. What a paying customer gets is a product's decision: it maps its plans to tiers.
    #[derive(Default)]
    pub enum Tier {
        /// Somebody waits for it now: 6 of 10 starts.
        Urgent = "urgent",
        /// Soon: 3 of 10 starts.
        #[default]
        Normal = "normal",
        /// Whenever there is room: 1 of 10 starts.
        Background = "background",
    }
}

/// Tiers, each with a half for calm tenants and one for tenants that flood.
pub const CLASSES: usize = 6;

/// Of 50 starts. Calm and flooding 4:1 within a tier, tiers 6:3:1.
const WEIGHTS: [i64; CLASSES] = [24, 6, 12, 3, 4, 1];

/// A tenant with so many jobs waiting, enqueued within the last minute, floods: its further ones go to the other half.
pub(super) const CROWD: i64 = 32;

impl Tier {
    /// The stored number: even for the calm half, odd for the flooding one.
    pub(super) const fn class(self, floods: bool) -> i64 {
        let tier = match self {
            Self::Urgent => 0,
            Self::Normal => 1,
            Self::Background => 2,
        };
        tier * 2 + if floods { 1 } else { 0 }
    }

    /// The tier of a stored number.
    pub(super) fn of_class(class: i64) -> Self {
        match class / 2 {
            0 => Self::Urgent,
            1 => Self::Normal,
            _ => Self::Background,
        }
    }
}

/// Takes turns by weight (smooth weighted round robin): the heaviest debt is paid first.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns([i64; CLASSES]);

impl Turns {
    /// The next class of those that have something; `None` when none has.
    pub(super) fn next(&mut self, has: [bool; CLASSES]) -> Option<usize> {
        let mut total = 0;
        let mut best: Option<usize> = None;
        for class in 0..CLASSES {
            if !has[class] {
                // Who had nothing to do must not save up turns for a flood of its own.
                self.0[class] = 0;
                continue;
            }
            self.0[class] += WEIGHTS[class];
            total += WEIGHTS[class];
            if best.is_none_or(|best| self.0[class] > self.0[best]) {
                best = Some(class);
            }
        }
        let best = best?;
        self.0[best] -= total;
        Some(best)
    }

    /// How many of `places` each class gets.
    pub(super) fn split(&mut self, places: usize, has: [bool; CLASSES]) -> [usize; CLASSES] {
        let mut shares = [0; CLASSES];
        for _place in 0..places {
            if let Some(class) = self.next(has) {
                shares[class] += 1;
            }
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [bool; CLASSES] = [true; CLASSES];

    #[test]
    fn classes_share_by_weight() {
        assert_eq!(Turns::default().split(50, ALL), [24, 6, 12, 3, 4, 1]);
        let tiers = [true, false, true, false, true, false];
        assert_eq!(Turns::default().split(40, tiers), [24, 0, 12, 0, 4, 0]);
    }

    #[test]
    fn the_lightest_waits_at_most_for_one_round_from_any_history() {
        let mut turns = Turns::default();
        for warmup in 0..200 {
            turns.next([true, warmup % 3 == 0, true, warmup % 7 == 0, warmup % 2 == 0, false]);
        }
        // From here on everybody has jobs: the lightest of six is served within two rounds of 50, then once a round.
        let starts: Vec<usize> = (0..400).map(|_| turns.next(ALL).unwrap()).collect();
        for window in starts.windows(100) {
            assert!(window.contains(&5), "{window:?}");
        }
    }

    #[test]
    fn who_is_alone_gets_everything_and_nobody_gets_nothing() {
        let mut turns = Turns::default();
        assert_eq!(turns.split(7, [false, false, false, false, false, true])[5], 7);
        assert_eq!(turns.next([false; CLASSES]), None);
    }

    #[test]
    fn an_idle_class_saves_no_turns() {
        let mut turns = Turns::default();
        for _ in 0..1_000 {
            turns.next([false, false, false, false, true, false]);
        }
        let shares = turns.split(14, [true, false, false, false, true, false]);
        assert_eq!(shares, [12, 0, 0, 0, 2, 0]);
    }

    #[test]
    fn a_class_is_a_tier_and_a_half() {
        for tier in Tier::ALL {
            for floods in [false, true] {
                assert_eq!(Tier::of_class(tier.class(floods)), *tier);
            }
        }
        assert_eq!(Tier::default().class(false), 2, "the column's default");
    }
}
