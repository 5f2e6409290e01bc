//! Values: what stands in a table cell or beside a label.

use std::fmt;

use askama::{Template, filters::HtmlSafe};

use super::{SafeHtml, html::rendered};

/// What a colour says. Never the only sign: the words say it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing special.
    #[default]
    Neutral,
    /// The product's own colour.
    Accent,
    /// As it should be.
    Good,
    /// Needs a look.
    Warn,
    /// Went wrong or is closed.
    Bad,
}

impl Tone {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "tone-neutral",
            Self::Accent => "tone-accent",
            Self::Good => "tone-good",
            Self::Warn => "tone-warn",
            Self::Bad => "tone-bad",
        }
    }
}

/// A state in one or two words.
#[derive(Clone, Debug, Template)]
#[template(source = "<span class=\"badge {{ tone.class() }}\">{{ text }}</span>", ext = "html")]
pub struct Badge {
    text: String,
    tone: Tone,
}

impl Badge {
    /// A state and its tone.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }

    /// Nothing special.
    pub fn neutral(text: impl Into<String>) -> Self {
        Self::new(Tone::Neutral, text)
    }

    /// The product's own colour.
    pub fn accent(text: impl Into<String>) -> Self {
        Self::new(Tone::Accent, text)
    }

    /// As it should be.
    pub fn good(text: impl Into<String>) -> Self {
        Self::new(Tone::Good, text)
    }

    /// Needs a look.
    pub fn warn(text: impl Into<String>) -> Self {
        Self::new(Tone::Warn, text)
    }

    /// Went wrong or is closed.
    pub fn bad(text: impl Into<String>) -> Self {
        Self::new(Tone::Bad, text)
    }
}

impl HtmlSafe for Badge {}

/// One value.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Not known, or does not apply: a dash.
    Empty,
    /// Plain text.
    Text(String),
    /// A formatted number; digits stand under each other.
    Number(String),
    /// Text of less weight: dates, sources.
    Muted(String),
    /// An identifier or a code.
    Code(String),
    /// A name and what tells it from its namesakes.
    Lines(String, String),
    /// States.
    Badges(Vec<Badge>),
    /// A link inside the value (a row has its own: [`super::Row::href`]).
    Link(String, String),
    /// Markup of the product's own.
    Html(SafeHtml),
}

impl Cell {
    /// Plain text; a dash when it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// A number that [`crate::texts::Lang`] has formatted.
    pub fn number(text: impl Into<String>) -> Self {
        Self::Number(text.into())
    }

    /// Text of less weight.
    pub fn muted(text: impl Into<String>) -> Self {
        Self::Muted(text.into())
    }

    /// An identifier or a code.
    pub fn code(text: impl Into<String>) -> Self {
        Self::Code(text.into())
    }

    /// A name, and under it what tells it from its namesakes.
    pub fn lines(main: impl Into<String>, note: impl Into<String>) -> Self {
        Self::Lines(main.into(), note.into())
    }

    /// A link to a page about the value.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Link(text.into(), href.into())
    }

    /// The value if there is one.
    pub fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, Self::text)
    }
}

impl From<Badge> for Cell {
    fn from(badge: Badge) -> Self {
        Self::Badges(vec![badge])
    }
}

impl From<Vec<Badge>> for Cell {
    fn from(badges: Vec<Badge>) -> Self {
        if badges.is_empty() {
            Self::Empty
        } else {
            Self::Badges(badges)
        }
    }
}

impl From<SafeHtml> for Cell {
    fn from(markup: SafeHtml) -> Self {
        Self::Html(markup)
    }
}

#[derive(Template)]
#[template(path = "cell.html")]
struct CellTemplate<'a> {
    cell: &'a Cell,
}

impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(rendered(&CellTemplate { cell: self }).as_str())
    }
}

impl HtmlSafe for Cell {}
