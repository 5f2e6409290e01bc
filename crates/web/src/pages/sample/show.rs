//! The samples themselves.

use axum::{http::StatusCode, response::Html};
use karavan_kernel::{Currency, Money};

use super::{
    HOSTILE, frame,
    lists::{hostile_list, list, narrowed, people},
};
use crate::{
    context::Theme,
    pages::{
        Act, AdminPage, Badge, Cell, Chart, Column, Confirm, Detail, Field, FieldKind, FieldSet, Form, Group, Landing,
        ListQuery, ListView, PageFrame, Panel, Point, ProductCard, Row, SignIn, Stat, StatCards, Tab, Tabs, Tone,
        assets, error_page,
    },
    texts::Lang,
};

/// A rendered page and the address under which the gallery shows it.
pub struct Sample {
    /// The address.
    pub path: &'static str,
    /// The page.
    pub html: Html<String>,
}

/// All of them. `query` is the state of the lists, `theme` the reader's choice.
pub fn samples(lang: &Lang, theme: Option<Theme>, query: &str) -> Vec<Sample> {
    let at = |path: &'static str| PageFrame {
        theme,
        ..frame(lang, path)
    };
    let public = |path: &'static str| PageFrame {
        theme,
        ..PageFrame::new(lang.clone(), path)
    };
    let sample = |path, html| Sample { path, html };
    vec![
        sample("/", landing(public("/"), 4)),
        sample("/landing-empty", landing(public("/landing-empty"), 0)),
        sample("/stats", stats(at("/stats"))),
        sample("/list", list(at("/list"), people(lang, query, 50), 12_345)),
        sample("/list-one", list(at("/list-one"), people(lang, "", 1), 1)),
        sample("/list-empty", list(at("/list-empty"), Vec::new(), 0)),
        sample("/list-nothing", narrowed(at("/list-nothing"))),
        sample("/list-hostile", hostile_list(at("/list-hostile"))),
        sample(
            "/list-thousand",
            list(at("/list-thousand"), people(lang, "", 1_000), 1_000),
        ),
        sample("/detail", detail(at("/detail"))),
        sample("/form", form(at("/form"), false)),
        sample("/form-errors", form(at("/form-errors"), true)),
        sample("/form-hostile", hostile_form(at("/form-hostile"))),
        sample("/confirm", confirm(at("/confirm"))),
        sample("/sign-in", SignIn::Ask.html(public("/sign-in"))),
        sample("/sign-in-expired", SignIn::Expired.html(public("/sign-in-expired"))),
        sample("/sign-in-ready", ready().html(public("/sign-in-ready"))),
        sample(
            "/error-missing",
            error_page(
                PageFrame::new(lang.clone(), "/"),
                StatusCode::NOT_FOUND,
                "",
                "",
                "01j9z3k7m8e4s",
            ),
        ),
        sample(
            "/error-broken",
            error_page(
                PageFrame::new(lang.clone(), "/"),
                StatusCode::INTERNAL_SERVER_ERROR,
                "",
                "",
                "01j9z3k7m8e4s",
            ),
        ),
        sample(
            "/error-hostile",
            error_page(
                PageFrame::new(lang.clone(), "/"),
                StatusCode::BAD_REQUEST,
                HOSTILE,
                HOSTILE,
                HOSTILE,
            ),
        ),
    ]
}

fn ready() -> SignIn {
    SignIn::Ready {
        action: "/sign-in".into(),
        token: "token".into(),
        account: "anna@example.org".into(),
    }
}

fn landing(frame: PageFrame, products: usize) -> Html<String> {
    let icons = ["shirt", "car", "clapperboard", "cup"];
    let sentences = [
        "Shops show their collections, people try them on and order in one chat.",
        "Sellers publish what they have, moderators keep it honest, buyers find it on a map.",
        "A clip goes in, a finished one with words in another language comes out.",
        "A loyalty club in two chats: guests collect points, the counter takes a second.",
    ];
    let titles = ["Wardrobe", "Garage", "Voices", "Regulars"];
    let cards = assets::accents()
        .into_iter()
        .zip(icons)
        .zip(titles)
        .zip(sentences)
        .take(products);
    cards
        .map(|(((product, icon), title), sentence)| ProductCard {
            title: title.to_owned(),
            sentence: sentence.to_owned(),
            product,
            icon,
            door: Some(("Open the panel".to_owned(), "/stats".to_owned())),
            links: vec![
                ("Demo chats".to_owned(), "/list".to_owned()),
                ("API".to_owned(), "/docs".to_owned()),
            ],
        })
        .fold(Landing::new(frame, products > 0), Landing::product)
        .act(Act::link("Open the panel", "/stats").main().icon("layout-dashboard"))
        .act(Act::link("API reference", "/docs").icon("book-open"))
        .html()
}

