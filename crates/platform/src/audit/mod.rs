//! The audit log: who did what, with what before and after, in a chain that shows every later change.
//!
//! **Always holds:** an entry is written in the transaction of its act, so there is one exactly when the act happened.
//! Entries and chain are never changed (triggers on both databases). Each row of the chain covers its entry and the row
//! before, in an order without gaps that one appender at a time decides. The chain covers of personal details only a salted
//! hash: erasing them leaves it valid, is an entry itself, and is told apart from changing them.
//!
//! **Absent on purpose:** a lock in the act's transaction. Entries get their place within a second, by [`append()`]; until
//! then the panel shows them as waiting, and [`verify()`] tells of those that wait for longer than a minute.
//!
//! What this finds: a changed, added or removed row (the hashes no longer fit), and a chain that was cut off or computed
//! anew as a whole, by the heads that are kept outside the database ([`anchor`]).
//!
//! Start at [`record()`], then [`append()`] and [`verify()`].

pub mod anchor;
mod append;
mod encoding;
mod erase;
mod model;
mod record;
pub mod store;
mod verify;

pub use anchor::Anchors;
pub use append::{append, run};
pub use erase::{ERASE, erase};
pub use model::{AuditId, Entity, Entry, Head, Origin};
pub use record::record;
pub use verify::{AnchorMisfit, Change, Changed, Report, VerifyError, Waiting, verify};
