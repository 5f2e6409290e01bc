//! Orders in the panel: the list, the download, and the latest ones on a guest's card.

use axum::{
    extract::State,
    response::{Html, IntoResponse},
};
use karavan_kernel::{Currency, Date, Money};
use karavan_platform::admin::Panel as Frame;
use karavan_store::{Page, PageRequest};
use karavan_web::{
    ApiResult, Can, Ctx,
    csv::{Csv, MOST_ROWS},
    pages::{Cell, Column, Empty, Filter, ListQuery, ListView, Paging, Panel, Period, Row},
    texts::Lang,
};

use super::store::{self, Listed};
use crate::{Coffee, GuestId, ReadOrders, baristas};

const PATH: &str = "/admin/coffee/orders";
const PER_PAGE: u32 = 25;

fn search_of(coffee: &Coffee, query: &ListQuery) -> store::Search {
    let day = |name: &str| query.get(name).and_then(|text| text.parse::<Date>().ok());
    let start = |day: Option<Date>| day.map(|day| coffee.time_zone().start_of(day));
    let (by_sum, reversed) = match query.sort() {
        Some(("sum", down)) => (true, !down),
        Some(("when", down)) => (false, !down),
        _ => (false, false),
    };
    store::Search {
        guest: query.get("guest").and_then(|id| id.parse::<GuestId>().ok()),
        barista: query.get("barista").and_then(|id| id.parse().ok()),
        receipt: query.search().map(str::to_owned),
        from: start(day("day_from")),
        until: start(day("day_to").map(Date::next)),
        by_sum,
        reversed,
    }
}

/// The list of orders.
#[utoipa::path(get, path = "/admin/coffee/orders", tag = "pages", security(("permission" = ["coffee.orders.read"])))]
pub(super) async fn orders_page(
    _who: Can<ReadOrders>,
    frame: Frame,
    query: ListQuery,
    State(coffee): State<Coffee>,
) -> ApiResult<Html<String>> {
    let mut read = coffee.platform.db.read().await?;
    let number = u32::try_from(query.page()).unwrap_or(u32::MAX);
    let page = store::search(
        &mut read,
        &search_of(&coffee, &query),
        PageRequest::numbered(number, PER_PAGE),
    )
    .await?;
    let baristas = baristas::store::list(&mut read).await?;
    let list = table(&coffee, &frame, ListView::new("orders", PATH, query), &page)
        .search(frame.t("coffee-orders-search"))
        .filter(Filter::select(
            "barista",
            frame.t("coffee-barista"),
            baristas
                .iter()
                .map(|barista| (barista.id.to_string(), barista.name.clone())),
        ))
        .filter(Filter::dates(
            "day",
            frame.t("coffee-orders-period"),
            periods(&coffee, &frame),
        ))
        .paging(Paging {
            size: u64::from(PER_PAGE),
            total: u64::try_from(page.total).unwrap_or(0),
        })
        .empty(Empty::new(
            frame.t("coffee-orders-empty"),
            frame.t("coffee-orders-empty-note"),
        ))
        .export(format!("{PATH}.csv"));
    Ok(frame
        .page("coffee-orders")
        .lead(frame.t("coffee-orders-lead"))
        .block(&list)
        .html())
}

/// Today, and the last 7 and 30 days with today, where the cafés are.
fn periods(coffee: &Coffee, frame: &Frame) -> Vec<Period> {
    let today = coffee.time_zone().day_of(coffee.platform.db.clock().now());
    let period = |key, days| Period {
        title: frame.t(key),
        from: today.days_before(days).to_string(),
        to: today.to_string(),
    };
    vec![
        period("coffee-period-today", 0),
        period("coffee-period-week", 6),
        period("coffee-period-month", 29),
    ]
}

fn table(coffee: &Coffee, frame: &Frame, list: ListView, page: &Page<Listed>) -> ListView {
    let list = list
        .column(Column::text(frame.t("coffee-when")).sorted_by("when"))
        .column(Column::text(frame.t("coffee-guest")));
    let list = columns(frame, list, Column::number(frame.t("coffee-sum")).sorted_by("sum"));
    list.rows(page.rows.iter().map(|listed| {
        let guest = Cell::link(
            &listed.guest_name,
            format!("/admin/coffee/guests/{}", listed.order.guest_id),
        );
        row(coffee, &frame.lang, listed, Some(guest))
    }))
}

