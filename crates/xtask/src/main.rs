//! `cargo xtask`: the work around the code that a compiler does not do.
//!
//! **Absent on purpose:** production code, and any other crate of the workspace: xtask builds and runs while they are broken.
//!
//! Start at [`tidy`]: one file a check. [`workspace`] reads the files once, [`rust`] tells code from comments and strings.
#![expect(
    clippy::print_stdout,
    reason = "a developer's tool: its product is text on the terminal"
)]

mod bless;
mod measure;
mod rust;
mod sql;
mod tidy;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

/// What every command may fail with; it is shown to a developer and nobody else handles it.
type AnyError = Box<dyn std::error::Error>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The work around the code")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check the rules of the house that a compiler does not know.
    Tidy,
    /// Accept what the code does now: rerun the tests and overwrite their snapshots.
    Bless {
        /// Passed to `cargo nextest run`, for example a test name or `-p karavan-coffee`. Default: the whole workspace.
        #[arg(allow_hyphen_values = true, trailing_var_arg = true)]
        filter: Vec<String>,
    },
    /// Measure something and print a Markdown table.
    Measure { what: Measurement },
}

#[derive(Clone, Copy, ValueEnum)]
enum Measurement {
    /// A clean release build, and one edited line to its tests (docs/build-times.md).
    Build,
}

fn main() -> ExitCode {
    let root = workspace_root();
    let result = match Cli::parse().command {
        Command::Tidy => tidy::run(&root),
        Command::Bless { filter } => bless::run(&root, &filter),
        Command::Measure {
            what: Measurement::Build,
        } => measure::build(&root),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn workspace_root() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "cargo tells its tools by environment which checkout they run in"
    )]
    let manifest_dir = std::env::var_os("CARGO_MANIFEST_DIR");
    // Without cargo (a debugger) the current directory has to be the checkout.
    manifest_dir.map_or_else(|| PathBuf::from("."), |folder| PathBuf::from(folder).join("../.."))
}
