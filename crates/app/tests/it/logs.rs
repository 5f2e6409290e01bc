//! Log files: who writes them, what stands in them, and what happens when they cannot be written.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use crate::harness::{Running, ended, karavan, run};

/// The lines of a log, each as its object.
fn lines(data: &Path, name: &str) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(data.join("logs").join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(data: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(data.join("logs"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        // Beside them lies what keeps a second process away.
        .filter(|name| !name.ends_with(".lock"))
        .collect();
    names.sort();
    names
}

#[test]
fn what_happened_until_the_last_moment_is_in_the_file() {
    let data = tempfile::tempdir().unwrap();
    // The harness lets the program log warnings only; requests are told at `info`.
    let running = Running::start_with(data.path(), &[], &[("KARAVAN__LOG__LEVEL", "info")]);
    assert_eq!(running.get("/health/ready").0, 200);
    running.stop();
    assert_eq!(names(data.path()), ["karavan.error.log", "karavan.log"]);
    let messages: Vec<String> = lines(data.path(), "karavan.log")
        .iter()
        .map(|line| line["message"].as_str().unwrap().to_owned())
        .collect();
    assert!(messages.contains(&"GET /health/ready 200".to_owned()), "{messages:?}");
    assert!(
        messages.iter().any(|message| message.starts_with("Stopping")),
        "{messages:?}"
    );
    assert!(lines(data.path(), "karavan.error.log").is_empty());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data.path().join("logs")), 0o700);
    assert_eq!(mode(&data.path().join("logs/karavan.log")), 0o600);

    // A command beside or after it leaves the files alone.
    assert_eq!(run(data.path(), &["ledger", "check"]).status, 0);
    assert_eq!(names(data.path()), ["karavan.error.log", "karavan.log"]);
}

#[test]
fn files_are_named_after_the_roles_and_put_aside_when_full() {
    let data = tempfile::tempdir().unwrap();
    let logs = data.path().join("logs");
    fs::create_dir_all(&logs).unwrap();
    fs::write(logs.join("web.log"), "x".repeat(999_999) + "\n").unwrap();
    let settings = [("KARAVAN__LOG__LEVEL", "info"), ("KARAVAN__LOG__FILE_MEGABYTES", "1")];
    let running = Running::start_with(data.path(), &["--roles", "web"], &settings);
    assert_eq!(running.get("/health/live").0, 200);
    running.stop();
    assert_eq!(names(data.path()), ["web.error.log", "web.log", "web.log.1"]);
    assert!(!lines(data.path(), "web.log").is_empty());
}

#[test]
fn without_a_folder_there_are_no_files() {
    let data = tempfile::tempdir().unwrap();
    Running::start_with(data.path(), &[], &[("KARAVAN__LOG__FOLDER", "")]).stop();
    assert!(!data.path().join("logs").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_told_at_the_start() {
    let data = tempfile::tempdir().unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let mut command = karavan(data.path(), &["up", "--listen", "127.0.0.1:0"]);
    let refused = ended(command.env("KARAVAN__LOG__FOLDER", file.path()));
    assert_eq!(refused.status, 3, "{}", refused.err);
    assert!(refused.err.contains("log.folder"), "{}", refused.err);
}
