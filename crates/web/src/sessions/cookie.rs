//! The session cookie: `__Host-sid` wherever browsers allow it, plain `sid` on plain http elsewhere.
//!
//! **Always holds:** a request is read under the one name that its connection allows, so that a cookie planted over an
//! unencrypted connection is never taken for a secure one.

use std::time::Duration;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponseParts, ResponseParts},
};

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
        let mut header = header_of(ctx.secure_cookies(), token.expose(), life.as_secs());
        header.set_sensitive(true);
        Self(header)
    }

    /// Takes the session away from the browser.
    pub fn end(ctx: &Ctx) -> Self {
        Self(cleared(ctx.secure_cookies()))
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
    header_of(secure, "", 0)
}

/// Whether the answer sets this very cookie.
pub(crate) fn is_set(headers: &HeaderMap, secure: bool) -> bool {
    let is_ours = |value: &HeaderValue| {
        let rest = value.as_bytes().strip_prefix(name(secure).as_bytes());
        rest.is_some_and(|rest| rest.starts_with(b"="))
    };
    headers.get_all(header::SET_COOKIE).iter().any(is_ours)
}

fn header_of(secure: bool, value: &str, max_age: u64) -> HeaderValue {
    let flag = if secure { "; Secure" } else { "" };
    let text = format!(
        "{}={value}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{flag}",
        name(secure)
    );
    HeaderValue::from_str(&text).expect("a token is base64url")
}
