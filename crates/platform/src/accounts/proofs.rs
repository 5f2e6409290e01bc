//! What a letter proves: that whoever has it reads this address.
//!
//! **Always holds:** a proof is used once, within half an hour, by a code in the browser that asked or by the link anywhere;
//! five wrong codes end it, and a newer one of its kind ends the older ones. A proof for nobody looks like any other.

use std::time::Duration;

use karavan_kernel::{Secret, text_enum};
use karavan_store::{StoreResult, Tx};

use super::store;
use crate::{
    Platform,
    access::AccountId,
    vault::{Vault, token_hash},
};

/// How long a proof waits.
pub const PROOF_LIFE: Duration = Duration::from_secs(30 * 60);
/// How many codes may be tried.
pub(super) const MOST_ATTEMPTS: i64 = 5;

text_enum! {
    /// What it is good for.
    pub enum Purpose {
        /// The address is read by its owner.
        Verify = "verify",
        /// A new password.
        Reset = "reset",
    }
}

/// A new proof. Its parts are kept nowhere.
#[derive(Debug)]
pub struct Proof {
    /// For the form of the browser that asked.
    pub flow: Secret,
    /// For the letter, to be typed.
    pub code: Secret,
    /// For the letter, to be pressed.
    pub link: Secret,
}

/// Makes a proof; `None` for an address that belongs to nobody.
pub(super) async fn issue(
    tx: &mut Tx,
    vault: &Vault,
    purpose: Purpose,
    account: Option<AccountId>,
) -> StoreResult<Proof> {
    let entropy = tx.entropy().clone();
    let proof = Proof {
        flow: Secret::new(entropy.token()),
        code: Secret::new(format!("{:06}", entropy.below(1_000_000))),
        link: Secret::new(entropy.token()),
    };
    if let Some(account) = account {
        store::end_proofs(tx, account, purpose).await?;
    }
    let row = store::NewProof {
        flow_hash: token_hash(proof.flow.expose()),
        link_hash: token_hash(proof.link.expose()),
        code_hash: code_hash(vault, proof.flow.expose(), proof.code.expose()),
        purpose,
        account,
        expires_at: tx.now() + PROOF_LIFE,
    };
    store::insert_proof(tx, &row).await?;
    Ok(proof)
}

/// Tries a code in the browser that asked. The try counts even if nothing else happens: commit in any case.
pub(super) async fn try_code(
    tx: &mut Tx,
    vault: &Vault,
    purpose: Purpose,
    (flow, code): (&str, &str),
) -> StoreResult<Option<AccountId>> {
    let flow_hash = token_hash(flow);
    let Some(tried) = store::count_attempt(tx, &flow_hash, purpose).await? else {
        return Ok(None);
    };
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let fits = vault.is_fingerprint("account-code", &coded(flow, &digits), tried.code_hash.as_bytes());
    match tried.account_id {
        Some(account) if fits => {
            store::use_proof(tx, &flow_hash).await?;
            Ok(Some(account))
        }
        _ => Ok(None),
    }
}

/// Whether a link would prove something now; looking uses nothing up.
pub(super) async fn is_link_alive(platform: &Platform, purpose: Purpose, link: &str) -> StoreResult<bool> {
    let now = platform.db.clock().now();
    store::is_link_alive(&mut *platform.db.read().await?, &token_hash(link), purpose, now).await
}

/// Uses a link up.
pub(super) async fn use_link(tx: &mut Tx, purpose: Purpose, link: &str) -> StoreResult<Option<AccountId>> {
    store::use_link(tx, &token_hash(link), purpose).await
}

fn code_hash(vault: &Vault, flow: &str, code: &str) -> String {
    vault.fingerprint("account-code", &coded(flow, code))
}

fn coded(flow: &str, code: &str) -> String {
    format!("{flow}:{code}")
}
