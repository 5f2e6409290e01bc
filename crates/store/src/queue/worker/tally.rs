//! What ended here since it was last written down.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use karavan_kernel::{Actor, Timestamp};

use super::super::store::{self, Ended};
use crate::{Db, StoreResult};

type Counts = HashMap<(&'static str, i64), Ended>;

#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<Counts>);

impl Tally {
    pub(super) fn add(&self, name: &'static str, now: Timestamp, ended: Ended) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry((name, store::minute_of(now))).or_default();
        count.done += ended.done;
        count.failed += ended.failed;
    }

    /// Writes everything down; what cannot be written now is kept for the next time.
    pub(super) async fn write(&self, db: &Db, node: &str) -> StoreResult<()> {
        let counts = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if counts.is_empty() {
            return Ok(());
        }
        let written = write(db, node, &counts).await;
        if written.is_err() {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (key, ended) in counts {
                let count = kept.entry(key).or_default();
                count.done += ended.done;
                count.failed += ended.failed;
            }
        }
        written
    }
}

async fn write(db: &Db, node: &str, counts: &Counts) -> StoreResult<()> {
    let mut tx = db.begin(Actor::System("worker")).await?;
    for ((name, minute), ended) in counts {
        store::add_counts(&mut tx, node, name, *minute, *ended).await?;
    }
    tx.commit().await
}
