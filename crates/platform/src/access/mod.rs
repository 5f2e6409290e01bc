//! Who may do what: accounts, roles made of permissions, one-time links and service tokens.
//!
//! **Always holds:** tokens are kept as hashes, a link lets in once, and a role or token is a set of named permissions:
//! code asks for a permission, never for a role.
//!
//! **Absent on purpose:** addresses and passwords: they are [`crate::accounts`]. The first way in is the link that `karavan up`
//! prints.
//!
//! Staff (whoever has a permission) need more than a password: a session that a password alone has opened has none of their
//! permissions, and theirs end after a working day. Dangerous acts take [`stepup::Proved`].
//!
//! Start at [`identify()`], which every request passes, then [`links`] and [`stepup`].

pub(crate) mod door;
mod identify;
pub mod links;
mod model;
pub mod stepup;
pub mod store;
pub mod tokens;

pub use identify::{PANEL_SESSION, PERSON_SESSION, identify, subject_of};
pub use model::{AccountId, AccountState, OWNER, TokenId, Way};
