//! The database: connections, transactions, migrations, the job queue, schedules, leases and idempotency.
//!
//! **Always holds:** one SQL text for SQLite and PostgreSQL; every write goes through a [`Tx`], and what a `Tx` announces
//! (enqueued jobs included) happens after its commit or not at all. Only this crate asks which database it is.
//!
//! **Absent on purpose:** business tables. Products and the platform keep their SQL in their own `store.rs`.
//!
//! Start at [`Db::begin`], then [`queue`].

pub mod db;
mod error;
pub mod idempotency;
pub mod lease;
mod metrics;
mod migrate;
pub mod page;
pub mod queue;
mod sql;

pub use db::{Conn, Connections, Db, DbConfig, Pool, Read, Refusal, Rows, Tx};
pub use error::{OnUnique, StoreError, StoreResult};
pub use metrics::METRICS;
pub use migrate::{MigrateError, Migrations};
pub use page::{Page, PageRequest};
pub use sql::{Row, Sql};

#[doc(hidden)]
pub use sea_query::{Value, Values};
