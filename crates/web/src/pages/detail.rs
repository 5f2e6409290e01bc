//! One thing in full: groups of values, tabs, panels around other blocks.

use askama::Template;

use super::{
    Act, Block, Cell, SafeHtml,
    html::{rendered, safe_href},
};
use crate::texts::Lang;

/// Values that belong together.
#[derive(Clone, Debug)]
pub struct Group {
    title: String,
    items: Vec<(String, Cell)>,
    acts: Vec<Act>,
}

impl Group {
    /// A group with a heading; an empty heading is not shown.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            items: Vec::new(),
            acts: Vec::new(),
        }
    }

    /// A label and its value.
    #[must_use]
    pub fn item(mut self, label: impl Into<String>, value: impl Into<Cell>) -> Self {
        self.items.push((label.into(), value.into()));
        self
    }

    /// Something to do with this group.
    #[must_use]
    pub fn act(mut self, act: Act) -> Self {
        self.acts.push(act);
        self
    }
}

/// One thing in full, as groups of labels and values.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "detail.html")]
pub struct Detail {
    groups: Vec<Group>,
}

impl Detail {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The next group.
    #[must_use]
    pub fn group(mut self, group: Group) -> Self {
        self.groups.push(group);
        self
    }
}

impl Block for Detail {
    fn html(&self, _lang: &Lang) -> SafeHtml {
        rendered(self)
    }
}

/// Another page about the same thing.
#[derive(Clone, Debug)]
pub struct Tab {
    /// What it is called.
    pub title: String,
    /// Its address.
    pub href: String,
    /// How many things are there, already formatted.
    pub count: Option<String>,
    /// Is it the page being shown?
    pub current: bool,
}

impl Tab {
    fn address(&self) -> &str {
        safe_href(&self.href)
    }
}

/// Pages about the same thing; links, so every tab has its address.
#[derive(Clone, Debug)]
pub struct Tabs(pub Vec<Tab>);

#[derive(Template)]
#[template(path = "tabs.html")]
struct TabsTemplate<'a> {
    tabs: &'a [Tab],
    label: String,
}

impl Block for Tabs {
    fn html(&self, lang: &Lang) -> SafeHtml {
        rendered(&TabsTemplate {
            tabs: &self.0,
            label: lang.text("pages-tabs"),
        })
    }
}

/// A heading with acts around other blocks: a related list, a chart.
#[derive(Clone, Debug, Template)]
#[template(path = "panel.html")]
pub struct Panel {
    title: String,
    lead: Option<String>,
    acts: Vec<Act>,
    body: Vec<SafeHtml>,
}

impl Panel {
    /// A panel with a heading.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            lead: None,
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

    /// Something to do with what is inside.
    #[must_use]
    pub fn act(mut self, act: Act) -> Self {
        self.acts.push(act);
        self
    }

    /// What is inside.
    #[must_use]
    pub fn block(mut self, lang: &Lang, block: &impl Block) -> Self {
        self.body.push(block.html(lang));
        self
    }
}

impl Block for Panel {
    fn html(&self, _lang: &Lang) -> SafeHtml {
        rendered(self)
    }
}

/// Paragraphs of text.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<div class=\"prose\">{% for paragraph in paragraphs %}<p>{{ paragraph }}</p>{% endfor %}</div>",
    ext = "html"
)]
pub struct Prose {
    paragraphs: Vec<String>,
}

impl Prose {
    /// A text whose paragraphs are separated by empty lines.
    pub fn new(text: &str) -> Self {
        Self {
            paragraphs: text
                .split("\n\n")
                .map(|paragraph| paragraph.trim().to_owned())
                .collect(),
        }
    }
}

impl Block for Prose {
    fn html(&self, _lang: &Lang) -> SafeHtml {
        rendered(self)
    }
}
