//! The contracts of the platform, on SQLite and on PostgreSQL.

// Clippy allows `unwrap` in tests, and recognises helpers by `cfg(test)`.
#![cfg(test)]

mod access;
mod accounts;
mod audit;
mod audit_anchors;
mod audit_panel;
mod audit_tampering;
mod bots;
mod bots_store;
mod jobs_panel;
mod ledger;
mod legal;
mod mail;
mod mail_store;
mod panel;
mod post_office;
mod settings;
mod shared_limits;
mod shared_sessions;
mod storms;
mod two_nodes;
mod webhook;
