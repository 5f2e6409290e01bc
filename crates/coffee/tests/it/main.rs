//! Coffee from the outside: chats, the API and the panel, on SQLite and on PostgreSQL.

// Clippy allows `unwrap` in tests, and recognises helpers by `cfg(test)`.
#![cfg(test)]
#![expect(clippy::inconsistent_digit_grouping, reason = "the last two digits are kopecks")]

mod api_baristas;
mod api_codes;
mod api_guests;
mod api_orders;
mod cafe;
mod codes;
mod conversations;
mod demo;
mod guessing;
mod journey;
mod languages;
mod panel;
mod panel_baristas;
mod panel_lists;
mod panel_rules;
mod permissions;
mod races;
mod registration;
mod spending;
mod store_baristas;
mod store_codes;
mod store_guests;
mod store_orders;
mod texts;
mod till;
