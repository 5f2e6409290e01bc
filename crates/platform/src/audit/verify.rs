//! Looks whether anything was changed since it was written.
//!
//! **Always holds:** the chain, the entries and the anchors are read in pages, so the memory does not grow with the log;
//! nothing is written, and the program may go on beside it.
//!
//! Start at [`verify()`].

mod page;
mod report;

use std::{io, time::Duration};

use karavan_store::{Db, StoreError, StoreResult};
pub use report::{AnchorMisfit, Change, Changed, Report, Waiting};

use self::page::Page;
use super::{Anchors, Head, encoding, store};

/// Rows that are read at once.
const PAGE: i64 = 500;
/// An entry that waits for longer has been forgotten.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The anchors cannot be read.
    #[error("the anchors cannot be read: {0}")]
    Anchors(#[from] io::Error),
}

/// Walks everything: the chain with its entries and details, the entries that wait, the anchors.
///
/// # Errors
/// [`VerifyError`]; what was found is no error but in the [`Report`].
pub async fn verify(db: &Db, anchors: &Anchors) -> Result<Report, VerifyError> {
    let mut report = Report::new(anchors.file());
    walk_chain(db, &mut report).await?;
    walk_entries(db, &mut report).await?;
    walk_anchors(db, anchors, &mut report).await?;
    Ok(report)
}

async fn walk_chain(db: &Db, report: &mut Report) -> StoreResult<()> {
    let mut last = Head::NONE;
    let mut size = PAGE;
    loop {
        let page = match Page::load(db, last.seq, size).await {
            Ok(page) => page,
            // Something that is no text or no number any more. One by one, to know which.
            Err(error) if is_unreadable(&error) && size > 1 => {
                size = 1;
                continue;
            }
            Err(error) if is_unreadable(&error) => {
                report.changed = Some(Changed {
                    seq: last.seq + 1,
                    entry: None,
                    what: Change::Unreadable,
                });
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if page.rows.is_empty() {
            return Ok(());
        }
        for row in &page.rows {
            if let Some(what) = page.check(row, last) {
                let what = match what {
                    Change::Row => which_half(db, &page, row).await?,
                    other => other,
                };
                report.changed = Some(Changed {
                    seq: last.seq + 1,
                    entry: (what != Change::Missing).then(|| row.entry_id.clone()),
                    what,
                });
                return Ok(());
            }
            last = Head {
                seq: row.seq,
                hash: row.hash.as_slice().try_into().unwrap_or_default(),
            };
            report.rows += 1;
            report.erased += u64::from(page.is_erased(&row.entry_id));
            report.head = Some(last);
        }
    }
}

fn is_unreadable(error: &StoreError) -> bool {
    matches!(error, StoreError::Database(sqlx::Error::ColumnDecode { .. }))
}

/// A row whose hash is not that of its content: the row after it remembers the hash that was.
async fn which_half(db: &Db, page: &Page, row: &store::ChainRow) -> StoreResult<Change> {
    let next = store::rows_after(&mut *db.read().await?, row.seq, 1).await;
    let Some(next) = next.ok().and_then(|rows| rows.into_iter().next()) else {
        return Ok(Change::Row);
    };
    let Some(entry) = page.entries.get(&row.entry_id) else {
        return Ok(Change::Row);
    };
    let computed = encoding::of_row(&row.previous, row.seq, entry);
    Ok(if next.previous == row.hash {
        Change::Entry
    } else if next.previous == computed {
        Change::Hash
    } else {
        Change::Row
    })
}

async fn walk_entries(db: &Db, report: &mut Report) -> StoreResult<()> {
    let now = db.clock().now();
    let mut last = String::new();
    loop {
        let rows = match store::waiting_after(&mut *db.read().await?, &last, PAGE).await {
            // The chain has named it, or it is in none.
            Err(error) if is_unreadable(&error) && report.changed.is_some() => return Ok(()),
            rows => rows?,
        };
        let Some(end) = rows.last() else { return Ok(()) };
        last.clone_from(&end.id);
        for row in rows.into_iter().filter(|row| row.waits) {
            report.waiting += 1;
            if now.since(row.at) > PATIENCE {
                let overdue = report.overdue.get_or_insert(Waiting {
                    count: 0,
                    first: row.id,
                });
                overdue.count += 1;
            }
        }
    }
}

async fn walk_anchors(db: &Db, anchors: &Anchors, report: &mut Report) -> Result<(), VerifyError> {
    let Some(mut lines) = anchors.open().await? else {
        return Ok(());
    };
    let most = usize::try_from(PAGE).unwrap_or(1);
    loop {
        let piece = lines.next(most).await?;
        if piece.is_empty() {
            return Ok(());
        }
        let places: Vec<i64> = piece.iter().filter_map(|(_, head)| Some((*head)?.seq)).collect();
        let stored = store::hashes_at(&mut *db.read().await?, &places).await?;
        for (line, head) in piece {
            let Some(head) = head else {
                report.misfit = Some(AnchorMisfit { line, seq: None });
                return Ok(());
            };
            let fits = stored.iter().any(|(seq, hash)| *seq == head.seq && *hash == head.hash);
            if !fits {
                let seq = Some(head.seq);
                report.misfit = Some(AnchorMisfit { line, seq });
                return Ok(());
            }
            report.anchors += 1;
        }
    }
}
