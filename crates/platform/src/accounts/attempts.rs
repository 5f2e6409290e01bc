//! How long somebody waits who keeps guessing one account's password, or its codes, from one place.
//!
//! **Always holds:** a try is counted before the password is looked at, so a hundred at once are a hundred; the right
//! password forgets them all; nobody else waits. Codes are counted apart: whoever knows the password could otherwise type it
//! again after every few codes.

use std::{net::IpAddr, time::Duration};

use karavan_store::{StoreResult, Tx};

use super::store;
use crate::{access::AccountId, vault::Vault};

/// So many mistakes cost nothing: people mistype.
const FREE: i64 = 4;
/// Nobody waits longer.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// One account as seen from one place.
#[derive(Debug)]
pub(super) struct Guesser(String);

impl Guesser {
    pub(super) fn new(vault: &Vault, email_key: &str, ip: IpAddr) -> Self {
        Self(vault.fingerprint("sign-in-failures", &format!("{ip} {email_key}")))
    }

    /// The same for the codes of a second factor.
    pub(super) fn of_codes(vault: &Vault, account: AccountId, ip: IpAddr) -> Self {
        Self(vault.fingerprint("second-step-failures", &format!("{ip} {account}")))
    }

    /// Counts a try, or says how long to wait before the next one is looked at.
    pub(super) async fn begin(&self, tx: &mut Tx) -> StoreResult<Result<(), Duration>> {
        tx.lock(&format!("account:guess:{}", self.0)).await?;
        let now = tx.now();
        let before = store::failures(tx, &self.0).await?;
        if let Some(before) = &before
            && before.next_at > now
        {
            return Ok(Err(before.next_at.since(now)));
        }
        let failures = before.map_or(0, |before| before.failures) + 1;
        store::put_failures(tx, &self.0, failures, now + pause_after(failures)).await?;
        Ok(Ok(()))
    }

    /// It was the right password.
    pub(super) async fn forget(&self, tx: &mut Tx) -> StoreResult<()> {
        store::forget_failures(tx, &self.0).await
    }
}

/// Nothing, then a second, then twice as long each time.
fn pause_after(failures: i64) -> Duration {
    if failures <= FREE {
        return Duration::ZERO;
    }
    let doublings = (failures - FREE - 1).min(20);
    Duration::from_secs(1 << doublings).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mistakes_are_free_and_no_pause_is_endless() {
        let seconds: Vec<u64> = (1..=16).map(|failures| pause_after(failures).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert_eq!(pause_after(i64::MAX), LONGEST);
    }
}
