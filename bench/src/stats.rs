//! Median and spread over rounds, percentiles of times.

use std::time::Duration;

/// What the rounds of one thing gave.
#[derive(Clone, Debug, Default)]
pub struct Rounds(Vec<f64>);

impl Rounds {
    /// Adds the value of one round.
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// The middle; the mean of the two in the middle if their number is even.
    pub fn median(&self) -> f64 {
        let sorted = self.sorted();
        let middle = sorted.len() / 2;
        match (sorted.get(middle.wrapping_sub(1)), sorted.get(middle)) {
            (Some(low), Some(high)) if sorted.len().is_multiple_of(2) => f64::midpoint(*low, *high),
            (_, Some(middle)) => *middle,
            (_, None) => f64::NAN,
        }
    }

    /// `smallest–largest`.
    pub fn spread(&self, digits: usize) -> String {
        match (self.sorted().first(), self.sorted().last()) {
            (Some(low), Some(high)) => format!("{low:.digits$}–{high:.digits$}"),
            _ => "–".to_owned(),
        }
    }

    /// The median for a table.
    pub fn shown(&self, digits: usize) -> String {
        let median = self.median();
        if median.is_nan() {
            "–".to_owned()
        } else {
            format!("{median:.digits$}")
        }
    }

    /// Round by round, this divided by `base`: the machine's mood cancels out within a round.
    pub fn ratio(&self, base: &Self) -> Self {
        Self(self.0.iter().zip(&base.0).map(|(ours, theirs)| ours / theirs).collect())
    }

    /// The later part alone, at least one round.
    pub fn last_third(&self) -> Self {
        let skipped = self.0.len() - self.0.len().div_ceil(3);
        Self(self.0.iter().skip(skipped).copied().collect())
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

/// How long something took, many times.
#[derive(Clone, Debug, Default)]
pub struct Times(Vec<Duration>);

impl From<Vec<Duration>> for Times {
    fn from(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }
}

impl Times {
    /// Adds one.
    pub fn push(&mut self, time: Duration) {
        let place = self.0.partition_point(|earlier| *earlier <= time);
        self.0.insert(place, time);
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// The time that so many of a hundred do not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    /// `p50 / p99 / max`.
    pub fn shown_millis(&self) -> String {
        self.shown(1e3, 0)
    }

    /// `p50 / p99 / max`.
    pub fn shown_seconds(&self) -> String {
        self.shown(1.0, 1)
    }

    /// `p50 / p99 / max` in milliseconds with two digits.
    pub fn shown_fine(&self) -> String {
        self.shown(1e3, 2)
    }

    fn shown(&self, unit: f64, digits: usize) -> String {
        if self.0.is_empty() {
            return "–".to_owned();
        }
        let [p50, p99, max] = [50, 99, 100].map(|percent| self.percentile(percent).as_secs_f64() * unit);
        format!("{p50:.digits$} / {p99:.digits$} / {max:.digits$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_happened() {
        let mut times = Times::from((1..100).map(Duration::from_millis).collect::<Vec<_>>());
        times.push(Duration::from_millis(100));
        assert_eq!(times.shown_millis(), "50 / 99 / 100");
        assert_eq!(
            Times::from(vec![Duration::from_secs(3)]).shown_seconds(),
            "3.0 / 3.0 / 3.0"
        );
        assert_eq!(Times::default().shown_millis(), "–");
    }

    #[test]
    fn medians_and_ratios() {
        let odd = Rounds(vec![3.0, 1.0, 2.0]);
        assert_eq!((odd.shown(1), odd.spread(0)), ("2.0".to_owned(), "1–3".to_owned()));
        let even = Rounds(vec![4.0, 1.0, 2.0, 3.0]);
        assert_eq!(even.shown(1), "2.5");
        assert_eq!(odd.ratio(&Rounds(vec![1.0, 1.0, 4.0])).shown(2), "1.00");
        assert_eq!(Rounds::default().shown(1), "–");
        assert_eq!(even.last_third().spread(0), "2–3");
    }
}
