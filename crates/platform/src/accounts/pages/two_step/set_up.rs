//! Setting the second factor up: the app learns the secret, and a code shows that it did.

use axum::{
    extract::State,
    http::{StatusCode, header::CACHE_CONTROL},
    response::{Html, IntoResponse, Redirect, Response},
};
use karavan_kernel::Secret;
use karavan_web::{
    ApiError, ApiResult, Form,
    pages::{self, CodeList, Prose, Qr},
    sessions,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{HERE, recovery_codes};
use crate::{
    Platform,
    access::{
        door::{self, Renewal},
        stepup::Proved,
        subject_of,
    },
    accounts::{
        factor::{self, App, store},
        pages::{
            account::{id_of, person_of},
            codes::{self, question, tell},
            doors::note,
            frame::Page,
        },
        store::{Person, hold},
    },
    mail::Template,
};

/// The address of the page with the secret.
const SET_UP: &str = "/account/two-step/set-up";

/// Draws a secret. Nothing asks for it before a code has confirmed it.
#[utoipa::path(post, path = "/account/two-step", tag = "pages", security(("permission" = [])))]
pub(in crate::accounts::pages) async fn begin(who: Proved, State(platform): State<Platform>) -> ApiResult<Redirect> {
    let person = with_password(&platform, &who).await?;
    let mut tx = platform.db.begin(who.actor()).await?;
    hold(&mut tx, person.id).await?;
    let begun = factor::begin(&mut tx, &platform.vault, person.id).await?;
    tx.commit().await?;
    Ok(Redirect::to(if begun { SET_UP } else { HERE }))
}

/// The secret for the app, as squares and as text.
#[utoipa::path(get, path = "/account/two-step/set-up", tag = "pages", security(("permission" = [])))]
pub(in crate::accounts::pages) async fn show_set_up(
    who: Proved,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Response> {
    shown(&platform, &page, &who, None).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::accounts::pages) struct SetUpForm {
    #[schema(value_type = String)]
    code: Secret,
}

/// Turns the factor on. Every session ends, and this browser gets a new one and the recovery codes.
#[utoipa::path(post, path = "/account/two-step/set-up", tag = "pages", security(("permission" = [])))]
pub(in crate::accounts::pages) async fn set_up(
    who: Proved,
    page: Page,
    State(platform): State<Platform>,
    Form(SetUpForm { code }): Form<SetUpForm>,
) -> ApiResult<Response> {
    let id = id_of(&who)?;
    let (mut tx, guesser) = codes::begin(&platform, &page.ctx, id).await?;
    let Some(codes) = factor::confirm(&mut tx, &platform.vault, id, code.expose()).await? else {
        // The try counts.
        tx.commit().await?;
        let problem = page.t("error-second_step_code_invalid");
        return shown(&platform, &page, &who, Some(problem)).await;
    };
    guesser.forget(&mut tx).await?;
    let left = door::leave(&mut tx, &page.ctx).await?;
    sessions::store::end_all_of(&mut tx, &subject_of(id)).await?;
    tell(&mut tx, &platform, &page.ctx, id, Template::TwoStepOn).await?;
    note(&mut tx, &page.ctx, "account.factor.on", id).await?;
    let way = door::way_of(&page.ctx).with_factor();
    let cookie = door::renew(tx, &page.ctx, id, (left, Renewal::By(way))).await?;
    Ok((cookie, recovery_codes(&page, &codes)).into_response())
}

/// The person, if they sign in by a password: the factor is asked for after it.
async fn with_password(platform: &Platform, who: &Proved) -> ApiResult<Person> {
    let person = person_of(platform, who).await?;
    let person = person.filter(|person| person.password.is_some());
    person.ok_or_else(|| ApiError::conflict("password_missing"))
}

async fn shown(platform: &Platform, page: &Page, who: &Proved, problem: Option<String>) -> ApiResult<Response> {
    let person = with_password(platform, who).await?;
    let factor = store::find(&mut *platform.db.read().await?, person.id).await?;
    let Some(factor) = factor.filter(|factor| !factor.is_on()) else {
        return Ok(Redirect::to(HERE).into_response());
    };
    let app = factor::app_of(&platform.vault, person.id, &factor.secret)?;
    let status = if problem.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let html = with_secret(page, &person, &app, problem)?;
    Ok((status, [(CACHE_CONTROL, "no-store")], html).into_response())
}

fn with_secret(page: &Page, person: &Person, app: &App, problem: Option<String>) -> ApiResult<Html<String>> {
    let address = app.address(person.address.as_str()).map_err(ApiError::internal)?;
    let squares = Qr::new(&address, page.t("two-step-qr")).map_err(ApiError::internal)?;
    let form = pages::Form::post(SET_UP, page.t("two-step-turn-on"))
        .field(question(page, "two-step-code"))
        .maybe_problem(problem)
        .cancel(HERE);
    Ok(page
        .page("two-step-title", SET_UP)
        .lead(page.t("two-step-scan"))
        .block(&squares)
        .block(&Prose::new(&page.t("two-step-key")))
        .block(&CodeList::new([app.key()]))
        .block(&form)
        .html())
}
