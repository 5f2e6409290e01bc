//! New entries, and the one change that is allowed: erasing details.

use karavan_store::{StoreResult, Tx, sql};

use super::{Details, Stored};
use crate::audit::AuditId;

pub(in crate::audit) async fn insert(tx: &mut Tx, entry: Stored, details: Details) -> StoreResult<()> {
    let Stored {
        id,
        at,
        actor_kind,
        actor_id,
        act,
        entity_kind,
        entity_id,
        request_id,
        details_hash,
    } = entry;
    let entry = sql!(
        "INSERT INTO audit_entries (id, at, actor_kind, actor_id, act, entity_kind, entity_id, request_id, details_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.clone(),
        at,
        actor_kind,
        actor_id,
        act,
        entity_kind,
        entity_id,
        request_id,
        details_hash
    );
    tx.execute(entry).await?.expect_rows(1)?;
    let Details {
        entry_id,
        salt,
        who,
        who_key,
        before_json,
        after_json,
        ip,
        user_agent,
    } = details;
    let details = sql!(
        "INSERT INTO audit_details (entry_id, salt, who, who_key, before_json, after_json, ip, user_agent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        entry_id,
        salt,
        who,
        who_key,
        before_json,
        after_json,
        ip,
        user_agent
    );
    tx.execute(details).await?.expect_rows(1)?;
    tx.execute(sql!("INSERT INTO audit_pending (entry_id) VALUES ($1)", id))
        .await?
        .expect_rows(1)
}

/// `false`: there is no such entry, or its details are erased already.
pub(in crate::audit) async fn erase(tx: &mut Tx, id: AuditId) -> StoreResult<bool> {
    let erase = sql!(
        "UPDATE audit_details SET salt = NULL, who = NULL, who_key = NULL, before_json = NULL, after_json = NULL,
                                  ip = NULL, user_agent = NULL
         WHERE entry_id = $1 AND salt IS NOT NULL",
        id
    );
    Ok(tx.execute(erase).await?.count() == 1)
}
