//! The layer that puts [`Ctx`] into every request and its id into every answer.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::cookie::CookieJar;
use karavan_kernel::{Entropy, Locale, open_tx};

use super::{Ctx, accept, client};
use crate::{Principal, StackParts};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LANGUAGE_COOKIE: &str = "lang";
const THEME_COOKIE: &str = "theme";
const NOTICE_COOKIE: &str = "cookies";
const YEAR_IN_SECONDS: u32 = 365 * 24 * 60 * 60;

/// Provides the context, and counts open transactions for the whole request.
pub(crate) async fn provide(State(parts): State<Arc<StackParts>>, mut request: Request, next: Next) -> Response {
    let ctx = context(&parts, &request);
    let request_id = HeaderValue::from_str(&ctx.request_id).expect("an id is letters, digits and dashes");
    let chosen = chosen_language(request.uri())
        .filter(|_| ctx.html)
        .map(|locale| language_cookie(locale, ctx.secure_cookies()));

    request.extensions_mut().insert(ctx);
    request.extensions_mut().insert(parts.limits.clone());
    let mut response = open_tx::watched(next.run(request)).await;

    response.headers_mut().insert(REQUEST_ID, request_id);
    if let Some(cookie) = chosen {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn context(parts: &StackParts, request: &Request) -> Ctx {
    let (headers, uri) = (request.headers(), request.uri());
    let client = client::client(request.extensions(), headers, &parts.config.trusted_proxies);
    let cookies = CookieJar::from_headers(headers);
    let locale = chosen_language(uri)
        .or_else(|| cookies.get(LANGUAGE_COOKIE)?.value().parse().ok())
        .or_else(|| Locale::negotiate(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?))
        .unwrap_or(parts.config.default_locale);
    let htmx = headers.contains_key("hx-request");
    Ctx {
        request_id: request_id(headers, client.through_proxy, &parts.entropy),
        lang: parts.texts.lang(locale),
        ip: client.ip,
        principal: Principal::Anonymous,
        theme: cookies.get(THEME_COOKIE).and_then(|cookie| cookie.value().parse().ok()),
        notice_read: cookies.get(NOTICE_COOKIE).is_some(),
        html: htmx || accept::prefers_html(headers),
        htmx,
        tls: is_encrypted(parts, headers, client.through_proxy),
        path: uri.path().into(),
        user_agent: user_agent(headers),
        local: client::is_local(&client::host(uri, headers)),
    }
}

fn is_encrypted(parts: &StackParts, headers: &HeaderMap, through_proxy: bool) -> bool {
    let forwarded = headers.get("x-forwarded-proto").filter(|_| through_proxy);
    forwarded.map_or(parts.config.public_url.is_https(), |scheme| scheme == "https")
}

/// The proxy's id when it is one, else a new one.
fn request_id(headers: &HeaderMap, through_proxy: bool, entropy: &Entropy) -> Arc<str> {
    let given = headers
        .get(REQUEST_ID)
        .filter(|_| through_proxy)
        .and_then(|id| id.to_str().ok());
    let is_well_formed = |id: &&str| {
        (8..=64).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    match given.filter(is_well_formed) {
        Some(id) => id.into(),
        None => format!("{:032x}", u128::from_be_bytes(entropy.bytes())).into(),
    }
}

/// The language of `?lang=`, which also sets the cookie: a link can switch the language without a script.
fn chosen_language(uri: &Uri) -> Option<Locale> {
    uri.query()?
        .split('&')
        .find_map(|pair| pair.strip_prefix("lang="))?
        .parse()
        .ok()
}

fn language_cookie(locale: Locale, secure: bool) -> HeaderValue {
    choice_cookie(LANGUAGE_COOKIE, locale.as_str(), secure)
}

/// Remembers that the notice about cookies was read, as a `Set-Cookie` header.
pub fn notice_cookie(ctx: &Ctx) -> HeaderValue {
    choice_cookie(NOTICE_COOKIE, "read", ctx.secure_cookies())
}

fn choice_cookie(name: &'static str, word: &'static str, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{name}={word}; Path=/; Max-Age={YEAR_IN_SECONDS}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).expect("names and words are letters")
}

fn user_agent(headers: &HeaderMap) -> Arc<str> {
    let text = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    text.chars().take(200).collect::<String>().into()
}
