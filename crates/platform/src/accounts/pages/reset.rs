//! A forgotten password.
//!
//! Whatever address is typed, the page and the wait are the same. The new password signs nobody in: whoever has a second
//! factor is asked for it at the door.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use karavan_kernel::{Actor, Secret};
use karavan_web::{
    Anyone, ApiError, ApiResult, Form, Path,
    limits::address_key,
    pages::{self, Field, FieldKind},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    LETTERS, PROOFS, SIGN_UP,
    doors::{Reader, replace_password, send_proof},
    frame::Page,
};
use crate::{
    Platform,
    accounts::{Email, Password, Purpose, proofs, store},
};

/// Asks whose password it is.
#[utoipa::path(get, path = "/reset", tag = "pages",
    // Whoever has forgotten the password cannot sign in.
    security(()))]
pub(super) async fn show_reset(_who: Anyone, page: Page, State(platform): State<Platform>) -> ApiResult<Html<String>> {
    if !platform.mail_is_on() {
        return Err(ApiError::not_found());
    }
    Ok(ask(&page, "", None))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetForm {
    email: String,
}

/// Sends the letter, if the address belongs to somebody.
#[utoipa::path(post, path = "/reset", tag = "pages",
    // The letter is the proof.
    security(()))]
pub(super) async fn ask_reset(
    _who: Anyone,
    page: Page,
    State(platform): State<Platform>,
    Form(ResetForm { email }): Form<ResetForm>,
) -> ApiResult<Response> {
    let Ok(address) = email.parse::<Email>() else {
        let again = ask(&page, &email, Some(page.t("error-email_invalid")));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    platform.limits.check(SIGN_UP, &address_key(page.ctx.ip)).await?;
    platform.limits.check(LETTERS, &address.key()).await?;
    let mut tx = platform.db.begin(Actor::Anonymous).await?;
    let person = store::find_by_address(&mut tx, &address.key()).await?;
    let reader = Reader {
        // Letters go where the owner said, not to another spelling.
        email: person.as_ref().map_or(&address, |person| &person.address),
        account: person.as_ref().map(|person| person.id),
    };
    let flow = send_proof(&mut tx, &platform, &page.ctx, Purpose::Reset, reader).await?;
    tx.commit().await?;
    Ok(by_code(&page, &address, &flow, None).into_response())
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetCodeForm {
    #[schema(value_type = String)]
    flow: Secret,
    email: String,
    #[schema(value_type = String)]
    code: Secret,
    #[schema(value_type = String)]
    password: Secret,
}

/// Sets a new password by the code of the letter.
#[utoipa::path(post, path = "/reset/code", tag = "pages",
    // The code of the letter is the proof.
    security(()))]
pub(super) async fn reset_by_code(
    _who: Anyone,
    page: Page,
    State(platform): State<Platform>,
    Form(sent): Form<ResetCodeForm>,
) -> ApiResult<Response> {
    platform.limits.check(PROOFS, &address_key(page.ctx.ip)).await?;
    let email = sent.email.parse::<Email>().map_err(|_not_one| ApiError::not_found())?;
    let again = |code: &str| {
        let problem = page.t(&format!("error-{code}"));
        let form = by_code(&page, &email, &sent.flow, Some(problem));
        (StatusCode::UNPROCESSABLE_ENTITY, form).into_response()
    };
    let password = match Password::choose(sent.password.expose(), &[email.as_str()]) {
        Ok(password) => password,
        Err(why) => return Ok(again(why.code())),
    };
    let hash = platform
        .passwords
        .hash(password.secret(), platform.db.entropy())
        .await?;
    let mut tx = platform.db.begin(Actor::Anonymous).await?;
    let typed = (sent.flow.expose(), sent.code.expose());
    let Some(account) = proofs::try_code(&mut tx, &platform.vault, Purpose::Reset, typed).await? else {
        // The try counts.
        tx.commit().await?;
        return Ok(again("code_invalid"));
    };
    // Whoever can read the letter owns the address.
    store::verify_email(&mut tx, account).await?;
    replace_password(&mut tx, &platform, &page.ctx, account, &hash).await?;
    tx.commit().await?;
    Ok(Redirect::to("/sign-in?done=password-changed").into_response())
}

