//! Breaks it on purpose: kills, freezes, clock jumps, cuts, a full disk, restarts; then counts.
//!
//! **Always holds:** a run fails when something that was accepted is lost, doubled or stuck. What was accepted is known from
//! outside the database.
//! **Absent on purpose:** verdicts on times. They depend on the machine, so the table shows them beside their goals.
//!
//! Start at [`Run`]; a node is in [`node`], what is known by listening in [`tally`], the end in [`verdict`].

mod balance;
mod clock;
mod crew;
mod cut;
mod freeze;
mod full;
pub mod job;
mod kill;
pub mod node;
pub mod place;
mod program;
mod proxy;
mod restart;
pub mod said;
mod slots;
mod tally;
mod traffic;
mod verdict;
mod zombie;

use clap::Subcommand;

use crate::{Outcome, server::Programs};

/// `karavan-bench chaos`.
#[derive(clap::Args)]
pub struct Options {
    #[command(subcommand)]
    run: Run,
}

#[derive(Subcommand)]
enum Run {
    /// kill -9 under load.
    Kill(kill::Options),
    /// SIGSTOP past the lease, then SIGCONT.
    Freeze(freeze::Options),
    /// The clock of a process is set an hour ahead and an hour back.
    Clock(clock::Options),
    /// Slots of a schedule on several nodes, with kills.
    Slots(slots::Options),
    /// PostgreSQL cannot be reached for a while.
    Cut(cut::Options),
    /// The disk is full.
    Full(full::Options),
    /// Restarts under requests.
    Restart(restart::Options),
}

/// Runs one of them.
pub async fn run(programs: &Programs, options: Options) -> Outcome {
    match options.run {
        Run::Kill(options) => kill::run(programs, options).await,
        Run::Freeze(options) => freeze::run(programs, &options).await,
        Run::Clock(options) => clock::run(programs, &options).await,
        Run::Slots(options) => slots::run(programs, &options).await,
        Run::Cut(options) => cut::run(programs, &options).await,
        Run::Full(options) => full::run(programs, &options).await,
        Run::Restart(options) => restart::run(programs, &options).await,
    }
}
