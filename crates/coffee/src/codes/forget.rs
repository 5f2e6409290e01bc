//! Marks codes whose time has run out, so that the table says what it looks like.

use karavan_store::queue::{Done, Job, JobCx, JobError, Schedule};
use serde::{Deserialize, Serialize};

use super::store;
use crate::Coffee;

/// Marks expired codes.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetCodes {}

impl Job for ForgetCodes {
    const NAME: &'static str = "coffee.forget_codes.v1";
    type State = Coffee;

    async fn run(self, cx: JobCx<Coffee>) -> Result<Done, JobError> {
        let mut tx = cx.begin().await?;
        store::expire(&mut tx).await?;
        cx.finish(tx).await
    }
}

/// Every hour; nothing depends on it sooner, because every use checks the time itself.
pub fn schedule() -> Schedule {
    Schedule::new("coffee.forget_codes", "5 * * * * UTC", &ForgetCodes {})
}
