//! All SQL that names the `audit_` tables.

mod chain;
mod search;
mod write;

use karavan_kernel::Timestamp;

pub use chain::head;
pub(super) use chain::{
    append_pending, details_of, entries_of, erasures_of, hashes_at, is_anything_pending, rows_after, waiting_after,
};
pub use search::{Found, Search, acts, find, search};
pub(super) use write::{erase, insert};

/// An entry as it is stored. Ids as text: what was tampered with is still to be read and named.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "named by the migration")]
pub struct Stored {
    pub id: String,
    pub at: Timestamp,
    pub actor_kind: String,
    pub actor_id: String,
    pub act: String,
    pub entity_kind: String,
    pub entity_id: String,
    pub request_id: Option<String>,
    pub details_hash: Vec<u8>,
}

/// What is personal of an entry. Erased: nothing but the id.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "named by the migration")]
pub struct Details {
    pub entry_id: String,
    pub salt: Option<Vec<u8>>,
    pub who: Option<String>,
    pub who_key: Option<String>,
    pub before_json: Option<String>,
    pub after_json: Option<String>,
    pub ip: Option<String>,
    pub user_agent: Option<String>,
}

impl Details {
    /// Whether nothing is left.
    pub fn is_erased(&self) -> bool {
        let Self {
            entry_id: _,
            salt,
            who,
            who_key,
            before_json,
            after_json,
            ip,
            user_agent,
        } = self;
        let texts = [who, who_key, before_json, after_json, ip, user_agent];
        salt.is_none() && texts.into_iter().all(Option::is_none)
    }
}

/// A row of the chain.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct ChainRow {
    pub(super) seq: i64,
    pub(super) entry_id: String,
    pub(super) previous: Vec<u8>,
    pub(super) hash: Vec<u8>,
}
