//! Limits that the processes of one installation share.
//!
//! **Always holds:** Redis learns neither addresses nor accounts, only fingerprints under the master secret: they cannot be
//! tried out, and two installations on one Redis never count together.

use std::sync::Arc;

use futures::FutureExt;
use karavan_clients::redis::{Rate, Redis};
use karavan_kernel::Clock;
use karavan_web::{
    Limits,
    limits::{Together, Uncounted},
};

use crate::vault::Vault;

/// What the fingerprints are for.
const PURPOSE: &str = "limits";

pub(crate) fn limits(clock: &Clock, on: bool, redis: Option<&Redis>, vault: &Vault) -> Limits {
    match redis {
        None => Limits::new(clock.clone(), on),
        Some(redis) => Limits::together(clock.clone(), on, together(redis.clone(), vault.clone())),
    }
}

fn together(redis: Redis, vault: Vault) -> Together {
    Arc::new(move |quota, key| {
        let (redis, subject) = (redis.clone(), vault.fingerprint(PURPOSE, &key));
        let rate = Rate {
            burst: quota.burst,
            per: quota.per,
        };
        async move {
            let spent = redis.spend(quota.name, &subject, rate).await;
            // Why is said once, where the connection is lost.
            spent.map_err(|_said| Uncounted)
        }
        .boxed()
    })
}
