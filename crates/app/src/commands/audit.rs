//! `karavan audit`: was anything changed since it was written?

use karavan_platform::audit::{self, Report, VerifyError};

use super::Workshop;
use crate::{
    Failure, assemble,
    cli::{Audit, Output},
    config::Config,
    failure::Status,
    say,
};

pub async fn run(config: Config, act: Audit) -> Result<(), Failure> {
    let Audit::Verify(Output { json }) = act;
    let workshop = Workshop::open(config).await?;
    let anchors = assemble::anchors(&workshop.config, workshop.folder.path());
    let report = audit::verify(&workshop.platform.db, &anchors)
        .await
        .map_err(|error| match error {
            VerifyError::Store(error) => error.into(),
            VerifyError::Anchors(_) => Failure::new(Status::Runtime, error),
        })?;
    workshop.close().await;
    if json {
        let text = serde_json::to_string_pretty(&report).expect("numbers and texts are JSON");
        say::line(text);
    } else {
        show(&report);
    }
    if report.is_ok() {
        return Ok(());
    }
    let advice = "the audit log is not as it was written; keep the database and the anchors as they are, and compare them \
                  with a backup";
    Err(Failure::new(Status::Runtime, advice))
}

fn show(report: &Report) {
    if report.is_ok() {
        say::line("The audit log is as it was written.");
    }
    for finding in report.findings() {
        say::line(finding);
    }
    let number = u64::to_string;
    let head = report.head.map_or("none".to_owned(), |head| head.to_string());
    let counts = [
        ("rows", number(&report.rows)),
        ("head", head),
        ("erased", number(&report.erased)),
        ("waiting", number(&report.waiting)),
        ("anchors", number(&report.anchors)),
    ];
    say::table(&counts.each_ref().map(|(name, count)| [*name, count.as_str()]));
}
