//! Limits in front of routes.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::{Next, from_fn_with_state},
    response::Response,
};

use super::{Limits, Quota};
use crate::{ApiError, Ctx, Principal, StackParts, stack::RouteLayer};

/// The key of an address. An IPv6 customer owns a whole /64, so that is one key.
pub fn address_key(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => format!("ip:{ip}"),
        IpAddr::V6(ip) => format!("ip:{}/64", Ipv6Addr::from_bits(ip.to_bits() & (u128::MAX << 64))),
    }
}

/// Anonymous writes by address, everything else by account; safe requests of nobody known are left to the routes.
pub(crate) async fn overall(
    State(parts): State<Arc<StackParts>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let ctx = Ctx::of(request.extensions())?;
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let template = request.extensions().get::<MatchedPath>();
    let own_proof = template.is_some_and(|path| parts.config.own_proof.contains(&path.as_str()));
    let asked = match &ctx.principal {
        Principal::Anonymous if writes && !own_proof => Some((parts.config.anonymous_writes, address_key(ctx.ip))),
        Principal::Anonymous => None,
        known @ (Principal::Account(_) | Principal::Service(_)) => {
            Some((parts.config.account_requests, known.actor().to_string()))
        }
    };
    if let Some((quota, key)) = asked {
        parts.limits.check(quota, &key).await?;
    }
    Ok(next.run(request).await)
}

/// Limits one route by address and by account: `routes!(create).layer(limits::layer(REGISTRATIONS))`.
pub fn layer(quota: Quota) -> impl RouteLayer {
    from_fn_with_state(quota, on_route)
}

async fn on_route(State(quota): State<Quota>, request: Request, next: Next) -> Result<Response, ApiError> {
    let ctx = Ctx::of(request.extensions())?;
    let limits = request
        .extensions()
        .get::<Limits>()
        .cloned()
        .ok_or_else(|| ApiError::internal("no limits in the request"))?;
    let address = address_key(ctx.ip);
    let account = Some(ctx.actor().to_string()).filter(|_| !ctx.principal.is_anonymous());
    limits.check(quota, &address).await?;
    if let Some(account) = account {
        limits.check(quota, &account).await?;
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_client() {
        let key = |ip: &str| address_key(ip.parse().unwrap());
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:1.2.3.4"), "ip:1.2.3.4");
    }
}
