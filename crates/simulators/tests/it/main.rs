//! The simulator as bots and people see it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod contract;
mod harness;
mod mail;
mod mail_pages;
mod messages;
mod pages;
mod people;
mod polling;
mod webhooks;
