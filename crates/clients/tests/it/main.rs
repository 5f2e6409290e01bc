//! The clients over real HTTP, against simulators and, for what these should not have to say, hand-written stubs.

#![expect(
    clippy::unwrap_used,
    reason = "clippy.toml lets tests unwrap, but does not see that helpers belong to them"
)]

mod harness;
mod http;
mod mail;
mod mail_refusals;
mod redis;
mod redis_away;
mod redis_ways;
mod telegram_errors;
mod telegram_simulator;
