//! Points in the panel: every movement, as the ledger has it.

use axum::{extract::State, response::Html};
use karavan_platform::{
    admin::Panel as Frame,
    ledger::{self, Line, Unit},
};
use karavan_store::{Page, PageRequest};
use karavan_web::{
    ApiResult, Can,
    pages::{Cell, Column, Empty, ListQuery, ListView, Paging, Panel, Row},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{Coffee, ReadPoints, orders::signed};

const PATH: &str = "/admin/coffee/points";
const PER_PAGE: u32 = 50;

pub(crate) fn routes() -> OpenApiRouter<Coffee> {
    OpenApiRouter::new().routes(routes!(points_page))
}

/// Every movement of points, the newest first.
#[utoipa::path(get, path = "/admin/coffee/points", tag = "pages", security(("permission" = ["coffee.points.read"])))]
async fn points_page(
    _who: Can<ReadPoints>,
    frame: Frame,
    query: ListQuery,
    State(coffee): State<Coffee>,
) -> ApiResult<Html<String>> {
    let number = u32::try_from(query.page()).unwrap_or(u32::MAX);
    let mut read = coffee.platform.db.read().await?;
    let page = ledger::history(&mut read, None, Unit::POINTS, PageRequest::numbered(number, PER_PAGE)).await?;
    let list = table(&coffee, &frame, ListView::new("points", PATH, query), &page)
        .paging(Paging { size: u64::from(PER_PAGE), total: u64::try_from(page.total).unwrap_or(0) })
        .empty(Empty::new(frame.t("coffee-points-empty"), frame.t("coffee-points-empty-note")));
    Ok(frame.page("coffee-points-title").lead(frame.t("coffee-points-lead")).block(&list).html())
}

fn table(coffee: &Coffee, frame: &Frame, list: ListView, page: &Page<Line>) -> ListView {
    list.column(Column::text(frame.t("coffee-when")))
        .column(Column::text(frame.t("coffee-guest")))
        .column(Column::text(frame.t("coffee-points-why")))
        .column(Column::number(frame.t("coffee-points-change")))
        .column(Column::number(frame.t("coffee-points-after")))
        .rows(page.rows.iter().enumerate().map(|(place, line)| row(coffee, frame, place, line)))
}

fn row(coffee: &Coffee, frame: &Frame, place: usize, line: &Line) -> Row {
    let why = match line.purpose.as_str() {
        "coffee.order.earn" => frame.t("coffee-points-earned"),
        "coffee.order.spend" => frame.t("coffee-points-spent"),
        other => other.to_owned(),
    };
    Row::new(place.to_string()).cells([
        Cell::text(frame.lang.moment(line.created_at, coffee.time_zone())),
        Cell::link(&line.owner, format!("/admin/coffee/guests/{}", line.owner)),
        Cell::lines(why, &line.subject),
        Cell::number(signed(&frame.lang, line.amount)),
        Cell::number(line.balance_after.map_or_else(String::new, |balance| frame.lang.number(balance))),
    ])
}

/// The latest movements of a guest, for their card.
pub(crate) fn recent_panel(coffee: &Coffee, frame: &Frame, page: &Page<Line>) -> Panel {
    let list = table(coffee, frame, ListView::new("guest-points", PATH, ListQuery::default()), page)
        .empty(Empty::new(frame.t("coffee-guest-points-empty"), frame.t("coffee-guest-points-empty-note")));
    Panel::new(frame.t("coffee-latest-points")).block(&frame.lang, &list)
}