pub(super) fn rub(lang: &Lang, units: i64) -> String {
    lang.money(Money {
        minor: units * 100,
        currency: Currency::Rub,
    })
}

fn stats(frame: PageFrame) -> Html<String> {
    let lang = frame.lang.clone();
    let days: Vec<i64> = (0..30)
        .map(|day| 14_000 + (day * 7_919) % 9_000 + day * 260 - (day % 7 / 5) * 6_000)
        .collect();
    let day_points = |values: &[i64]| -> Vec<Point> {
        values
            .iter()
            .zip(1..)
            .map(|(value, day)| Point::new(format!("{day}.11"), *value, rub(&lang, *value)))
            .collect()
    };
    let levels = [("Guest", 1_204), ("Friend", 610), ("Regular", 188), ("Family", 24)];
    let cards = StatCards::new([
        Stat::new("Sales this week", rub(&lang, 184_350))
            .note(Tone::Good, "12% more than last week")
            .spark(&days)
            .href("/list"),
        Stat::new("Active people", lang.number(2_026))
            .note(Tone::Neutral, "41 joined this week")
            .spark(&[3, 4, 4, 6, 7, 9, 9, 12]),
        Stat::new("Average bill", rub(&lang, 486))
            .note(Tone::Bad, "3% less than last week")
            .spark(&[9, 8, 8, 7, 9, 6, 6, 5]),
        Stat::new("Points not yet spent", lang.number(98_410)).note(Tone::Warn, "1,200 expire this month"),
    ]);
    let panel = Panel::new("Needs a look")
        .act(Act::link("All operations", "/list").quiet())
        .block(&lang, &compact(&lang));
    AdminPage::new(frame, "Overview")
        .lead("The last 30 days in all places.")
        .act(Act::link("Last 30 days", "/list").icon("calendar"))
        .block(&cards)
        .block(&Chart::bars("Sales by day", "₽", day_points(&days)))
        .block(&Chart::line("Sales by day, as a line", "₽", day_points(&days)))
        .block(&Chart::shares(
            "People by level",
            levels.map(|(name, count)| Point::new(name, count, lang.number(count))),
        ))
        .block(&Chart::bars("Refunds by day", "₽", []))
        .block(&panel)
        .html()
}

fn compact(lang: &Lang) -> ListView {
    ListView::new("problems", "/stats", ListQuery::default())
        .column(Column::text("Operation"))
        .column(Column::text("What happened"))
        .column(Column::number("Amount"))
        .row(Row::new("1").href("/detail").cells([
            Cell::code("op_01j9z3k7m8"),
            Badge::warn("Waits for three hours").into(),
            Cell::number(rub(lang, 1_290)),
        ]))
        .row(Row::new("2").href("/detail").cells([
            Cell::code("op_01j9z3k7n2"),
            Badge::bad("Refund refused").into(),
            Cell::number(rub(lang, 350)),
        ]))
}

fn detail(frame: PageFrame) -> Html<String> {
    let lang = frame.lang.clone();
    let tab = |title: &str, count: Option<&str>, current| Tab {
        title: title.to_owned(),
        href: "/detail".to_owned(),
        count: count.map(str::to_owned),
        current,
    };
    let tabs = Tabs(vec![
        tab("Overview", None, true),
        tab("Points", Some("128"), false),
        tab("Purchases", Some("64"), false),
        tab("Gifts", Some("2"), false),
        tab("Messages", None, false),
        tab("Audit", None, false),
    ]);
    let about = Group::new("Profile")
        .act(Act::link("Edit", "/form").quiet().icon("pencil"))
        .item("Name", Cell::text("Айгерім Сәрсенова"))
        .item("Phone", Cell::text("+7 900 000-00-00"))
        .item("Birthday", Cell::text("07.03.1990"))
        .item("Language", Cell::text("Қазақша"))
        .item("E-mail", Cell::Empty)
        .item("Agreed to mailings", Badge::good("Yes"));
    let standing = Group::new("Standing")
        .item("Level", Badge::accent("Regular"))
        .item("Points", Cell::number(lang.number(1_024)))
        .item("Spent in all", Cell::number(rub(&lang, 48_310)))
        .item("Joined", Cell::muted("20.11.2025, 12:05"))
        .item("Number", Cell::code("p_01j9z3k7m8e4s"));
    AdminPage::new(frame, "Айгерім Сәрсенова")
        .crumb("People", "/list")
        .badge(&Badge::good("Active"))
        .act(Act::link("Add points", "/form").icon("plus"))
        .act(Act::confirm("Block", "/confirm").danger().icon("lock"))
        .block(&tabs)
        .block(&Detail::new().group(about).group(standing))
        .block(
            &Panel::new("Last operations")
                .act(Act::link("Show all", "/list").quiet())
                .block(&lang, &compact(&lang)),
        )
        .html()
}

