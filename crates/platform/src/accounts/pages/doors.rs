//! What more than one of these pages does: beginning a session, sending a letter with a proof.

use axum::{
    http::header::CACHE_CONTROL,
    response::{IntoResponse, Redirect, Response},
};
use karavan_kernel::{Actor, Secret};
use karavan_store::{StoreResult, Tx};
use karavan_web::{
    ApiResult, Ctx,
    sessions::{self, Device, cookie::SetCookie},
};

use crate::{
    Platform,
    access::{AccountId, PERSON_SESSION, store as access, subject_of},
    accounts::{Email, Purpose, proofs, store},
    audit::{self, Entry, Origin},
    mail::{self, Letter, Template},
};

/// Writes down what a person did to their own account, also before they are signed in.
pub(super) async fn note(tx: &mut Tx, ctx: &Ctx, act: &'static str, account: AccountId) -> StoreResult<()> {
    let found = access::find_account(tx, account).await?;
    let origin = Origin {
        who: found.map(|found| found.name),
        ..Origin::from(ctx)
    };
    let entry = Entry::new(act, ("account", account)).by(Actor::Account(account.to_string()));
    audit::record(tx, entry.from(origin)).await.map(drop)
}

/// Ends the session that the browser came with, begins another, and commits.
pub(super) async fn let_in(mut tx: Tx, ctx: &Ctx, account: AccountId, next: &str) -> ApiResult<Response> {
    if let Some(session) = ctx.principal.account().and_then(|account| account.session.clone()) {
        sessions::store::end(&mut tx, &session).await?;
    }
    let life = PERSON_SESSION;
    let (token, _session) = sessions::store::start(&mut tx, &subject_of(account), &Device::of(ctx), life).await?;
    tx.commit().await?;
    let cookie = SetCookie::start(ctx, &token, life.absolute);
    Ok((cookie, [(CACHE_CONTROL, "no-store")], Redirect::to(next)).into_response())
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

/// A new password: sessions end everywhere, and its owner is told.
pub(super) async fn replace_password(
    tx: &mut Tx,
    platform: &Platform,
    ctx: &Ctx,
    account: AccountId,
    hash: &str,
) -> ApiResult<()> {
    store::put_password(tx, account, hash).await?;
    store::end_proofs(tx, account, Purpose::Reset).await?;
    sessions::store::end_all_of(tx, &subject_of(account)).await?;
    if let Some(person) = store::find_person(tx, account).await? {
        send(tx, platform, ctx, &person.address, Template::PasswordChanged).await?;
    }
    Ok(note(tx, ctx, "account.password.change", account).await?)
}
