//! What surrounds these pages, as an extractor.

use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
};
use karavan_web::{
    ApiError, Ctx,
    pages::{ListQuery, PageFrame, PlainPage},
    texts::Arg,
};

use crate::admin::toast;

/// The frame and the request's context.
pub(crate) struct Page {
    pub(crate) ctx: Ctx,
    uri: Uri,
}

impl Page {
    /// A text.
    pub(crate) fn t(&self, key: &str) -> String {
        self.ctx.lang.text(key)
    }

    /// A text with values.
    pub(crate) fn with(&self, key: &str, args: &[(&str, Arg)]) -> String {
        self.ctx.lang.with(key, args)
    }

    /// A page under `heading`, a text key. Language links lead to `path`, because this page's own address may be secret or
    /// answer only to POST.
    pub(crate) fn page(&self, heading: &str, path: &str) -> PlainPage {
        self.titled(self.t(heading), path)
    }

    /// The same with a heading that is no fixed text.
    pub(crate) fn titled(&self, heading: String, path: &str) -> PlainPage {
        let mut frame = PageFrame::of(&self.ctx, path);
        frame.account = self.ctx.principal.account().map(|account| account.name.clone());
        frame.toast = toast(&self.ctx.lang, &self.uri);
        PlainPage::new(frame, heading)
    }

    /// Where to go afterwards, if the address names a place on this site.
    pub(crate) fn next(&self) -> Option<String> {
        let query = ListQuery::parse(self.uri.query().unwrap_or_default());
        let next = query.get("next")?;
        karavan_web::redirect::same_origin(next).map(str::to_owned)
    }
}

impl<S: Sync> FromRequestParts<S> for Page {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Ok(Self {
            ctx: Ctx::of(&parts.extensions)?.clone(),
            uri: parts.uri.clone(),
        })
    }
}
