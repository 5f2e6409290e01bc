//! What more than one of these pages does: sending a letter with a proof, replacing a password.

use karavan_kernel::Secret;
use karavan_store::{StoreResult, Tx};
use karavan_web::{ApiResult, Ctx, sessions};

use crate::{
    Platform,
    access::{AccountId, door, subject_of},
    accounts::{Email, Purpose, proofs, store},
    audit::Entry,
    mail::{self, Letter, Template},
};

/// Writes down what a person did to their own account, also before they are signed in.
pub(super) async fn note(tx: &mut Tx, ctx: &Ctx, act: &'static str, account: AccountId) -> StoreResult<()> {
    door::note(tx, ctx, Entry::new(act, ("account", account)), account).await
}

/// Who gets a letter.
pub(super) struct Reader<'a> {
    pub(super) email: &'a Email,
    /// Whose address it is; `None`: nobody's, so that no letter leaves.
    pub(super) account: Option<AccountId>,
}

/// Sends a letter with a code and a link; returns what the browser that asked keeps.
pub(super) async fn send_proof(
    tx: &mut Tx,
    platform: &Platform,
    ctx: &Ctx,
    purpose: Purpose,
    reader: Reader<'_>,
) -> ApiResult<Secret> {
    let proof = proofs::issue(tx, &platform.vault, purpose, reader.account).await?;
    if reader.account.is_some() {
        let code = proof.code.expose().to_owned();
        let template = match purpose {
            Purpose::Verify => Template::VerifyEmail {
                code,
                link: platform.address(&format!("/verify/{}", proof.link.expose())),
            },
            Purpose::Reset => Template::ResetPassword {
                code,
                link: platform.address(&format!("/reset/{}", proof.link.expose())),
            },
        };
        send(tx, platform, ctx, reader.email, template).await?;
    }
    Ok(proof.flow)
}

/// Sends a letter in the language of the page.
pub(super) async fn send(
    tx: &mut Tx,
    platform: &Platform,
    ctx: &Ctx,
    email: &Email,
    template: Template,
) -> ApiResult<()> {
    let letter = Letter {
        to: email.address().clone(),
        locale: ctx.lang.locale(),
        template,
    };
    mail::send(tx, platform, &letter).await?;
    Ok(())
}

/// A new password: sessions end everywhere, and its owner is told where letters can be sent.
pub(super) async fn replace_password(
    tx: &mut Tx,
    platform: &Platform,
    ctx: &Ctx,
    account: AccountId,
    hash: &str,
) -> ApiResult<()> {
    store::hold(tx, account).await?;
    store::put_password(tx, account, hash).await?;
    store::end_proofs(tx, account, Purpose::Reset).await?;
    sessions::store::end_all_of(tx, &subject_of(account)).await?;
    if let Some(person) = store::find_person(tx, account).await?
        && platform.mail_is_on()
    {
        send(tx, platform, ctx, &person.address, Template::PasswordChanged).await?;
    }
    Ok(note(tx, ctx, "account.password.change", account).await?)
}
