//! The job queue on the database.
//!
//! **Always holds:** a job exists if and only if the transaction that asked for it committed. It runs at least once; its
//! effects and its completion commit together, fenced by the attempt number, so they happen exactly once in our rows.
//! Jobs of one key run one after another in the order in which they were enqueued. No due job waits for ever, whatever
//! others enqueue ([`Tier`]).
//!
//! **Absent on purpose:** results. A job that others wait for writes its own row.
//!
//! Start at [`Job`], then [`Tx::enqueue`](crate::Tx::enqueue) and [`Worker`].

mod batch;
mod cx;
mod enqueue;
mod gauges;
mod listen;
mod model;
mod registry;
pub mod schedule;
pub mod store;
mod tier;
mod worker;

pub use batch::{BatchCx, BatchJob};
pub use cx::JobCx;
pub use enqueue::Enqueue;
pub use gauges::watch;
pub use listen::listen;
pub use model::{Done, Job, JobError, JobId};
pub use registry::{DuplicateJob, JobDef, Registry};
pub use schedule::Schedule;
pub use tier::Tier;
pub use worker::{Worker, WorkerConfig};
