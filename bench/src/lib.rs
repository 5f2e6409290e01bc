//! Measures Karavan, and breaks it on purpose: one command per figure, each prints one markdown table.
//!
//! **Always holds:** what depends on the machine is measured next to a peer or a bare server in the same run, by turns, and
//! the table shows the median of the rounds with their spread. A broken promise (something lost, doubled or stuck) ends the
//! command with a failure; a time that misses its goal does not, people compare it.
//! **Absent on purpose:** shortcuts into the program. Processes are started, killed and asked as operators and clients do;
//! only the queue is called as a library, because a product calls it so.
//!
//! Start at `Figure`; the scripts in `bench/` build everything and call this. The short runs in `bin/test` call it too:
//! `bench/tests` as a process, `crates/app/tests/chaos` by [`call`].

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tables are the output, progress goes to stderr"
)]

mod bare;
mod chaos;
mod commits;
mod http;
mod jobs;
mod latency;
mod load;
mod memory;
mod sale;
mod server;
mod shop;
mod size;
mod snapshot;
mod start;
mod stats;
mod table;

use std::{error::Error, ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::server::Programs;

/// Everything here ends the run, so nobody needs to tell errors apart.
pub type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Measures Karavan; each command prints one markdown table.
#[derive(Parser)]
#[command(name = "karavan-bench", version)]
struct Options {
    /// The release build of `karavan`.
    #[arg(long, global = true, default_value = "karavan")]
    karavan: PathBuf,
    /// Where data folders are made (and removed again): a real disk.
    #[arg(long, global = true, default_value_os_t = std::env::temp_dir())]
    scratch: PathBuf,
    /// A PostgreSQL server where databases may be made (and are removed again).
    #[arg(long, global = true, env = "KARAVAN_BENCH_POSTGRES")]
    postgres: Option<String>,
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
    /// Jobs finished per second.
    Jobs(jobs::Options),
    /// From the commit that asks for a job to the start of its body, on an idle queue.
    Latency(latency::Options),
    /// Jobs per second while a transaction stays open for long, by turns with a queue where none is.
    Snapshot(snapshot::Options),
    /// Kills, freezes, cuts and fills, and counts what was lost, doubled or stuck.
    Chaos(chaos::Options),
    /// A process with a worker and a load of jobs, for `chaos` to break.
    #[command(hide = true)]
    Node(chaos::node::Options),
    /// The bare server that figures are compared with.
    #[command(hide = true)]
    Bare(bare::Options),
}

/// The whole program: reads the command line, prints a table, says how it went.
pub async fn run() -> ExitCode {
    match measure(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("karavan-bench: {error}");
            let impossible = error.downcast_ref::<Impossible>().is_some();
            ExitCode::from(if impossible { Impossible::STATUS } else { 1 })
        }
    }
}

/// The same for a test: a command line without the program's name.
///
/// # Errors
/// When it could not be measured, or a promise was broken.
pub async fn call<A: Into<OsString>>(arguments: impl IntoIterator<Item = A>) -> Outcome {
    let name = OsString::from("karavan-bench");
    let line = std::iter::once(name).chain(arguments.into_iter().map(Into::into));
    measure(Options::try_parse_from(line)?).await
}

/// This machine does not let us: neither a success nor a broken promise.
#[derive(Debug)]
struct Impossible(String);

impl Impossible {
    /// As `sysexits.h` says "operation not permitted".
    const STATUS: u8 = 77;
}

impl std::fmt::Display for Impossible {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "not possible here: {}", self.0)
    }
}

impl Error for Impossible {}

async fn measure(options: Options) -> Outcome {
    // `Err` would mean that a provider is installed already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let Options {
        karavan,
        scratch,
        postgres,
        figure,
    } = options;
    let programs = Programs {
        karavan,
        scratch,
        postgres,
    };
    match figure {
        Figure::Start(options) => start::run(&programs, &options).await,
        Figure::Memory(options) => memory::run(&programs, &options).await,
        Figure::Size => size::run(&programs),
        Figure::Sale(options) => sale::run(&programs, &options).await,
        Figure::Commits(options) => commits::run(&programs, &options).await,
        Figure::Jobs(options) => jobs::run(&programs, &options).await,
        Figure::Latency(options) => latency::run(&programs, &options).await,
        Figure::Snapshot(options) => snapshot::run(&programs, &options).await,
        Figure::Chaos(options) => chaos::run(&programs, options).await,
        Figure::Node(options) => chaos::node::run(options).await,
        Figure::Bare(options) => bare::run(options).await,
    }
}
