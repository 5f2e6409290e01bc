//! The outside world: one module for each service, each a concrete struct with a base URL.
//!
//! In demo and tests the base URL points at `simulators`, so the code here is the code that runs everywhere.
//!
//! **Always holds:** every call over HTTP goes through [`Http`], which sets time limits, refuses to run while a transaction is
//! open, and never lets a URL into a log line or an error (Telegram's URLs carry the bot's token). [`mail`] does the same for
//! SMTP, [`mod@redis`] for what processes count together.
//! **Absent on purpose:** SQL, business rules, retries. Whether to try again is the caller's decision, usually the
//! queue's; errors only say whether it can help.
//!
//! Start at [`Http`], then [`telegram::Telegram`]; at [`mail::Mailer`] for letters, at [`redis::Redis`] for shared limits.

pub mod http;
pub mod mail;
pub mod redis;
pub mod telegram;

pub use http::{Http, HttpConfig, HttpError, install_tls};
