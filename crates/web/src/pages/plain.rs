//! A page outside the panel with one thing to do: signing in, confirming, one's own account.

use askama::Template;
use axum::response::Html;

use super::{
    Block, PageFrame, SafeHtml,
    html::{rendered, safe_href},
};

/// Where one may go instead: a sentence before the link, and the link.
#[derive(Clone, Debug)]
struct Way {
    before: String,
    title: String,
    href: String,
}

impl Way {
    fn address(&self) -> &str {
        safe_href(&self.href)
    }
}

/// A page outside the panel.
#[derive(Clone, Debug, Template)]
#[template(path = "plain.html")]
pub struct PlainPage {
    frame: PageFrame,
    heading: String,
    lead: Option<String>,
    body: Vec<SafeHtml>,
    ways: Vec<Way>,
}

impl PlainPage {
    /// A page with a heading and nothing on it yet.
    pub fn new(frame: PageFrame, heading: impl Into<String>) -> Self {
        let heading = heading.into();
        Self {
            frame: frame.titled(&heading),
            heading,
            lead: None,
            body: Vec::new(),
            ways: Vec::new(),
        }
    }

    /// One sentence under the heading.
    #[must_use]
    pub fn lead(mut self, sentence: impl Into<String>) -> Self {
        self.lead = Some(sentence.into());
        self
    }

    /// The next part of the page.
    #[must_use]
    pub fn block(mut self, block: &impl Block) -> Self {
        self.body.push(block.html(&self.frame.lang));
        self
    }

    /// Where one may go instead; `before` is the question that leads there, and may be empty.
    #[must_use]
    pub fn way(mut self, before: impl Into<String>, title: impl Into<String>, href: impl Into<String>) -> Self {
        self.ways.push(Way {
            before: before.into(),
            title: title.into(),
            href: href.into(),
        });
        self
    }

    /// The whole page.
    pub fn html(&self) -> Html<String> {
        Html(rendered(self).to_string())
    }
}
