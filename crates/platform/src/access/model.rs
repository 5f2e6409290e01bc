//! Accounts and their states.

use karavan_kernel::{text_enum, typed_ids};

typed_ids! {
    /// A person who can sign in.
    AccountId = "acc",
    /// A machine's token.
    TokenId = "tok",
}

text_enum! {
    /// Whether an account may sign in.
    pub enum AccountState {
        /// May.
        Active = "active",
        /// May not, and its sessions are over.
        Blocked = "blocked",
    }
}

/// The built-in role with every permission.
pub const OWNER: &str = "owner";
