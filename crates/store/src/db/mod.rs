//! The handle to the database that everything shares.
//!
//! **Always holds:** on SQLite there is one writer connection, transactions run on it one after another, and those that end
//! at about the same time share one commit; readers have their own connections and cannot write. On PostgreSQL both come
//! from one pool, whose connections read only unless a transaction says otherwise.

mod conn;
mod postgres;
mod refusal; // why a server did not let us in
mod sqlite;
mod tx;

use std::{path::PathBuf, sync::Arc, time::Duration};

use karavan_kernel::{Actor, Clock, Entropy, Secret, Timestamp, open_tx};
use tokio::sync::watch;

pub use conn::{Conn, Rows};
pub use refusal::Refusal;
pub use tx::Tx;

use crate::{MigrateError, Migrations, StoreResult, sql};

/// Where the data lives.
#[derive(Debug, Clone)]
pub enum DbConfig {
    /// One file, embedded in this process.
    Sqlite {
        /// The file; its folder must exist.
        file: PathBuf,
        /// `false` gives up durability for the speed of tests.
        durable: bool,
    },
    /// A server that any number of processes share.
    Postgres {
        /// `postgres://user:password@host/database`; a secret because of the password.
        url: Secret,
        /// Pool bounds.
        pool: Pool,
    },
}

/// Bounds of a PostgreSQL pool.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    /// Most connections of this process.
    pub max_connections: u32,
    /// Connections that stay open when nothing happens.
    pub min_connections: u32,
    /// How long a caller waits for one, the first included.
    pub acquire_timeout: Duration,
    /// A connection that nobody has used for so long is closed.
    pub idle_timeout: Duration,
    /// A connection that is older is replaced, so that servers behind one name share the work again after a change.
    pub max_lifetime: Duration,
    /// A statement that runs longer is ended by the server.
    pub statement_timeout: Duration,
    /// A statement that waits for a lock that long gives up.
    pub lock_timeout: Duration,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            max_connections: 16,
            min_connections: 0,
            acquire_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(10 * 60),
            max_lifetime: Duration::from_secs(30 * 60),
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(5),
        }
    }
}

/// How many connections there are, for metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connections {
    /// As many as there may be.
    pub most: u32,
    /// As many as there are.
    pub open: u32,
    /// As many of them as nobody uses.
    pub idle: u32,
}

/// A cheap handle to the database, its clock and its source of ids.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Engine,
    clock: Clock,
    entropy: Entropy,
    /// Rises with every commit that enqueued something in this process, or by a notification from another.
    wake: Arc<watch::Sender<u64>>,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Server),
}

/// A connection for reading outside a transaction.
#[derive(Debug)]
pub struct Read(Conn);

impl std::ops::Deref for Read {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl std::ops::DerefMut for Read {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

impl Db {
    /// Connects; does not migrate.
    ///
    /// # Errors
    /// When the file cannot be opened or the server cannot be reached.
    pub async fn open(config: &DbConfig, clock: Clock, entropy: Entropy) -> StoreResult<Self> {
        let wake = Arc::new(watch::Sender::new(0));
        let engine = match config {
            DbConfig::Sqlite { file, durable } => {
                Engine::Sqlite(sqlite::Sqlite::open(file, *durable, wake.clone()).await?)
            }
            DbConfig::Postgres { url, pool } => Engine::Postgres(postgres::open(url, *pool).await?),
        };
        Ok(Self {
            engine,
            clock,
            entropy,
            wake,
        })
    }

    /// Applies what is missing of `migrations`.
    ///
    /// # Errors
    /// When the database is newer than this program, an applied migration was edited, or one fails.
    pub async fn migrate(&self, migrations: &Migrations) -> Result<(), MigrateError> {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.migrate(migrations).await,
            Engine::Postgres(server) => migrations.run(&server.pool, |pair| pair.postgres).await,
        }
    }

    /// Opens a transaction for `actor`. Only one is open at a time on SQLite; the wait is bounded.
    ///
    /// # Errors
    /// [`StoreError::Busy`](crate::StoreError::Busy) when the writer is not free in time.
    pub async fn begin(&self, actor: Actor) -> StoreResult<Tx> {
        let conn = match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.begin().await?,
            Engine::Postgres(server) => server.begin().await?,
        };
        // The clock is read after the writer is obtained: a later transaction never carries an earlier time.
        let now = self.clock.now();
        Ok(Tx::new(self.clone(), conn, actor, now, open_tx::opened()))
    }

    /// A transaction that happened at `moment`: for imports and demo data, whose facts are older than their rows.
    ///
    /// # Errors
    /// As [`Db::begin`].
    pub async fn begin_at(&self, actor: Actor, moment: Timestamp) -> StoreResult<Tx> {
        Ok(self.begin(actor).await?.at(moment))
    }

    /// A connection for reading; the database refuses a write. It sees the last commit before each statement.
    ///
    /// # Errors
    /// [`StoreError::Busy`](crate::StoreError::Busy) when no connection is free in time.
    pub async fn read(&self) -> StoreResult<Read> {
        Ok(Read(match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.read().await?,
            Engine::Postgres(server) => server.read().await?,
        }))
    }

    /// The time that leases and due jobs are judged by: the database server's, so that nodes agree.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn now(&self) -> StoreResult<Timestamp> {
        match &self.engine {
            Engine::Postgres(_) if !self.clock.is_manual() => {
                let mut read = self.read().await?;
                let micros = sql!("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT");
                Ok(Timestamp::from_micros(read.fetch_value(micros).await?))
            }
            Engine::Sqlite(_) | Engine::Postgres(_) => Ok(self.clock.now()),
        }
    }

    /// The process clock.
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The source of ids and tokens.
    pub const fn entropy(&self) -> &Entropy {
        &self.entropy
    }

    /// Changes whenever jobs may have become due.
    pub fn wakeups(&self) -> watch::Receiver<u64> {
        self.wake.subscribe()
    }

    pub(crate) fn wake(&self) {
        self.wake.send_modify(|count| *count += 1);
    }

    /// `sqlite` or `postgres`, for people and metrics.
    pub const fn engine_name(&self) -> &'static str {
        match self.engine {
            Engine::Sqlite(_) => "sqlite",
            Engine::Postgres(_) => "postgres",
        }
    }

    pub(crate) const fn postgres_pool(&self) -> Option<&sqlx::PgPool> {
        match &self.engine {
            Engine::Postgres(server) => Some(&server.pool),
            Engine::Sqlite(_) => None,
        }
    }

    /// The connections of this process: PostgreSQL's pool, or SQLite's readers.
    pub fn connections(&self) -> Connections {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.readers_now(),
            Engine::Postgres(server) => server.connections(),
        }
    }

    /// Writes [`Db::connections`] into the metrics.
    pub fn sample_metrics(&self) {
        let Connections { most, open, idle } = self.connections();
        metrics::gauge!("database_connections_max").set(most);
        metrics::gauge!("database_connections", "state" => "idle").set(idle);
        metrics::gauge!("database_connections", "state" => "busy").set(open.saturating_sub(idle));
    }

    /// Closes every connection; SQLite folds its log into the file.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(server) => server.pool.close().await,
        }
    }
}
