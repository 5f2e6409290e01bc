//! The short runs of the chaos around the whole program: what the long runs of `bench/chaos` do, a few times.
//!
//! A disk that is full is a limit on the size of files here, because mounting a small disk needs root; the long run does both.

// Clippy allows `unwrap` in tests, and recognises helpers by `cfg(test)`.
#![cfg(test)]

mod node;
mod outside;
mod rolling;
mod upgrade;

use karavan_bench::call;

/// Where `bin/test` has put its server.
fn postgres() -> String {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test server is named in the environment, by `bin/test`"
    )]
    std::env::var("KARAVAN_TEST_POSTGRES").expect("`bin/test` names its server in KARAVAN_TEST_POSTGRES")
}

async fn chaos(arguments: &[&str]) {
    let mut line = vec!["--karavan", env!("CARGO_BIN_EXE_karavan"), "chaos"];
    line.extend(arguments);
    line.push("--quick");
    if let Err(error) = call(line).await {
        panic!("{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_away_the_answer_is_503_and_afterwards_nothing_is_stuck() {
    chaos(&["cut", "--postgres", &postgres()]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_read_only_and_recovers_by_itself() {
    chaos(&["full", "--how", "limit"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_are_restarted_without_a_failed_request() {
    chaos(&["restart", "--postgres", &postgres()]).await;
}