/// A link, not used yet: mail programs open addresses to show previews.
#[utoipa::path(get, path = "/reset/{token}", tag = "pages",
    // The link itself is the proof.
    security(()))]
pub(super) async fn show_reset_link(
    _who: Anyone,
    page: Page,
    Path(token): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let alive = proofs::is_link_alive(&platform, Purpose::Reset, &token).await?;
    Ok(if alive {
        by_link(&page, &token, None)
    } else {
        expired(&page)
    })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ResetLinkForm {
    #[schema(value_type = String)]
    token: Secret,
    #[schema(value_type = String)]
    password: Secret,
}

/// Sets a new password by the link of the letter.
#[utoipa::path(post, path = "/reset/link", tag = "pages",
    // The link itself is the proof.
    security(()))]
pub(super) async fn reset_by_link(
    _who: Anyone,
    page: Page,
    State(platform): State<Platform>,
    Form(ResetLinkForm { token, password }): Form<ResetLinkForm>,
) -> ApiResult<Response> {
    platform.limits.check(PROOFS, &address_key(page.ctx.ip)).await?;
    let password = match Password::choose(password.expose(), &[]) {
        Ok(password) => password,
        Err(why) => {
            let again = by_link(&page, token.expose(), Some(page.t(&format!("error-{}", why.code()))));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
        }
    };
    let hash = platform
        .passwords
        .hash(password.secret(), platform.db.entropy())
        .await?;
    let mut tx = platform.db.begin(Actor::Anonymous).await?;
    let Some(account) = proofs::use_link(&mut tx, Purpose::Reset, token.expose()).await? else {
        return Ok(expired(&page).into_response());
    };
    store::verify_email(&mut tx, account).await?;
    replace_password(&mut tx, &platform, &page.ctx, account, &hash).await?;
    tx.commit().await?;
    Ok(Redirect::to("/sign-in?done=password-changed").into_response())
}

fn ask(page: &Page, email: &str, problem: Option<String>) -> Html<String> {
    let form = pages::Form::post("/reset", page.t("reset-ask-go")).field(
        Field::new("email", page.t("account-email"), FieldKind::Line("email"))
            .value(email)
            .required()
            .autocomplete("username")
            .maybe_error(problem),
    );
    page.page("reset-title", "/reset")
        .lead(page.t("reset-ask-lead"))
        .block(&form)
        .way("", page.t("sign-in-title"), "/sign-in")
        .html()
}

fn new_password(page: &Page) -> Field {
    Field::new("password", page.t("account-new-password"), FieldKind::Line("password"))
        .help(page.t("account-password-help"))
        .required()
        .autocomplete("new-password")
}

fn by_code(page: &Page, email: &Email, flow: &Secret, problem: Option<String>) -> Html<String> {
    let form = pages::Form::post("/reset/code", page.t("reset-go"))
        .owner(email.as_str())
        .hidden("flow", flow.expose())
        .hidden("email", email.as_str())
        .field(
            Field::text("code", page.t("account-code"))
                .required()
                .autocomplete("one-time-code"),
        )
        .field(new_password(page))
        .maybe_problem(problem);
    page.page("reset-title", "/reset")
        .lead(page.with("reset-lead", &[("email", email.as_str().into())]))
        .block(&form)
        .html()
}

fn by_link(page: &Page, token: &str, problem: Option<String>) -> Html<String> {
    let form = pages::Form::post("/reset/link", page.t("reset-go"))
        .hidden("token", token)
        .field(new_password(page))
        .maybe_problem(problem);
    page.page("reset-title", "/reset").block(&form).html()
}

fn expired(page: &Page) -> Html<String> {
    page.page("proof-expired", "/reset")
        .lead(page.t("proof-expired-lead"))
        .way("", page.t("reset-title"), "/reset")
        .html()
}
