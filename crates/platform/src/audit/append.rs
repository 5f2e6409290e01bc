//! Gives entries their place in the chain.
//!
//! **Always holds:** one appender at a time, on however many nodes: the transaction that appends holds a lock, and numbers
//! go on from the row that it sees last. An entry is appended once.
//!
//! **Absent on purpose:** a notification from the act. On PostgreSQL it would make committing acts wait for each other, so
//! this looks twice a second instead; nothing to do costs one read.

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_store::{Db, StoreResult};
use tokio_util::sync::CancellationToken;

use super::store;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(500);
/// So many entries in one transaction: on SQLite everybody waits for it.
const BATCH: i64 = 100;

/// Appends everything that waits. Says how many entries that were.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn append(db: &Db) -> StoreResult<i64> {
    let mut appended = 0;
    while store::is_anything_pending(&mut *db.read().await?).await? {
        let mut tx = db.begin(Actor::System("audit")).await?;
        let batch = store::append_pending(&mut tx, BATCH).await?;
        tx.commit().await?;
        appended += batch;
        if batch < BATCH {
            break;
        }
    }
    Ok(appended)
}

/// Appends what comes until `stop`, and once more then.
pub async fn run(db: Db, stop: CancellationToken) {
    let mut is_failing = false;
    loop {
        let stopping = stop.is_cancelled();
        match append(&db).await {
            Ok(_count) => is_failing = false,
            Err(error) => {
                if !std::mem::replace(&mut is_failing, true) {
                    tracing::warn!(%error, "Entries of the audit log wait for their place in the chain");
                }
            }
        }
        if stopping {
            return;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
