//! The second step of a sign-in: the password was right, and a code is asked for.
//!
//! **Always holds:** what this browser holds meanwhile opens this page and nothing else.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header::CACHE_CONTROL},
    response::{Html, IntoResponse, Redirect, Response},
};
use karavan_kernel::Secret;
use karavan_store::Tx;
use karavan_web::{
    Anyone, ApiResult, Ctx, Form,
    limits::address_key,
    pages,
    redirect::{encode, same_origin},
    sessions::cookie::HostCookie,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    PROOFS,
    codes::{self, question, was_right, way_by},
    frame::Page,
    sign_in::{self, HOME},
};
use crate::{
    Platform,
    access::{AccountId, AccountState, door},
    accounts::{factor, store},
    vault::token_hash,
};

/// What the browser holds while a code is awaited.
const COOKIE: HostCookie = HostCookie::new("__Host-second-step", "second-step");

/// Sends somebody whose password is right to the page that asks for their code, and commits.
pub(super) async fn ask(mut tx: Tx, ctx: &Ctx, account: AccountId, next: &str) -> ApiResult<Response> {
    let token = factor::begin_half(&mut tx, account).await?;
    tx.commit().await?;
    let cookie = COOKIE.set(ctx, &token, factor::HALF_LIFE);
    let page = Redirect::to(&format!("/sign-in/code?next={}", encode(next)));
    Ok((cookie, [(CACHE_CONTROL, "no-store")], page).into_response())
}

/// Asks for the code.
#[utoipa::path(get, path = "/sign-in/code", tag = "pages",
    // What the browser holds since the first step is the proof.
    security(()))]
pub(super) async fn show_second_step(
    _who: Anyone,
    page: Page,
    headers: HeaderMap,
    State(platform): State<Platform>,
) -> ApiResult<Response> {
    let next = page.next().unwrap_or_default();
    Ok(match awaited(&platform, &page.ctx, &headers).await? {
        Some(_) => form(&page, &next, None).into_response(),
        None => sign_in::over(&page, &platform, &next),
    })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeForm {
    #[schema(value_type = String)]
    code: Secret,
    #[serde(default)]
    next: String,
}

/// Lets somebody in by the code of their app or a recovery code.
#[utoipa::path(post, path = "/sign-in/code", tag = "pages",
    // What the browser holds since the first step is the proof.
    security(()))]
pub(super) async fn second_step(
    _who: Anyone,
    page: Page,
    headers: HeaderMap,
    State(platform): State<Platform>,
    Form(CodeForm { code, next }): Form<CodeForm>,
) -> ApiResult<Response> {
    platform.limits.check(PROOFS, &address_key(page.ctx.ip)).await?;
    let over = || Ok(sign_in::over(&page, &platform, &next));
    let Some((account, token)) = awaited(&platform, &page.ctx, &headers).await? else {
        return over();
    };
    let (mut tx, guesser) = codes::begin(&platform, &page.ctx, account).await?;
    let tried = factor::try_half(&mut tx, &platform.vault, account, (&token, &code)).await?;
    let Some(Some(used)) = tried else {
        // The try counts.
        tx.commit().await?;
        tracing::info!("The second step of a sign-in failed");
        if tried.is_none() {
            return over();
        }
        let again = form(&page, &next, Some(page.t("error-second_step_code_invalid")));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let person = store::find_person(&mut tx, account).await?;
    if person.is_none_or(|person| person.state != AccountState::Active) {
        return over();
    }
    was_right(&mut tx, &platform, &page.ctx, account, (guesser, used)).await?;
    let next = same_origin(&next).unwrap_or(HOME);
    let entered = door::let_in(tx, &page.ctx, account, way_by(used), next).await?;
    Ok((COOKIE.end(&page.ctx), entered).into_response())
}

/// Whose code is awaited in this browser, and what it holds.
async fn awaited(platform: &Platform, ctx: &Ctx, headers: &HeaderMap) -> ApiResult<Option<(AccountId, Secret)>> {
    let Some(token) = COOKIE.read(ctx, headers) else {
        return Ok(None);
    };
    let (hash, now) = (token_hash(token.expose()), platform.db.clock().now());
    let account = factor::store::find_half(&mut *platform.db.read().await?, &hash, now).await?;
    Ok(account.map(|account| (account, token)))
}

fn form(page: &Page, next: &str, problem: Option<String>) -> Html<String> {
    let form = pages::Form::post("/sign-in/code", page.t("sign-in-go"))
        .hidden("next", next)
        .field(question(page, "second-step-code").help(page.t("second-step-help")))
        .maybe_problem(problem);
    page.page("second-step-title", "/sign-in/code")
        .lead(page.t("second-step-lead"))
        .block(&form)
        .way("", page.t("verify-restart"), "/sign-in")
        .html()
}
