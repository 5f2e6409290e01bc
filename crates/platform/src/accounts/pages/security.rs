//! One's own safety: the password, and where one is signed in.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use karavan_kernel::Secret;
use karavan_web::{
    ApiError, ApiResult, Form, Path, SignedIn,
    limits::address_key,
    pages::{self, Act, Cell, Column, Detail, Field, FieldKind, ListQuery, ListView, Paging, Row, SafeHtml},
    sessions::{self, TokenHash},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    SIGN_IN,
    account::{id_of, person_of},
    confirm, device,
    doors::{note, replace_password},
    frame::Page,
    two_step,
};
use crate::{
    Platform,
    access::{
        AccountId,
        door::{self, Renewal},
        subject_of,
    },
    accounts::{Password, Verdict, factor, store},
    admin::done,
};

const HERE: &str = "/account/security";

/// The page.
#[utoipa::path(get, path = "/account/security", tag = "pages", security(("permission" = [])))]
pub(super) async fn show_security(
    who: SignedIn,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    shown(&platform, &page, &who, &[]).await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordForm {
    #[schema(value_type = String)]
    current: Secret,
    #[schema(value_type = String)]
    password: Secret,
}

/// Another password. Every session ends, and this browser gets a new one. The current password is the proof; whoever has a
/// second factor has shown it a moment ago too.
#[utoipa::path(post, path = "/account/password", tag = "pages", security(("permission" = [])))]
pub(super) async fn change_password(
    who: SignedIn,
    page: Page,
    State(platform): State<Platform>,
    Form(PasswordForm { current, password }): Form<PasswordForm>,
) -> ApiResult<Response> {
    platform
        .limits
        .check(SIGN_IN, &format!("{} {}", address_key(page.ctx.ip), who.id))
        .await?;
    let person = person_of(&platform, &who).await?;
    let person = person.ok_or_else(|| ApiError::conflict("email_missing"))?;
    if !who.proof.fresh && has_factor(&platform, person.id).await? {
        return Err(ApiError::proof_required());
    }
    let mut wrong = Vec::new();
    let about = [person.address.as_str(), &person.name];
    let chosen = Password::choose(password.expose(), &about);
    if let Err(why) = &chosen {
        wrong.push(("password", why.code()));
    }
    if platform.passwords.check(&current, person.password.clone()).await? == Verdict::Wrong {
        wrong.push(("current", "password_wrong"));
    }
    let (Ok(chosen), true) = (chosen, wrong.is_empty()) else {
        let again = shown(&platform, &page, &who, &wrong).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let hash = platform.passwords.hash(chosen.secret(), platform.db.entropy()).await?;
    let mut tx = platform.db.begin(who.actor()).await?;
    // Whoever had got hold of the old password must not undo what its owner did about it meanwhile.
    if !store::is_still(&mut tx, &person).await? {
        return Err(ApiError::conflict("password_changed"));
    }
    let left = door::leave(&mut tx, &page.ctx).await?;
    replace_password(&mut tx, &platform, &page.ctx, person.id, &hash).await?;
    let cookie = door::renew(tx, &page.ctx, person.id, (left, Renewal::Proved)).await?;
    Ok(door::leading_to(cookie, "/account/security?done=password-changed"))
}

async fn has_factor(platform: &Platform, id: AccountId) -> ApiResult<bool> {
    Ok(factor::store::is_on(&mut *platform.db.read().await?, id).await?)
}

/// Ends one of one's own sessions. What names it is a hash: it opens nothing.
#[utoipa::path(post, path = "/account/sessions/{session}/end", tag = "pages", security(("permission" = [])))]
pub(super) async fn end_session(
    who: SignedIn,
    page: Page,
    State(platform): State<Platform>,
    Path(session): Path<String>,
) -> ApiResult<Response> {
    let hash: TokenHash = session.parse().map_err(|_not_one| ApiError::not_found())?;
    let mut tx = platform.db.begin(who.actor()).await?;
    let id = id_of(&who)?;
    // One that is over already, or was never theirs, is not signed in either way.
    if sessions::store::end_own(&mut tx, &subject_of(id), &hash).await? {
        note(&mut tx, &page.ctx, "account.session.end", id).await?;
    }
    tx.commit().await?;
    Ok(done(HERE, "session-ended").into_response())
}

/// Ends all one's sessions but this one.
#[utoipa::path(post, path = "/account/sessions/end-others", tag = "pages", security(("permission" = [])))]
pub(super) async fn end_sessions(who: SignedIn, page: Page, State(platform): State<Platform>) -> ApiResult<Response> {
    let id = id_of(&who)?;
    let mut tx = platform.db.begin(who.actor()).await?;
    store::hold(&mut tx, id).await?;
    let left = door::leave(&mut tx, &page.ctx).await?;
    sessions::store::end_all_of(&mut tx, &subject_of(id)).await?;
    note(&mut tx, &page.ctx, "account.session.end_others", id).await?;
    let cookie = door::renew(tx, &page.ctx, id, (left, Renewal::Same)).await?;
    Ok(door::leading_to(cookie, "/account/security?done=sessions-ended"))
}

async fn shown(
    platform: &Platform,
    page: &Page,
    who: &SignedIn,
    wrong: &[(&'static str, &'static str)],
) -> ApiResult<Html<String>> {
    let now = platform.db.clock().now();
    let person = person_of(platform, who).await?;
    let subject = subject_of(id_of(who)?);
    let list = sessions::store::active_of(&mut *platform.db.read().await?, &subject, now).await?;
    let others = list.len() > 1;
    let mut shown = page.page("security-title", HERE);
    if let Some(person) = person.filter(|person| person.password.is_some()) {
        let is_on = has_factor(platform, person.id).await?;
        shown = if is_on && !who.proof.fresh {
            // What is typed into the form would be lost on the way to the proof.
            let way = Act::link(page.t("security-change"), confirm::leading_back_to(HERE));
            shown.block(&SafeHtml::trusted(way.to_string()))
        } else {
            shown.block(&password_form(page, wrong).owner(person.address.as_str()))
        };
        shown = shown.block(&Detail::new().group(two_step::summary(page, is_on)));
    }
    shown = shown.block(&session_list(platform, page, who, &list));
    if others {
        let act = Act::post(page.t("security-end-others"), "/account/sessions/end-others");
        shown = shown.block(&SafeHtml::trusted(act.to_string()));
    }
    Ok(shown.way("", page.t("account-title"), "/account").html())
}

fn password_form(page: &Page, wrong: &[(&'static str, &'static str)]) -> pages::Form {
    let problem = |field: &str| {
        let found = wrong.iter().find(|(name, _)| *name == field);
        found.map(|(_, code)| page.t(&format!("error-{code}")))
    };
    pages::Form::post("/account/password", page.t("security-change"))
        .field(
            Field::new(
                "current",
                page.t("account-current-password"),
                FieldKind::Line("password"),
            )
            .required()
            .autocomplete("current-password")
            .maybe_error(problem("current")),
        )
        .field(
            Field::new("password", page.t("account-new-password"), FieldKind::Line("password"))
                .help(page.t("account-password-help"))
                .required()
                .autocomplete("new-password")
                .maybe_error(problem("password")),
        )
}

fn session_list(platform: &Platform, page: &Page, who: &SignedIn, list: &[sessions::Session]) -> ListView {
    let total = u64::try_from(list.len()).unwrap_or(u64::MAX);
    let row = |session: &sessions::Session| {
        let here = who.session.as_ref() == Some(&session.token_hash);
        let last = if here {
            Cell::text(page.t("security-here"))
        } else {
            let address = format!("/account/sessions/{}/end", session.token_hash);
            SafeHtml::trusted(Act::post(page.t("security-end"), address).quiet().to_string()).into()
        };
        Row::new(session.token_hash.to_string()).cells([
            Cell::lines(device::name_of(&session.user_agent), session.ip.as_str()),
            Cell::text(page.ctx.lang.moment(session.seen_at, &platform.time_zone)),
            last,
        ])
    };
    ListView::new("sessions", HERE, ListQuery::default())
        .column(Column::text(page.t("security-device")))
        .column(Column::text(page.t("security-seen")))
        .column(Column::text(""))
        .rows(list.iter().map(row))
        .paging(Paging {
            size: total.max(1),
            total,
        })
}
