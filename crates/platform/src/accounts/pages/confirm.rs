//! Showing again who one is: what [`Proved`](crate::access::stepup::Proved) leads to, and back.
//!
//! Whoever has a second factor is asked for a code, everybody else for the password: the stronger of what they have.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use karavan_kernel::Secret;
use karavan_store::Tx;
use karavan_web::{
    ApiError, ApiResult, Form, SignedIn,
    limits::address_key,
    pages::{self, Field, FieldKind},
    redirect::{encode, same_origin},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{
    SIGN_IN,
    account::{id_of, person_of},
    codes::{question, try_code},
    frame::Page,
    sign_in::HOME,
};
use crate::{
    Platform,
    access::{
        AccountId,
        door::{self, Renewal},
    },
    accounts::{Verdict, attempts::Guesser, factor, store, store::Person},
    audit::Entry,
};

/// The page's own address.
const HERE: &str = "/account/confirm";

/// The address of this page, for a link that comes back to `path`.
pub(super) fn leading_back_to(path: &str) -> String {
    format!("{HERE}?next={}", encode(path))
}

/// What somebody can show.
enum Means {
    Code,
    Password(Person),
    Nothing,
}

async fn means_of(platform: &Platform, who: &SignedIn) -> ApiResult<Means> {
    let id = id_of(who)?;
    if factor::store::is_on(&mut *platform.db.read().await?, id).await? {
        return Ok(Means::Code);
    }
    let person = person_of(platform, who).await?;
    Ok(match person.filter(|person| person.password.is_some()) {
        Some(person) => Means::Password(person),
        None => Means::Nothing,
    })
}

/// Asks for it.
#[utoipa::path(get, path = "/account/confirm", tag = "pages", security(("permission" = [])))]
pub(super) async fn show_confirm(
    who: SignedIn,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let next = page.next().unwrap_or_default();
    Ok(form(&page, &means_of(&platform, &who).await?, &next, None))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmForm {
    #[serde(default)]
    #[schema(value_type = String)]
    code: Secret,
    #[serde(default)]
    #[schema(value_type = String)]
    password: Secret,
    #[serde(default)]
    next: String,
}

/// Takes it. This browser gets a new session, as after every proof.
#[utoipa::path(post, path = "/account/confirm", tag = "pages", security(("permission" = [])))]
pub(super) async fn confirm(
    who: SignedIn,
    page: Page,
    State(platform): State<Platform>,
    Form(sent): Form<ConfirmForm>,
) -> ApiResult<Response> {
    let ConfirmForm { code, password, next } = sent;
    let id = id_of(&who)?;
    let means = means_of(&platform, &who).await?;
    let (shown, by, wrong) = match &means {
        Means::Code => (
            by_code(&platform, &page, id, &code).await?,
            "code",
            "error-second_step_code_invalid",
        ),
        Means::Password(person) => (
            by_password(&platform, &page, &who, person, &password).await?,
            "password",
            "error-password_wrong",
        ),
        Means::Nothing => return Err(ApiError::conflict("proof_unavailable")),
    };
    let Some(mut tx) = shown else {
        let again = form(&page, &means, &next, Some(page.t(wrong)));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let left = door::leave(&mut tx, &page.ctx).await?;
    let entry = Entry::new("access.confirm", ("account", id)).after(json!({ "by": by }));
    door::note(&mut tx, &page.ctx, entry, id).await?;
    let cookie = door::renew(tx, &page.ctx, id, (left, Renewal::Proved)).await?;
    Ok(door::leading_to(cookie, same_origin(&next).unwrap_or(HOME)))
}

/// The open transaction in which the code was used; `None`: it was wrong, and counts.
async fn by_code(platform: &Platform, page: &Page, id: AccountId, code: &Secret) -> ApiResult<Option<Tx>> {
    let (tx, used) = try_code(platform, &page.ctx, id, code).await?;
    if used.is_some() {
        return Ok(Some(tx));
    }
    tx.commit().await?;
    Ok(None)
}

/// An open transaction in which it is still the password.
async fn by_password(
    platform: &Platform,
    page: &Page,
    who: &SignedIn,
    person: &Person,
    password: &Secret,
) -> ApiResult<Option<Tx>> {
    platform
        .limits
        .check(SIGN_IN, &format!("{} {}", address_key(page.ctx.ip), who.id))
        .await?;
    let guesser = Guesser::new(&platform.vault, &person.address.key(), page.ctx.ip);
    let mut tx = platform.db.begin(who.actor()).await?;
    let counted = guesser.begin(&mut tx).await?;
    tx.commit().await?;
    counted.map_err(ApiError::too_many)?;
    if platform.passwords.check(password, person.password.clone()).await? == Verdict::Wrong {
        return Ok(None);
    }
    let mut tx = platform.db.begin(who.actor()).await?;
    if !store::is_still(&mut tx, person).await? {
        return Ok(None);
    }
    guesser.forget(&mut tx).await?;
    Ok(Some(tx))
}

fn form(page: &Page, means: &Means, next: &str, problem: Option<String>) -> Html<String> {
    let shown = page.page("confirm-title", "/account");
    let form = pages::Form::post(HERE, page.t("confirm-go"))
        .hidden("next", next)
        .maybe_problem(problem);
    let form = match means {
        Means::Nothing => return shown.lead(page.t("error-proof_unavailable")).html(),
        Means::Code => form.field(question(page, "second-step-code").help(page.t("second-step-help"))),
        Means::Password(person) => form.owner(person.address.as_str()).field(
            Field::new(
                "password",
                page.t("account-current-password"),
                FieldKind::Line("password"),
            )
            .required()
            .autocomplete("current-password"),
        ),
    };
    shown
        .lead(page.t("confirm-lead"))
        .block(&form)
        .way("", page.t("account-title"), "/account")
        .html()
}
