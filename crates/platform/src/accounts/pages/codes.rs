//! What every page does that takes a code of the second factor.

use karavan_kernel::{Actor, Secret};
use karavan_store::Tx;
use karavan_web::{ApiError, ApiResult, Ctx, pages::Field};

use super::{
    CODES,
    doors::{note, send},
    frame::Page,
};
use crate::{
    Platform,
    access::{AccountId, Way},
    accounts::{
        attempts::Guesser,
        factor::{self, Used},
        store,
    },
    mail::Template,
};

/// Begins the transaction in which a code is tried, and counts the try before the code is looked at.
///
/// # Errors
/// 429 when this place, or everybody together, has tried too often.
pub(super) async fn begin(platform: &Platform, ctx: &Ctx, account: AccountId) -> ApiResult<(Tx, Guesser)> {
    // Before the transaction: others may have to be asked how many tries there were.
    platform.limits.check(CODES, &account.to_string()).await?;
    let mut tx = platform.db.begin(Actor::Account(account.to_string())).await?;
    let guesser = Guesser::of_codes(&platform.vault, account, ctx.ip);
    guesser.begin(&mut tx).await?.map_err(ApiError::too_many)?;
    Ok((tx, guesser))
}

/// Tries a code of somebody who is signed in. It counts in any case: commit.
pub(super) async fn try_code(
    platform: &Platform,
    ctx: &Ctx,
    account: AccountId,
    code: &Secret,
) -> ApiResult<(Tx, Option<Used>)> {
    let (mut tx, guesser) = begin(platform, ctx, account).await?;
    store::hold(&mut tx, account).await?;
    let used = factor::try_code(&mut tx, &platform.vault, account, code.expose()).await?;
    if let Some(used) = used {
        was_right(&mut tx, platform, ctx, account, (guesser, used)).await?;
    }
    Ok((tx, used))
}

/// Forgets the wrong ones, and tells the person of a recovery code.
pub(super) async fn was_right(
    tx: &mut Tx,
    platform: &Platform,
    ctx: &Ctx,
    account: AccountId,
    (guesser, used): (Guesser, Used),
) -> ApiResult<()> {
    guesser.forget(tx).await?;
    let Used::Recovery { left } = used else {
        return Ok(());
    };
    let template = Template::RecoveryCodeUsed {
        left,
        ip: ctx.ip,
        at: tx.now(),
    };
    tell(tx, platform, ctx, account, template).await?;
    Ok(note(tx, ctx, "account.recovery_code.use", account).await?)
}

/// How somebody came in.
pub(super) const fn way_by(used: Used) -> Way {
    match used {
        Used::Totp => Way::PasswordTotp,
        Used::Recovery { .. } => Way::PasswordRecovery,
    }
}

/// Sends a letter to whoever has the account, where letters can be sent and there is an address.
pub(super) async fn tell(
    tx: &mut Tx,
    platform: &Platform,
    ctx: &Ctx,
    account: AccountId,
    template: Template,
) -> ApiResult<()> {
    if let Some(person) = store::find_person(tx, account).await?
        && platform.mail_is_on()
    {
        send(tx, platform, ctx, &person.address, template).await?;
    }
    Ok(())
}

/// The question for a code of the app; elsewhere than in the set-up a recovery code fits too.
pub(super) fn question(page: &Page, label: &str) -> Field {
    Field::text("code", page.t(label))
        .required()
        .autocomplete("one-time-code")
}
