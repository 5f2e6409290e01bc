//! All SQL that names the `account_` tables.

use karavan_kernel::Timestamp;
use karavan_store::{Conn, StoreResult, Tx, sql};

use super::{Email, Purpose, factor, proofs::MOST_ATTEMPTS};
use crate::access::{AccountId, AccountState};

/// An account with the address under which it was found.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Person {
    /// The account.
    pub id: AccountId,
    /// What they want to be called.
    pub name: String,
    /// Whether they may sign in.
    pub state: AccountState,
    /// Where letters go.
    pub address: Email,
    /// Since when it is known that they read it.
    pub verified_at: Option<Timestamp>,
    /// The hash of their password, if they have one.
    pub password: Option<String>,
}

/// Who has this address, by [`Email::key`].
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find_by_address(conn: &mut Conn, key: &str) -> StoreResult<Option<Person>> {
    let find = sql!("SELECT account_id FROM account_emails WHERE address_key = $1", key);
    match conn.fetch_optional::<(AccountId,)>(find).await? {
        Some((id,)) => find_person(conn, id).await,
        None => Ok(None),
    }
}

/// The person behind an account; `None` for one without an address.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find_person(conn: &mut Conn, id: AccountId) -> StoreResult<Option<Person>> {
    conn.fetch_optional(sql!(
        "SELECT a.id, a.name, a.state, e.address, e.verified_at, p.hash AS password
         FROM account_emails AS e JOIN access_accounts AS a ON a.id = e.account_id
         LEFT JOIN account_passwords AS p ON p.account_id = a.id WHERE e.account_id = $1",
        id
    ))
    .await
}

/// Gives an account an address that nobody has proved yet. `false`: somebody has it.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert_email(tx: &mut Tx, id: AccountId, email: &Email) -> StoreResult<bool> {
    let insert = sql!(
        "INSERT INTO account_emails (account_id, address, address_key) VALUES ($1, $2, $3)
         ON CONFLICT (address_key) DO NOTHING",
        id,
        email,
        email.key()
    );
    Ok(tx.execute(insert).await?.count() == 1)
}

/// Notes that the address is read by its owner; the first time counts.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn verify_email(tx: &mut Tx, id: AccountId) -> StoreResult<()> {
    let verify = sql!(
        "UPDATE account_emails SET verified_at = COALESCE(verified_at, $2) WHERE account_id = $1",
        id,
        tx.now()
    );
    tx.execute(verify).await?.expect_rows(1)
}

/// Holds what an account is proved by against others until the end of the transaction: nobody comes in with a password that
/// is being replaced.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn hold(tx: &mut Tx, id: AccountId) -> StoreResult<()> {
    tx.lock(&format!("account:proofs:{id}")).await
}

/// Whether somebody can still sign in as they could when they were read; holds them so until the end of the transaction.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn is_still(tx: &mut Tx, seen: &Person) -> StoreResult<bool> {
    hold(tx, seen.id).await?;
    let now = find_person(tx, seen.id).await?;
    Ok(now.is_some_and(|now| now.password == seen.password && now.state == seen.state))
}

/// Sets the password. Sign-ins that were begun with another one are over.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn put_password(tx: &mut Tx, id: AccountId, hash: &str) -> StoreResult<()> {
    let put = sql!(
        "INSERT INTO account_passwords (account_id, hash, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at",
        id,
        hash,
        tx.now()
    );
    tx.execute(put).await?.expect_rows(1)?;
    factor::store::end_halves_of(tx, id).await.map(drop)
}

/// Replaces the hash of the same password, unless the password has changed meanwhile.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn rehash_password(tx: &mut Tx, id: AccountId, before: &str, hash: &str) -> StoreResult<bool> {
    let rehash = sql!(
        "UPDATE account_passwords SET hash = $3 WHERE account_id = $1 AND hash = $2",
        id,
        before,
        hash
    );
    Ok(tx.execute(rehash).await?.count() == 1)
}

/// A proof as it is kept.
#[derive(Debug, Clone)]
pub struct NewProof {
    /// The hash of what the browser holds.
    pub flow_hash: String,
    /// The hash of what the letter's link ends with.
    pub link_hash: String,
    /// The fingerprint of the code.
    pub code_hash: String,
    /// What it is good for.
    pub purpose: Purpose,
    /// Whose it is; `None`: nobody's.
    pub account: Option<AccountId>,
    /// After this it proves nothing.
    pub expires_at: Timestamp,
}

