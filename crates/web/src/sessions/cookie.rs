//! The session cookie: `__Host-sid` wherever browsers allow it, plain `sid` on plain http elsewhere.
//!
//! **Always holds:** a request is read under the one name that its connection allows, so that a cookie planted over an
//! unencrypted connection is never taken for a secure one.
//!
//! [`HostCookie`] is any other one that a browser holds for a moment, by the same rules.

use std::time::Duration;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};
use axum_extra::extract::cookie::CookieJar;
use karavan_kernel::Secret;

use super::SessionToken;
use crate::Ctx;

/// The cookie's name. Browsers accept `__Host-` on encrypted connections and from this very machine.
pub const fn name(secure: bool) -> &'static str {
    if secure { "__Host-sid" } else { "sid" }
}

/// A `Set-Cookie` header as part of an answer: `(cookie, Redirect::to("/"))`.
#[derive(Clone, Debug)]
pub struct SetCookie(HeaderValue);

impl SetCookie {
    /// Gives the browser its session for as long as the session can live.
    pub fn start(ctx: &Ctx, token: &SessionToken, life: Duration) -> Self {
        let secure = ctx.secure_cookies();
        let mut header = header_of(name(secure), token.expose(), life.as_secs(), secure);
        header.set_sensitive(true);
        Self(header)
    }

    /// Takes the session away from the browser.
    pub fn end(ctx: &Ctx) -> Self {
        Self(cleared(ctx.secure_cookies()))
    }
}

/// A cookie beside the session's: what this browser alone holds of something that has begun.
#[derive(Clone, Copy, Debug)]
pub struct HostCookie {
    secure: &'static str,
    plain: &'static str,
}

impl HostCookie {
    /// The cookie's names: with the prefix `__Host-`, and without where browsers do not accept it.
    pub const fn new(secure: &'static str, plain: &'static str) -> Self {
        Self { secure, plain }
    }

    /// What the browser holds.
    pub fn read(self, ctx: &Ctx, headers: &HeaderMap) -> Option<Secret> {
        let jar = CookieJar::from_headers(headers);
        let value = jar.get(self.name(ctx.secure_cookies()))?.value();
        (!value.is_empty()).then(|| Secret::new(value))
    }

    /// Gives the browser a token, which is base64url.
    pub fn set(self, ctx: &Ctx, token: &Secret, life: Duration) -> SetCookie {
        let secure = ctx.secure_cookies();
        let mut header = header_of(self.name(secure), token.expose(), life.as_secs(), secure);
        header.set_sensitive(true);
        SetCookie(header)
    }

    /// Takes it away.
    pub fn end(self, ctx: &Ctx) -> SetCookie {
        let secure = ctx.secure_cookies();
        SetCookie(header_of(self.name(secure), "", 0, secure))
    }

    const fn name(self, secure: bool) -> &'static str {
        if secure { self.secure } else { self.plain }
    }
}

impl IntoResponseParts for SetCookie {
    type Error = std::convert::Infallible;
    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Self::Error> {
        response.headers_mut().append(header::SET_COOKIE, self.0);
        Ok(response)
    }
}

pub(crate) fn cleared(secure: bool) -> HeaderValue {
    header_of(name(secure), "", 0, secure)
}

/// Whether the answer sets this very cookie.
pub(crate) fn is_set(headers: &HeaderMap, secure: bool) -> bool {
    let is_ours = |value: &HeaderValue| {
        let rest = value.as_bytes().strip_prefix(name(secure).as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b"="))
    };
    headers.get_all(header::SET_COOKIE).iter().any(is_ours)
}

fn header_of(name: &str, value: &str, max_age: u64, secure: bool) -> HeaderValue {
    let flag = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{flag}");
    HeaderValue::from_str(&text).expect("a token is base64url")
}
