//! Samples of lists: filled, narrowed to nothing, hostile.

use axum::response::Html;

use super::{HOSTILE, show::rub};
use crate::{
    pages::{
        Act, AdminPage, Badge, Bulk, Cell, Chart, Column, Empty, Filter, ListQuery, ListView, PageFrame, Paging,
        Period, Point, Prose, Row, Toast,
    },
    texts::Lang,
};

pub(super) fn people(lang: &Lang, query: &str, count: i64) -> Vec<Row> {
    let names = [
        "Анна Петрова",
        "Айгерім Сәрсенова",
        "Олександр Шевченко",
        "Maria Lind",
        "Иван Константинопольский",
        "Гүлнар Әбілова",
    ];
    let first = i64::try_from(ListQuery::parse(query).offset(50)).unwrap_or(0);
    let person = |number: i64| {
        let name = names
            .iter()
            .cycle()
            .nth(usize::try_from(number % 6).unwrap_or(0))
            .unwrap_or(&"");
        let state = match number % 7 {
            3 => Badge::warn("Not confirmed"),
            5 => Badge::bad("Blocked"),
            _ => Badge::good("Active"),
        };
        Row::new(format!("p_{number}")).href("/detail").cells([
            Cell::lines(
                *name,
                format!("+7 900 {:03}-{:02}-{:02}", number % 1_000, number % 89, number % 97),
            ),
            Badge::neutral(
                ["Guest", "Friend", "Regular"]
                    .into_iter()
                    .cycle()
                    .nth(usize::try_from(number % 3).unwrap_or(0))
                    .unwrap_or(""),
            )
            .into(),
            Cell::number(lang.number(number * 37 % 4_100)),
            Cell::number(rub(lang, number * 523 % 48_000)),
            Cell::muted("20.11.2026, 12:05"),
            state.into(),
        ])
    };
    (first..first + count).map(person).collect()
}

fn people_list(query: &str) -> ListView {
    let day = |title: &str, from: &str| Period {
        title: title.to_owned(),
        from: from.to_owned(),
        to: "2026-11-20".to_owned(),
    };
    ListView::new("people", "/list", ListQuery::parse(query))
        .search("Name or phone")
        .filter(Filter::select(
            "state",
            "State",
            [("active", "Active"), ("blocked", "Blocked")],
        ))
        .filter(Filter::select(
            "level",
            "Level",
            [("guest", "Guest"), ("friend", "Friend")],
        ))
        .filter(Filter::dates(
            "joined",
            "Joined",
            vec![
                day("Today", "2026-11-20"),
                day("7 days", "2026-11-14"),
                day("30 days", "2026-10-22"),
            ],
        ))
        .column(Column::text("Name").sorted_by("name"))
        .column(Column::text("Level"))
        .column(Column::number("Points").sorted_by("points"))
        .column(Column::number("Spent").sorted_by("spent"))
        .column(Column::text("Last visit").sorted_by("seen"))
        .column(Column::text("State"))
        .export("/list.csv")
        .empty(
            Empty::new(
                "No people yet",
                "They appear here after they open the chat and share their phone number.",
            )
            .act(Act::link("Show the chat link", "/form").main().icon("link")),
        )
        .bulk(Bulk {
            action: "/list".into(),
            acts: vec![("tag".into(), "Add a tag".into()), ("block".into(), "Block".into())],
        })
}

pub(super) fn list(frame: PageFrame, rows: Vec<Row>, total: u64) -> Html<String> {
    let frame = PageFrame {
        toast: Some(Toast {
            text: "Anna has been unblocked.".to_owned(),
        }),
        ..frame
    };
    AdminPage::new(frame, "People")
        .lead("Everyone who has joined, in all places.")
        .act(Act::link("Segments", "/list").icon("filter"))
        .act(Act::link("Add a person", "/form").main().icon("plus"))
        .block(
            &people_list("sort=-points")
                .rows(rows)
                .paging(Paging { size: 50, total }),
        )
        .html()
}

pub(super) fn narrowed(frame: PageFrame) -> Html<String> {
    let list = people_list("q=Ёлка&state=blocked&joined_from=2026-11-14&joined_to=2026-11-20");
    AdminPage::new(frame, "People")
        .block(&list.paging(Paging { size: 50, total: 0 }))
        .html()
}

pub(super) fn hostile_list(frame: PageFrame) -> Html<String> {
    let query = format!("q={0}&state={0}", "%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E");
    let row = Row::new(HOSTILE).href("javascript:alert(1)").cells([
        Cell::lines(HOSTILE, HOSTILE),
        Badge::accent(HOSTILE).into(),
        Cell::number(HOSTILE),
        Cell::code(HOSTILE),
        Cell::link(HOSTILE, "javascript:alert(1)"),
        Cell::maybe(None::<String>),
    ]);
    AdminPage::new(
        PageFrame {
            account: Some(HOSTILE.to_owned()),
            ..frame
        },
        HOSTILE,
    )
    .lead(HOSTILE)
    .crumb(HOSTILE, "/list")
    .badge(&Badge::warn(HOSTILE))
    .act(Act::post(HOSTILE, "javascript:alert(1)").main())
    .block(
        &people_list(&query)
            .row(row)
            .filter(Filter::select("x", HOSTILE, [(HOSTILE, HOSTILE)]))
            .column(Column::text(HOSTILE)),
    )
    .block(&Chart::bars(HOSTILE, HOSTILE, [Point::new(HOSTILE, 5, HOSTILE)]))
    .block(&Prose::new(HOSTILE))
    .html()
}
