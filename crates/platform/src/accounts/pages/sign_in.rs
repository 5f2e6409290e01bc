//! In and out.

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use karavan_kernel::{Actor, Secret};
use karavan_web::{
    Anyone, ApiError, ApiResult, Form, SignedIn,
    limits::address_key,
    pages::{self, Field, FieldKind},
    redirect::same_origin,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{SIGN_IN, SIGN_IN_ALL, frame::Page, second_step, two_step};
use crate::{
    Platform,
    access::{self, AccountState, Way, door},
    accounts::{Email, Verdict, attempts::Guesser, factor, store},
};

/// Where somebody goes who wanted nothing in particular.
pub(super) const HOME: &str = "/account";

/// The form.
#[utoipa::path(get, path = "/sign-in", tag = "pages",
    // Nobody is signed in yet.
    security(()))]
pub(super) async fn show_sign_in(_who: Anyone, page: Page, State(platform): State<Platform>) -> Html<String> {
    let next = page.next().unwrap_or_default();
    form(&page, &platform, "", &next, None)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInForm {
    email: String,
    #[schema(value_type = String)]
    password: Secret,
    #[serde(default)]
    next: String,
}

/// Lets somebody in, or asks for their second factor. A wrong password and an unknown address look alike and take as long.
#[utoipa::path(post, path = "/sign-in", tag = "pages",
    // The password is the proof.
    security(()))]
pub(super) async fn sign_in(
    _who: Anyone,
    page: Page,
    State(platform): State<Platform>,
    Form(sent): Form<SignInForm>,
) -> ApiResult<Response> {
    let SignInForm { email, password, next } = sent;
    platform.limits.check(SIGN_IN, &address_key(page.ctx.ip)).await?;
    platform.limits.check(SIGN_IN_ALL, "").await?;
    let again = |problem: &str| {
        let form = form(&page, &platform, &email, &next, Some(page.t(problem)));
        (StatusCode::UNPROCESSABLE_ENTITY, form).into_response()
    };
    let Ok(address) = email.parse::<Email>() else {
        return Ok(again("sign-in-failed"));
    };
    let guesser = Guesser::new(&platform.vault, &address.key(), page.ctx.ip);
    let mut tx = platform.db.begin(Actor::Anonymous).await?;
    let counted = guesser.begin(&mut tx).await?;
    let person = store::find_by_address(&mut tx, &address.key()).await?;
    tx.commit().await?;
    counted.map_err(ApiError::too_many)?;

    let hash = person.as_ref().and_then(|person| person.password.clone());
    let verdict = platform.passwords.check(&password, hash.clone()).await?;
    let (Verdict::Right { outdated }, Some(person)) = (verdict, person) else {
        tracing::info!("A sign-in failed");
        return Ok(again("sign-in-failed"));
    };
    if person.state != AccountState::Active {
        return Ok(again("sign-in-blocked"));
    }
    let fresh = if outdated {
        Some(platform.passwords.hash(&password, platform.db.entropy()).await?)
    } else {
        None
    };
    let mut tx = platform.db.begin(Actor::Account(person.id.to_string())).await?;
    // Meanwhile another password may have been set, which ended every session: this one must not come after it.
    if !store::is_still(&mut tx, &person).await? {
        return Ok(again("sign-in-failed"));
    }
    guesser.forget(&mut tx).await?;
    if let (Some(before), Some(after)) = (hash, fresh) {
        store::rehash_password(&mut tx, person.id, &before, &after).await?;
    }
    let next = same_origin(&next).unwrap_or(HOME);
    if factor::store::is_on(&mut tx, person.id).await? {
        return second_step::ask(tx, &page.ctx, person.id, next).await;
    }
    let is_staff = !access::store::permissions_of_account(&mut tx, person.id)
        .await?
        .is_empty();
    let next = if is_staff { two_step::HERE } else { next };
    door::let_in(tx, &page.ctx, person.id, Way::Password, next).await
}

/// The form again for somebody whose sign-in has waited for a code too long.
pub(super) fn over(page: &Page, platform: &Platform, next: &str) -> Response {
    let form = form(page, platform, "", next, Some(page.t("second-step-over")));
    (StatusCode::UNPROCESSABLE_ENTITY, form).into_response()
}

fn form(page: &Page, platform: &Platform, email: &str, next: &str, problem: Option<String>) -> Html<String> {
    let form = pages::Form::post("/sign-in", page.t("sign-in-go"))
        .hidden("next", next)
        .field(
            Field::new("email", page.t("account-email"), FieldKind::Line("email"))
                .value(email)
                .required()
                .autocomplete("username"),
        )
        .field(
            Field::new("password", page.t("account-password"), FieldKind::Line("password"))
                .required()
                .autocomplete("current-password"),
        )
        .maybe_problem(problem);
    let mut shown = page.page("sign-in-title", "/sign-in").block(&form);
    if platform.mail_is_on() {
        shown = shown.way("", page.t("sign-in-forgotten"), "/reset");
        shown = shown.way(page.t("sign-in-new"), page.t("sign-up-title"), "/sign-up");
    }
    shown.html()
}

/// Ends the session; the browser forgets what it kept.
#[utoipa::path(post, path = "/sign-out", tag = "pages", security(("permission" = [])))]
pub(super) async fn sign_out(who: SignedIn, page: Page, State(platform): State<Platform>) -> ApiResult<Response> {
    door::let_out(&platform, &who, &page.ctx, "/sign-in").await
}
