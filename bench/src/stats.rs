//! Median and spread over rounds.

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

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_ratios() {
        let odd = Rounds(vec![3.0, 1.0, 2.0]);
        assert_eq!((odd.shown(1), odd.spread(0)), ("2.0".to_owned(), "1–3".to_owned()));
        let even = Rounds(vec![4.0, 1.0, 2.0, 3.0]);
        assert_eq!(even.shown(1), "2.5");
        assert_eq!(odd.ratio(&Rounds(vec![1.0, 1.0, 4.0])).shown(2), "1.00");
        assert_eq!(Rounds::default().shown(1), "–");
    }
}
