//! The loyalty programme's numbers and what follows from them. Pure.

use karavan_kernel::text_enum;
use karavan_platform::settings::Settings;
use karavan_web::texts::Lang;
use serde::{Deserialize, Serialize};

text_enum! {
    /// A guest's level; it only rises.
    #[derive(PartialOrd, Ord, Hash)]
    pub enum Level {
        /// From the first visit.
        Standard = "standard",
        /// The second.
        Silver = "silver",
        /// The third.
        Gold = "gold",
        /// The highest.
        Platinum = "platinum",
    }
}

impl Level {
    /// Its name in the reader's language.
    pub fn title(self, lang: &Lang) -> String {
        lang.text(match self {
            Self::Standard => "coffee-level-standard",
            Self::Silver => "coffee-level-silver",
            Self::Gold => "coffee-level-gold",
            Self::Platinum => "coffee-level-platinum",
        })
    }
}

/// Every number that an owner may change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Points for each full 100 ₽ of a sale.
    pub points_per_100: i64,
    /// What a point is multiplied by at each level, in percent: 100 changes nothing.
    pub level_percent: [i64; 4],
    /// Drinks bought in all from which each level begins; the first is 0.
    pub level_drinks: [i64; 4],
    /// The part of a sale that points may pay, in percent.
    pub spending_limit_percent: i64,
    /// How long a code is good, in seconds.
    pub code_seconds: i64,
    /// The largest sale, in whole roubles: a typing mistake should not make a millionaire.
    pub largest_sale: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            points_per_100: 1,
            level_percent: [100; 4],
            level_drinks: [0, 20, 50, 100],
            spending_limit_percent: 30,
            code_seconds: 90,
            largest_sale: 100_000,
        }
    }
}

impl Settings for Rules {
    const NAME: &'static str = "coffee.rules";
}

/// A number that makes no sense, by the name of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is out of bounds")]
pub struct RuleOutOfBounds(pub &'static str);

impl Rules {
    /// The level of somebody who has bought so many drinks.
    pub fn level(&self, drinks: i64) -> Level {
        let reached = Level::ALL
            .iter()
            .zip(self.level_drinks)
            .rev()
            .find(|(_, from)| drinks >= *from);
        reached.map_or(Level::Standard, |(level, _)| *level)
    }

    /// How many drinks are missing to the next level, and which that is.
    pub fn next_level(&self, drinks: i64) -> Option<(Level, i64)> {
        let next = Level::ALL
            .iter()
            .zip(self.level_drinks)
            .find(|(_, from)| drinks < *from);
        next.map(|(level, from)| (*level, from - drinks))
    }

    /// Points for a sale of so many kopecks, rounded down.
    pub fn earned(&self, total_minor: i64, level: Level) -> i64 {
        let hundreds = total_minor / 10_000;
        let place = Level::ALL.iter().position(|known| *known == level).unwrap_or(0);
        hundreds
            .saturating_mul(self.points_per_100)
            .saturating_mul(self.level_percent[place])
            / 100
    }

    /// The most points that a sale of so many kopecks takes from such a balance: 1 point pays 1 ₽.
    pub fn most_to_spend(&self, total_minor: i64, balance: i64) -> i64 {
        let share = total_minor.saturating_mul(self.spending_limit_percent) / 100 / 100;
        share.min(total_minor / 100).min(balance).max(0)
    }

    /// Every number that makes no sense in what a person typed into the form.
    pub fn mistakes(&self) -> Vec<RuleOutOfBounds> {
        let within = |value: i64, least: i64, most: i64| (least..=most).contains(&value);
        let rising = self.level_drinks[0] == 0 && self.level_drinks.windows(2).all(|pair| pair[0] < pair[1]);
        let checks = [
            ("points_per_100", within(self.points_per_100, 0, 100)),
            ("spending_limit_percent", within(self.spending_limit_percent, 0, 100)),
            ("code_seconds", within(self.code_seconds, 30, 600)),
            ("largest_sale", within(self.largest_sale, 1, 1_000_000)),
            (
                "level_percent",
                self.level_percent.iter().all(|percent| within(*percent, 0, 1_000)),
            ),
            ("level_drinks", rising),
        ];
        let wrong = checks.into_iter().filter(|(_, fine)| !fine);
        wrong.map(|(name, _)| RuleOutOfBounds(name)).collect()
    }
}

#[cfg(test)]
#[expect(clippy::inconsistent_digit_grouping, reason = "the last two digits are kopecks")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn levels_begin_at_0_20_50_and_100_drinks() {
        let rules = Rules::default();
        let levels = [0, 19, 20, 49, 50, 99, 100, 5_000].map(|drinks| rules.level(drinks));
        use Level::{Gold, Platinum, Silver, Standard};
        assert_eq!(
            levels,
            [Standard, Standard, Silver, Silver, Gold, Gold, Platinum, Platinum]
        );
        assert_eq!(rules.next_level(19), Some((Silver, 1)));
        assert_eq!(rules.next_level(100), None);
    }

    #[test]
    fn each_full_hundred_earns_one_point_on_every_level() {
        let rules = Rules::default();
        for level in Level::ALL {
            assert_eq!(
                [99_99, 100_00, 199_99, 950_00].map(|sum| rules.earned(sum, *level)),
                [0, 1, 1, 9]
            );
        }
    }

    #[test]
    fn multipliers_round_down() {
        let rules = Rules {
            level_percent: [100, 125, 150, 200],
            ..Rules::default()
        };
        assert_eq!(rules.earned(500_00, Level::Silver), 6);
        assert_eq!(rules.earned(500_00, Level::Platinum), 10);
    }

    proptest! {
        #[test]
        fn points_never_pay_more_than_the_limit_the_balance_or_the_sale(sum in 1_i64..=10_000_000, balance in 0_i64..1_000_000) {
            let most = Rules::default().most_to_spend(sum, balance);
            prop_assert!(most >= 0 && most <= balance);
            prop_assert!(most * 100 * 100 <= sum * 30);
        }
    }

    #[test]
    fn numbers_that_make_no_sense_are_named() {
        let falling = Rules {
            level_drinks: [0, 50, 20, 100],
            ..Rules::default()
        };
        assert_eq!(falling.mistakes(), [RuleOutOfBounds("level_drinks")]);
        let greedy = Rules {
            spending_limit_percent: 101,
            code_seconds: 0,
            ..Rules::default()
        };
        let both = [
            RuleOutOfBounds("spending_limit_percent"),
            RuleOutOfBounds("code_seconds"),
        ];
        assert_eq!(greedy.mistakes(), both);
        assert_eq!(Rules::default().mistakes(), []);
    }
}
