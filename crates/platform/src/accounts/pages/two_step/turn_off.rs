//! Turning the second factor off.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use karavan_web::{ApiResult, pages::Confirm, sessions};

use super::HERE;
use crate::{
    Platform,
    access::{
        door::{self, Renewal},
        stepup::Proved,
        subject_of,
    },
    accounts::{
        factor::store,
        pages::{account::id_of, codes::tell, doors::note, frame::Page},
        store::hold,
    },
    mail::Template,
};

/// The address of the question and of the act.
const OFF: &str = "/account/two-step/off";

/// Asks before it is turned off.
#[utoipa::path(get, path = "/account/two-step/off", tag = "pages", security(("permission" = [])))]
pub(in crate::accounts::pages) async fn ask_turn_off(who: Proved, page: Page) -> Html<String> {
    let consequence = if who.permissions.is_empty() {
        "two-step-off-note"
    } else {
        "two-step-off-staff"
    };
    let question = Confirm::new(page.t("two-step-off-question"), OFF, page.t("two-step-turn-off"), HERE);
    page.page("two-step-title", OFF)
        .block(&question.consequence(page.t(consequence)))
        .html()
}

/// Turns it off. Every session ends, and this browser gets a new one.
#[utoipa::path(post, path = "/account/two-step/off", tag = "pages", security(("permission" = [])))]
pub(in crate::accounts::pages) async fn turn_off(
    who: Proved,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Response> {
    let id = id_of(&who)?;
    let mut tx = platform.db.begin(who.actor()).await?;
    hold(&mut tx, id).await?;
    let was_on = store::is_on(&mut tx, id).await?;
    if !store::remove(&mut tx, id).await? || !was_on {
        // One that was never confirmed is nothing that anybody needs to hear of.
        tx.commit().await?;
        return Ok(Redirect::to(HERE).into_response());
    }
    let left = door::leave(&mut tx, &page.ctx).await?;
    sessions::store::end_all_of(&mut tx, &subject_of(id)).await?;
    tell(&mut tx, &platform, &page.ctx, id, Template::TwoStepOff).await?;
    note(&mut tx, &page.ctx, "account.factor.off", id).await?;
    let way = door::way_of(&page.ctx).without_factor();
    let cookie = door::renew(tx, &page.ctx, id, (left, Renewal::By(way))).await?;
    Ok(door::leading_to(cookie, "/account/two-step?done=two-step-off"))
}
