//! The writer connection, and what is open on it.
//!
//! **Always holds:**
//! - The outer transaction is open exactly when transactions wait in `group` or a transaction is under way (`doubt`).
//! - `SAVEPOINT` is only sent when the outer transaction is known to be open: outside of one it would begin another, and
//!   the shared `COMMIT` would then answer for work that is lost.
//! - `doubt` is set before a statement is sent and taken back after its answer. So whoever comes next knows what a
//!   cancelled future may have left, and [`Writer::settle`] decides it.
//!
//! The savepoint of a transaction is not released when it ends but together with the next one's beginning, or by
//! `COMMIT`: one journey less to SQLite's thread, and ending a transaction cannot be cancelled half-way.

use std::{io, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use metrics::histogram;
use sqlx::{SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::{sync::watch, time::Instant};

use super::{
    Limits,
    group::{Answer, Group},
};
use crate::StoreResult;

/// How often a process asks again for a file that another one is writing to. A busy process leaves the file free for some
/// microseconds between two groups; asking this often finds such a moment in a fraction of a second.
const ASK_AGAIN: Duration = Duration::from_millis(1);

#[derive(Debug)]
pub(super) struct Writer {
    pub(super) options: SqliteConnectOptions,
    pub(super) limits: Limits,
    wake: Arc<watch::Sender<u64>>,
    /// `None` after it broke, until the next transaction, and once the database is closed.
    pub(super) connection: Option<SqliteConnection>,
    pub(super) closed: bool,
    doubt: Doubt,
    top: Top,
    group: Group,
    /// The failure of the last statement: when SQLite has rolled everything back because of it, the group is told why.
    trouble: Option<String>,
    /// A task waits for the guard to commit.
    pub(super) committer_in_line: bool,
    #[cfg(test)]
    pub(super) probe: Option<super::probe::Probe>,
}

/// What may be half done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    Nothing,
    /// A transaction asked for its beginning.
    Beginning,
    /// A transaction is under way, the first of its group or one under a savepoint.
    Working {
        savepoint: bool,
    },
    Committing,
}

/// What the savepoint on top of the stack is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Top {
    /// Nothing: there is none, or nobody knows.
    Nothing,
    /// It belongs to a transaction that has ended well.
    Ended,
    /// Its transaction was rolled back; the next one can have it.
    Fresh,
}

impl Writer {
    pub(super) async fn open(
        options: SqliteConnectOptions,
        limits: Limits,
        wake: Arc<watch::Sender<u64>>,
    ) -> StoreResult<Self> {
        let mut writer = Self {
            options,
            limits,
            wake,
            connection: None,
            closed: false,
            doubt: Doubt::Nothing,
            top: Top::Nothing,
            group: Group::default(),
            trouble: None,
            committer_in_line: false,
            #[cfg(test)]
            probe: None,
        };
        writer.connect().await?;
        Ok(writer)
    }

    /// Begins a transaction: the group's first opens the outer one.
    pub(super) async fn begin(&mut self, deadline: Instant) -> StoreResult<()> {
        self.settle().await;
        self.connect().await?;
        self.doubt = Doubt::Beginning;
        let savepoint = !self.group.is_empty();
        match self.top {
            _ if !savepoint => self.open_outer(deadline).await?,
            Top::Fresh => {}
            Top::Ended => self.run("RELEASE tx; SAVEPOINT tx").await?,
            Top::Nothing => self.run("SAVEPOINT tx").await?,
        }
        self.doubt = Doubt::Working { savepoint };
        Ok(())
    }

    async fn open_outer(&mut self, deadline: Instant) -> StoreResult<()> {
        loop {
            match self.run("BEGIN IMMEDIATE").await {
                Err(error) if is_busy(&error) && Instant::now() < deadline => tokio::time::sleep(ASK_AGAIN).await,
                other => return Ok(other?),
            }
        }
    }

    /// Ends the transaction that is under way and lets it wait for the group's commit. Nothing here can be cancelled.
    pub(super) fn end(&mut self, enqueued: bool) -> Answer {
        debug_assert!(matches!(self.doubt, Doubt::Working { .. }), "{self:?}");
        self.top = match self.doubt {
            Doubt::Working { savepoint: true } => Top::Ended,
            _ => Top::Nothing,
        };
        self.doubt = Doubt::Nothing;
        self.group.join(enqueued)
    }

