//! All SQL that names the tables of the second factor.

use karavan_kernel::Timestamp;
use karavan_store::{Conn, StoreResult, Tx, sql};

use super::half::MOST_ATTEMPTS;
use crate::access::AccountId;

/// A second factor, on or about to be.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Factor {
    /// Sealed for its account.
    pub secret: String,
    /// Since when it is asked for; `None`: its person has not shown yet that their app knows it.
    pub confirmed_at: Option<Timestamp>,
}

impl Factor {
    /// Whether it is asked for.
    pub const fn is_on(&self) -> bool {
        self.confirmed_at.is_some()
    }
}

/// The account's factor.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find(conn: &mut Conn, account: AccountId) -> StoreResult<Option<Factor>> {
    let find = sql!(
        "SELECT secret, confirmed_at FROM account_factors WHERE account_id = $1",
        account
    );
    conn.fetch_optional(find).await
}

/// Whether the account is asked for a second factor.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn is_on(conn: &mut Conn, account: AccountId) -> StoreResult<bool> {
    Ok(find(conn, account).await?.is_some_and(|factor| factor.is_on()))
}

/// Keeps a secret that is yet to be confirmed, in the place of an earlier one. `false`: the factor is on.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn put_unconfirmed(tx: &mut Tx, account: AccountId, secret: &str) -> StoreResult<bool> {
    let put = sql!(
        "INSERT INTO account_factors (account_id, secret, begun_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, begun_at = excluded.begun_at
         WHERE account_factors.confirmed_at IS NULL",
        account,
        secret,
        tx.now()
    );
    Ok(tx.execute(put).await?.count() == 1)
}

/// Turns the factor on and uses up the code's step. `false`: it is on, or has another secret meanwhile.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn confirm(tx: &mut Tx, account: AccountId, secret: &str, step: i64) -> StoreResult<bool> {
    let confirm = sql!(
        "UPDATE account_factors SET confirmed_at = $3, used_step = $4
         WHERE account_id = $1 AND secret = $2 AND confirmed_at IS NULL",
        account,
        secret,
        tx.now(),
        step
    );
    Ok(tx.execute(confirm).await?.count() == 1)
}

/// Uses a step of time up; of two at once, one gets it. `false`: it was used, or a later one was.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn use_step(tx: &mut Tx, account: AccountId, step: i64) -> StoreResult<bool> {
    let used = sql!(
        "UPDATE account_factors SET used_step = $2
         WHERE account_id = $1 AND confirmed_at IS NOT NULL AND (used_step IS NULL OR used_step < $2)",
        account,
        step
    );
    Ok(tx.execute(used).await?.count() == 1)
}

/// Removes the factor with its recovery codes and whatever waits for it. `false`: there was none.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn remove(tx: &mut Tx, account: AccountId) -> StoreResult<bool> {
    end_halves_of(tx, account).await?;
    let codes = sql!("DELETE FROM account_recovery_codes WHERE account_id = $1", account);
    tx.execute(codes).await?.count();
    let factor = sql!("DELETE FROM account_factors WHERE account_id = $1", account);
    Ok(tx.execute(factor).await?.count() == 1)
}

/// Keeps recovery codes in the place of all earlier ones.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn put_recovery_codes(tx: &mut Tx, account: AccountId, hashes: &[String]) -> StoreResult<()> {
    let old = sql!("DELETE FROM account_recovery_codes WHERE account_id = $1", account);
    tx.execute(old).await?.count();
    for hash in hashes {
        let new = sql!(
            "INSERT INTO account_recovery_codes (account_id, code_hash) VALUES ($1, $2)",
            account,
            hash.as_str()
        );
        tx.execute(new).await?.expect_rows(1)?;
    }
    Ok(())
}

/// Uses a recovery code up; of two at once, one gets it. `false`: it is used or is none.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn use_recovery_code(tx: &mut Tx, account: AccountId, hash: &str) -> StoreResult<bool> {
    let used = sql!(
        "UPDATE account_recovery_codes SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL",
        account,
        hash,
        tx.now()
    );
    Ok(tx.execute(used).await?.count() == 1)
}

/// How many recovery codes are still good.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn recovery_codes_left(conn: &mut Conn, account: AccountId) -> StoreResult<i64> {
    let count = sql!(
        "SELECT COUNT(*) FROM account_recovery_codes WHERE account_id = $1 AND used_at IS NULL",
        account
    );
    conn.fetch_value(count).await
}

/// Keeps half a sign-in.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert_half(tx: &mut Tx, token_hash: &str, account: AccountId, expires_at: Timestamp) -> StoreResult<()> {
    let insert = sql!(
        "INSERT INTO account_half_sign_ins (token_hash, account_id, attempts, expires_at) VALUES ($1, $2, 0, $3)",
        token_hash,
        account,
        expires_at
    );
    tx.execute(insert).await?.expect_rows(1)
}

/// Whose half a sign-in is, unless it is over; looking uses nothing up.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find_half(conn: &mut Conn, token_hash: &str, now: Timestamp) -> StoreResult<Option<AccountId>> {
    let find = sql!(
        "SELECT account_id FROM account_half_sign_ins WHERE token_hash = $1 AND expires_at > $2 AND attempts < $3",
        token_hash,
        now,
        MOST_ATTEMPTS
    );
    let row: Option<(AccountId,)> = conn.fetch_optional(find).await?;
    Ok(row.map(|(account,)| account))
}

/// Counts a try of a code. `false`: it is over.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn count_half(tx: &mut Tx, token_hash: &str) -> StoreResult<bool> {
    let count = sql!(
        "UPDATE account_half_sign_ins SET attempts = attempts + 1
         WHERE token_hash = $1 AND expires_at > $2 AND attempts < $3",
        token_hash,
        tx.now(),
        MOST_ATTEMPTS
    );
    Ok(tx.execute(count).await?.count() == 1)
}

/// Ends half a sign-in whose code was right.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn end_half(tx: &mut Tx, token_hash: &str) -> StoreResult<()> {
    let end = sql!("DELETE FROM account_half_sign_ins WHERE token_hash = $1", token_hash);
    tx.execute(end).await?.expect_rows(1)
}

/// Ends every half sign-in of an account; says how many.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn end_halves_of(tx: &mut Tx, account: AccountId) -> StoreResult<u64> {
    let end = sql!("DELETE FROM account_half_sign_ins WHERE account_id = $1", account);
    Ok(tx.execute(end).await?.count())
}

/// Removes what was begun and not finished before then; says how many.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn purge_unfinished_before(tx: &mut Tx, before: Timestamp) -> StoreResult<u64> {
    let factors = sql!(
        "DELETE FROM account_factors WHERE begun_at < $1 AND confirmed_at IS NULL",
        before
    );
    let halves = sql!("DELETE FROM account_half_sign_ins WHERE expires_at < $1", before);
    Ok(tx.execute(factors).await?.count() + tx.execute(halves).await?.count())
}
