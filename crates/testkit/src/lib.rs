//! What tests stand on: a database per test, a clock that they move, and people who act.
//!
//! **Always holds:** a test that takes a [`Fixture`] runs on SQLite and on PostgreSQL, sees nobody else's rows, waits for
//! nothing by the clock on the wall, and fails when it leaves jobs in the queue that it did not mention.
//!
//! **Absent on purpose:** products (a test hands its own over) and fakes of our own code: what is outside is played by
//! `simulators` over HTTP.
//!
//! Start at [`app_test`], then [`TestDb`]; with the feature `app`, at `TestApp`.

#[cfg(feature = "app")]
mod app;
mod fixture;
mod redis;
pub mod run;
mod test_db;

#[cfg(feature = "app")]
pub use app::{ANNA, Authenticator, BORIS, Client, Person, Response, TestApp, TestAppBuilder, TestTelegram, codes_on};
pub use fixture::Fixture;
pub use karavan_testkit_macros::app_test;
pub use redis::RedisServer;
pub use test_db::{START, TestDb};