/// Keeps a proof.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert_proof(tx: &mut Tx, proof: &NewProof) -> StoreResult<()> {
    let NewProof {
        flow_hash,
        link_hash,
        code_hash,
        purpose,
        account,
        expires_at,
    } = proof;
    let insert = sql!(
        "INSERT INTO account_proofs (flow_hash, link_hash, code_hash, purpose, account_id, attempts, expires_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6)",
        flow_hash.as_str(),
        link_hash.as_str(),
        code_hash.as_str(),
        *purpose,
        *account,
        *expires_at
    );
    tx.execute(insert).await?.expect_rows(1)
}

/// Ends the account's unused proofs of a kind; says how many.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn end_proofs(tx: &mut Tx, account: AccountId, purpose: Purpose) -> StoreResult<u64> {
    let end = sql!(
        "UPDATE account_proofs SET used_at = $3 WHERE account_id = $1 AND purpose = $2 AND used_at IS NULL",
        account,
        purpose,
        tx.now()
    );
    Ok(tx.execute(end).await?.count())
}

/// What a code is compared with.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Tried {
    /// Whose proof it is.
    pub account_id: Option<AccountId>,
    /// The fingerprint of the right code.
    pub code_hash: String,
}

/// Counts a try of a code; `None`: the proof is used, expired, worn out or unknown.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn count_attempt(tx: &mut Tx, flow_hash: &str, purpose: Purpose) -> StoreResult<Option<Tried>> {
    let count = sql!(
        "UPDATE account_proofs SET attempts = attempts + 1
         WHERE flow_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 AND attempts < $4
         RETURNING account_id, code_hash",
        flow_hash,
        purpose,
        tx.now(),
        MOST_ATTEMPTS
    );
    tx.fetch_optional(count).await
}

/// Uses a proof up whose code was right just now.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn use_proof(tx: &mut Tx, flow_hash: &str) -> StoreResult<()> {
    let used = sql!(
        "UPDATE account_proofs SET used_at = $2 WHERE flow_hash = $1 AND used_at IS NULL",
        flow_hash,
        tx.now()
    );
    tx.execute(used).await?.expect_rows(1)
}

/// Uses a proof up by its link; of two at once, one gets it.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn use_link(tx: &mut Tx, link_hash: &str, purpose: Purpose) -> StoreResult<Option<AccountId>> {
    let used = sql!(
        "UPDATE account_proofs SET used_at = $3
         WHERE link_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 AND account_id IS NOT NULL
         RETURNING account_id",
        link_hash,
        purpose,
        tx.now()
    );
    let row: Option<(AccountId,)> = tx.fetch_optional(used).await?;
    Ok(row.map(|(account,)| account))
}

/// Whether a link would prove something now; looking uses nothing up.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn is_link_alive(conn: &mut Conn, link_hash: &str, purpose: Purpose, now: Timestamp) -> StoreResult<bool> {
    let find = sql!(
        "SELECT CAST(1 AS BIGINT) FROM account_proofs
         WHERE link_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3 AND account_id IS NOT NULL",
        link_hash,
        purpose,
        now
    );
    Ok(conn.fetch_optional::<(i64,)>(find).await?.is_some())
}

/// How often somebody guessed, and how long they wait.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Failures {
    /// Tries since the last success.
    pub failures: i64,
    /// The next one is looked at from here on.
    pub next_at: Timestamp,
}

/// The tries of one guesser.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn failures(conn: &mut Conn, who_hash: &str) -> StoreResult<Option<Failures>> {
    let find = sql!(
        "SELECT failures, next_at FROM account_failures WHERE who_hash = $1",
        who_hash
    );
    conn.fetch_optional(find).await
}

/// Writes the tries of one guesser.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn put_failures(tx: &mut Tx, who_hash: &str, failures: i64, next_at: Timestamp) -> StoreResult<()> {
    let put = sql!(
        "INSERT INTO account_failures (who_hash, failures, next_at) VALUES ($1, $2, $3)
         ON CONFLICT (who_hash) DO UPDATE SET failures = excluded.failures, next_at = excluded.next_at",
        who_hash,
        failures,
        next_at
    );
    tx.execute(put).await?.expect_rows(1)
}

/// Forgets the tries of one guesser.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn forget_failures(tx: &mut Tx, who_hash: &str) -> StoreResult<()> {
    tx.execute(sql!("DELETE FROM account_failures WHERE who_hash = $1", who_hash))
        .await?
        .count();
    Ok(())
}

/// Removes proofs and tries that nobody can use since `before`; says how many.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn purge_before(tx: &mut Tx, before: Timestamp) -> StoreResult<u64> {
    let proofs = sql!("DELETE FROM account_proofs WHERE expires_at < $1", before);
    let failures = sql!("DELETE FROM account_failures WHERE next_at < $1", before);
    Ok(tx.execute(proofs).await?.count() + tx.execute(failures).await?.count())
}
