//! Pages and admin widgets as data: a product fills in plain structs, the look is decided here once.
//!
//! An admin page is a [`PageFrame`] (who looks, in which language, at which address), a heading with its acts, and
//! blocks: [`ListView`], [`Detail`], [`Form`], [`Confirm`], [`StatCards`], [`Chart`], [`Panel`], [`Prose`], or a
//! fragment of the product's own as [`SafeHtml`]. Everything works without JavaScript; htmx and `app.js` only spare
//! the reader a page load.
//!
//! **Always holds:** every string is escaped, except a [`SafeHtml`]; a page has one `h1`; an input has a label; nothing
//! is inline (the content security policy forbids it); links that are not web addresses become `#`.
//!
//! **Absent on purpose:** routes, queries and permissions: whoever builds the data has checked them.
//!
//! ```
//! use karavan_web::pages::{Act, AdminPage, Badge, Cell, Column, Empty, Filter, ListQuery, ListView, PageFrame, Paging, Row};
//! # let lang = karavan_web::pages::sample::lang(karavan_kernel::Locale::En);
//! let query = ListQuery::parse("q=anna&state=active&sort=-joined&page=2"); // or take it as an axum extractor
//! let guests = ListView::new("people", "/admin/people", query)
//!     .search("Name or phone")
//!     .filter(Filter::select("state", "State", [("active", "Active"), ("blocked", "Blocked")]))
//!     .column(Column::text("Name").sorted_by("name"))
//!     .column(Column::number("Visits"))
//!     .column(Column::text("State"))
//!     .row(Row::new("p_1").href("/admin/people/p_1").cells([
//!         Cell::lines("Anna", "+7 900 000-00-00"),
//!         Cell::number(lang.number(1_024)),
//!         Badge::good("Active").into(),
//!     ]))
//!     .paging(Paging { size: 50, total: 51 })
//!     .empty(Empty::new("No people yet", "They appear here after their first visit."))
//!     .export("/admin/people.csv");
//!
//! let frame = PageFrame::new(lang, "/admin/people?q=anna&page=2");
//! let html = AdminPage::new(frame, "People")
//!     .lead("Everyone who has joined.")
//!     .act(Act::link("Add a person", "/admin/people/new").main().icon("plus"))
//!     .block(&guests)
//!     .html();
//! # assert!(html.0.contains("<h1"));
//! ```
//!
//! Dangerous acts are [`Act::confirm`]: a link to a page with one [`Confirm`]; the script shows that same page as a dialog.

pub mod assets;

mod act;
mod admin;
mod cell;
mod chart;
mod codes;
mod confirm;
mod detail;
mod error;
mod field;
mod form;
mod frame;
mod html;
mod landing;
mod list;
mod plain;
mod qr;
mod query;
pub mod sample;
mod sign_in;
mod stats;

pub use act::{Act, Look};
pub use admin::{AdminPage, Crumb};
pub use assets::icon;
pub use cell::{Badge, Cell, Tone};
pub use chart::{Chart, Point, Spark};
pub use codes::CodeList;
pub use confirm::Confirm;
pub use detail::{Detail, Group, Panel, Prose, Tab, Tabs};
pub use error::error_page;
pub use field::{Choice, Field, FieldKind};
pub use form::{FieldSet, Form};
pub use frame::{NavEntry, NavSection, PageFrame, Toast};
pub use html::{Block, SafeHtml, safe_href};
pub use landing::{Landing, ProductCard};
pub use list::{Bulk, Column, Empty, Filter, ListView, Paging, Period, Row};
pub use plain::PlainPage;
pub use qr::{Qr, TooLong};
pub use query::ListQuery;
pub use sign_in::SignIn;
pub use stats::{Stat, StatCards};
