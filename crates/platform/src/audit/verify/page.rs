//! Some rows of the chain with everything that belongs to them.

use std::collections::{BTreeMap, BTreeSet};

use karavan_store::{Db, StoreResult};

use super::{
    super::{
        Head, encoding,
        store::{self, ChainRow, Details, Stored},
    },
    Change,
};

pub(super) struct Page {
    pub(super) rows: Vec<ChainRow>,
    pub(super) entries: BTreeMap<String, Stored>,
    details: BTreeMap<String, Details>,
    /// Whose details were erased by somebody who wrote that down.
    erasures: BTreeSet<String>,
}

impl Page {
    pub(super) async fn load(db: &Db, after: i64, size: i64) -> StoreResult<Self> {
        let mut read = db.read().await?;
        let rows = store::rows_after(&mut read, after, size).await?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
            return Ok(Self::of(rows, Vec::new(), Vec::new(), Vec::new()));
        };
        let (first, last) = (first.seq, last.seq);
        let entries = store::entries_of(&mut read, first, last).await?;
        let details = store::details_of(&mut read, first, last).await?;
        // After the details: whatever is erased there was written down with it.
        let erasures = if details.iter().any(|details| details.salt.is_none()) {
            store::erasures_of(&mut read, first, last).await?
        } else {
            Vec::new()
        };
        Ok(Self::of(rows, entries, details, erasures))
    }

    fn of(rows: Vec<ChainRow>, entries: Vec<Stored>, details: Vec<Details>, erasures: Vec<(String,)>) -> Self {
        Self {
            rows,
            entries: entries.into_iter().map(|entry| (entry.id.clone(), entry)).collect(),
            details: details
                .into_iter()
                .map(|details| (details.entry_id.clone(), details))
                .collect(),
            erasures: erasures.into_iter().map(|(id,)| id).collect(),
        }
    }

    pub(super) fn is_erased(&self, entry: &str) -> bool {
        self.details.get(entry).is_some_and(Details::is_erased)
    }

    /// What is wrong with the row that should follow `last`.
    pub(super) fn check(&self, row: &ChainRow, last: Head) -> Option<Change> {
        if row.seq != last.seq + 1 {
            return Some(Change::Missing);
        }
        if row.previous != last.hash {
            return Some(Change::Previous);
        }
        let Some(entry) = self.entries.get(&row.entry_id) else {
            return Some(Change::EntryMissing);
        };
        if encoding::of_row(&row.previous, row.seq, entry).as_slice() != row.hash {
            return Some(Change::Row);
        }
        let Some(details) = self.details.get(&row.entry_id) else {
            return Some(Change::DetailsMissing);
        };
        match encoding::of_details(details) {
            Some(hash) => (hash.as_slice() != entry.details_hash).then_some(Change::Details),
            None if !details.is_erased() => Some(Change::Details),
            None => (!self.erasures.contains(&row.entry_id)).then_some(Change::ErasedInSecret),
        }
    }
}
