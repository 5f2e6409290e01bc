//! Limits in one process, and with somebody who counts for several.

use std::sync::atomic::{AtomicU32, Ordering};

use futures::FutureExt;
use karavan_kernel::Timestamp;

use super::*;

const FIVE: Quota = Quota::per_minute("five", 5);

fn clock() -> Clock {
    Clock::manual(Timestamp::from_micros(1_763_629_200_000_000))
}

/// Without others nothing is waited for.
fn checked(limits: &Limits, key: &str) -> Result<(), ApiError> {
    limits.check(FIVE, key).now_or_never().expect("nobody is asked")
}

#[test]
fn a_burst_is_allowed_and_then_the_pause_is_named() {
    let clock = clock();
    let limits = Limits::new(clock.clone(), true);
    assert!((0..5).all(|_| checked(&limits, "a").is_ok()));
    let refused = checked(&limits, "a").unwrap_err();
    assert_eq!(
        (refused.code(), refused.pause()),
        ("rate_limited", Some(Duration::from_secs(12)))
    );
    assert!(checked(&limits, "b").is_ok(), "another key counts for itself");
    clock.advance(Duration::from_secs(12));
    assert!(checked(&limits, "a").is_ok() && checked(&limits, "a").is_err());
}

#[test]
fn a_setting_wins_over_the_code() {
    let limits = Limits::new(clock(), true);
    limits.set(Quota { burst: 1, ..FIVE });
    assert!(checked(&limits, "a").is_ok() && checked(&limits, "a").is_err());
}

#[test]
fn a_flood_of_keys_is_forgotten() {
    let clock = clock();
    let limits = Limits::new(clock.clone(), true);
    for number in 0..20_000 {
        checked(&limits, &format!("ip:{number}")).unwrap();
        clock.advance(Duration::from_secs(1));
    }
    assert!(limits.remembered("five") < 3_000, "{}", limits.remembered("five"));
}

#[test]
fn who_counts_for_all_decides_and_an_outage_gives_no_fresh_quota() {
    // Lets three through, refuses the fourth, then is away.
    let asked = Arc::new(AtomicU32::new(0));
    let together: Together = Arc::new(move |_quota, _key| {
        let answer = match asked.fetch_add(1, Ordering::Relaxed) {
            ..3 => Ok(None),
            3 => Ok(Some(Duration::from_secs(7))),
            _ => Err(Uncounted),
        };
        async move { answer }.boxed()
    });
    let limits = Limits::together(clock(), true, together);
    assert!((0..3).all(|_| checked(&limits, "a").is_ok()));
    assert_eq!(checked(&limits, "a").unwrap_err().pause(), Some(Duration::from_secs(7)));
    // Two of five are left here; what was refused did not count.
    assert!(checked(&limits, "a").is_ok() && checked(&limits, "a").is_ok());
    assert!(checked(&limits, "a").is_err());
}

#[test]
fn whoever_holds_a_transaction_is_counted_here() {
    let nobody: Together = Arc::new(|_quota, _key| panic!("asked while a transaction is open"));
    let limits = Limits::together(clock(), true, nobody);
    assert!((0..5).all(|_| limits.wait_for_here(FIVE, "a").is_none()));
    assert_eq!(limits.wait_for_here(FIVE, "a"), Some(Duration::from_secs(12)));
}
