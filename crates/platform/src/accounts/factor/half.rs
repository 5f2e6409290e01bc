//! Half a sign-in: the password was right, and the second factor is awaited in the same browser.

use std::time::Duration;

use karavan_kernel::Secret;
use karavan_store::{StoreResult, Tx};

use super::{Used, hold, store, try_code};
use crate::{
    access::AccountId,
    vault::{Vault, token_hash},
};

/// How long a code is awaited.
pub(in crate::accounts) const HALF_LIFE: Duration = Duration::from_secs(5 * 60);
/// How many codes may be tried.
pub(super) const MOST_ATTEMPTS: i64 = 5;

/// Begins to wait; returns what the browser is to hold, which is kept nowhere.
pub(in crate::accounts) async fn begin_half(tx: &mut Tx, account: AccountId) -> StoreResult<Secret> {
    let token = tx.entropy().token();
    let expires_at = tx.now() + HALF_LIFE;
    store::insert_half(tx, &token_hash(&token), account, expires_at).await?;
    Ok(Secret::new(token))
}

/// Tries a code in the browser that holds `token`. `Ok(None)`: there is nothing to wait for any more; `Some(None)`: the code
/// is wrong. The try counts in any case: commit. A right code ends the waiting.
pub(in crate::accounts) async fn try_half(
    tx: &mut Tx,
    vault: &Vault,
    account: AccountId,
    (token, code): (&Secret, &Secret),
) -> karavan_web::ApiResult<Option<Option<Used>>> {
    // Whoever replaces the password holds the same lock and ends what waits: nobody comes in with the old one afterwards.
    hold(tx, account).await?;
    let hash = token_hash(token.expose());
    if !store::count_half(tx, &hash).await? {
        return Ok(None);
    }
    let used = try_code(tx, vault, account, code.expose()).await?;
    if used.is_some() {
        store::end_half(tx, &hash).await?;
    }
    Ok(Some(used))
}
