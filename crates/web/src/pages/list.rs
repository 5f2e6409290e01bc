//! A list: filters, a table that becomes cards on a phone, pages, bulk acts, export.
//!
//! **Always holds:** the address alone says what is shown ([`ListQuery`]), so a filtered list can be shared and the back
//! button works. Three states are told apart: rows, nothing yet ([`Empty`]), nothing that matches the filters.

mod parts;

use askama::Template;

use super::{
    Block, Cell, ListQuery, SafeHtml,
    html::{rendered, safe_href},
};
use crate::texts::Lang;

pub use parts::{Bulk, Column, Empty, Filter, Paging, Period, Row};

/// A list. See the example in [`crate::pages`].
#[derive(Clone, Debug)]
pub struct ListView {
    id: &'static str,
    path: String,
    query: ListQuery,
    search: Option<String>,
    filters: Vec<Filter>,
    columns: Vec<Column>,
    rows: Vec<Row>,
    paging: Option<Paging>,
    empty: Empty,
    export: Option<String>,
    bulk: Option<Bulk>,
}

/// An active filter and the address without it.
struct Chip {
    title: String,
    href: String,
}

/// A page in the pager.
struct PageLink {
    number: u64,
    href: String,
    current: bool,
    /// Pages before this one are left out.
    is_gap: bool,
}

impl ListView {
    /// A list without columns or rows. `id` names the region on its page, `path` is the page without its query.
    pub fn new(id: &'static str, path: impl Into<String>, query: ListQuery) -> Self {
        Self {
            id,
            path: path.into(),
            query,
            search: None,
            filters: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            paging: None,
            empty: Empty::unsaid(),
            export: None,
            bulk: None,
        }
    }

    /// Offers a search field with this label; its text is [`ListQuery::search`].
    #[must_use]
    pub fn search(mut self, label: impl Into<String>) -> Self {
        self.search = Some(label.into());
        self
    }

    /// Offers a filter.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Adds a row.
    #[must_use]
    pub fn row(mut self, row: Row) -> Self {
        self.rows.push(row);
        self
    }

    /// Adds rows.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Cuts the list into pages.
    #[must_use]
    pub fn paging(mut self, paging: Paging) -> Self {
        self.paging = Some(paging);
        self
    }

    /// What to say before the first row exists.
    #[must_use]
    pub fn empty(mut self, empty: Empty) -> Self {
        self.empty = empty;
        self
    }

    /// Offers what is shown as a CSV file; the filters are added to the address.
    #[must_use]
    pub fn export(mut self, href: impl Into<String>) -> Self {
        self.export = Some(href.into());
        self
    }

    /// Lets people choose rows and act on them.
    #[must_use]
    pub fn bulk(mut self, bulk: Bulk) -> Self {
        self.bulk = Some(bulk);
        self
    }
}

impl Block for ListView {
    fn html(&self, lang: &Lang) -> SafeHtml {
        rendered(&ListTemplate {
            list: self,
            chips: self.chips(lang),
            pages: self.pages(),
            lang,
        })
    }
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListTemplate<'a> {
    list: &'a ListView,
    chips: Vec<Chip>,
    pages: Vec<PageLink>,
    lang: &'a Lang,
}

impl ListTemplate<'_> {
    fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// "51–100 of 12 900".
    fn range(&self) -> Option<String> {
        let paging = self.list.paging?;
        let first = self.list.query.offset(paging.size).saturating_add(1);
        let last = first
            .saturating_add(u64::try_from(self.list.rows.len()).unwrap_or(0))
            .saturating_sub(1);
        Some(self.lang.with(
            "pages-list-range",
            &[
                ("first", first.into()),
                ("last", last.into()),
                ("total", paging.total.into()),
            ],
        ))
    }

    fn row_title(&self, row: &Row) -> String {
        let name = row.cells.iter().find_map(|cell| match cell {
            Cell::Text(text) | Cell::Lines(text, _) | Cell::Code(text) | Cell::Number(text) => Some(text.as_str()),
            Cell::Empty | Cell::Muted(_) | Cell::Badges(_) | Cell::Link(..) | Cell::Html(_) => None,
        });
        self.lang
            .with("pages-list-choose", &[("name", name.unwrap_or(&row.id).into())])
    }

    fn option_of(&self, name: &str) -> &str {
        self.list.query.get(name).unwrap_or_default()
    }
}

