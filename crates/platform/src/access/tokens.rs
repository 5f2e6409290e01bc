//! Service tokens: `krv_` and 256 random bits, shown once, kept as a hash.

use karavan_kernel::Permission;
use karavan_store::{OnUnique, StoreError, StoreResult, Tx};
use serde_json::json;

use super::{TokenId, store};
use crate::{
    audit::{self, Entry},
    vault::token_hash,
};

/// What every token starts with, so that secret scanners recognise one.
pub const PREFIX: &str = "krv_";

/// Why a token was not made.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The name is taken.
    #[error("a token named `{0}` exists already, and a revoked one keeps its name; choose another name")]
    NameTaken(String),
    /// A permission that nobody declares.
    #[error("unknown permission `{name}`; known are: {known}")]
    UnknownPermission {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A new token and its id. The token is kept nowhere.
#[derive(Debug)]
pub struct NewToken {
    /// The id in records.
    pub id: TokenId,
    /// The token itself.
    pub token: String,
}

/// Makes a token. `wanted` are names, or prefixes such as `shop.*`, of `known` permissions.
///
/// # Errors
/// [`TokenError`].
pub async fn create(tx: &mut Tx, name: &str, wanted: &[String], known: &[Permission]) -> Result<NewToken, TokenError> {
    let permissions = expand(wanted, known)?;
    let token = format!("{PREFIX}{}", tx.entropy().token());
    let id = store::insert_token(tx, name, &token_hash(&token), &permissions)
        .await
        .on_unique("access_tokens.name", || TokenError::NameTaken(name.to_owned()))?;
    let after = json!({ "name": name, "permissions": permissions });
    let entry = Entry::new("access.token.create", ("token", id)).after(after);
    audit::record(tx, entry).await?;
    Ok(NewToken { id, token })
}

/// Refuses a token from now on. `false`: there is no such token, or it is refused already.
///
/// # Errors
/// [`StoreError`].
pub async fn revoke(tx: &mut Tx, name: &str) -> StoreResult<bool> {
    let Some(id) = store::revoke_token(tx, name).await? else {
        return Ok(false);
    };
    let entry = Entry::new("access.token.revoke", ("token", id)).before(json!({ "name": name }));
    audit::record(tx, entry).await?;
    Ok(true)
}

fn expand(wanted: &[String], known: &[Permission]) -> Result<Vec<String>, TokenError> {
    let mut permissions = std::collections::BTreeSet::new();
    for name in wanted {
        let matches = |permission: &&Permission| match name.strip_suffix('*') {
            Some(prefix) => permission.name().starts_with(prefix),
            None => permission.name() == name,
        };
        let before = permissions.len();
        permissions.extend(
            known
                .iter()
                .filter(matches)
                .map(|permission| permission.name().to_owned()),
        );
        if permissions.len() == before && !known.iter().any(|permission| matches(&permission)) {
            let known = known
                .iter()
                .map(|permission| permission.name())
                .collect::<Vec<_>>()
                .join(", ");
            return Err(TokenError::UnknownPermission {
                name: name.clone(),
                known,
            });
        }
    }
    Ok(permissions.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Permission] = &[
        Permission::new("shop.orders.read"),
        Permission::new("shop.orders.create"),
        Permission::new("jobs.read"),
    ];

    #[test]
    fn a_star_stands_for_what_follows() {
        assert_eq!(
            expand(&["shop.*".into()], KNOWN).unwrap(),
            ["shop.orders.create", "shop.orders.read"]
        );
        assert_eq!(expand(&["jobs.read".into(), "*".into()], KNOWN).unwrap().len(), 3);
    }

    #[test]
    fn a_typo_is_an_error_that_lists_what_there_is() {
        let error = expand(&["shop.order.read".into()], KNOWN).unwrap_err().to_string();
        assert!(error.contains("jobs.read"), "{error}");
    }
}
