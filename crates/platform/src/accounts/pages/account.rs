//! One's own page: who one is here.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use karavan_web::{
    AccountPrincipal, ApiError, ApiResult, Form, SignedIn,
    pages::{self, Act, Badge, Cell, Detail, Field, Group, SafeHtml},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{doors::note, frame::Page, two_step};
use crate::{
    Platform,
    access::{self, AccountId},
    accounts::{
        PersonName,
        store::{self, Person},
    },
    admin::done,
};

/// The account's id, which came out of our own session.
pub(crate) fn id_of(who: &AccountPrincipal) -> ApiResult<AccountId> {
    who.id.parse().map_err(ApiError::internal)
}

/// The person with their address; `None` for an account that came in by a link and has none.
pub(super) async fn person_of(platform: &Platform, who: &AccountPrincipal) -> ApiResult<Option<Person>> {
    let id = id_of(who)?;
    Ok(store::find_person(&mut *platform.db.read().await?, id).await?)
}

/// The page.
#[utoipa::path(get, path = "/account", tag = "pages", security(("permission" = [])))]
pub(super) async fn show_account(
    who: SignedIn,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    shown(&platform, &page, &who, &who.name, None).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NameForm {
    name: String,
}

/// Another name.
#[utoipa::path(post, path = "/account", tag = "pages", security(("permission" = [])))]
pub(super) async fn rename(
    who: SignedIn,
    page: Page,
    State(platform): State<Platform>,
    Form(NameForm { name }): Form<NameForm>,
) -> ApiResult<Response> {
    let Some(parsed) = PersonName::parse(&name) else {
        let problem = Some(page.t("error-person_name_invalid"));
        let again = shown(&platform, &page, &who, &name, problem).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let mut tx = platform.db.begin(who.actor()).await?;
    let id = id_of(&who)?;
    access::store::rename_account(&mut tx, id, parsed.as_str()).await?;
    note(&mut tx, &page.ctx, "account.rename", id).await?;
    tx.commit().await?;
    Ok(done("/account", "account-renamed").into_response())
}

async fn shown(
    platform: &Platform,
    page: &Page,
    who: &SignedIn,
    name: &str,
    problem: Option<String>,
) -> ApiResult<Html<String>> {
    let person = person_of(platform, who).await?;
    let form = pages::Form::post("/account", page.t("account-save")).field(
        Field::text("name", page.t("account-name"))
            .value(name)
            .required()
            .autocomplete("name")
            .maybe_error(problem),
    );
    let mut shown = page.page("account-title", "/account").block(&form);
    if let Some(person) = &person {
        shown = shown.block(&Detail::new().group(address(page, person)));
    }
    if who.proof.withheld {
        shown = shown.lead(page.t("two-step-staff"));
    }
    if !who.permissions.is_empty() {
        shown = shown.way("", page.t("product-panel"), "/admin");
    }
    let out = Act::post(page.t("pages-sign-out"), "/sign-out").icon("log-out");
    Ok(shown
        .way("", page.t("security-title"), "/account/security")
        .way("", page.t("two-step-title"), two_step::HERE)
        .way("", page.t("consents-title"), "/account/consents")
        .block(&SafeHtml::trusted(out.to_string()))
        .html())
}

fn address(page: &Page, person: &Person) -> Group {
    let group = Group::new("").item(page.t("account-email"), Cell::text(person.address.as_str()));
    if person.verified_at.is_some() {
        return group.item(
            page.t("account-email-state"),
            Badge::good(page.t("account-email-verified")),
        );
    }
    group
        .item(
            page.t("account-email-state"),
            Badge::warn(page.t("account-email-unverified")),
        )
        .act(Act::post(page.t("account-email-verify"), "/account/verify"))
}
