//! How often somebody may do something: GCRA in this process, by key.
//!
//! **Always holds:** a refusal says when to come back; keys that are full again are forgotten, so that a flood of addresses
//! does not fill the memory; the kernel's clock decides, so that tests move time.
//!
//! Start at [`Limits::check`], or put [`layer`] on a route.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use governor::{
    RateLimiter, clock::Clock as GovernorClock, middleware::NoOpMiddleware, nanos::Nanos,
    state::keyed::DashMapStateStore,
};
use karavan_kernel::Clock;

use crate::{ApiError, Ctx, Principal, StackParts, stack::RouteLayer};

/// Keys are looked through for full ones no more often than after so many checks.
const SWEEP_AFTER: usize = 1_024;

/// So many times in a period; all at once, or spread over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Tells limits apart; settings change a quota by this name.
    pub name: &'static str,
    /// How long it takes until everything is available again.
    pub per: Duration,
    /// How often in that time.
    pub burst: u32,
}

impl Quota {
    /// So many times a minute.
    pub const fn per_minute(name: &'static str, burst: u32) -> Self {
        Self {
            name,
            per: Duration::from_secs(60),
            burst,
        }
    }

    /// So many times an hour.
    pub const fn per_hour(name: &'static str, burst: u32) -> Self {
        Self {
            name,
            per: Duration::from_secs(3_600),
            burst,
        }
    }
}

/// The limits of one process. Clones count together.
#[derive(Clone, Debug)]
pub struct Limits(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    on: bool,
    clock: Clock,
    /// Quotas that settings have changed.
    overridden: RwLock<HashMap<&'static str, Quota>>,
    keyed: RwLock<HashMap<&'static str, Arc<Keyed>>>,
}

type Limiter = RateLimiter<String, DashMapStateStore<String>, Ticking, NoOpMiddleware<Nanos>>;

#[derive(Debug)]
struct Keyed {
    quota: Quota,
    limiter: Limiter,
    since_sweep: AtomicUsize,
    /// How many keys the last sweep left, and at least [`SWEEP_AFTER`].
    sweep_after: AtomicUsize,
}

impl Limits {
    /// No key has used anything yet. With `on` false nobody is ever refused: for load tests on a closed network.
    pub fn new(clock: Clock, on: bool) -> Self {
        Self(Arc::new(Shared {
            on,
            clock,
            overridden: RwLock::default(),
            keyed: RwLock::default(),
        }))
    }

    /// Lets a setting win over the quota that the code names. Counting starts anew.
    pub fn set(&self, quota: Quota) {
        self.0
            .overridden
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(quota.name, quota);
    }

    /// Counts one use by `key`.
    ///
    /// # Errors
    /// 429 `rate_limited` with the time until the next one is possible.
    pub fn check(&self, quota: Quota, key: &str) -> Result<(), ApiError> {
        self.wait_for(quota, key)
            .map_or(Ok(()), |pause| Err(ApiError::too_many(pause)))
    }

    /// Counts one use by `key`, or says how long to wait before the next one; a refused use does not count.
    pub fn wait_for(&self, quota: Quota, key: &str) -> Option<Duration> {
        if !self.0.on {
            return None;
        }
        let overridden = self
            .0
            .overridden
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(quota.name)
            .copied();
        let quota = overridden.unwrap_or(quota);
        let keyed = self.keyed(quota);
        keyed.sweep_sometimes();
        let refused = keyed.limiter.check_key(&key.to_owned()).err()?;
        Some(refused.wait_time_from(Ticking(self.0.clock.clone()).now()))
    }

    /// How many keys of the quota are remembered.
    pub fn remembered(&self, name: &str) -> usize {
        let keyed = self.0.keyed.read().unwrap_or_else(PoisonError::into_inner);
        keyed.get(name).map_or(0, |keyed| keyed.limiter.len())
    }

    fn keyed(&self, quota: Quota) -> Arc<Keyed> {
        let known = self
            .0
            .keyed
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(quota.name)
            .cloned();
        if let Some(keyed) = known.filter(|keyed| keyed.quota == quota) {
            return keyed;
        }
        let mut all = self.0.keyed.write().unwrap_or_else(PoisonError::into_inner);
        let keyed = all
            .entry(quota.name)
            .or_insert_with(|| Arc::new(Keyed::new(quota, &self.0.clock)));
        if keyed.quota != quota {
            *keyed = Arc::new(Keyed::new(quota, &self.0.clock));
        }
        Arc::clone(keyed)
    }
}