    /// The group should not wait for those who still want to join.
    pub(super) fn is_group_full(&self) -> bool {
        self.group.len() >= self.limits.group_size || self.group.age() >= self.limits.group_age
    }

    pub(super) fn is_in_doubt(&self) -> bool {
        self.doubt != Doubt::Nothing
    }

    /// Makes the group durable and answers everybody in it.
    pub(super) async fn commit(&mut self) {
        self.settle().await;
        if self.group.is_empty() {
            return;
        }
        self.doubt = Doubt::Committing;
        let begun = Instant::now();
        if let Err(error) = self.run("COMMIT").await {
            return self.lose(error).await;
        }
        self.doubt = Doubt::Nothing;
        self.top = Top::Nothing;
        histogram!("database_commit_seconds").record(begun.elapsed().as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "a group is small")]
        histogram!("database_commit_transactions").record(self.group.len() as f64);
        // First, so that whoever is answered can rely on it.
        if self.group.has_enqueued() {
            self.wake.send_modify(|count| *count += 1);
        }
        self.group.kept();
    }

    /// Ends what a dropped, cancelled or failed transaction left.
    pub(super) async fn settle(&mut self) {
        match self.doubt {
            Doubt::Nothing => return,
            Doubt::Committing => {
                let cause = sqlx::Error::WorkerCrashed;
                return self.lose(cause).await;
            }
            // Nobody else's work is in the outer transaction: it need not stay open.
            _ if self.group.is_empty() => self.roll_back().await,
            Doubt::Working { .. } => match self.run("ROLLBACK TO tx").await {
                Ok(()) => self.top = Top::Fresh,
                // SQLite rolls the outer transaction back by itself when the disk is full or broken.
                Err(error) => {
                    let cause = self.trouble.take().map(|trouble| io::Error::other(trouble).into());
                    return self.lose(cause.unwrap_or(error)).await;
                }
            },
            Doubt::Beginning => {
                // The question may open a transaction itself: an answer that nobody hears must not be taken for an old one.
                self.doubt = Doubt::Committing;
                if let Err(error) = self.check_outer().await {
                    return self.lose(error).await;
                }
                self.top = Top::Nothing;
            }
        }
        self.doubt = Doubt::Nothing;
    }

    /// Whether the outer transaction is still open: SQLite then refuses to begin another.
    async fn check_outer(&mut self) -> Result<(), sqlx::Error> {
        match self.run("BEGIN").await {
            Err(error) if says(&error, "within a transaction") => Ok(()),
            Err(error) => Err(error),
            Ok(()) => Err(sqlx::Error::BeginFailed),
        }
    }

    /// Nothing of the group is kept.
    async fn lose(&mut self, cause: sqlx::Error) {
        let members = self.group.len();
        tracing::error!(error = %cause, members, "A shared commit failed, and its transactions with it");
        self.roll_back().await;
        self.doubt = Doubt::Nothing;
        self.group.lost(cause);
    }

    /// Closes the outer transaction, if need be with the connection.
    async fn roll_back(&mut self) {
        self.top = Top::Nothing;
        match self.run("ROLLBACK").await {
            Ok(()) => {}
            Err(error) if says(&error, "no transaction is active") => {}
            Err(error) => {
                tracing::error!(error = %error, "The writer's connection is broken and will be opened anew");
                self.disconnect().await;
            }
        }
    }

    /// Runs a text without values.
    async fn run(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        self.ask(text, |connection| Box::pin(sqlx::query(text).execute(connection)))
            .await
            .map(drop)
    }

    /// Runs a statement of the transaction that is under way.
    pub(super) async fn statement<T>(&mut self, work: impl Work<T>) -> Result<T, sqlx::Error> {
        debug_assert!(matches!(self.doubt, Doubt::Working { .. }), "{self:?}");
        let done = self.ask("statement", work).await;
        self.trouble = done.as_ref().err().map(ToString::to_string);
        done
    }
}

/// A statement, as a function of the connection.
pub(in crate::db) trait Work<T>:
    for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, sqlx::Error>> + Send
{
}

impl<T, F> Work<T> for F where
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> BoxFuture<'c, Result<T, sqlx::Error>> + Send
{
}

fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    // The low byte is the kind.
    code.and_then(|code| code.parse::<i32>().ok())
        .is_some_and(|code| code & 0xff == 5)
}

fn says(error: &sqlx::Error, words: &str) -> bool {
    error
        .as_database_error()
        .is_some_and(|error| error.message().contains(words))
}
