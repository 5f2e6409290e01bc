//! Settings that people change while the program runs: one typed document per concern.
//!
//! **Always holds:** a stored document that the program cannot read any more falls back to the defaults field by field
//! (`#[serde(default)]`), a change names the version it was based on, so that two editors cannot overwrite each other, and
//! every change is in the [audit log](crate::audit).

pub mod store;

use karavan_store::{Conn, StoreError, StoreResult, Tx};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, from_str, json};

use crate::audit::{self, Entry, Origin};

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
    let value = from_str(&text).map_err(|error| StoreError::Malformed(format!("{}: {error}", T::NAME)))?;
    Ok(Versioned { value, version })
}

/// Stores new values if nobody has changed them since `based_on`, and records that. `false`: somebody has.
///
/// # Errors
/// [`StoreError`].
pub async fn save<T: Settings>(
    tx: &mut Tx,
    value: &T,
    based_on: i64,
    origin: impl Into<Origin> + Send,
) -> StoreResult<bool> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::Malformed(error.to_string()))?;
    let before = match store::find(tx, T::NAME).await? {
        Some((stored, _version)) => from_str(&stored).unwrap_or(Value::String(stored)),
        None => json!(T::default()),
    };
    if !store::replace(tx, T::NAME, &text, based_on).await? {
        return Ok(false);
    }
    let entry = Entry::new("settings.change", ("settings", T::NAME))
        .before(before)
        .after(value);
    audit::record(tx, entry.from(origin)).await?;
    Ok(true)
}
