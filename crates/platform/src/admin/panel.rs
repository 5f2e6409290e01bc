//! The frame of every page of the panel, as an extractor.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
    response::Redirect,
};
use karavan_web::{
    ApiError, Ctx,
    pages::{AdminPage, ListQuery, NavEntry, NavSection, PageFrame, Toast},
    texts::{Arg, Lang},
};

use super::Section;

/// All sections, in the extensions of every request: the host puts them there.
#[derive(Clone)]
pub(crate) struct Sections(pub(crate) Arc<Vec<Section>>);

/// The panel around a page: who looks, in which language, with which navigation.
pub struct Panel {
    /// The texts in the reader's language.
    pub lang: Lang,
    ctx: Ctx,
    sections: Sections,
    uri: Uri,
}

impl Panel {
    /// A page under `heading`, a text key.
    pub fn page(&self, heading: &str) -> AdminPage {
        self.page_titled(self.lang.text(heading))
    }

    /// A page whose heading is no fixed text, such as a person's name.
    pub fn page_titled(&self, heading: impl Into<String>) -> AdminPage {
        AdminPage::new(self.frame(), heading)
    }

    /// A text.
    pub fn t(&self, key: &str) -> String {
        self.lang.text(key)
    }

    /// A text with values.
    pub fn with(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.lang.with(key, args)
    }

    /// What surrounds the page.
    pub fn frame(&self) -> PageFrame {
        let path_and_query = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut frame = PageFrame::of(&self.ctx, path_and_query);
        // Whoever works here came through a page that said it.
        frame.notice = false;
        frame.account = self.ctx.principal.account().map(|account| account.name.clone());
        frame.nav = self.sections.0.iter().filter_map(|section| self.nav(section)).collect();
        frame.product = self
            .sections
            .0
            .iter()
            .filter_map(|section| section.product)
            .find(|product| {
                let prefix = format!("/admin/{product}");
                self.uri.path() == prefix || self.uri.path().starts_with(&format!("{prefix}/"))
            });
        frame.toast = toast(&self.lang, &self.uri);
        frame
    }

    fn nav(&self, section: &Section) -> Option<NavSection> {
        let entries: Vec<NavEntry> = section
            .entries
            .iter()
            .filter(|entry| self.ctx.principal.may(entry.permission))
            .map(|entry| NavEntry {
                title: self.lang.text(entry.title),
                href: entry.href.to_owned(),
                icon: entry.icon,
                current: self.uri.path() == entry.href || self.uri.path().starts_with(&format!("{}/", entry.href)),
            })
            .collect();
        (!entries.is_empty()).then(|| NavSection {
            title: self.lang.text(section.title),
            product: section.product,
            entries,
        })
    }
}

/// The result of the act before: `?done=job-replayed` shows the text `done-job-replayed`. Only our texts can appear.
pub(crate) fn toast(lang: &Lang, uri: &Uri) -> Option<Toast> {
    let query = ListQuery::parse(uri.query().unwrap_or_default());
    let key = format!("done-{}", query.get("done")?);
    lang.has(&key).then(|| Toast { text: lang.text(&key) })
}

/// Where to go after a change, with the name of what was done.
pub fn done(path: &str, what: &str) -> Redirect {
    Redirect::to(&format!("{path}?done={what}"))
}

impl<S: Sync> FromRequestParts<S> for Panel {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let ctx = Ctx::of(&parts.extensions)?.clone();
        if ctx.principal.is_withheld() {
            return Err(ApiError::second_factor_required());
        }
        let sections = parts.extensions.get::<Sections>().cloned();
        let sections = sections.ok_or_else(|| ApiError::internal("the panel is mounted outside the host"))?;
        Ok(Self {
            lang: ctx.lang.clone(),
            ctx,
            sections,
            uri: parts.uri.clone(),
        })
    }
}
