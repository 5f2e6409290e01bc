//! Proving an address: by the code in the browser that asked, by the link anywhere.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use karavan_kernel::{Actor, Secret};
use karavan_web::{
    Anyone, ApiError, ApiResult, Form, Path, SignedIn,
    limits::address_key,
    pages::{self, Field},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    LETTERS, PROOFS,
    account::person_of,
    doors::{Reader, note, send_proof},
    frame::Page,
};
use crate::{
    Platform,
    access::{Way, door},
    accounts::{Email, Purpose, factor, proofs, store},
};

const HOME: &str = "/account";

/// Asks for the code of the letter.
pub(super) fn code_page(page: &Page, email: &Email, flow: &Secret, problem: Option<String>) -> Html<String> {
    let form = pages::Form::post("/verify", page.t("verify-go"))
        .hidden("flow", flow.expose())
        .hidden("email", email.as_str())
        .field(
            Field::text("code", page.t("account-code"))
                .required()
                .autocomplete("one-time-code"),
        )
        .maybe_problem(problem);
    page.page("verify-title", "/sign-up")
        .lead(page.with("verify-lead", &[("email", email.as_str().into())]))
        .block(&form)
        .way(page.t("verify-no-letter"), page.t("verify-restart"), "/sign-up")
        .html()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyCodeForm {
    #[schema(value_type = String)]
    flow: Secret,
    email: String,
    #[schema(value_type = String)]
    code: Secret,
}

/// Proves the address by its code, and lets its owner in.
#[utoipa::path(post, path = "/verify", tag = "pages",
    // The code of the letter is the proof.
    security(()))]
pub(super) async fn confirm_code(
    _who: Anyone,
    page: Page,
    State(platform): State<Platform>,
    Form(sent): Form<VerifyCodeForm>,
) -> ApiResult<Response> {
    platform.limits.check(PROOFS, &address_key(page.ctx.ip)).await?;
    let email = sent.email.parse::<Email>().map_err(|_not_one| ApiError::not_found())?;
    let mut tx = platform.db.begin(Actor::Anonymous).await?;
    let typed = (sent.flow.expose(), sent.code.expose());
    let Some(account) = proofs::try_code(&mut tx, &platform.vault, Purpose::Verify, typed).await? else {
        // The try counts.
        tx.commit().await?;
        let again = code_page(&page, &email, &sent.flow, Some(page.t("error-code_invalid")));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    store::verify_email(&mut tx, account).await?;
    note(&mut tx, &page.ctx, "account.email.verify", account).await?;
    if factor::store::is_on(&mut tx, account).await? {
        // A letter is not what they have asked to be let in by.
        tx.commit().await?;
        return Ok(Redirect::to("/sign-in?done=email-verified").into_response());
    }
    door::let_in(tx, &page.ctx, account, Way::Code, HOME).await
}

/// A link, not used yet: mail programs open addresses to show previews.
#[utoipa::path(get, path = "/verify/{token}", tag = "pages",
    // The link itself is the proof.
    security(()))]
pub(super) async fn show_verify_link(
    _who: Anyone,
    page: Page,
    Path(token): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    if !proofs::is_link_alive(&platform, Purpose::Verify, &token).await? {
        return Ok(expired(&page));
    }
    let form = pages::Form::post("/verify/link", page.t("verify-go")).hidden("token", token);
    Ok(page
        .page("verify-title", "/sign-in")
        .lead(page.t("verify-link-lead"))
        .block(&form)
        .html())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyLinkForm {
    #[schema(value_type = String)]
    token: Secret,
}

/// Proves the address by the link of the letter; it does not let anybody in, because links are forwarded.
#[utoipa::path(post, path = "/verify/link", tag = "pages",
    // The link itself is the proof.
    security(()))]
pub(super) async fn use_verify_link(
    _who: Anyone,
    page: Page,
    State(platform): State<Platform>,
    Form(VerifyLinkForm { token }): Form<VerifyLinkForm>,
) -> ApiResult<Response> {
    platform.limits.check(PROOFS, &address_key(page.ctx.ip)).await?;
    let mut tx = platform.db.begin(Actor::Anonymous).await?;
    let Some(account) = proofs::use_link(&mut tx, Purpose::Verify, token.expose()).await? else {
        return Ok(expired(&page).into_response());
    };
    store::verify_email(&mut tx, account).await?;
    note(&mut tx, &page.ctx, "account.email.verify", account).await?;
    tx.commit().await?;
    let next = if page.ctx.principal.is_anonymous() {
        "/sign-in"
    } else {
        HOME
    };
    Ok(Redirect::to(&format!("{next}?done=email-verified")).into_response())
}

/// Sends the letter again to whoever is signed in.
#[utoipa::path(post, path = "/account/verify", tag = "pages", security(("permission" = [])))]
pub(super) async fn send_again(who: SignedIn, page: Page, State(platform): State<Platform>) -> ApiResult<Html<String>> {
    let person = person_of(&platform, &who).await?;
    let person = person.ok_or_else(|| ApiError::conflict("email_missing"))?;
    platform.limits.check(LETTERS, &person.address.key()).await?;
    let mut tx = platform.db.begin(who.actor()).await?;
    let reader = Reader {
        email: &person.address,
        account: Some(person.id),
    };
    let flow = send_proof(&mut tx, &platform, &page.ctx, Purpose::Verify, reader).await?;
    tx.commit().await?;
    Ok(code_page(&page, &person.address, &flow, None))
}

fn expired(page: &Page) -> Html<String> {
    page.page("proof-expired", "/sign-in")
        .lead(page.t("proof-expired-lead"))
        .way("", page.t("sign-in-title"), "/sign-in")
        .way("", page.t("sign-in-forgotten"), "/reset")
        .html()
}
