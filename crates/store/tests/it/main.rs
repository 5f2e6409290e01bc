//! The contracts of `store`, on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod crashes;
mod encryption;
mod guards;
mod idempotency;
mod leases;
mod migrations;
mod queue_acts;
mod queue_batches;
mod queue_claims;
mod queue_clocks;
mod queue_order;
mod queue_panel;
mod queue_simulated;
mod queue_tiers;
mod reads;
mod schedules;
mod silence;
mod support;
mod transactions;
mod unique;
mod values;
mod worker;
mod worker_leases;