impl ListView {
    fn has_filters(&self) -> bool {
        self.search.is_some() || !self.filters.is_empty()
    }

    fn sort_state(&self, column: &Column) -> Option<&'static str> {
        let (name, descending) = self.query.sort()?;
        (column.sort == Some(name)).then_some(if descending { "descending" } else { "ascending" })
    }

    fn export_href(&self) -> Option<String> {
        self.export
            .as_deref()
            .map(|href| format!("{}{}", safe_href(href), self.query.filters_only()))
    }

    fn last_page(&self) -> u64 {
        self.paging
            .map_or(1, |paging| paging.total.div_ceil(paging.size.max(1)).max(1))
    }

    /// The first, the last and the neighbours of this page.
    fn pages(&self) -> Vec<PageLink> {
        let (here, last) = (self.query.page(), self.last_page());
        // Only pages near the ends and near this one are shown; a million pages must not be walked.
        let mut numbers = vec![1, here.saturating_sub(1), here, here.saturating_add(1), last];
        numbers.retain(|number| (1..=last).contains(number));
        numbers.sort_unstable();
        numbers.dedup();
        let mut before = 0;
        let link = |number: u64| PageLink {
            number,
            href: format!("{}{}", self.path, self.query.to_page(number)),
            current: number == here,
            is_gap: std::mem::replace(&mut before, number) + 1 < number,
        };
        numbers.into_iter().map(link).collect()
    }

    fn chips(&self, lang: &Lang) -> Vec<Chip> {
        let without = |names: &[&str]| {
            let changes: Vec<(&str, Option<&str>)> = names.iter().map(|name| (*name, None)).collect();
            format!("{}{}", self.path, self.query.to_filters(&changes))
        };
        let mut chips = Vec::new();
        if let (Some(_), Some(text)) = (&self.search, self.query.search()) {
            chips.push(Chip {
                title: lang.with("pages-list-searched", &[("text", text.into())]),
                href: without(&["q"]),
            });
        }
        for filter in &self.filters {
            match filter {
                Filter::Select { name, label, options } => {
                    let Some(value) = self.query.get(name) else { continue };
                    let title = options
                        .iter()
                        .find(|(own, _)| own == value)
                        .map_or(value, |(_, title)| title);
                    chips.push(Chip {
                        title: format!("{label}: {title}"),
                        href: without(&[name]),
                    });
                }
                Filter::Dates { name, label, periods } => {
                    let (from, to) = (format!("{name}_from"), format!("{name}_to"));
                    let (first, last) = (self.query.get(&from).unwrap_or(""), self.query.get(&to).unwrap_or(""));
                    if first.is_empty() && last.is_empty() {
                        continue;
                    }
                    let known = periods.iter().find(|period| period.from == first && period.to == last);
                    let span = known.map_or_else(|| format!("{first} – {last}"), |period| period.title.clone());
                    chips.push(Chip {
                        title: format!("{label}: {span}"),
                        href: without(&[&from, &to]),
                    });
                }
            }
        }
        chips
    }

    fn period_href(&self, name: &str, period: &Period) -> String {
        let (from, to) = (format!("{name}_from"), format!("{name}_to"));
        let query = self
            .query
            .to_filters(&[(&from, Some(&period.from)), (&to, Some(&period.to))]);
        format!("{}{query}", self.path)
    }

    fn period_chosen(&self, name: &str, period: &Period) -> bool {
        self.query.get(&format!("{name}_from")) == Some(&period.from)
            && self.query.get(&format!("{name}_to")) == Some(&period.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(page: u64, total: u64) -> String {
        let list =
            ListView::new("x", "/x", ListQuery::parse(&format!("page={page}"))).paging(Paging { size: 10, total });
        let shown = list
            .pages()
            .into_iter()
            .map(|page| format!("{}{}", if page.is_gap { "… " } else { "" }, page.number));
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_pager_shows_ends_and_neighbours() {
        assert_eq!(pages(1, 0), "1");
        assert_eq!(pages(2, 30), "1 2 3");
        assert_eq!(pages(5, 100), "1 … 4 5 6 … 10");
        assert_eq!(pages(10, 100), "1 … 9 10");
        assert_eq!(pages(u64::MAX, u64::MAX), format!("1 … {}", u64::MAX.div_ceil(10)));
    }
}
