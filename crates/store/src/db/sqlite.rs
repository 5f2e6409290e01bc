//! SQLite: one writer, a few readers, one file.
//!
//! **Always holds:** a write transaction starts with `BEGIN IMMEDIATE` on the only writer connection. A transaction that was
//! dropped is rolled back before the next one begins.

use std::{path::Path, sync::Arc, time::Duration};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::{Mutex, OwnedMutexGuard};

use super::{Conn, Connections};
use crate::{MigrateError, Migrations, StoreError, StoreResult};

/// How long a transaction waits for the ones before it.
const WRITER_WAIT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    writer: Arc<Mutex<Writer>>,
    readers: SqlitePool,
}

#[derive(Debug)]
struct Writer {
    /// `None` once the database is closed.
    connection: Option<SqliteConnection>,
    /// A transaction was begun and neither committed nor rolled back.
    open: bool,
}

/// The writer while a transaction holds it.
#[derive(Debug)]
pub(super) struct WriterGuard(Option<OwnedMutexGuard<Writer>>);

impl Sqlite {
    pub(super) async fn open(file: &Path, durable: bool) -> StoreResult<Self> {
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
            .busy_timeout(Duration::from_secs(5))
            .pragma("temp_store", "memory")
            .disable_statement_logging();
        // The writer first: it creates the file and switches it to WAL, which readers then find.
        let connection = options.connect().await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(WRITER_WAIT)
            .connect_lazy_with(options.create_if_missing(false).pragma("query_only", "true"));
        Ok(Self {
            writer: Arc::new(Mutex::new(Writer {
                connection: Some(connection),
                open: false,
            })),
            readers,
        })
    }

    async fn writer(&self) -> StoreResult<WriterGuard> {
        let waiting = tokio::time::timeout(WRITER_WAIT, self.writer.clone().lock_owned());
        let writer = waiting
            .await
            .map_err(|_elapsed| StoreError::Busy("the writer was not free in time"))?;
        if writer.connection.is_none() {
            return Err(sqlx::Error::PoolClosed.into());
        }
        let mut guard = WriterGuard(Some(writer));
        guard.writer().clean().await?;
        Ok(guard)
    }

    pub(super) async fn begin(&self) -> StoreResult<Conn> {
        let mut guard = self.writer().await?;
        guard.writer().open = true;
        sqlx::query("BEGIN IMMEDIATE").execute(guard.connection()).await?;
        Ok(Conn::writer(guard))
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
        let mut guard = self.writer().await.map_err(MigrateError::Store)?;
        migrations.run_on(guard.connection(), |pair| pair.sqlite).await
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        let connection = self.writer.lock().await.connection.take();
        if let Some(connection) = connection
            && let Err(error) = connection.close().await
        {
            tracing::warn!(error = %error, "The database file was not closed cleanly");
        }
    }
}

impl Writer {
    fn connection(&mut self) -> &mut SqliteConnection {
        self.connection
            .as_mut()
            .expect("a guard is only given while the writer is open")
    }

    /// Ends what a dropped transaction left open.
    async fn clean(&mut self) -> StoreResult<()> {
        if !self.open {
            return Ok(());
        }
        // SQLite itself rolls back on some errors, and a cancelled COMMIT may have succeeded: then nothing is open.
        match sqlx::query("ROLLBACK").execute(self.connection()).await {
            Ok(_) => {}
            Err(sqlx::Error::Database(error)) if error.message().contains("no transaction is active") => {}
            Err(error) => return Err(error.into()),
        }
        self.open = false;
        Ok(())
    }
}

impl WriterGuard {
    fn writer(&mut self) -> &mut Writer {
        self.0.as_mut().expect("only dropping takes it out")
    }

    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        self.writer().connection()
    }

    pub(super) async fn commit(mut self) -> StoreResult<()> {
        sqlx::query("COMMIT").execute(self.connection()).await?;
        self.writer().open = false;
        Ok(())
    }
}

impl Drop for WriterGuard {
    /// `Drop` cannot wait, and other processes must not wait for this one's next writer: a task rolls back at once.
    fn drop(&mut self) {
        let Some(mut writer) = self.0.take_if(|writer| writer.open) else {
            return;
        };
        // Without a runtime the program ends; the next one that opens the file finds the transaction undone.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        runtime.spawn(async move {
            if let Err(error) = writer.clean().await {
                tracing::warn!(error = %error, "A dropped transaction is rolled back by the next one");
            }
        });
    }
}
