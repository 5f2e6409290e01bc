//! Erasing what is personal of an entry.

use karavan_store::{StoreResult, Tx};
use serde_json::json;

use super::{AuditId, Entry, Origin, record, store};

/// The act under which it is recorded.
pub const ERASE: &str = "audit.details.erase";

/// Erases name, address, browser, before and after of an entry for good; that it was done, and when, stays. `reason` is not
/// personal. `false`: there is no such entry, or nothing is left of its details.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn erase(tx: &mut Tx, id: AuditId, reason: &'static str, origin: impl Into<Origin>) -> StoreResult<bool> {
    if !store::erase(tx, id).await? {
        return Ok(false);
    }
    // Without this entry, `verify` takes the missing details for a change.
    let entry = Entry::new(ERASE, ("audit", id)).after(json!({ "reason": reason }));
    record(tx, entry.from(origin)).await?;
    Ok(true)
}
