//! The job queue on the database.
//!
//! **Always holds:** a job exists if and only if the transaction that asked for it committed. It runs at least once; its
//! effects and its completion commit together, fenced by the attempt number, so they happen exactly once in our rows.
//! Jobs of one key run one after another in the order in which they were enqueued.
//!
//! **Absent on purpose:** results. A job that others wait for writes its own row.
//!
//! Start at [`Job`], then [`Tx::enqueue`](crate::Tx::enqueue) and [`Worker`].

mod enqueue;
mod model;
mod registry;
pub mod schedule;
pub mod store;
mod worker;

pub use enqueue::Enqueue;
pub use model::{Done, Job, JobError, JobId};
pub use registry::{DuplicateJob, JobCx, JobDef, Registry};
pub use schedule::Schedule;
pub use worker::{Worker, WorkerConfig, listen};
