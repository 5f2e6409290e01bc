//! A page of the admin panel: navigation, heading, acts, blocks.

use askama::Template;
use axum::response::Html;

use super::{
    Act, Block, PageFrame, SafeHtml,
    html::{rendered, safe_href},
};

/// A page above this one.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Its heading.
    pub title: String,
    /// Its address.
    pub href: String,
}

impl Crumb {
    fn address(&self) -> &str {
        safe_href(&self.href)
    }
}

/// A page of the admin panel. See the example in [`crate::pages`].
#[derive(Clone, Debug, Template)]
#[template(path = "admin.html")]
pub struct AdminPage {
    frame: PageFrame,
    heading: String,
    lead: Option<String>,
    crumbs: Vec<Crumb>,
    badges: SafeHtml,
    acts: Vec<Act>,
    body: Vec<SafeHtml>,
}

impl AdminPage {
    /// A page with a heading and nothing on it yet.
    pub fn new(frame: PageFrame, heading: impl Into<String>) -> Self {
        let heading = heading.into();
        Self {
            frame: frame.titled(&heading),
            heading,
            lead: None,
            crumbs: Vec::new(),
            badges: SafeHtml::default(),
            acts: Vec::new(),
            body: Vec::new(),
        }
    }

    /// One sentence under the heading.
    #[must_use]
    pub fn lead(mut self, sentence: impl Into<String>) -> Self {
        self.lead = Some(sentence.into());
        self
    }

    /// A page above this one; the topmost first.
    #[must_use]
    pub fn crumb(mut self, title: impl Into<String>, href: impl Into<String>) -> Self {
        self.crumbs.push(Crumb {
            title: title.into(),
            href: href.into(),
        });
        self
    }

    /// A state beside the heading.
    #[must_use]
    pub fn badge(mut self, badge: &super::Badge) -> Self {
        self.badges = SafeHtml::trusted(format!("{}{badge}", self.badges));
        self
    }

    /// Something to do with the whole page. One of them may be [`Act::main`].
    #[must_use]
    pub fn act(mut self, act: Act) -> Self {
        self.acts.push(act);
        self
    }

    /// The next part of the page.
    #[must_use]
    pub fn block(mut self, block: &impl Block) -> Self {
        self.body.push(block.html(&self.frame.lang));
        self
    }

    /// The whole page.
    pub fn html(&self) -> Html<String> {
        Html(rendered(self).to_string())
    }
}
