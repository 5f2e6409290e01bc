//! Settings that people change while the program runs: one typed document per concern.
//!
//! **Always holds:** a stored document that the program cannot read any more falls back to the defaults field by field
//! (`#[serde(default)]`), and a change names the version it was based on, so that two editors cannot overwrite each other.

pub mod store;

use karavan_store::{Conn, StoreError, StoreResult, Tx};
use serde::{Serialize, de::DeserializeOwned};

/// A document with a fixed name and defaults.
pub trait Settings: Serialize + DeserializeOwned + Default + Send {
    /// The stored name: never rename.
    const NAME: &'static str;
}

/// A document and the version that a change must name.
#[derive(Debug, Clone)]
pub struct Versioned<T> {
    /// The values.
    pub value: T,
    /// Rises with every change; 0 before the first.
    pub version: i64,
}

/// The current values.
///
/// # Errors
/// [`StoreError`].
pub async fn load<T: Settings>(conn: &mut Conn) -> StoreResult<Versioned<T>> {
    let Some((text, version)) = store::find(conn, T::NAME).await? else {
        return Ok(Versioned {
            value: T::default(),
            version: 0,
        });
    };
    let value = serde_json::from_str(&text).map_err(|error| StoreError::Malformed(format!("{}: {error}", T::NAME)))?;
    Ok(Versioned { value, version })
}

/// Stores new values if nobody has changed them since `based_on`. `false`: somebody has.
///
/// # Errors
/// [`StoreError`].
pub async fn save<T: Settings>(tx: &mut Tx, value: &T, based_on: i64) -> StoreResult<bool> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::Malformed(error.to_string()))?;
    store::replace(tx, T::NAME, &text, based_on).await
}
