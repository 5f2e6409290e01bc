//! Measures Karavan from outside: one command per figure, each prints one markdown table.
//!
//! **Always holds:** what depends on the machine is measured next to a bare server in the same run, by turns, and the
//! table shows the median of the rounds with their spread.
//! **Absent on purpose:** verdicts: a table says what was measured, people compare it with
//! the goal.
//!
//! Start at [`Figure`]; the scripts in `bench/` build everything and call this.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tables are the output, progress goes to stderr"
)]

mod bare;
mod commits;
mod http;
mod load;
mod memory;
mod sale;
mod server;
mod shop;
mod size;
mod start;
mod stats;
mod table;

use std::{error::Error, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::server::Programs;

/// Everything here ends the run, so nobody needs to tell errors apart.
type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Measures Karavan; each command prints one markdown table.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// The release build of `karavan`.
    #[arg(long, global = true, default_value = "karavan")]
    karavan: PathBuf,
    /// Where data folders are made (and removed again): a real disk.
    #[arg(long, global = true, default_value_os_t = std::env::temp_dir())]
    scratch: PathBuf,
    #[command(subcommand)]
    figure: Figure,
}

#[derive(Subcommand)]
enum Figure {
    /// From the start of the process to the first 200 on /health/ready.
    Start(start::Options),
    /// Resident memory, idle and after requests.
    Memory(memory::Options),
    /// Size of the program.
    Size,
    /// Latency of a sale (two requests) under open-loop load.
    Sale(sale::Options),
    /// Transactions of two statements on SQLite, alone and in a crowd.
    Commits(commits::Options),
    /// The bare server that figures are compared with.
    #[command(hide = true)]
    Bare(bare::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    match measure(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("karavan-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(options: Options) -> Outcome {
    // `Err` would mean that a provider is installed already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let Options {
        karavan,
        scratch,
        figure,
    } = options;
    let programs = Programs { karavan, scratch };
    match figure {
        Figure::Start(options) => start::run(&programs, &options).await,
        Figure::Memory(options) => memory::run(&programs, &options).await,
        Figure::Size => size::run(&programs),
        Figure::Sale(options) => sale::run(&programs, &options).await,
        Figure::Commits(options) => commits::run(&programs, &options).await,
        Figure::Bare(options) => bare::run(options).await,
    }
}
