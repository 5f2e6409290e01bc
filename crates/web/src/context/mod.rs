//! What is known about a request before anybody handles it: its id, language, client and wishes.
//!
//! **Always holds:** [`Ctx`] is in the extensions of every request inside [`crate::stack()`]. Headers that a client could
//! forge (`X-Forwarded-For`, `X-Forwarded-Proto`, `X-Request-Id`) count only when a trusted proxy sent them.

mod accept;
pub(crate) mod client;
pub(crate) mod provide;

pub use provide::notice_cookie;

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, request::Parts},
};
use karavan_kernel::{Actor, text_enum};

use crate::{ApiError, Principal, texts::Lang};

text_enum! {
    /// The look that a person chose; without a choice the device decides.
    pub enum Theme {
        /// Dark ink on light paper.
        Light = "light",
        /// Light ink on dark paper.
        Dark = "dark",
    }
}

/// The request's context; as an extractor, a cheap copy of it.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Named in the answer, in the logs and on error pages.
    pub request_id: Arc<str>,
    /// The texts in the person's language.
    pub lang: Lang,
    /// Where the request came from, proxies aside.
    pub ip: IpAddr,
    /// Who asks. Handlers ask with [`crate::Can`], [`crate::SignedIn`] or [`crate::Anyone`].
    pub principal: Principal,
    /// The look they chose.
    pub theme: Option<Theme>,
    /// True when they have read what the browser keeps, see [`notice_cookie`].
    pub notice_read: bool,
    /// True when a page is wanted rather than JSON.
    pub html: bool,
    /// True when htmx asks for a part of a page.
    pub htmx: bool,
    /// True when the client's connection is encrypted.
    pub tls: bool,
    /// The path as it was asked for, without the query.
    pub path: Arc<str>,
    /// The browser's name, shortened, for the list of sessions.
    pub user_agent: Arc<str>,
    /// True when the host is this machine: browsers treat it as encrypted.
    pub(crate) local: bool,
}

/// What travels in a request's extensions; [`Ctx`] is its short name.
pub type RequestContext = Ctx;

impl Ctx {
    /// The context among a request's extensions.
    ///
    /// # Errors
    /// 500 when the route was mounted outside [`crate::stack()`].
    pub fn of(extensions: &Extensions) -> Result<&Self, ApiError> {
        extensions
            .get::<Self>()
            .ok_or_else(|| ApiError::internal("the route is mounted outside `karavan_web::stack`"))
    }

    /// Who asks, as transactions record it.
    pub fn actor(&self) -> Actor {
        self.principal.actor()
    }

    /// True when cookies can be `Secure` and carry the `__Host-` prefix.
    pub fn secure_cookies(&self) -> bool {
        self.tls || self.local
    }
}

impl<S: Sync> FromRequestParts<S> for Ctx {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        Self::of(&parts.extensions).cloned()
    }
}
