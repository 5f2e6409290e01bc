//! What a list is made of: columns, rows, filters, pages, and what it says when it is empty.

use crate::pages::{Act, Cell, html::safe_href};

/// A column's heading, and how to sort by it.
#[derive(Clone, Debug)]
pub struct Column {
    pub(super) title: String,
    pub(super) sort: Option<&'static str>,
    pub(super) numeric: bool,
}

impl Column {
    /// Words: aligned to the left.
    pub fn text(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            sort: None,
            numeric: false,
        }
    }

    /// Numbers and money: aligned to the right.
    pub fn number(title: impl Into<String>) -> Self {
        Self {
            numeric: true,
            ..Self::text(title)
        }
    }

    /// The heading sorts; [`super::ListQuery::sort`] gives this name back.
    #[must_use]
    pub fn sorted_by(self, name: &'static str) -> Self {
        Self {
            sort: Some(name),
            ..self
        }
    }
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct Row {
    pub(super) id: String,
    pub(super) href: Option<String>,
    pub(super) cells: Vec<Cell>,
}

impl Row {
    /// `id` is what a bulk act gets.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            href: None,
            cells: Vec::new(),
        }
    }

    /// The page about this line; the whole line leads there.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// One value per column.
    #[must_use]
    pub fn cells(mut self, cells: impl IntoIterator<Item = Cell>) -> Self {
        self.cells = cells.into_iter().collect();
        self
    }

    pub(super) fn address(&self) -> Option<&str> {
        self.href.as_deref().map(safe_href)
    }
}

/// A named span of days, as two `YYYY-MM-DD`.
#[derive(Clone, Debug)]
pub struct Period {
    /// "Today", "7 days".
    pub title: String,
    /// Its first day.
    pub from: String,
    /// Its last day.
    pub to: String,
}

/// A question that narrows the list.
#[derive(Clone, Debug)]
pub enum Filter {
    /// One of several values.
    Select {
        /// The query parameter.
        name: &'static str,
        /// What it asks.
        label: String,
        /// Values and their titles.
        options: Vec<(String, String)>,
    },
    /// Days from and to: the query parameters are `<name>_from` and `<name>_to`.
    Dates {
        /// The stem of the query parameters.
        name: &'static str,
        /// What it asks.
        label: String,
        /// Spans that are asked for often.
        periods: Vec<Period>,
    },
}

impl Filter {
    /// One of several values.
    pub fn select<V: Into<String>, T: Into<String>>(
        name: &'static str,
        label: impl Into<String>,
        options: impl IntoIterator<Item = (V, T)>,
    ) -> Self {
        let options = options
            .into_iter()
            .map(|(value, title)| (value.into(), title.into()))
            .collect();
        Self::Select {
            name,
            label: label.into(),
            options,
        }
    }

    /// Days from and to.
    pub fn dates(name: &'static str, label: impl Into<String>, periods: Vec<Period>) -> Self {
        Self::Dates {
            name,
            label: label.into(),
            periods,
        }
    }
}

/// How many rows there are, and how many a page shows. The page itself is in the query.
#[derive(Clone, Copy, Debug, Default)]
pub struct Paging {
    /// Rows per page.
    pub size: u64,
    /// Rows that match.
    pub total: u64,
}

/// What a list says before its first row exists.
#[derive(Clone, Debug)]
pub struct Empty {
    pub(super) title: String,
    pub(super) detail: String,
    pub(super) act: Option<Act>,
}

impl Empty {
    pub(super) fn unsaid() -> Self {
        Self {
            title: String::new(),
            detail: String::new(),
            act: None,
        }
    }

    /// "No people yet", and how they come to be.
    pub fn new(title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            detail: detail.into(),
            act: None,
        }
    }

    /// What to do first.
    #[must_use]
    pub fn act(mut self, act: Act) -> Self {
        self.act = Some(act);
        self
    }
}

/// Acts on the chosen rows: a POST to `action` with `id` once per row and `act`.
#[derive(Clone, Debug)]
pub struct Bulk {
    /// The address.
    pub action: String,
    /// Values of `act` and their titles.
    pub acts: Vec<(String, String)>,
}
