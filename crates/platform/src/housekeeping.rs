//! Forgets what nobody needs any more: ended sessions, old conversations, used keys, old letters.

use std::time::Duration;

use karavan_store::{
    idempotency,
    queue::{Done, Job, JobCx, JobError, Schedule, store as queue},
};
use karavan_web::sessions;
use serde::{Deserialize, Serialize};

use crate::{Platform, accounts, bots, mail};

/// How long a repeated request still gets its first answer, and a handled update is still recognised.
const MEMORY: Duration = Duration::from_secs(2 * 24 * 3600);
/// How long what a person wrote is kept when it could not be handled: until then its job can be tried again.
const UNHANDLED: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long it is known who got which letter.
const LETTERS: Duration = Duration::from_secs(30 * 24 * 3600);

/// Removes expired rows.
#[derive(Debug, Serialize, Deserialize)]
pub struct TidyUp {}

impl Job for TidyUp {
    const NAME: &'static str = "platform.tidy_up.v1";
    type State = Platform;

    async fn run(self, cx: JobCx<Platform>) -> Result<Done, JobError> {
        let mut tx = cx.begin().await?;
        let before = tx.now() - MEMORY;
        let sessions = sessions::store::purge_expired(&mut tx).await?;
        let keys = idempotency::purge_before(&mut tx, before).await?;
        let chats = bots::store::purge_before(&mut tx, before).await?;
        let unhandled = tx.now() - UNHANDLED;
        let unhandled = bots::store::purge_unhandled_before(&mut tx, unhandled).await?;
        let letters = tx.now() - LETTERS;
        let letters = mail::store::purge_before(&mut tx, letters).await?;
        let proofs = accounts::store::purge_before(&mut tx, before).await?;
        let unfinished = accounts::factor::store::purge_unfinished_before(&mut tx, before).await?;
        let counts = queue::forget_counts(&mut tx).await?;
        tracing::info!(
            sessions,
            keys,
            chats,
            unhandled,
            letters,
            proofs,
            unfinished,
            counts,
            "Removed what has expired"
        );
        cx.finish(tx).await
    }
}

/// Once an hour.
pub fn schedule() -> Schedule {
    Schedule::new("platform.tidy_up", "17 * * * * UTC", &TidyUp {})
}