fn level_form() -> (Field, Field, Field) {
    let name = Field::text("name", "Name")
        .required()
        .help("People see it in the chat.");
    let share = Field::number("share", "Points for 100 ₽", "%").required().value("5");
    (name, share, Field::date("from", "Valid from").value("2026-12-01"))
}

fn form(frame: PageFrame, wrong: bool) -> Html<String> {
    let (name, share, from) = level_form();
    let (name, share) = if wrong {
        (
            name.error("Give the level a name."),
            share.value("140").error("Enter a share from 0 to 100."),
        )
    } else {
        (name.value("Regular"), share)
    };
    let places = [("1", "Abay avenue, 10"), ("2", "Lenin street, 4"), ("3", "Airport")];
    let rules = FieldSet::new("Rules")
        .lead("They apply to sales after the level is saved.")
        .field(share)
        .field(from)
        .field(Field::select(
            "next",
            "Next level",
            [("", "None"), ("family", "Family")],
        ));
    let what = FieldSet::new("Level")
        .lead("What people see.")
        .field(name)
        .field(Field::area("about", "Description"));
    let more = FieldSet::new("Where")
        .field(Field::new("places", "Places", FieldKind::Checks(places.map(Into::into).into())).values(["1", "3"]))
        .field(
            Field::new(
                "kind",
                "Kind",
                FieldKind::Radios([("a", "By visits"), ("b", "By money")].map(Into::into).into()),
            )
            .value("a"),
        )
        .field(Field::new("at", "Announce at", FieldKind::Moment))
        .field(Field::new("photo", "Picture", FieldKind::File("image/*")))
        .field(
            Field::checkbox("active", "People can reach this level now")
                .checked(true)
                .help("Otherwise it is a draft."),
        );
    let form = Form::post("/form-errors", "Save the level")
        .once("k_1")
        .set(what)
        .set(rules)
        .set(more)
        .cancel("/list");
    AdminPage::new(frame, "Edit the level")
        .crumb("Levels", "/list")
        .block(&form)
        .html()
}

fn hostile_form(frame: PageFrame) -> Html<String> {
    let form = Form::post("javascript:alert(1)", HOSTILE)
        .hidden("x", HOSTILE)
        .field(Field::text("a", HOSTILE).value(HOSTILE).help(HOSTILE).error(HOSTILE))
        .field(Field::area("b", HOSTILE).value(HOSTILE))
        .field(Field::select("c", HOSTILE, [(HOSTILE, HOSTILE)]).value(HOSTILE));
    let detail = Detail::new().group(Group::new(HOSTILE).item(HOSTILE, Cell::text(HOSTILE)));
    let confirm = Confirm::new(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
        .consequence(HOSTILE)
        .hidden(HOSTILE, HOSTILE);
    AdminPage::new(frame, "Hostile")
        .block(&form)
        .block(&detail)
        .block(&confirm)
        .html()
}

fn confirm(frame: PageFrame) -> Html<String> {
    let confirm = Confirm::new("Block Айгерім Сәрсенова?", "/detail", "Block", "/detail")
        .consequence("She keeps her 1,024 points but cannot use them until somebody unblocks her. She gets no message.")
        .hidden("once", "k_2");
    AdminPage::new(frame, "Block a person")
        .crumb("People", "/list")
        .crumb("Айгерім Сәрсенова", "/detail")
        .block(&confirm)
        .html()
}
