//! The first page: which products are installed and where their doors are.

use askama::Template;
use axum::response::Html;

use super::{
    Act, PageFrame, SafeHtml, assets,
    html::{rendered, safe_href},
};

/// An installed product.
#[derive(Clone, Debug)]
pub struct ProductCard {
    /// Its name in the reader's language.
    pub title: String,
    /// What it does, in one sentence.
    pub sentence: String,
    /// Its colour.
    pub product: &'static str,
    /// A name from [`assets::ICONS`].
    pub icon: &'static str,
    /// Its main door; the title leads there too.
    pub door: Option<(String, String)>,
    /// Other doors: demo chats, public pages, documentation. Title and address.
    pub links: Vec<(String, String)>,
}

impl ProductCard {
    fn picture(&self) -> SafeHtml {
        assets::icon(self.icon)
    }

    fn main_door(&self) -> Option<Act> {
        self.door
            .as_ref()
            .map(|(title, href)| Act::link(title, href).icon("arrow-right"))
    }

    fn doors(&self) -> Vec<(&str, &str)> {
        self.links
            .iter()
            .map(|(title, href)| (title.as_str(), safe_href(href)))
            .collect()
    }
}

/// The first page.
#[derive(Clone, Debug, Template)]
#[template(path = "landing.html")]
pub struct Landing {
    frame: PageFrame,
    products: Vec<ProductCard>,
    acts: Vec<Act>,
    demo: bool,
}

impl Landing {
    /// The first page of an installation; with `demo` it says that everything outside is simulated.
    pub fn new(frame: PageFrame, demo: bool) -> Self {
        let title = frame.t("pages-landing-title");
        Self {
            frame: frame.titled(&title),
            products: Vec::new(),
            acts: Vec::new(),
            demo,
        }
    }

    /// An installed product.
    #[must_use]
    pub fn product(mut self, card: ProductCard) -> Self {
        self.products.push(card);
        self
    }

    /// Something for the whole installation: the admin panel, the API reference.
    #[must_use]
    pub fn act(mut self, act: Act) -> Self {
        self.acts.push(act);
        self
    }

    /// The whole page.
    pub fn html(&self) -> Html<String> {
        Html(rendered(self).to_string())
    }
}
