//! Whether the database can be used, is up to date, and agrees with this machine about the time.

use karavan_kernel::{Clock, Entropy};
use karavan_store::{Db, MigrateError, Migrations};

use super::{Finding, law};
use crate::{Failure, assemble, config::Config, folder::DataFolder};

/// More is a clock that nobody sets. In milliseconds.
const APART: i64 = 2_000;

/// More, and a lease or a session ends at a time that the other one does not believe. In milliseconds.
const FAR_APART: i64 = 15_000;

pub(super) async fn check(config: &Config, folder: &DataFolder) -> Vec<Finding> {
    // Opening also checks how the database sorts.
    let db = match assemble::open_database(config, folder, Entropy::system()).await {
        Ok(db) => db,
        Err(failure) => return vec![Finding::fail("database", failure.message, "")],
    };
    let mut findings = vec![Finding::pass("database", format!("{} answers", db.engine_name()))];
    findings.push(migrations(&db).await);
    if config.database.is_server() {
        findings.push(time(&db).await);
    }
    findings.extend(law::check(&db).await);
    db.close().await;
    findings
}

async fn migrations(db: &Db) -> Finding {
    let check = "migrations";
    let missing = async { Migrations::embedded()?.missing(db).await };
    match missing.await {
        Ok(0) => Finding::pass(check, "up to date"),
        Ok(missing) => Finding::warn(
            check,
            format!("{missing} to be applied"),
            "the next `karavan up` applies them, or: karavan migrate",
        ),
        Err(error @ MigrateError::Newer { .. }) => Finding::fail(check, error.to_string(), ""),
        Err(error) => Finding::fail(check, Failure::from(error).message, ""),
    }
}

async fn time(db: &Db) -> Finding {
    let check = "clock";
    let theirs = match db.now().await {
        Ok(theirs) => theirs,
        Err(error) => return Finding::fail(check, Failure::from(error).message, ""),
    };
    let apart = (Clock::system().now().micros() - theirs.micros()).abs() / 1_000;
    let message = format!("{apart} ms from the database's");
    let advice = "let both machines set their clocks by NTP";
    match apart {
        ..APART => Finding::pass(check, message),
        APART..FAR_APART => Finding::warn(check, message, advice),
        FAR_APART.. => Finding::fail(check, message, advice),
    }
}
