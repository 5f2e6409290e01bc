//! Buttons: what a person can do from here.

use askama::{Template, filters::HtmlSafe};

use super::html::safe_href;

/// How much an act stands out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// A button with a border.
    #[default]
    Plain,
    /// The one main act of a page.
    Main,
    /// Takes something away.
    Danger,
    /// A text link among other things.
    Quiet,
}

impl Look {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Plain => "button",
            Self::Main => "button button-main",
            Self::Danger => "button button-danger",
            Self::Quiet => "button button-quiet",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Link,
    Post,
    Confirm,
    Download,
}

/// Something a person can do: a link or a button.
#[derive(Clone, Debug, Template)]
#[template(path = "act.html")]
pub struct Act {
    title: String,
    href: String,
    icon: Option<&'static str>,
    look: Look,
    way: Way,
}

impl Act {
    /// Opens a page.
    pub fn link(title: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            href: href.into(),
            icon: None,
            look: Look::Plain,
            way: Way::Link,
        }
    }

    /// Changes something at once, with a POST. For what is easy to undo; otherwise use [`Act::confirm`].
    pub fn post(title: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            way: Way::Post,
            ..Self::link(title, href)
        }
    }

    /// Opens a page with one [`super::Confirm`]; where scripts run, as a dialog over this page.
    pub fn confirm(title: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            way: Way::Confirm,
            ..Self::link(title, href)
        }
    }

    /// Saves a file.
    pub fn download(title: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            way: Way::Download,
            icon: Some("download"),
            ..Self::link(title, href)
        }
    }

    /// The main act of the page.
    #[must_use]
    pub fn main(self) -> Self {
        Self {
            look: Look::Main,
            ..self
        }
    }

    /// Takes something away.
    #[must_use]
    pub fn danger(self) -> Self {
        Self {
            look: Look::Danger,
            ..self
        }
    }

    /// Looks like a link.
    #[must_use]
    pub fn quiet(self) -> Self {
        Self {
            look: Look::Quiet,
            ..self
        }
    }

    /// A picture before the words; a name from [`super::assets::ICONS`].
    #[must_use]
    pub fn icon(self, name: &'static str) -> Self {
        Self {
            icon: Some(name),
            ..self
        }
    }

    fn class(&self) -> &'static str {
        self.look.class()
    }

    fn address(&self) -> &str {
        safe_href(&self.href)
    }
}

impl HtmlSafe for Act {}
