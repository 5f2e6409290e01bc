//! The audit log in the panel: who did what, to be searched, read and downloaded.
//!
//! **Always holds:** pages only read, with a number of queries that does not depend on the number of entries.
//!
//! Start at [`list`], then [`show`].

mod diff;
mod export;
mod list;
mod show;
mod words;

use karavan_kernel::Date;
use karavan_web::pages::ListQuery;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Platform, audit::store::Search};

const AUDIT: &str = "/admin/audit";

pub(super) fn routes() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(list::list_audit))
        .routes(routes!(export::export_audit))
        .routes(routes!(show::show_audit))
}

/// What the address asks for, for the list and for the download.
fn search_of(platform: &Platform, query: &ListQuery) -> Search {
    let day = |name: &str| query.get(name).and_then(|text| text.parse::<Date>().ok());
    let start = |day: Option<Date>| day.map(|day| platform.time_zone.start_of(day));
    let text = |name: &str| query.get(name).map(str::to_owned);
    Search {
        about: query.search().map(str::to_owned),
        act: text("act"),
        actor_kind: text("kind"),
        from: start(day("day_from")),
        until: start(day("day_to").map(Date::next)),
        reversed: query.sort() == Some(("when", false)),
    }
}
