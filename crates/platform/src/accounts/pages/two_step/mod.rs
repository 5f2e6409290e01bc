//! One's own second factor: its state, setting it up, turning it off.
//!
//! **Always holds:** nobody changes anything here who has not shown a moment ago who they are; every change is told by letter
//! where letters can be sent; recovery codes and the secret are shown in one answer that no cache keeps.
//!
//! Links of operators ask for no factor: they are made on the machine itself, and are the way back for whoever has lost app
//! and codes. So an account without a password has none to set up.

pub(super) mod set_up;
pub(super) mod state;
pub(super) mod turn_off;

use axum::{
    http::header::CACHE_CONTROL,
    response::{Html, IntoResponse, Response},
};
use karavan_kernel::Secret;
use karavan_web::pages::{Act, Badge, CodeList, Group, SafeHtml};

use super::frame::Page;

/// The page's address.
pub(super) const HERE: &str = "/account/two-step";

/// Whether it is on, for the page about safety.
pub(super) fn summary(page: &Page, is_on: bool) -> Group {
    let badge = if is_on {
        Badge::good(page.t("two-step-on"))
    } else {
        Badge::warn(page.t("two-step-off"))
    };
    Group::new(page.t("two-step-title"))
        .item(page.t("two-step-state"), badge)
        .act(Act::link(page.t("two-step-open"), HERE))
}

/// Recovery codes, this once.
fn recovery_codes(page: &Page, codes: &[Secret]) -> Response {
    let shown: Html<String> = page
        .page("recovery-title", HERE)
        .lead(page.t("recovery-lead"))
        .block(&CodeList::new(codes.iter().map(Secret::expose)))
        .block(&SafeHtml::trusted(
            Act::link(page.t("recovery-kept"), HERE).main().to_string(),
        ))
        .html();
    ([(CACHE_CONTROL, "no-store")], shown).into_response()
}
