//! The program `karavan`: configuration, command line and the composition of processes.
//!
//! **Always holds:** settings are read once, every failure ends with one sentence and a status, and nothing here decides
//! what a product does or asks the database anything. Putting routes, workers and bots together is `platform::host`.
//!
//! Start at [`run()`], then [`cli::Command`].

mod assemble;
pub mod banner;
pub mod cli;
mod commands;
pub mod config;
mod demo;
pub mod failure;
pub mod folder;
mod listener;
mod logs;
pub mod metrics;
mod say;
mod signals;
mod up;

use std::process::ExitCode;

use clap::Parser;

pub use failure::Failure;

/// The whole program: reads the command line and does what it says.
pub fn run() -> ExitCode {
    match commands::run(cli::Cli::parse(), config::Variables::of_process()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say::failure(failure.to_string());
            failure.into()
        }
    }
}
