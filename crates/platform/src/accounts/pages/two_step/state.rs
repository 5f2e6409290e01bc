//! Whether the second factor is on, and new recovery codes.

use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use karavan_web::{
    ApiResult, SignedIn,
    pages::{Act, Badge, Cell, Detail, Group, SafeHtml},
};

use super::{HERE, recovery_codes};
use crate::{
    Platform,
    access::stepup::Proved,
    accounts::{
        factor::{self, store},
        pages::{
            account::{id_of, person_of},
            doors::note,
            frame::Page,
        },
        store::hold,
    },
};

/// The page.
#[utoipa::path(get, path = "/account/two-step", tag = "pages", security(("permission" = [])))]
pub(in crate::accounts::pages) async fn show_two_step(
    who: SignedIn,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let id = id_of(&who)?;
    let person = person_of(&platform, &who).await?;
    let mut read = platform.db.read().await?;
    let factor = store::find(&mut read, id).await?;
    let left = store::recovery_codes_left(&mut read, id).await?;
    drop(read);
    let mut shown = page.page("two-step-title", HERE);
    if let Some(since) = factor.and_then(|factor| factor.confirmed_at) {
        let since = page.ctx.lang.moment(since, &platform.time_zone);
        let off = Act::confirm(page.t("two-step-turn-off"), "/account/two-step/off");
        let codes = if left == 0 {
            Badge::warn(page.ctx.lang.number(left)).into()
        } else {
            Cell::text(page.ctx.lang.number(left))
        };
        let group = Group::new("")
            .item(page.t("two-step-state"), Badge::good(page.t("two-step-on")))
            .item(page.t("two-step-since"), Cell::text(since))
            .item(page.t("recovery-left"), codes);
        let renew = Act::post(page.t("recovery-new"), "/account/two-step/codes");
        let acts = format!("<div class=\"acts\">{renew}{}</div>", off.danger());
        shown = shown
            .lead(page.t("two-step-on-lead"))
            .block(&Detail::new().group(group))
            .block(&SafeHtml::trusted(acts));
    } else if person.is_none_or(|person| person.password.is_none()) {
        shown = shown.lead(page.t("two-step-no-password"));
    } else {
        let lead = if who.proof.withheld {
            "two-step-staff"
        } else {
            "two-step-lead"
        };
        let begin = Act::post(page.t("two-step-set-up"), HERE).main();
        shown = shown.lead(page.t(lead)).block(&SafeHtml::trusted(begin.to_string()));
    }
    Ok(shown.way("", page.t("security-title"), "/account/security").html())
}

/// New recovery codes; the old ones are good for nothing from now on.
#[utoipa::path(post, path = "/account/two-step/codes", tag = "pages", security(("permission" = [])))]
pub(in crate::accounts::pages) async fn new_recovery_codes(
    who: Proved,
    page: Page,
    State(platform): State<Platform>,
) -> ApiResult<Response> {
    let id = id_of(&who)?;
    let mut tx = platform.db.begin(who.actor()).await?;
    hold(&mut tx, id).await?;
    if !store::is_on(&mut tx, id).await? {
        return Ok(Redirect::to(HERE).into_response());
    }
    let codes = factor::issue_recovery_codes(&mut tx, &platform.vault, id).await?;
    note(&mut tx, &page.ctx, "account.recovery_code.renew", id).await?;
    tx.commit().await?;
    Ok(recovery_codes(&page, &codes))
}
