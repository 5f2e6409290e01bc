//! The layer that finds out who asks.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::cookie::CookieJar;
use futures::future::BoxFuture;
use karavan_kernel::Secret;

use crate::{
    ApiError, Ctx, Principal, StackParts,
    sessions::{SessionToken, cookie},
};

/// What a request presents.
#[derive(Clone, Debug)]
pub enum Credential {
    /// The session cookie's token.
    Session(SessionToken),
    /// What follows `Authorization: Bearer`.
    Bearer(Secret),
}

/// Looks a credential up. Anonymous or 401 means that it is not valid; any other error fails the request.
pub type Identify = Arc<dyn Fn(Credential) -> BoxFuture<'static, Result<Principal, ApiError>> + Send + Sync>;

/// Puts the principal into the context. Answers to somebody are not kept by caches.
pub(crate) async fn identify(
    State(parts): State<Arc<StackParts>>,
    mut request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let ctx = Ctx::of(request.extensions())?;
    let secure = ctx.secure_cookies();
    let mut stale_cookie = false;
    let principal = if let Some(token) = bearer(request.headers()) {
        by_bearer(&parts, token).await?
    } else if let Some(token) = session(request.headers(), secure) {
        let found = by_session(&parts, token).await?;
        stale_cookie = found.is_none();
        found.unwrap_or_default()
    } else {
        Principal::Anonymous
    };

    let known = !principal.is_anonymous();
    if let Some(ctx) = request.extensions_mut().get_mut::<Ctx>() {
        ctx.principal = principal;
    }
    let mut response = next.run(request).await;
    if known {
        let no_store = HeaderValue::from_static("no-store");
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(no_store);
    }
    // Signing in with a stale cookie sets a new one, which must stay.
    if stale_cookie && !cookie::is_set(response.headers(), secure) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie::cleared(secure));
    }
    Ok(response)
}

/// The token of `Authorization: Bearer`; other schemes are not ours to judge.
fn bearer(headers: &HeaderMap) -> Option<Secret> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
    scheme.eq_ignore_ascii_case("bearer").then(|| Secret::new(token.trim()))
}

fn session(headers: &HeaderMap, secure: bool) -> Option<SessionToken> {
    let jar = CookieJar::from_headers(headers);
    let value = jar.get(cookie::name(secure))?.value();
    (!value.is_empty()).then(|| SessionToken::new(value))
}

async fn by_bearer(parts: &StackParts, token: Secret) -> Result<Principal, ApiError> {
    let invalid = || ApiError::expected(StatusCode::UNAUTHORIZED, "token_invalid");
    if token.is_empty() {
        return Err(invalid());
    }
    match (parts.identify)(Credential::Bearer(token)).await? {
        Principal::Anonymous => Err(invalid()),
        known @ (Principal::Account(_) | Principal::Service(_)) => Ok(known),
    }
}

async fn by_session(parts: &StackParts, token: SessionToken) -> Result<Option<Principal>, ApiError> {
    match (parts.identify)(Credential::Session(token)).await {
        Ok(Principal::Anonymous) => Ok(None),
        Ok(known) => Ok(Some(known)),
        Err(error) if error.status() == StatusCode::UNAUTHORIZED => Ok(None),
        Err(error) => Err(error),
    }
}
