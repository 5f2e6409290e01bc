//! Guests in the panel: the list, the download and the card of one guest.

use axum::{
    extract::State,
    response::{Html, IntoResponse},
};
use karavan_kernel::Locale;
use karavan_platform::{
    admin::Panel,
    ledger::{self, Unit},
};
use karavan_store::PageRequest;
use karavan_web::{
    ApiError, ApiResult, Can, Ctx, Path,
    csv::{Csv, MOST_ROWS},
    pages::{
        Act, Badge, Cell, Column, Detail, Empty, Filter, Group, ListQuery, ListView, Paging, Row, Stat, StatCards, Tone,
    },
};

use super::{Guest, Standing, store};
use crate::{
    Coffee, GuestId, ReadGuests, orders, points,
    rules::{self, Level, Rules},
};

const PATH: &str = "/admin/coffee/guests";
const PER_PAGE: u32 = 25;

fn search_of(query: &ListQuery, rules: &Rules) -> store::Search {
    let level = query.get("level").and_then(|word| word.parse::<Level>().ok());
    let place = level.and_then(|level| Level::ALL.iter().position(|known| *known == level));
    let (sort, reversed) = match query.sort() {
        Some(("name", down)) => (store::Sort::Name, down),
        Some(("drinks", down)) => (store::Sort::Drinks, !down),
        Some(("joined", down)) => (store::Sort::Newest, !down),
        _ => (store::Sort::Newest, false),
    };
    store::Search {
        text: query.search().map(str::to_owned),
        drinks_from: place.map(|place| rules.level_drinks[place]),
        drinks_under: place.and_then(|place| rules.level_drinks.get(place + 1).copied()),
        sort,
        reversed,
    }
}

/// The list of guests.
#[utoipa::path(get, path = "/admin/coffee/guests", tag = "pages", security(("permission" = ["coffee.guests.read"])))]
pub(super) async fn guests_page(
    _who: Can<ReadGuests>,
    panel: Panel,
    query: ListQuery,
    State(coffee): State<Coffee>,
) -> ApiResult<Html<String>> {
    let mut read = coffee.platform.db.read().await?;
    let rules = rules::current(&mut read).await?;
    let number = u32::try_from(query.page()).unwrap_or(u32::MAX);
    let page = store::search(
        &mut read,
        &search_of(&query, &rules),
        PageRequest::numbered(number, PER_PAGE),
    )
    .await?;
    let standings = store::standings(&mut read, &page.rows).await?;

    let levels = Level::ALL
        .iter()
        .map(|level| (level.as_str(), level.title(&panel.lang)));
    let list = ListView::new("guests", PATH, query)
        .search(panel.t("coffee-guests-search"))
        .filter(Filter::select("level", panel.t("coffee-level"), levels))
        .column(Column::text(panel.t("coffee-guest")).sorted_by("name"))
        .column(Column::text(panel.t("coffee-level")))
        .column(Column::number(panel.t("coffee-points")))
        .column(Column::number(panel.t("coffee-drinks")).sorted_by("drinks"))
        .column(Column::number(panel.t("coffee-sandwiches")))
        .column(Column::text(panel.t("coffee-joined")).sorted_by("joined"))
        .rows(
            page.rows
                .iter()
                .zip(standings)
                .map(|(guest, standing)| row(&coffee, &panel, guest, standing, &rules)),
        )
        .paging(Paging {
            size: u64::from(PER_PAGE),
            total: u64::try_from(page.total).unwrap_or(0),
        })
        .empty(Empty::new(
            panel.t("coffee-guests-empty"),
            panel.t("coffee-guests-empty-note"),
        ))
        .export(format!("{PATH}.csv"));
    Ok(panel
        .page("coffee-guests")
        .lead(panel.t("coffee-guests-lead"))
        .block(&list)
        .html())
}

fn row(coffee: &Coffee, panel: &Panel, guest: &Guest, standing: Standing, rules: &Rules) -> Row {
    Row::new(guest.id.to_string())
        .href(format!("{PATH}/{}", guest.id))
        .cells([
            Cell::lines(guest.full_name(), guest.phone.as_str()),
            level_badge(panel, standing.level(rules)).into(),
            Cell::number(panel.lang.number(standing.balance)),
            Cell::number(panel.lang.number(guest.drinks_count)),
            Cell::number(panel.lang.number(guest.sandwiches_count)),
            Cell::text(panel.lang.moment(guest.created_at, coffee.time_zone())),
        ])
}

pub(super) fn level_badge(panel: &Panel, level: Level) -> Badge {
    let tone = if level == Level::Standard {
        Tone::Neutral
    } else {
        Tone::Accent
    };
    Badge::new(tone, level.title(&panel.lang))
}

