//! What the program consists of, as committed lists: a change shows up as a line in a diff, where somebody can object.
//!
//! **Always holds:** the lists are made from the program itself, never by hand. `cargo xtask bless -p karavan-app` rewrites
//! them; `snapshots/` is read in review like code.
//!
//! Start at [`routes`].

// Clippy allows `unwrap` in tests, and recognises helpers by `cfg(test)`.
#![cfg(test)]

mod audit; // every act is recorded
mod errors; // error codes with their statuses and words
#[path = "../it/harness.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line, which use the rest")]
mod harness;
mod ids; // prefixes of ids
mod jobs; // jobs and schedules
mod lists; // permissions, pages, migrations, the OpenAPI document
mod mails; // letters
mod program; // the program that is looked at
mod routes; // routes by role
mod same; // comparing with what is committed
mod settings; // settings, commands and metrics
mod texts; // what people read
