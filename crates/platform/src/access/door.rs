//! Coming in and going out: what every way of signing in ends with.
//!
//! **Always holds:** a new session never keeps an old token, no cache keeps the answer that carries it, and the audit log
//! knows who came in how.

use axum::{
    http::{HeaderName, header::CACHE_CONTROL},
    response::{IntoResponse, Redirect, Response},
};
use karavan_kernel::Actor;
use karavan_store::{StoreResult, Tx};
use karavan_web::{
    ApiResult, Ctx, SignedIn,
    sessions::{self, Device, SessionLife, cookie::SetCookie},
};
use serde_json::json;

use super::{AccountId, store, subject_of};
use crate::{
    Platform,
    audit::{self, Entry, Origin},
};

/// Lets somebody in who has shown who they are, and commits. `by` says how, for the audit log.
pub(crate) async fn let_in(
    mut tx: Tx,
    ctx: &Ctx,
    account: AccountId,
    (by, life): (&'static str, SessionLife),
    next: &str,
) -> ApiResult<Response> {
    let entry = Entry::new("access.sign_in", ("account", account)).after(json!({ "by": by }));
    note(&mut tx, ctx, entry, account).await?;
    renew(tx, ctx, account, life, next).await
}

/// Ends the session that the browser came with, begins another, and commits.
pub(crate) async fn renew(
    mut tx: Tx,
    ctx: &Ctx,
    account: AccountId,
    life: SessionLife,
    next: &str,
) -> ApiResult<Response> {
    if let Some(session) = ctx.principal.account().and_then(|account| account.session.clone()) {
        sessions::store::end(&mut tx, &session).await?;
    }
    let (token, _session) = sessions::store::start(&mut tx, &subject_of(account), &Device::of(ctx), life).await?;
    tx.commit().await?;
    let cookie = SetCookie::start(ctx, &token, life.absolute);
    Ok((cookie, [(CACHE_CONTROL, "no-store")], Redirect::to(next)).into_response())
}

/// Ends the session; the browser forgets what it kept.
pub(crate) async fn let_out(platform: &Platform, who: &SignedIn, ctx: &Ctx, next: &str) -> ApiResult<Response> {
    if let Some(session) = &who.session {
        let mut tx = platform.db.begin(who.actor()).await?;
        sessions::store::end(&mut tx, session).await?;
        let entry = Entry::new("access.sign_out", ("account", &who.id)).from(ctx);
        audit::record(&mut tx, entry).await?;
        tx.commit().await?;
    }
    let forget = (HeaderName::from_static("clear-site-data"), "\"cache\", \"storage\"");
    Ok((SetCookie::end(ctx), [forget], Redirect::to(next)).into_response())
}

/// Writes down what a person did to their own account, also before they are signed in.
pub(crate) async fn note(tx: &mut Tx, ctx: &Ctx, entry: Entry, account: AccountId) -> StoreResult<()> {
    let found = store::find_account(tx, account).await?;
    let origin = Origin {
        who: found.map(|found| found.name),
        ..Origin::from(ctx)
    };
    let entry = entry.by(Actor::Account(account.to_string())).from(origin);
    audit::record(tx, entry).await.map(drop)
}