/// The same list as a file.
#[utoipa::path(get, path = "/admin/coffee/guests.csv", tag = "pages", security(("permission" = ["coffee.guests.read"])))]
pub(super) async fn guests_csv(
    _who: Can<ReadGuests>,
    ctx: Ctx,
    query: ListQuery,
    State(coffee): State<Coffee>,
) -> ApiResult<impl IntoResponse> {
    let lang = &ctx.lang;
    let keys = [
        "coffee-first-name",
        "coffee-last-name",
        "coffee-phone",
        "coffee-birth-date",
        "coffee-level",
        "coffee-points",
        "coffee-drinks",
        "coffee-sandwiches",
        "coffee-joined",
    ];
    let mut csv = Csv::new("guests", lang.locale(), keys.map(|key| lang.text(key)));
    let mut read = coffee.platform.db.read().await?;
    let rules = rules::current(&mut read).await?;
    let search = search_of(&query, &rules);
    for request in PageRequest::up_to(MOST_ROWS) {
        let page = store::search(&mut read, &search, request).await?;
        let standings = store::standings(&mut read, &page.rows).await?;
        for (guest, standing) in page.rows.iter().zip(standings) {
            csv.push(line(&coffee, lang.locale(), guest, standing, &rules));
        }
        if page.is_last(request) {
            break;
        }
    }
    Ok(csv)
}

fn line(coffee: &Coffee, locale: Locale, guest: &Guest, standing: Standing, rules: &Rules) -> [String; 9] {
    let lang = coffee.platform.texts.lang(locale);
    [
        guest.first_name.clone(),
        guest.last_name.clone().unwrap_or_default(),
        guest.phone.to_string(),
        guest.birth_date.to_string(),
        standing.level(rules).title(&lang),
        standing.balance.to_string(),
        guest.drinks_count.to_string(),
        guest.sandwiches_count.to_string(),
        coffee.time_zone().format(guest.created_at, "%Y-%m-%d %H:%M"),
    ]
}

/// One guest: who it is, what they bought and how their points moved.
#[utoipa::path(get, path = "/admin/coffee/guests/{id}", tag = "pages", security(("permission" = ["coffee.guests.read"])))]
pub(super) async fn guest_page(
    _who: Can<ReadGuests>,
    panel: Panel,
    Path(id): Path<GuestId>,
    State(coffee): State<Coffee>,
) -> ApiResult<Html<String>> {
    let mut read = coffee.platform.db.read().await?;
    let guest = store::find(&mut read, id).await?.ok_or_else(ApiError::not_found)?;
    let standing = store::standing(&mut read, &guest).await?;
    let rules = rules::current(&mut read).await?;
    let recent = orders::store::Search {
        guest: Some(id),
        ..Default::default()
    };
    let sales = orders::store::search(&mut read, &recent, PageRequest::numbered(1, 10)).await?;
    let lines = ledger::history(
        &mut read,
        Some(&id.to_string()),
        Unit::POINTS,
        PageRequest::numbered(1, 10),
    )
    .await?;
    let cards = StatCards::new([
        Stat::new(panel.t("coffee-points"), panel.lang.number(standing.balance)),
        Stat::new(panel.t("coffee-drinks"), panel.lang.number(guest.drinks_count)),
        Stat::new(panel.t("coffee-sandwiches"), panel.lang.number(guest.sandwiches_count)),
        Stat::new(panel.t("coffee-orders"), panel.lang.number(sales.total)),
    ]);
    let facts = Group::new(panel.t("coffee-profile"))
        .item(panel.t("coffee-phone"), Cell::text(guest.phone.as_str()))
        .item(
            panel.t("coffee-birth-date"),
            Cell::text(panel.lang.date(guest.birth_date)),
        )
        .item(panel.t("coffee-telegram"), Cell::code(guest.telegram_id.to_string()))
        .item(
            panel.t("coffee-joined"),
            Cell::text(panel.lang.moment(guest.created_at, coffee.time_zone())),
        );
    let page = panel
        .page_titled(guest.full_name())
        .crumb(panel.t("coffee-guests"), PATH)
        .badge(&level_badge(&panel, standing.level(&rules)))
        .act(Act::link(
            panel.t("coffee-all-orders"),
            format!("/admin/coffee/orders?guest={id}"),
        ))
        .block(&cards)
        .block(&Detail::new().group(facts))
        .block(&orders::recent_panel(&coffee, &panel, &sales))
        .block(&points::recent_panel(&coffee, &panel, &lines));
    Ok(page.html())
}
