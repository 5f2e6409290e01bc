//! `karavan ledger`: are the books in order?

use karavan_platform::ledger;

use super::Workshop;
use crate::{Failure, cli::Ledger, config::Config, failure::Status, say};

pub async fn run(config: Config, act: Ledger) -> Result<(), Failure> {
    let Ledger::Check = act;
    let workshop = Workshop::open(config).await?;
    let wrong = ledger::check(&mut *workshop.platform.db.read().await?).await?;
    workshop.close().await;
    if wrong.is_empty() {
        say::line("The books are in order: every entry sums to zero, every balance is the sum of its postings.");
        return Ok(());
    }
    for finding in &wrong {
        say::line(finding);
    }
    Err(Failure::new(
        Status::Runtime,
        format_args!(
            "the books have {} errors; restore a backup and report them",
            wrong.len()
        ),
    ))
}
