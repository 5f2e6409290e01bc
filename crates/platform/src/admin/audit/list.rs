//! Entries, newest first.

use axum::{extract::State, response::Html};
use karavan_store::PageRequest;
use karavan_web::{
    ApiResult, Can,
    pages::{Cell, Column, Empty, Filter, ListQuery, ListView, Paging, Period, Row},
};

use super::{
    super::{Panel, ReadAudit},
    AUDIT, search_of, words,
};
use crate::{
    Platform,
    audit::store::{self, Found},
};

const PER_PAGE: u32 = 50;

/// Who did what, newest first.
#[utoipa::path(get, path = "/admin/audit", tag = "pages", security(("permission" = ["platform.audit.read"])))]
pub(super) async fn list_audit(
    _who: Can<ReadAudit>,
    panel: Panel,
    query: ListQuery,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let mut read = platform.db.read().await?;
    let number = u32::try_from(query.page()).unwrap_or(u32::MAX);
    let request = PageRequest::numbered(number, PER_PAGE);
    let page = store::search(&mut read, &search_of(&platform, &query), request).await?;
    let acts = store::acts(&mut read).await?;
    drop(read);

    let acts = acts.into_iter().map(|act| {
        let title = words::act(&panel.lang, &act);
        (act, title)
    });
    let kinds = words::KINDS.map(|kind| (kind, words::kind(&panel.lang, kind)));
    let list = ListView::new("audit", AUDIT, query)
        .search(panel.t("audit-search"))
        .filter(Filter::select("act", panel.t("audit-act"), acts))
        .filter(Filter::select("kind", panel.t("audit-kind"), kinds))
        .filter(Filter::dates(
            "day",
            panel.t("audit-period"),
            periods(&platform, &panel),
        ))
        .column(Column::text(panel.t("audit-when")).sorted_by("when"))
        .column(Column::text(panel.t("audit-who")))
        .column(Column::text(panel.t("audit-act")))
        .column(Column::text(panel.t("audit-entity")))
        .column(Column::text(panel.t("audit-place")))
        .rows(page.rows.iter().map(|found| row(&platform, &panel, found)))
        .paging(Paging {
            size: u64::from(PER_PAGE),
            total: u64::try_from(page.total).unwrap_or(0),
        })
        .empty(Empty::new(panel.t("audit-empty"), panel.t("audit-empty-note")))
        .export(format!("{AUDIT}.csv"));
    Ok(panel
        .page("audit-title")
        .lead(panel.t("audit-lead"))
        .block(&list)
        .html())
}

/// Today, and the last 7 and 30 days with today.
fn periods(platform: &Platform, panel: &Panel) -> Vec<Period> {
    let today = platform.time_zone.day_of(platform.db.clock().now());
    let period = |key, days| Period {
        title: panel.t(key),
        from: today.days_before(days).to_string(),
        to: today.to_string(),
    };
    vec![
        period("audit-period-today", 0),
        period("audit-period-week", 6),
        period("audit-period-month", 29),
    ]
}

fn row(platform: &Platform, panel: &Panel, found: &Found) -> Row {
    let entry = &found.entry;
    Row::new(&entry.id).href(format!("{AUDIT}/{}", entry.id)).cells([
        Cell::text(panel.lang.moment(entry.at, &platform.time_zone)),
        words::who(&panel.lang, found),
        Cell::text(words::act(&panel.lang, &entry.act)),
        Cell::lines(&entry.entity_id, &entry.entity_kind),
        words::place(&panel.lang, found),
    ])
}
