//! `karavan doctor`: is everything as the program needs it, and what to do if not.
//!
//! **Always holds:** it changes nothing but the folder that every command makes; it may run beside the program; a check that
//! cannot be made is a failed one and does not hide the others.

mod database; // reachable, up to date, the same time
mod law; // legal texts, and what the law asks for
mod machine; // settings, folder, room on the disk
mod mail; // a server that lets us in
mod redis; // the place where processes count together
mod telegram; // tokens that Telegram knows

use serde::Serialize;

use crate::{Failure, config::Config, failure::Status, say};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Pass,
    /// Allowed, but should be known.
    Warn,
    /// The program does not work, or not for long.
    Fail,
}

/// One answer.
#[derive(Debug, Serialize)]
struct Finding {
    state: State,
    check: String,
    /// What is the case.
    message: String,
    /// What to do; empty when nothing.
    advice: String,
}

impl Finding {
    fn pass(check: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(State::Pass, check, message, "")
    }

    fn warn(check: impl Into<String>, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(State::Warn, check, message, advice)
    }

    fn fail(check: impl Into<String>, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(State::Fail, check, message, advice)
    }

    fn new(state: State, check: impl Into<String>, message: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            state,
            check: check.into(),
            message: message.into(),
            advice: advice.into(),
        }
    }
}

pub async fn run(config: Config, as_json: bool) -> Result<(), Failure> {
    let mut findings = machine::settings(&config);
    match machine::folder(&config) {
        Ok((folder, more)) => {
            findings.extend(more);
            findings.extend(database::check(&config, &folder).await);
        }
        Err(unusable) => findings.push(unusable),
    }
    findings.extend(telegram::check(&config).await);
    findings.push(mail::check(&config).await);
    findings.push(redis::check(&config).await);
    if as_json {
        say::line(serde_json::to_string_pretty(&findings).expect("texts are JSON"));
    } else {
        findings.iter().for_each(show);
    }
    match findings.iter().filter(|finding| finding.state == State::Fail).count() {
        0 => Ok(()),
        failed => Err(Failure::new(
            Status::Runtime,
            format_args!(
                "{failed} of {} checks failed; what to do stands beside each",
                findings.len()
            ),
        )),
    }
}

fn show(finding: &Finding) {
    let Finding {
        state,
        check,
        message,
        advice,
    } = finding;
    let mark = match state {
        State::Pass => "ok  ",
        State::Warn => "warn",
        State::Fail => "FAIL",
    };
    say::line(format!("{mark}  {check}: {message}"));
    if !advice.is_empty() {
        say::line(format!("      {advice}"));
    }
}
