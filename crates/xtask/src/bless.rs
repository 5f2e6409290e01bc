//! `cargo xtask bless`: what the code does now becomes what is expected. Read the diff afterwards, line by line.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::AnyError;

/// Reruns tests so that `insta` and the inventories of `testkit` overwrite their snapshots.
pub fn run(root: &Path, filter: &[String]) -> Result<ExitCode, AnyError> {
    let names_packages = filter
        .iter()
        .any(|argument| argument.starts_with("-p") || argument.starts_with("--package"));
    // Both databases: a snapshot that only one of them produces is a defect.
    let mut command = Command::new(root.join("bin/test"));
    command
        .current_dir(root)
        .args(["with-postgres", "cargo", "nextest", "run", "--locked"]);
    if !names_packages {
        command.arg("--workspace");
    }
    command
        .args(filter)
        .env("INSTA_UPDATE", "always")
        .env("KARAVAN_BLESS", "1");
    let status = command.status()?;
    println!(
        "snapshots inside a test wait in .pending-snap files: `cargo insta accept` writes them (cargo install cargo-insta)"
    );
    println!("blessed; now read `git diff` and ask of every line whether it should be so");
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
