//! What the stack does to requests, behaviour by behaviour; no socket, no database, no sleeping.
// Clippy allows `unwrap` in tests, and recognises helpers by `cfg(test)`.
#![cfg(test)]

mod access;
mod cookies;
mod cross_site;
mod errors;
mod extractors;
mod headers;
mod health;
mod hosts;
mod inventory;
mod limiting;
mod logging;
mod serving;
mod sessions;
mod site;
mod words;
