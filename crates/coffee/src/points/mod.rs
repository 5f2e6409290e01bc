//! Points in the panel: every movement, as the ledger has it.

use std::collections::BTreeMap;

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

use crate::{Coffee, ReadPoints, guests, orders::signed};

/// First names of guests by id.
type Names = BTreeMap<String, String>;

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
    let owners: Vec<String> = page.rows.iter().map(|line| line.owner.clone()).collect();
    let names = guests::store::names(&mut read, &owners).await?;
    let list = table(
        &coffee,
        &frame,
        ListView::new("points", PATH, query),
        &page,
        Some(&names),
    )
    .paging(Paging {
        size: u64::from(PER_PAGE),
        total: u64::try_from(page.total).unwrap_or(0),
    })
    .empty(Empty::new(
        frame.t("coffee-points-empty"),
        frame.t("coffee-points-empty-note"),
    ));
    Ok(frame
        .page("coffee-points-title")
        .lead(frame.t("coffee-points-lead"))
        .block(&list)
        .html())
}

/// With `names` every line names its guest; on one guest's card that would repeat the heading.
fn table(coffee: &Coffee, frame: &Frame, list: ListView, page: &Page<Line>, names: Option<&Names>) -> ListView {
    let mut list = list.column(Column::text(frame.t("coffee-when")));
    if names.is_some() {
        list = list.column(Column::text(frame.t("coffee-guest")));
    }
    list.column(Column::text(frame.t("coffee-points-why")))
        .column(Column::number(frame.t("coffee-points-change")))
        .column(Column::number(frame.t("coffee-points-after")))
        .rows(
            page.rows
                .iter()
                .enumerate()
                .map(|(place, line)| row(coffee, frame, place, line, names)),
        )
}

fn row(coffee: &Coffee, frame: &Frame, place: usize, line: &Line, names: Option<&Names>) -> Row {
    let why = match line.purpose.as_str() {
        "coffee.order.earn" => frame.t("coffee-points-earned"),
        "coffee.order.spend" => frame.t("coffee-points-spent"),
        other => other.to_owned(),
    };
    let guest = names.map(|names| {
        let name = names.get(&line.owner).unwrap_or(&line.owner);
        Cell::link(name, format!("/admin/coffee/guests/{}", line.owner))
    });
    let when = Cell::text(frame.lang.moment(line.created_at, coffee.time_zone()));
    let movement = [
        Cell::lines(why, &line.subject),
        Cell::number(signed(&frame.lang, line.amount)),
        Cell::number(
            line.balance_after
                .map_or_else(String::new, |balance| frame.lang.number(balance)),
        ),
    ];
    Row::new(place.to_string()).cells(std::iter::once(when).chain(guest).chain(movement))
}

/// The latest movements of a guest, for their card.
pub(crate) fn recent_panel(coffee: &Coffee, frame: &Frame, page: &Page<Line>) -> Panel {
    let list = table(
        coffee,
        frame,
        ListView::new("guest-points", PATH, ListQuery::default()),
        page,
        None,
    )
    .empty(Empty::new(
        frame.t("coffee-guest-points-empty"),
        frame.t("coffee-guest-points-empty-note"),
    ));
    Panel::new(frame.t("coffee-latest-points")).block(&frame.lang, &list)
}
