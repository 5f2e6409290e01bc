//! The short runs of the chaos that needs nothing but the queue: what the long runs of `bench/chaos` do, a few times.
//!
//! What they say on stdout and stderr is shown when one fails. The runs that need the whole program are in
//! `crates/app/tests/chaos`.

use std::process::{Command, Stdio};

/// Runs `karavan-bench chaos …` to its end; nothing may be lost, doubled or stuck.
fn chaos(arguments: &[&str]) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karavan-bench"));
    command.arg("chaos").args(arguments).arg("--quick").stdin(Stdio::null());
    #[expect(
        clippy::disallowed_methods,
        reason = "the test server is named in the environment, by `bin/test`"
    )]
    if let Ok(server) = std::env::var("KARAVAN_TEST_POSTGRES") {
        command.args(["--postgres", &server]);
    }
    let output = command.output().expect("the program was built for this test");
    let told = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{}\n{}{}",
        output.status,
        told(&output.stdout),
        told(&output.stderr)
    );
}

mod on_sqlite {
    use super::chaos;

    #[test]
    fn killed_nodes_lose_and_double_nothing() {
        chaos(&["kill", "--database", "sqlite"]);
    }

    #[test]
    fn a_worker_that_comes_back_after_its_lease_is_refused() {
        chaos(&["freeze", "--database", "sqlite"]);
    }

    #[test]
    fn a_clock_that_jumps_an_hour_loses_nothing() {
        chaos(&["clock", "--database", "sqlite"]);
    }

    #[test]
    fn every_slot_of_a_schedule_runs_once() {
        chaos(&["slots", "--database", "sqlite"]);
    }
}

mod on_postgres {
    use super::chaos;

    #[test]
    fn killed_nodes_lose_and_double_nothing() {
        chaos(&["kill", "--database", "postgres"]);
    }

    #[test]
    fn a_frozen_node_that_goes_on_after_its_leases_is_refused() {
        chaos(&["freeze", "--database", "postgres"]);
    }

    #[test]
    fn a_clock_that_jumps_an_hour_loses_nothing() {
        chaos(&["clock", "--database", "postgres"]);
    }

    #[test]
    fn every_slot_of_a_schedule_runs_once_over_three_nodes() {
        chaos(&["slots", "--database", "postgres"]);
    }
}
