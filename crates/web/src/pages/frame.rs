//! What surrounds every page: language, theme, navigation, account.

use karavan_kernel::Locale;

use super::{SafeHtml, assets, html::safe_href, query};
use crate::{Ctx, context::Theme, texts::Lang};

/// Where one can go: the entries of one product.
#[derive(Clone, Debug)]
pub struct NavSection {
    /// The product's title; empty for entries that belong to none.
    pub title: String,
    /// Its colour.
    pub product: Option<&'static str>,
    /// Its pages.
    pub entries: Vec<NavEntry>,
}

/// One page in the navigation.
#[derive(Clone, Debug)]
pub struct NavEntry {
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub href: String,
    /// A name from [`assets::ICONS`].
    pub icon: &'static str,
    /// Is this page or a page under it being shown?
    pub current: bool,
}

/// The result of what the person has just done. Errors stay beside their cause and are never toasts.
#[derive(Clone, Debug)]
pub struct Toast {
    /// One sentence.
    pub text: String,
}

/// What a page knows about its reader and its place.
#[derive(Clone, Debug)]
pub struct PageFrame {
    /// The texts in the reader's language.
    pub lang: Lang,
    /// The window's title; the heading of the page when empty.
    pub title: String,
    /// Whose colour the page wears.
    pub product: Option<&'static str>,
    /// The reader's choice, if any.
    pub theme: Option<Theme>,
    /// Of the program, for the footer.
    pub version: &'static str,
    /// Path and query of this page, for the language links.
    pub path: String,
    /// The admin panel's navigation; empty on public pages.
    pub nav: Vec<NavSection>,
    /// Who is signed in.
    pub account: Option<String>,
    /// What has just been done.
    pub toast: Option<Toast>,
    /// Whether to say what the browser keeps: the reader has not been told yet.
    pub notice: bool,
}

/// A link of the language switch.
pub(super) struct LanguageLink {
    pub(super) locale: Locale,
    pub(super) href: String,
    pub(super) current: bool,
}

impl PageFrame {
    /// A page in this language at this address (path and query), with nothing else around it.
    pub fn new(lang: Lang, path: impl Into<String>) -> Self {
        Self {
            lang,
            title: String::new(),
            product: None,
            theme: None,
            version: env!("CARGO_PKG_VERSION"),
            path: path.into(),
            nav: Vec::new(),
            account: None,
            toast: None,
            notice: false,
        }
    }

    /// A page for whoever sent this request.
    pub fn of(ctx: &Ctx, path: impl Into<String>) -> Self {
        Self {
            theme: ctx.theme,
            notice: !ctx.notice_read,
            ..Self::new(ctx.lang.clone(), path)
        }
    }

    /// Gives the page a window title if it has none yet.
    pub(super) fn titled(mut self, heading: &str) -> Self {
        if self.title.is_empty() {
            self.title = heading.to_owned();
        }
        self
    }

    pub(super) fn locale(&self) -> &'static str {
        self.lang.locale().as_str()
    }

    /// A word of these pages.
    pub(super) fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    pub(super) fn theme_word(&self) -> Option<&'static str> {
        self.theme.map(Theme::as_str)
    }

    pub(super) fn languages(&self) -> Vec<LanguageLink> {
        let link = |locale: &Locale| LanguageLink {
            locale: *locale,
            href: query::replaced(&self.path, "lang", locale.as_str()),
            current: *locale == self.lang.locale(),
        };
        Locale::ALL.iter().map(link).collect()
    }
}

impl NavEntry {
    pub(super) fn address(&self) -> &str {
        safe_href(&self.href)
    }

    pub(super) fn picture(&self) -> SafeHtml {
        assets::icon(self.icon)
    }
}
