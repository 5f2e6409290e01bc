//! One entry.

use axum::{extract::State, response::Html};
use karavan_web::{
    ApiError, ApiResult, Can, Path,
    pages::{Badge, Cell, Column, Detail, Empty, Group, ListQuery, ListView, Prose, Row},
};

use super::{
    super::{Panel, ReadAudit},
    AUDIT, diff, words,
};
use crate::{
    Platform,
    audit::{
        AuditId,
        store::{self, Found},
    },
};

/// One act: who, when, what, from where, with what before and after.
#[utoipa::path(get, path = "/admin/audit/{id}", tag = "pages", security(("permission" = ["platform.audit.read"])))]
pub(super) async fn show_audit(
    _who: Can<ReadAudit>,
    panel: Panel,
    Path(id): Path<AuditId>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let found = store::find(&mut *platform.db.read().await?, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let mut page = panel
        .page_titled(words::act(&panel.lang, &found.entry.act))
        .crumb(panel.t("audit-title"), AUDIT);
    if found.seq.is_none() {
        page = page.badge(&Badge::warn(panel.t("audit-waiting")));
    }
    page = page.block(
        &Detail::new()
            .group(facts(&panel, &platform, &found))
            .group(origin(&panel, &found)),
    );
    if found.details.is_erased() {
        return Ok(page
            .badge(&Badge::neutral(panel.t("audit-erased")))
            .block(&Prose::new(&panel.t("audit-erased-note")))
            .html());
    }
    Ok(page.block(&changes(&panel, &found)).html())
}

fn facts(panel: &Panel, platform: &Platform, found: &Found) -> Group {
    let entry = &found.entry;
    let about = |id: &str| Cell::link(id, format!("{AUDIT}?q={id}"));
    Group::new(panel.t("audit-facts"))
        .item(
            panel.t("audit-when"),
            Cell::text(panel.lang.moment(entry.at, &platform.time_zone)),
        )
        .item(panel.t("audit-who"), words::who(&panel.lang, found))
        .item(panel.t("audit-act"), Cell::code(&entry.act))
        .item(panel.t("audit-entity-kind"), Cell::code(&entry.entity_kind))
        .item(panel.t("audit-entity"), about(&entry.entity_id))
        .item(panel.t("audit-place"), words::place(&panel.lang, found))
        .item(panel.t("audit-id"), Cell::code(&entry.id))
}

fn origin(panel: &Panel, found: &Found) -> Group {
    let code = |text: Option<&String>| text.map_or(Cell::Empty, Cell::code);
    Group::new(panel.t("audit-origin"))
        .item(panel.t("audit-ip"), code(found.details.ip.as_ref()))
        .item(panel.t("audit-browser"), Cell::maybe(found.details.user_agent.as_ref()))
        .item(panel.t("audit-request"), code(found.entry.request_id.as_ref()))
}

fn changes(panel: &Panel, found: &Found) -> ListView {
    let details = &found.details;
    let changes = diff::between(details.before_json.as_deref(), details.after_json.as_deref());
    let row = |change: diff::Change| {
        let diff::Change { field, before, after } = change;
        Row::new(&field).cells([Cell::code(field), Cell::maybe(before), Cell::maybe(after)])
    };
    ListView::new("changes", AUDIT, ListQuery::default())
        .column(Column::text(panel.t("audit-field")))
        .column(Column::text(panel.t("audit-before")))
        .column(Column::text(panel.t("audit-after")))
        .rows(changes.into_iter().map(row))
        .empty(Empty::new(panel.t("audit-unchanged"), panel.t("audit-unchanged-note")))
}
