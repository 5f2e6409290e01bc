//! Numbers at a glance.

use askama::Template;

use super::{Block, SafeHtml, Spark, Tone, html::rendered};
use crate::texts::Lang;

/// One number with what it means.
#[derive(Clone, Debug)]
pub struct Stat {
    title: String,
    value: String,
    note: Option<(Tone, String)>,
    href: Option<String>,
    spark: Option<Spark>,
}

impl Stat {
    /// A title and a formatted value.
    pub fn new(title: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            value: value.into(),
            note: None,
            href: None,
            spark: None,
        }
    }

    /// What the value is compared with: "12 % more than last week".
    #[must_use]
    pub fn note(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.note = Some((tone, text.into()));
        self
    }

    /// The list behind the number.
    #[must_use]
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// How it came to be, oldest first.
    #[must_use]
    pub fn spark(mut self, values: &[i64]) -> Self {
        self.spark = Spark::new(values);
        self
    }
}

/// Numbers at a glance, side by side.
#[derive(Clone, Debug, Template)]
#[template(path = "stats.html")]
pub struct StatCards {
    stats: Vec<Stat>,
}

impl StatCards {
    /// These numbers, the most important first.
    pub fn new(stats: impl IntoIterator<Item = Stat>) -> Self {
        Self {
            stats: stats.into_iter().collect(),
        }
    }
}

impl Block for StatCards {
    fn html(&self, _lang: &Lang) -> SafeHtml {
        rendered(self)
    }
}
