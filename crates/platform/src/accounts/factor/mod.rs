//! The second factor: a code of an app that changes every half minute, and recovery codes for the day when it is lost.
//!
//! **Always holds:** no code opens twice, on however many nodes it is tried at once: what was used is decided by one `UPDATE`.
//! The secret is sealed for its account, recovery codes are kept as fingerprints. Nothing is asked for before the person has
//! shown that their app knows the secret. A sign-in that waits for the factor belongs to one browser, ends after five
//! minutes, five wrong codes or a new password, and opens nothing else.
//!
//! Start at `begin`, then `confirm` and `try_code`; `pages::two_step` and `pages::second_step` are its doors.

mod half;
mod recovery;
pub mod store;
mod totp;

use karavan_kernel::Secret;
use karavan_store::{StoreResult, Tx};
use karavan_web::{ApiError, ApiResult};

pub(super) use half::{HALF_LIFE, begin_half, try_half};
pub(super) use recovery::issue as issue_recovery_codes;
pub(super) use totp::App;

use super::store::hold;
use crate::{access::AccountId, vault::Vault};

/// For what the vault seals.
const PURPOSE: &str = "account.factor";

/// What a right code was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Used {
    /// One of the app.
    Totp,
    /// A recovery code; so many are left.
    Recovery {
        /// What is left.
        left: i64,
    },
}

/// Draws a secret that nothing asks for yet; an earlier one that was not confirmed is forgotten. `false`: the factor is on.
pub(super) async fn begin(tx: &mut Tx, vault: &Vault, account: AccountId) -> StoreResult<bool> {
    let sealed = vault.seal(tx.entropy(), PURPOSE, &account.to_string(), &tx.entropy().bytes::<20>());
    store::put_unconfirmed(tx, account, &sealed).await
}

/// Opens what was sealed for this account.
pub(super) fn app_of(vault: &Vault, account: AccountId, sealed: &str) -> ApiResult<App> {
    let secret = vault.open(PURPOSE, &account.to_string(), sealed);
    App::new(secret.map_err(ApiError::internal)?).map_err(ApiError::internal)
}

/// Turns the factor on if the code is right, and returns the recovery codes, which are kept nowhere. `None`: it is wrong, or
/// there is nothing to confirm.
pub(super) async fn confirm(
    tx: &mut Tx,
    vault: &Vault,
    account: AccountId,
    code: &str,
) -> ApiResult<Option<Vec<Secret>>> {
    hold(tx, account).await?;
    let Some(factor) = store::find(tx, account).await?.filter(|factor| !factor.is_on()) else {
        return Ok(None);
    };
    let app = app_of(vault, account, &factor.secret)?;
    let Some(step) = app.step_of(&digits(code), tx.now()) else {
        return Ok(None);
    };
    if !store::confirm(tx, account, &factor.secret, step).await? {
        return Ok(None);
    }
    Ok(Some(recovery::issue(tx, vault, account).await?))
}

/// Tries a code, and uses it up if it is right. Whoever calls counts the tries.
pub(super) async fn try_code(tx: &mut Tx, vault: &Vault, account: AccountId, code: &str) -> ApiResult<Option<Used>> {
    let Some(factor) = store::find(tx, account).await?.filter(store::Factor::is_on) else {
        return Ok(None);
    };
    let digits = digits(code);
    let is_of_app = digits.len() == totp::DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_of_app {
        let left = recovery::spend(tx, vault, account, code).await?;
        return Ok(left.map(|left| Used::Recovery { left }));
    }
    let app = app_of(vault, account, &factor.secret)?;
    let Some(step) = app.step_of(&digits, tx.now()) else {
        return Ok(None);
    };
    let is_first = store::use_step(tx, account, step).await?;
    Ok(is_first.then_some(Used::Totp))
}

/// Apps show the digits in two groups.
fn digits(typed: &str) -> String {
    typed.chars().filter(|letter| !letter.is_whitespace()).collect()
}
