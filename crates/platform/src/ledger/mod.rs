//! The double-entry ledger: points, money, credits and days are units of one mechanism.
//!
//! **Always holds:** the postings of an entry sum to zero per unit, nothing booked is changed or removed (triggers on both
//! databases), a person's balance is never negative, and `(purpose, subject)` is booked once.
//!
//! **Absent on purpose:** what a unit is worth and why something is booked; that is the products' business.
//!
//! Start at [`Entry`] and [`post`].

mod model;
pub mod store;

pub use model::{Entry, EntryId, LedgerAccountId, LedgerError, Owner, Unit};
pub use store::{Line, balance_of, balances_of, check, history, open, post};
