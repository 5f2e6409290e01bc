//! The command; everything is in the library, so that tests can call it.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    karavan_bench::run().await
}
