//! The same list as a file.

use axum::{extract::State, response::IntoResponse};
use karavan_store::PageRequest;
use karavan_web::{
    ApiResult, Can, Ctx,
    csv::{Csv, MOST_ROWS},
    pages::ListQuery,
};

use super::{super::ReadAudit, search_of};
use crate::{
    Platform,
    audit::store::{self, Details, Found, Stored},
};

/// What the list shows, with before and after as JSON.
#[utoipa::path(get, path = "/admin/audit.csv", tag = "pages", security(("permission" = ["platform.audit.read"])))]
pub(super) async fn export_audit(
    _who: Can<ReadAudit>,
    ctx: Ctx,
    query: ListQuery,
    State(platform): State<Platform>,
) -> ApiResult<impl IntoResponse> {
    let keys = [
        "audit-when",
        "audit-kind",
        "audit-actor",
        "audit-name",
        "audit-act",
        "audit-entity-kind",
        "audit-entity",
        "audit-before",
        "audit-after",
        "audit-ip",
        "audit-browser",
        "audit-request",
        "audit-place",
        "audit-id",
    ];
    let mut csv = Csv::new("audit", ctx.lang.locale(), keys.map(|key| ctx.lang.text(key)));
    let mut read = platform.db.read().await?;
    let search = search_of(&platform, &query);
    for request in PageRequest::up_to(MOST_ROWS) {
        let page = store::search(&mut read, &search, request).await?;
        let is_last = page.is_last(request);
        for found in page.rows {
            csv.push(line(&platform, found));
        }
        if is_last {
            break;
        }
    }
    Ok(csv)
}

fn line(platform: &Platform, found: Found) -> [String; 14] {
    let Found { entry, details, seq } = found;
    let Stored {
        id,
        at,
        actor_kind,
        actor_id,
        act,
        entity_kind,
        entity_id,
        request_id,
        details_hash: _,
    } = entry;
    let Details {
        entry_id: _,
        salt: _,
        who,
        who_key: _,
        before_json,
        after_json,
        ip,
        user_agent,
    } = details;
    let text = Option::unwrap_or_default;
    [
        platform.time_zone.format(at, "%Y-%m-%d %H:%M:%S"),
        actor_kind,
        actor_id,
        text(who),
        act,
        entity_kind,
        entity_id,
        text(before_json),
        text(after_json),
        text(ip),
        text(user_agent),
        text(request_id),
        seq.map_or_else(String::new, |seq| seq.to_string()),
        id,
    ]
}
