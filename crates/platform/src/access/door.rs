//! Coming in and going out: what every way of signing in ends with.
//!
//! **Always holds:** a new session never keeps an old token, no cache keeps the answer that carries it, and the audit log
//! knows who came in how. How long a session lives is decided here: by the way in, and shorter for staff.

use axum::{
    http::{HeaderName, header::CACHE_CONTROL},
    response::{IntoResponse, Redirect, Response},
};
use karavan_kernel::{Actor, Timestamp};
use karavan_store::{StoreResult, Tx};
use karavan_web::{
    ApiError, ApiResult, Ctx, SignedIn,
    sessions::{self, Device, Opening, cookie::SetCookie},
};
use serde_json::json;

use super::{AccountId, Way, identify::life_for, store, subject_of};
use crate::{
    Platform,
    audit::{self, Entry, Origin},
};

/// Lets somebody in who has shown who they are, and commits. `by` is also for the audit log.
pub(crate) async fn let_in(mut tx: Tx, ctx: &Ctx, account: AccountId, by: Way, next: &str) -> ApiResult<Response> {
    let entry = Entry::new("access.sign_in", ("account", account)).after(json!({ "by": by }));
    note(&mut tx, ctx, entry, account).await?;
    if let Some(session) = ctx.principal.account().and_then(|account| account.session.clone()) {
        sessions::store::end(&mut tx, &session).await?;
    }
    let now = tx.now();
    let cookie = open(tx, ctx, account, (by, now)).await?;
    Ok(leading_to(cookie, next))
}

/// What a new token in the place of an old one means.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Renewal {
    /// Nobody has shown anything.
    Same,
    /// They have just shown again who they are.
    Proved,
    /// They have, and what is asked for at the door is another thing from now on.
    By(Way),
}

/// That the session which the browser came with was there until now.
#[must_use]
pub(crate) struct Left(());

/// Ends the session that the browser came with, before another begins. Call it under the lock on what the account is proved
/// by: whoever replaces the password holds it too, and a session that was ended then must not go on as a new one.
///
/// # Errors
/// 401 when it was ended meanwhile.
pub(crate) async fn leave(tx: &mut Tx, ctx: &Ctx) -> ApiResult<Left> {
    let session = ctx.principal.account().and_then(|account| account.session.as_ref());
    let session = session.ok_or_else(ApiError::auth_required)?;
    if sessions::store::end(tx, session).await? {
        Ok(Left(()))
    } else {
        Err(ApiError::auth_required())
    }
}

/// Begins another session for the same person, and commits.
pub(crate) async fn renew(
    tx: Tx,
    ctx: &Ctx,
    account: AccountId,
    (_left, renewal): (Left, Renewal),
) -> ApiResult<SetCookie> {
    let (way, now) = (way_of(ctx), tx.now());
    let proof = ctx.principal.account().and_then(|account| account.proof.at);
    let (way, proved_at) = match renewal {
        // Without a proof there is none to keep.
        Renewal::Same => (way, proof.unwrap_or(Timestamp::from_micros(0))),
        Renewal::Proved => (way, now),
        Renewal::By(way) => (way, now),
    };
    open(tx, ctx, account, (way, proved_at)).await
}

/// How the person of this request came in.
pub(crate) fn way_of(ctx: &Ctx) -> Way {
    let way = ctx.principal.account().and_then(|account| account.proof.way.as_deref());
    way.and_then(|way| way.parse().ok()).unwrap_or(Way::Password)
}

/// The answer that carries a session and leads on.
pub(crate) fn leading_to(cookie: SetCookie, next: &str) -> Response {
    (cookie, [(CACHE_CONTROL, "no-store")], Redirect::to(next)).into_response()
}

/// Begins a session in the place of the one that is over, and commits.
async fn open(mut tx: Tx, ctx: &Ctx, account: AccountId, (way, proved_at): (Way, Timestamp)) -> ApiResult<SetCookie> {
    let is_staff = !store::permissions_of_account(&mut tx, account).await?.is_empty();
    let life = life_for(way, is_staff);
    let opening = Opening {
        device: &Device::of(ctx),
        life,
        way: way.as_str(),
        proved_at,
    };
    let (token, _session) = sessions::store::start(&mut tx, &subject_of(account), opening).await?;
    tx.commit().await?;
    Ok(SetCookie::start(ctx, &token, life.absolute))
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
