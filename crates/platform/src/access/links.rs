//! One-time links: the way in before anybody has a password.

use std::time::Duration;

use karavan_kernel::Timestamp;
use karavan_store::{Conn, StoreError, StoreResult, Tx};
use serde_json::json;

use super::{AccountId, OWNER, store};
use crate::{
    audit::{self, Entry},
    vault::token_hash,
};

/// How long a link waits to be used.
pub const LIFE: Duration = Duration::from_secs(30 * 60);

/// How long the session lives that a link opens.
pub const SESSION_LIFE: Duration = Duration::from_secs(12 * 3600);

/// Why a link lets nobody in. Used, expired and never made look alike on purpose.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It is used, expired or was never made.
    #[error("the link is used, expired or unknown")]
    Dead,
    /// The account may not sign in.
    #[error("the account is blocked")]
    Blocked,
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a link for the first owner, or one that creates the owner. Returns the token, which is kept nowhere.
///
/// # Errors
/// [`StoreError`].
pub async fn create_for_owner(tx: &mut Tx) -> StoreResult<String> {
    let owner = store::first_account_with_role(tx, OWNER).await?;
    let token = tx.entropy().token();
    let link = store::Link {
        account_id: owner.map(|owner| owner.id),
        role: OWNER.to_owned(),
        expires_at: tx.now() + LIFE,
        used_at: None,
    };
    store::insert_link(tx, &token_hash(&token), &link).await?;
    // The role, because a link has no id, and its hash is of no use to people.
    let entry = Entry::new("access.link.create", ("role", OWNER));
    let after = json!({ "account": link.account_id, "expires_at": link.expires_at });
    audit::record(tx, entry.after(after)).await?;
    Ok(token)
}

/// Whether a link would let somebody in now. Looking uses nothing up: chat programs open links to show previews.
///
/// # Errors
/// [`StoreError`].
pub async fn is_alive(conn: &mut Conn, token: &str, now: Timestamp) -> StoreResult<bool> {
    let link = store::find_link(conn, &token_hash(token)).await?;
    Ok(link.is_some_and(|link| link.used_at.is_none() && link.expires_at > now))
}

/// Uses a link up and says who comes in. `name` is for an account that it creates.
///
/// # Errors
/// [`LinkError`].
pub async fn redeem(tx: &mut Tx, token: &str, name: &str) -> Result<AccountId, LinkError> {
    let link = store::use_link(tx, &token_hash(token)).await?.ok_or(LinkError::Dead)?;
    let Some(id) = link.account_id else {
        return first_owner(tx, name, &link.role).await;
    };
    let account = store::find_account(tx, id).await?.ok_or(LinkError::Dead)?;
    match account.state {
        super::AccountState::Active => Ok(id),
        super::AccountState::Blocked => Err(LinkError::Blocked),
    }
}

/// Two links may be made before anybody comes in: the second brings in the account that the first has created.
async fn first_owner(tx: &mut Tx, name: &str, role: &str) -> Result<AccountId, LinkError> {
    tx.lock("access:first-owner").await?;
    match store::first_account_with_role(tx, role).await? {
        Some(owner) => Ok(owner.id),
        None => Ok(store::insert_account(tx, name, role).await?),
    }
}