impl Keyed {
    fn new(quota: Quota, clock: &Clock) -> Self {
        let burst = NonZeroU32::new(quota.burst).unwrap_or(NonZeroU32::MIN);
        // Only a zero period has no rate: everything is then available at once.
        let rate = governor::Quota::with_period(quota.per / burst.get())
            .unwrap_or_else(|| governor::Quota::per_second(NonZeroU32::MAX))
            .allow_burst(burst);
        let limiter = RateLimiter::new(rate, DashMapStateStore::default(), Ticking(clock.clone()));
        Self {
            quota,
            limiter,
            since_sweep: AtomicUsize::new(0),
            sweep_after: AtomicUsize::new(SWEEP_AFTER),
        }
    }

    /// Forgets keys that are full again. Waiting for as many checks as keys were left keeps the work per check constant.
    fn sweep_sometimes(&self) {
        let checks = self.since_sweep.fetch_add(1, Ordering::Relaxed);
        if checks >= self.sweep_after.load(Ordering::Relaxed) {
            self.since_sweep.store(0, Ordering::Relaxed);
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
            self.sweep_after
                .store(self.limiter.len().max(SWEEP_AFTER), Ordering::Relaxed);
        }
    }
}

/// The kernel's clock, as governor reads it.
#[derive(Clone, Debug)]
struct Ticking(Clock);

impl GovernorClock for Ticking {
    type Instant = Nanos;
    fn now(&self) -> Nanos {
        // Nanoseconds since 1970 fit 64 bits until the year 2554.
        let micros = u64::try_from(self.0.now().micros()).unwrap_or(0);
        Nanos::new(micros.saturating_mul(1_000))
    }
}

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
    match &ctx.principal {
        Principal::Anonymous if writes && !own_proof => parts
            .limits
            .check(parts.config.anonymous_writes, &address_key(ctx.ip))?,
        Principal::Anonymous => {}
        known @ (Principal::Account(_) | Principal::Service(_)) => {
            parts
                .limits
                .check(parts.config.account_requests, &known.actor().to_string())?;
        }
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
        .ok_or_else(|| ApiError::internal("no limits in the request"))?;
    limits.check(quota, &address_key(ctx.ip))?;
    if !ctx.principal.is_anonymous() {
        limits.check(quota, &ctx.actor().to_string())?;
    }
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;
    use karavan_kernel::Timestamp;

    const FIVE: Quota = Quota::per_minute("five", 5);

    fn clock() -> Clock {
        Clock::manual(Timestamp::from_micros(1_763_629_200_000_000))
    }

    #[test]
    fn a_burst_is_allowed_and_then_the_pause_is_named() {
        let clock = clock();
        let limits = Limits::new(clock.clone(), true);
        assert!((0..5).all(|_| limits.check(FIVE, "a").is_ok()));
        let refused = limits.check(FIVE, "a").unwrap_err();
        assert_eq!(
            (refused.code(), refused.pause()),
            ("rate_limited", Some(Duration::from_secs(12)))
        );
        assert!(limits.check(FIVE, "b").is_ok(), "another key counts for itself");
        clock.advance(Duration::from_secs(12));
        assert!(limits.check(FIVE, "a").is_ok() && limits.check(FIVE, "a").is_err());
    }

    #[test]
    fn a_setting_wins_over_the_code() {
        let limits = Limits::new(clock(), true);
        limits.set(Quota { burst: 1, ..FIVE });
        assert!(limits.check(FIVE, "a").is_ok() && limits.check(FIVE, "a").is_err());
    }

    #[test]
    fn a_flood_of_keys_is_forgotten() {
        let clock = clock();
        let limits = Limits::new(clock.clone(), true);
        for number in 0..20_000 {
            limits.check(FIVE, &format!("ip:{number}")).unwrap();
            clock.advance(Duration::from_secs(1));
        }
        assert!(limits.remembered("five") < 3_000, "{}", limits.remembered("five"));
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        let key = |ip: &str| address_key(ip.parse().unwrap());
        assert_eq!(key("2001:db8:1:2:3:4:5:6"), key("2001:db8:1:2::1"));
        assert_ne!(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
        assert_eq!(key("::ffff:1.2.3.4"), "ip:1.2.3.4");
    }
}
