//! SQLite: one writer, a few readers, one file, and commits that many transactions share.
//!
//! A transaction that waits for the disk by itself costs everybody behind it that wait. So transactions run one after
//! another inside one *outer* transaction, each under a savepoint, and one `COMMIT` makes the whole *group* durable. A
//! group ends when nobody waits for the writer any more, or when it has become too big or too old. So an answer waits for the
//! transaction that has the writer next, at most as long as [`Limits::hold`]: short transactions are everybody's interest.
//!
//! **Always holds:**
//! - The writer is behind a first-come-first-served lock; whoever has its guard has the connection to itself.
//! - If the outer transaction is open and no transaction holds the guard, a committer is in line for it, or a cleaner
//!   has it. So nothing stays undecided, whoever goes away.
//! - `COMMIT` runs in a task of its own, and [`Tx::commit`](crate::Tx::commit) answers after it.
//! - A transaction that was dropped, cancelled or failed gives its guard to a cleaner at once. Should the cleaner not
//!   get to run, the next one at the writer finds the [`Doubt`](writer::Writer) and does its work first.
//!
//! **Absent on purpose:** waiting inside SQLite for another process (`busy_timeout`): it would hold up the connection, and
//! its pauses of 100 ms would miss the moment between two groups of a busy process.
//!
//! Start at [`Sqlite::begin`], then [`Hold::commit`], then [`writer`].

mod connection;
mod group;
mod hold;
mod patience;
mod probe;
#[cfg(test)]
mod tests;
mod watchdog;
mod writer;

use std::{path::Path, sync::Arc, time::Duration};

use metrics::histogram;
use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, watch},
    time::Instant,
};

pub(super) use hold::{Hold, Turn};
pub(super) use patience::awake;
use watchdog::Watchdog;
pub(super) use writer::Work;
use writer::Writer;

use super::{Conn, Connections};
use crate::{MigrateError, Migrations, StoreError, StoreResult};

const READERS: u32 = 4;

/// Bounds in time and number.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// How long a transaction waits for the ones before it, and for other processes.
    wait: Duration,
    /// How long a transaction may hold the writer between two statements. PostgreSQL's patience is longer
    /// (`idle_in_transaction_session_timeout`), because there nobody waits for it.
    idle: Duration,
    /// How long it may hold the writer altogether.
    hold: Duration,
    /// A group of so many transactions is committed without waiting for more.
    group_size: usize,
    /// So is a group whose first transaction has waited so long.
    group_age: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wait: Duration::from_secs(5),
            idle: Duration::from_secs(10),
            hold: Duration::from_secs(60),
            group_size: 256,
            group_age: Duration::from_millis(20),
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    writer: Arc<Mutex<Writer>>,
    watchdog: Watchdog,
    readers: SqlitePool,
    limits: Limits,
}

impl Sqlite {
    /// `wake` rises with every shared commit that holds enqueued jobs.
    pub(super) async fn open(file: &Path, durable: bool, wake: Arc<watch::Sender<u64>>) -> StoreResult<Self> {
        Self::open_with(file, durable, wake, Limits::default()).await
    }

    async fn open_with(file: &Path, durable: bool, wake: Arc<watch::Sender<u64>>, limits: Limits) -> StoreResult<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(if durable {
                SqliteSynchronous::Full
            } else {
                SqliteSynchronous::Off
            })
            .foreign_keys(true)
            .busy_timeout(limits.wait)
            .pragma("temp_store", "memory")
            .disable_statement_logging();
        // The writer first: it creates the file and switches it to WAL, which readers then find.
        let writer = Writer::open(options.clone(), limits, wake).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(limits.wait)
            // A file does not hang up.
            .test_before_acquire(false)
            .connect_lazy_with(options.create_if_missing(false).pragma("query_only", "true"));
        Ok(Self {
            writer: Arc::new(Mutex::new(writer)),
            watchdog: Watchdog::new(limits),
            readers,
            limits,
        })
    }

    pub(super) async fn begin(&self) -> StoreResult<Conn> {
        let asked = Instant::now();
        let begun = self.begin_until(asked + self.limits.wait).await;
        // Those who gave up count as well: they waited longest.
        histogram!("database_writer_wait_seconds").record(asked.elapsed().as_secs_f64());
        begun
    }

    async fn begin_until(&self, deadline: Instant) -> StoreResult<Conn> {
        let mut turn = self.writer(deadline).await?;
        turn.writer().begin(deadline).await?;
        Ok(Conn::writer(turn.into_hold(&self.watchdog)))
    }

    /// The writer, in the order of asking.
    async fn writer(&self, deadline: Instant) -> StoreResult<Turn> {
        let waiting = tokio::time::timeout_at(deadline, self.writer.clone().lock_owned());
        let guard = waiting
            .await
            .map_err(|_elapsed| StoreError::Busy("the writer was not free in time"))?;
        Ok(Turn::new(guard))
    }

    pub(super) async fn read(&self) -> StoreResult<Conn> {
        Ok(Conn::reader(self.readers.acquire().await?))
    }

    pub(super) fn readers_now(&self) -> Connections {
        Connections {
            most: READERS,
            open: self.readers.size(),
            idle: u32::try_from(self.readers.num_idle()).unwrap_or(u32::MAX),
        }
    }

    pub(super) async fn migrate(&self, migrations: &Migrations) -> Result<(), MigrateError> {
        let deadline = Instant::now() + self.limits.wait;
        let turn = self.writer(deadline).await.map_err(MigrateError::Store)?;
        turn.committed().await.writer().migrate(migrations).await
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        let mut writer = self.writer.clone().lock_owned().await;
        // In a task of its own like every commit, which it may begin with.
        let closing = Handle::current().spawn(async move { writer.close().await });
        closing.await.expect("closing does not panic");
    }
}
