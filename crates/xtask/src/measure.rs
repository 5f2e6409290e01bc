//! `cargo xtask measure build`: how long developers wait. The table goes into docs/build-times.md.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::AnyError;

/// The crate whose developer we measure: the largest product with the whole floor under it.
const EDITED_CRATE: &str = "karavan-coffee";
const EDITED_FILE: &str = "crates/coffee/src/lib.rs";

/// A clean release build, and the way from one edited line to the results of its crate's tests.
pub fn build(root: &Path) -> Result<ExitCode, AnyError> {
    let clean = clean_release_build(root)?;

    // Everything is built once before the clock starts, as it is on the machine of somebody who works here.
    tests(root, &["--no-run"])?;
    let edit = Edit::append_comment(root.join(EDITED_FILE))?;
    let built = tests(root, &["--no-run"])?;
    let run = tests(root, &[])?;
    drop(edit);

    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    println!("| what | time |");
    println!("| --- | --- |");
    println!(
        "| clean release build (`cargo build --release --locked`) | {} |",
        show(clean)
    );
    println!(
        "| one line edited in `{EDITED_FILE}` → its tests built | {} |",
        show(built)
    );
    println!("| → its tests run, on both databases | {} |", show(run));
    println!("| one line to results | {} |", show(built + run));
    println!();
    let cores = std::thread::available_parallelism()?;
    println!(
        "{cores} cores, {}, {} packages in Cargo.lock.",
        rustc_version()?,
        lock.matches("[[package]]").count()
    );
    Ok(ExitCode::SUCCESS)
}

/// In a folder of its own, so that nothing is left over from before and nothing of ours is lost.
fn clean_release_build(root: &Path) -> Result<Duration, AnyError> {
    let target = std::env::temp_dir().join(format!("karavan-measure-{}", std::process::id()));
    cargo(root, &["fetch", "--locked"], None)?;
    let result = cargo(root, &["build", "--release", "--locked"], Some(&target));
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    result
}

/// `bin/test with-postgres` starts its server in under a second; that is part of what a developer waits for.
fn tests(root: &Path, more: &[&str]) -> Result<Duration, AnyError> {
    let arguments = [
        "with-postgres",
        "cargo",
        "nextest",
        "run",
        "--locked",
        "-p",
        EDITED_CRATE,
    ];
    let mut command = Command::new(root.join("bin/test"));
    command.current_dir(root).args(arguments).args(more);
    timed(command)
}

fn cargo(root: &Path, arguments: &[&str], target: Option<&Path>) -> Result<Duration, AnyError> {
    let mut command = Command::new("cargo");
    command.current_dir(root).args(arguments);
    if let Some(target) = target {
        command.env("CARGO_TARGET_DIR", target);
    }
    timed(command)
}

fn timed(mut command: Command) -> Result<Duration, AnyError> {
    let started = Instant::now();
    let status = command.status()?;
    if !status.success() {
        return Err(format!("{command:?} ended with {status}").into());
    }
    Ok(started.elapsed())
}

fn rustc_version() -> Result<String, AnyError> {
    let output = Command::new("rustc").arg("--version").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

fn show(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 60.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{:.1} min", seconds / 60.0)
    }
}

/// An edited file that gets its old text back, also when a command fails.
struct Edit {
    path: PathBuf,
    before: String,
}

impl Edit {
    fn append_comment(path: PathBuf) -> Result<Self, AnyError> {
        let before = fs::read_to_string(&path)?;
        fs::write(&path, format!("{before}// measured\n"))?;
        Ok(Self { path, before })
    }
}

impl Drop for Edit {
    fn drop(&mut self) {
        if let Err(error) = fs::write(&self.path, &self.before) {
            eprintln!(
                "xtask: {} still ends with the line `// measured`: {error}",
                self.path.display()
            );
        }
    }
}
