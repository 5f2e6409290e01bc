//! People who sign in with an address and a password: signing up, in and out, forgotten passwords, their own page.
//!
//! **Always holds:** from outside nobody learns who has an account: a known and an unknown address get the same answer for
//! the same work. Secrets are kept as hashes, each proof works once, and a new password ends every session.
//!
//! **Absent on purpose:** locking an account because somebody guesses. Guesses wait longer and longer, by account and
//! address together, and the owner comes in from elsewhere.
//!
//! Start at `pages`; [`Passwords`] is the expensive part, `proofs` is what letters carry, [`factor`] what is asked for after
//! the password, [`store`] all SQL but that of the factor.

mod attempts;
pub mod factor;
mod model;
pub(crate) mod pages;
mod passwords;
mod proofs;
pub mod store;

pub use model::{Email, Password, PersonName, WeakPassword};
pub(crate) use pages::{Page, id_of};
pub use passwords::{Passwords, Verdict};
pub use proofs::{PROOF_LIFE, Purpose};