/// What both lists say of a sale.
fn columns(frame: &Frame, list: ListView, sum: Column) -> ListView {
    list.column(Column::text(frame.t("coffee-barista")))
        .column(Column::text(frame.t("coffee-receipt")))
        .column(sum)
        .column(Column::number(frame.t("coffee-drinks")))
        .column(Column::number(frame.t("coffee-sandwiches")))
        .column(Column::number(frame.t("coffee-points")))
}

fn row(coffee: &Coffee, lang: &Lang, listed: &Listed, guest: Option<Cell>) -> Row {
    let order = &listed.order;
    let total = Money {
        minor: order.total_minor,
        currency: Currency::Rub,
    };
    let when = Cell::text(lang.moment(order.created_at, coffee.time_zone()));
    let sale = [
        Cell::text(&listed.barista_name),
        Cell::code(&order.receipt_number),
        Cell::number(lang.money(total)),
        Cell::number(lang.number(order.drinks_count)),
        Cell::number(lang.number(order.sandwiches_count)),
        Cell::number(signed(lang, order.points_earned - order.points_spent)),
    ];
    Row::new(order.id.to_string()).cells(std::iter::once(when).chain(guest).chain(sale))
}

/// `+9`, `−150` or `0`.
pub(crate) fn signed(lang: &Lang, points: i64) -> String {
    match points {
        0 => "0".to_owned(),
        1.. => format!("+{}", lang.number(points)),
        _ => format!("−{}", lang.number(-points)),
    }
}

/// The latest orders of a guest, for their card.
pub(crate) fn recent_panel(coffee: &Coffee, frame: &Frame, page: &Page<Listed>) -> Panel {
    let list = ListView::new("guest-orders", PATH, ListQuery::default()).column(Column::text(frame.t("coffee-when")));
    let list = columns(frame, list, Column::number(frame.t("coffee-sum")))
        .rows(page.rows.iter().map(|listed| row(coffee, &frame.lang, listed, None)))
        .empty(Empty::new(
            frame.t("coffee-guest-orders-empty"),
            frame.t("coffee-guest-orders-empty-note"),
        ));
    Panel::new(frame.t("coffee-latest-orders")).block(&frame.lang, &list)
}

/// The same list as a file.
#[utoipa::path(get, path = "/admin/coffee/orders.csv", tag = "pages", security(("permission" = ["coffee.orders.read"])))]
pub(super) async fn orders_csv(
    _who: Can<ReadOrders>,
    ctx: Ctx,
    query: ListQuery,
    State(coffee): State<Coffee>,
) -> ApiResult<impl IntoResponse> {
    let lang = &ctx.lang;
    let keys = [
        "coffee-when",
        "coffee-guest",
        "coffee-barista",
        "coffee-receipt",
        "coffee-sum",
        "coffee-drinks",
        "coffee-sandwiches",
        "coffee-points-earned",
        "coffee-points-spent",
    ];
    let mut csv = Csv::new("orders", lang.locale(), keys.map(|key| lang.text(key)));
    let mut read = coffee.platform.db.read().await?;
    let search = search_of(&coffee, &query);
    for request in PageRequest::up_to(MOST_ROWS) {
        let page = store::search(&mut read, &search, request).await?;
        for listed in &page.rows {
            csv.push(line(&coffee, listed));
        }
        if page.is_last(request) {
            break;
        }
    }
    Ok(csv)
}

fn line(coffee: &Coffee, listed: &Listed) -> [String; 9] {
    let order = &listed.order;
    [
        coffee.time_zone().format(order.created_at, "%Y-%m-%d %H:%M"),
        listed.guest_name.clone(),
        listed.barista_name.clone(),
        order.receipt_number.clone(),
        format!("{}.{:02}", order.total_minor / 100, order.total_minor % 100),
        order.drinks_count.to_string(),
        order.sandwiches_count.to_string(),
        order.points_earned.to_string(),
        order.points_spent.to_string(),
    ]
}
