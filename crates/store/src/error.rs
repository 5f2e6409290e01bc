//! What can go wrong with the database, in words that callers act on.

use sqlx::{error::ErrorKind, postgres::PgDatabaseError};

/// Result of every function that touches the database.
pub type StoreResult<T> = Result<T, StoreError>;

/// A failed statement. After one, its [`Tx`](crate::Tx) can only be dropped.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The writer, a lock or a connection was not free in time, or the database broke a deadlock. Trying again can help.
    #[error("the database is busy: {0}")]
    Busy(&'static str),
    /// The database cannot be reached or cannot write. Trying again later can help.
    #[error("the database is unavailable")]
    Unavailable(#[source] sqlx::Error),
    /// A row with these columns exists already; each is `table.column`.
    #[error("a row with the same {} exists", .columns.join(", "))]
    Unique {
        /// The columns of the violated constraint.
        columns: Vec<String>,
    },
    /// A guarded statement changed another number of rows than its caller relies on.
    #[error("expected {expected} changed rows, not {actual}")]
    Rows {
        /// How many the caller relies on.
        expected: u64,
        /// How many it were.
        actual: u64,
    },
    /// The job was given to another worker meanwhile; its effects must not be written.
    #[error("the job's lease was lost to a later attempt")]
    Fenced,
    /// An earlier statement of the transaction failed.
    #[error("the transaction has failed already")]
    Poisoned,
    /// The statement itself is wrong, or a value does not fit its type.
    #[error("a statement failed")]
    Database(#[source] sqlx::Error),
    /// A stored value cannot be read or written in its format.
    #[error("a stored value is malformed: {0}")]
    Malformed(String),
}

impl StoreError {
    /// True when the same work may succeed a moment later.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Busy(_) | Self::Unavailable(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => return Self::Busy("no connection was free"),
            // `Protocol`: something between us and the server took the connection and hung up.
            sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => return Self::Unavailable(error),
            _ => {}
        }
        let Some(database) = error.as_database_error() else {
            return Self::Database(error);
        };
        if database.kind() == ErrorKind::UniqueViolation {
            return Self::Unique {
                columns: unique_columns(database),
            };
        }
        let code = database.code().unwrap_or_default();
        if database.try_downcast_ref::<PgDatabaseError>().is_some() {
            return match &*code {
                // Serialisation failure, deadlock, lock not available.
                "40001" | "40P01" | "55P03" => Self::Busy("the database broke a lock conflict"),
                // By its time limit: nobody else cancels our statements.
                "57014" => Self::Busy("a statement took too long"),
                // Too many connections, out of disk or memory, shutting down, cannot connect now, idle for too long
                // inside a transaction, and read only: the server is a copy of the one that writes, as after a switch
                // between the two.
                "53300" | "53100" | "53200" | "25P03" | "57P01" | "57P02" | "57P03" | "25006" => {
                    Self::Unavailable(error)
                }
                _ => Self::Database(error),
            };
        }
        // The low byte of SQLite's code is its kind; the rest says where it happened.
        match code.parse::<i32>().map(|code| code & 0xff) {
            // BUSY and LOCKED.
            Ok(5 | 6) => Self::Busy("another process holds the database"),
            // NOMEM, READONLY, IOERR, FULL, CANTOPEN.
            Ok(7 | 8 | 10 | 13 | 14) => Self::Unavailable(error),
            _ => Self::Database(error),
        }
    }
}

/// Both dialects as `table.column`: SQLite writes it into the message, PostgreSQL into the table and the detail.
fn unique_columns(error: &dyn sqlx::error::DatabaseError) -> Vec<String> {
    if let Some(postgres) = error.try_downcast_ref::<PgDatabaseError>() {
        let table = postgres.table().unwrap_or_default();
        let columns = postgres
            .detail()
            // `Key (phone)=(…) already exists.`; the words are in the server's language, the brackets are not.
            .and_then(|detail| detail.split_once('('))
            .and_then(|(_, rest)| rest.split_once(")=("))
            .map_or("", |(columns, _)| columns);
        return columns.split(", ").map(|column| format!("{table}.{column}")).collect();
    }
    let message = error.message();
    let columns = message
        .split_once("UNIQUE constraint failed: ")
        .map_or("", |(_, columns)| columns);
    columns.split(", ").map(str::to_owned).collect()
}

/// Turns the violation that a caller expects into the caller's own error.
pub trait OnUnique<T> {
    /// When the violated constraint holds `column` (`table.column`), the error of `or`; otherwise the original one.
    ///
    /// # Errors
    /// The translated error.
    fn on_unique<E: From<StoreError>>(self, column: &str, or: impl FnOnce() -> E) -> Result<T, E>;
}

impl<T> OnUnique<T> for StoreResult<T> {
    fn on_unique<E: From<StoreError>>(self, column: &str, or: impl FnOnce() -> E) -> Result<T, E> {
        self.map_err(|error| match error {
            StoreError::Unique { columns } if columns.iter().any(|violated| violated == column) => or(),
            other => other.into(),
        })
    }
}
