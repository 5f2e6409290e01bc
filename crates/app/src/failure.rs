//! How the program ends: one sentence for people, one status for scripts.

use std::{fmt, io, process::ExitCode};

use karavan_store::{MigrateError, StoreError};

use crate::config::Problems;

/// What statuses mean, for `--help`.
pub const STATUSES: &str = "\
Exit statuses:
  0  done
  1  it failed while running
  2  the configuration or the command line is wrong
  3  the data folder or the database cannot be used: in use by another process, not writable, newer than this
     program, or with a migration that was edited
  4  the port is taken";

/// What kind of failure it is: the exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Something broke while running.
    Runtime = 1,
    /// The configuration or the command line is wrong.
    Configuration = 2,
    /// The data folder or the database cannot be used.
    Data = 3,
    /// Another program listens there.
    PortTaken = 4,
}

/// Why the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// For scripts.
    pub status: Status,
    /// For people: what is wrong and what to do.
    pub message: String,
}

impl Failure {
    /// A failure of some kind.
    pub fn new(status: Status, message: impl fmt::Display) -> Self {
        Self {
            status,
            message: message.to_string(),
        }
    }

    /// Something broke while running; the story tells every cause.
    pub fn runtime(error: &(dyn std::error::Error + 'static)) -> Self {
        Self::new(Status::Runtime, story(error))
    }

    /// The database could not be opened, read or written.
    pub fn database(error: &StoreError) -> Self {
        let advice = match error {
            StoreError::Busy(_) => "another process is writing; try again in a moment",
            StoreError::Unavailable(_) => {
                "check that database.url is right and the server runs, or that the disk has room and can be written"
            }
            StoreError::Database(_) => "if it was never set up, run: karavan migrate",
            StoreError::Unique { .. }
            | StoreError::Rows { .. }
            | StoreError::Fenced
            | StoreError::Poisoned
            | StoreError::Malformed(_) => "this should not happen; please report it",
        };
        Self::new(Status::Data, format_args!("{}; {advice}", story(error)))
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::new(Status::Configuration, problems)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::database(&error)
    }
}

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Store(error) => Self::database(&error),
            MigrateError::Newer { .. } | MigrateError::Edited { .. } => Self::new(Status::Data, error),
            MigrateError::Name(..) | MigrateError::Failed(_) => {
                Self::new(Status::Data, format_args!("{}; nothing of it was kept", story(&error)))
            }
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(Status::Runtime, error)
    }
}

impl From<Failure> for ExitCode {
    fn from(failure: Failure) -> Self {
        Self::from(failure.status as u8)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

/// An error with its causes. A cause that its effect has quoted already is left out.
pub(crate) fn story(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        next = cause.source();
    }
    text
}
