//! What a job is and how it ends.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use super::JobCx;
use crate::StoreError;

karavan_kernel::typed_ids! {
    /// A job in the queue.
    JobId = "job",
}

/// A unit of work with ids in it, stored as JSON in a row that may outlive the release that wrote it.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `<owner>.<act>.v<number>`; never derived from the type, never renamed once released.
    const NAME: &'static str;
    /// A run that takes longer is stopped and counts as failed.
    const TIMEOUT: Duration = Duration::from_secs(60);
    /// After so many attempts the job is dead until a person replays it.
    const MAX_ATTEMPTS: u32 = 3;
    /// What the body works with: usually the product.
    type State: Clone + Send + Sync + 'static;

    /// Does the work. Effects in our database go through `cx.finish(tx)`; effects outside may repeat after a crash.
    fn run(self, cx: JobCx<Self::State>) -> impl Future<Output = Result<Done, JobError>> + Send;
}

/// Proof that the effects and the completion were committed; only [`JobCx::finish`] gives it.
#[derive(Debug)]
pub struct Done(pub(super) ());

/// How a job failed, and whether trying again can help.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// Try again after the usual pause.
    #[error("{0}")]
    Retry(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Try again after this pause; the attempt does not count, because the other side asked for it.
    #[error("postponed by {0:?}")]
    Postpone(Duration),
    /// Trying again cannot help.
    #[error("{0}")]
    Fail(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl JobError {
    /// Trying again can help.
    pub fn retry(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Retry(error.into())
    }

    /// Trying again cannot help.
    pub fn fail(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Fail(error.into())
    }

    /// The error and what caused it, for the row that a person reads.
    pub(super) fn story(&self) -> String {
        let mut story = self.to_string();
        // `Display` already is the first source's.
        let mut cause = std::error::Error::source(self).and_then(std::error::Error::source);
        while let Some(error) = cause {
            story.push_str(": ");
            story.push_str(&error.to_string());
            cause = error.source();
        }
        story
    }
}

impl From<StoreError> for JobError {
    fn from(error: StoreError) -> Self {
        Self::Retry(Box::new(error))
    }
}

/// The pause before the next attempt: 2 s, 4 s, 8 s … up to 10 minutes, shifted by up to a quarter so that jobs which
/// failed together do not return together. `dice` is uniform under 1000.
pub(super) fn pause_before_next(attempt: i64, dice: u64) -> Duration {
    let exponent = u32::try_from(attempt.clamp(1, 10)).unwrap_or(10);
    let base = Duration::from_secs(2)
        .saturating_mul(1 << (exponent - 1))
        .min(Duration::from_secs(600));
    base.mul_f64(0.75 + f64::from(u32::try_from(dice % 1_000).unwrap_or(500)) / 2_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_within_bounds() {
        assert_eq!(pause_before_next(1, 0), Duration::from_millis(1_500));
        assert_eq!(pause_before_next(1, 999).as_millis(), 2_499);
        assert!(pause_before_next(4, 500) > pause_before_next(3, 500));
        assert!(pause_before_next(i64::MAX, 999) <= Duration::from_secs(750));
    }

    #[test]
    fn the_story_names_every_cause_once() {
        let cause = std::io::Error::other("disk gone");
        let error = JobError::retry(std::io::Error::other(cause));
        assert_eq!(error.story(), "disk gone");
    }
}
