//! The program as a person meets it: a real Chromium, driven by `chromedriver`, before the built binary.
//!
//! **Always holds:** nothing waits by the clock on the wall: every step waits for what a person would see. A test that fails
//! leaves neither a browser nor a program behind.
//!
//! Every name contains `browser`: nextest runs these one after another. `KARAVAN_SCREENSHOTS=<folder>` makes [`pages`] save
//! what it looks at; `KARAVAN_SCREENSHOTS_LANGUAGE=kk` does so in another language.
//!
//! Start at [`journey`].

// Clippy allows `unwrap` in tests, and recognises helpers by `cfg(test)`.
#![cfg(test)]

mod chats; // what a person does in the chats
mod chromium; // the browser and the driver
#[path = "../it/harness.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line, which use the rest")]
mod harness;
mod inspect; // accessibility, weight, width and errors of the page that is shown
mod journey; // from the first page to a sale, and to the owner's panel
mod pages; // every page in light and dark, wide and narrow
mod people; // accounts, and the inbox that their letters come to
mod pictures; // screenshots on request
mod plain; // without JavaScript
