//! The vocabulary that every crate speaks: ids, time, money, people and permissions.
//!
//! **Always holds:** a value of these types is valid (it was parsed), says nothing secret when printed, and reads no
//! clock, environment or file on its own. [`Clock`] and [`Entropy`] are handles that the composition root hands out.
//!
//! **Absent on purpose:** IO, SQL text, HTTP. The feature `sql` only lets the values be bound and read.
//!
//! Start at [`typed_ids!`], [`Timestamp`] and [`permissions!`].

mod actor;
mod clock;
mod date;
mod entropy;
pub mod id;
mod locale;
pub mod metric;
mod money;
pub mod open_tx;
pub mod permission;
mod phone;
mod secret;
pub mod sql;
mod text_enum;
mod timestamp;

pub use actor::Actor;
pub use clock::Clock;
pub use date::{Date, InvalidDate, TimeZone};
pub use entropy::Entropy;
pub use locale::Locale;
pub use money::{Currency, Money};
pub use permission::{Permission, Right};
pub use phone::{InvalidPhone, Phone};
pub use secret::Secret;
pub use text_enum::UnknownWord;
pub use timestamp::{InvalidTimestamp, Timestamp};
