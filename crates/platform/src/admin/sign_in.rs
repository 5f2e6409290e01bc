//! The way in and out of the panel.
//!
//! **Always holds:** opening a link changes nothing, pressing its button uses it up; a new session never keeps an old
//! token.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Response},
};
use karavan_kernel::Actor;
use karavan_web::{
    Anyone, ApiResult, Ctx, Form, Path, Quota, SignedIn,
    limits::address_key,
    pages::{PageFrame, SignIn},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    Platform,
    access::{Way, door, links},
};

/// Links are 256 bits: this only keeps the log quiet.
const ENTER: Quota = Quota::per_minute("panel_enter", 10);

fn frame(ctx: &Ctx) -> PageFrame {
    let mut frame = PageFrame::of(ctx, &*ctx.path);
    frame.theme = ctx.theme;
    frame
}

/// How to get a link.
#[utoipa::path(get, path = "/admin/sign-in", tag = "pages",
    // Whoever is signed out must be able to read how to sign in.
    security(()))]
pub(super) async fn ask_for_link(_who: Anyone, ctx: Ctx) -> Html<String> {
    SignIn::Ask.html(frame(&ctx))
}

/// A link, not used yet: chat programs open addresses to show previews.
#[utoipa::path(get, path = "/admin/enter/{token}", tag = "pages",
    // The link itself is the proof.
    security(()))]
pub(super) async fn show_link(
    _who: Anyone,
    ctx: Ctx,
    Path(token): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let now = platform.db.clock().now();
    let alive = links::is_alive(&mut *platform.db.read().await?, &token, now).await?;
    let account = ctx.lang.text("admin-owner");
    let view = if alive {
        SignIn::Ready {
            action: "/admin/enter".into(),
            token,
            account,
        }
    } else {
        SignIn::Expired
    };
    // The path holds the token: it must not be repeated in the language links.
    let mut frame = frame(&ctx);
    frame.path = "/admin/sign-in".into();
    Ok(view.html(frame))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Enter {
    token: String,
}

/// Uses a link up and starts a session.
#[utoipa::path(post, path = "/admin/enter", tag = "pages",
    // The link itself is the proof.
    security(()))]
pub(super) async fn enter(
    _who: Anyone,
    ctx: Ctx,
    State(platform): State<Platform>,
    Form(Enter { token }): Form<Enter>,
) -> ApiResult<Response> {
    platform.limits.check(ENTER, &address_key(ctx.ip)).await?;
    let mut tx = platform.db.begin(Actor::Anonymous).await?;
    let account = match links::redeem(&mut tx, &token, &ctx.lang.text("admin-owner")).await {
        Ok(account) => account,
        Err(links::LinkError::Dead | links::LinkError::Blocked) => {
            return Ok(SignIn::Expired.html(frame(&ctx)).into_response());
        }
        Err(links::LinkError::Store(error)) => return Err(error.into()),
    };
    tracing::info!(account.id = %account, "Somebody signs in by a link");
    door::let_in(tx, &ctx, account, Way::Link, "/admin").await
}

/// Ends the session; the browser forgets what it kept.
#[utoipa::path(post, path = "/admin/sign-out", tag = "pages", security(("permission" = [])))]
pub(super) async fn sign_out(who: SignedIn, ctx: Ctx, State(platform): State<Platform>) -> ApiResult<Response> {
    door::let_out(&platform, &who, &ctx, "/admin/sign-in").await
}
