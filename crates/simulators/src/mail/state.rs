//! Everything together: what arrived, and what is to go wrong.

use std::collections::{BTreeMap, VecDeque};

use super::{
    failures::{Failure, Step},
    letter::Letter,
};

/// Older letters are forgotten.
const MOST_LETTERS: usize = 500;

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) letters: VecDeque<Letter>,
    arrived: u64,
    pub(super) failures: VecDeque<Failure>,
    /// Addresses in small letters, and what is said to them.
    pub(super) refused: BTreeMap<String, u16>,
    pub(super) sign_in_required: bool,
}

impl State {
    pub(super) fn keep(&mut self, letter: impl FnOnce(u64) -> Letter) {
        self.arrived += 1;
        self.letters.push_back(letter(self.arrived));
        if self.letters.len() > MOST_LETTERS {
            self.letters.pop_front();
        }
    }

    /// The failure whose turn it is, if it strikes at this step.
    pub(super) fn strike(&mut self, step: Step) -> Option<Failure> {
        self.failures.pop_front_if(|failure| failure.step() == step)
    }
}
