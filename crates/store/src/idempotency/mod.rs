//! Keyed requests: the same key with the same body gets the first answer, also when both arrive at once.
//!
//! **Always holds:** the claim, the effect and the answer are one transaction, so a key is never used up by a failure.

mod store;

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
pub use store::purge_before;

use crate::{StoreError, StoreResult, Tx};

/// What a key means for this request.
#[derive(Debug, PartialEq, Eq)]
pub enum Claim<T> {
    /// First use: do the work in this transaction, then [`remember`] the answer.
    Fresh,
    /// Done before: commit, then give this answer.
    Replay(T),
    /// The key belongs to another request.
    DifferentBody,
}

/// A key chosen by the client, 1 to 200 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// Checks the form.
    pub fn parse(text: &str) -> Option<Self> {
        let fine = (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fine.then(|| Self(text.to_owned()))
    }
}

/// Claims `key` for the transaction's actor. A second request waits here until the first has committed or failed.
///
/// `request` is everything that makes two requests the same, the name of the operation included.
///
/// # Errors
/// [`StoreError`].
pub async fn claim<T: DeserializeOwned>(tx: &mut Tx, key: &Key, request: &impl Serialize) -> StoreResult<Claim<T>> {
    let hash = hash_of(request)?;
    if store::insert_once(tx, &key.0, &hash).await? {
        return Ok(Claim::Fresh);
    }
    let record = store::find(tx, &key.0).await?;
    if record.request_hash != hash {
        return Ok(Claim::DifferentBody);
    }
    let response = record
        .response
        .ok_or_else(|| StoreError::Malformed("an answer that was never stored".into()))?;
    serde_json::from_str(&response)
        .map(Claim::Replay)
        .map_err(|error| StoreError::Malformed(error.to_string()))
}

/// Keeps the answer of a [`Claim::Fresh`] key.
///
/// # Errors
/// [`StoreError`].
pub async fn remember(tx: &mut Tx, key: &Key, response: &impl Serialize) -> StoreResult<()> {
    let text = serde_json::to_string(response).map_err(|error| StoreError::Malformed(error.to_string()))?;
    store::save_response(tx, &key.0, &text).await
}

fn hash_of(request: &impl Serialize) -> StoreResult<String> {
    let bytes = serde_json::to_vec(request).map_err(|error| StoreError::Malformed(error.to_string()))?;
    Ok(Sha256::digest(&bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}
