//! The outside world as loopback servers that speak the real wire formats, for the demo and for tests.
//!
//! A client under test is never replaced: its base URL points at a simulator, so its requests, its parsing and its
//! error handling are the ones that run in production.
//!
//! **Invariant:** nothing here knows a product. Bots and people are given by the caller.
//! **Invariant:** nothing here reads the clock except through [`Clock`].
//! **Absent on purpose:** persistence. A simulator that is dropped forgets everything.
//!
//! Start at [`telegram::TelegramSimulator`] and [`mail::MailSimulator`].

mod clock;
pub mod mail;
mod pages;
pub mod telegram;

pub use clock::Clock;
