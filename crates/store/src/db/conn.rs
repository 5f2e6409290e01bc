//! One connection, whichever database it leads to.

use std::borrow::Cow;

use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, Postgres, Sqlite, SqliteConnection, pool::PoolConnection, postgres::PgRow, sqlite::SqliteRow,
};

use super::{
    postgres,
    sqlite::{Hold, Turn, Work, awake},
};
use crate::{Row, Sql, StoreError, StoreResult};

/// A connection. Functions that only read take `&mut Conn`; both `Read` and `Tx` deref to it.
#[derive(Debug)]
pub struct Conn {
    session: Session,
    /// Set while a statement runs and by the first that fails: PostgreSQL refuses to go on in a transaction, so SQLite
    /// does too. A cancelled statement has failed: nobody knows what it did.
    failed: bool,
}

#[derive(Debug)]
enum Session {
    SqliteReader(PoolConnection<Sqlite>),
    SqliteWriter(Hold),
    Postgres(postgres::Session),
}

enum Raw<'c> {
    Sqlite(Access<'c>),
    Postgres(&'c mut postgres::Session),
}

/// A connection to SQLite for one statement.
enum Access<'c> {
    Reader(&'c mut SqliteConnection),
    Writer(Turn),
}

impl Access<'_> {
    async fn run<T>(self, work: impl Work<T>) -> Result<T, sqlx::Error> {
        match self {
            Self::Reader(connection) => awake(work(connection)).await,
            Self::Writer(turn) => turn.run(work).await,
        }
    }
}

/// How many rows a statement changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "say how many rows the statement relies on, or ask for the count"]
pub struct Rows(u64);

impl Rows {
    /// The number.
    pub const fn count(self) -> u64 {
        self.0
    }

    /// An error unless exactly `expected` rows changed.
    ///
    /// # Errors
    /// [`StoreError::Rows`].
    pub const fn expect_rows(self, expected: u64) -> StoreResult<()> {
        if self.0 == expected {
            Ok(())
        } else {
            Err(StoreError::Rows {
                expected,
                actual: self.0,
            })
        }
    }
}

impl Conn {
    const fn new(session: Session) -> Self {
        Self { session, failed: false }
    }

    pub(super) const fn reader(connection: PoolConnection<Sqlite>) -> Self {
        Self::new(Session::SqliteReader(connection))
    }

    pub(super) const fn writer(hold: Hold) -> Self {
        Self::new(Session::SqliteWriter(hold))
    }

    pub(super) const fn postgres(session: postgres::Session) -> Self {
        Self::new(Session::Postgres(session))
    }

    /// The connection for the next statement, unless an earlier one failed.
    fn raw(&mut self) -> StoreResult<Raw<'_>> {
        if std::mem::replace(&mut self.failed, true) {
            return Err(StoreError::Poisoned);
        }
        Ok(match &mut self.session {
            Session::SqliteReader(connection) => Raw::Sqlite(Access::Reader(connection)),
            Session::SqliteWriter(hold) => Raw::Sqlite(Access::Writer(hold.turn()?)),
            Session::Postgres(session) => Raw::Postgres(session),
        })
    }

    /// Lets statements follow one that went well.
    fn judge<T>(&mut self, result: Result<T, sqlx::Error>) -> StoreResult<T> {
        let done = result?;
        self.failed = false;
        Ok(done)
    }

    /// All rows.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn fetch_all<T: Row>(&mut self, sql: impl Into<Sql>) -> StoreResult<Vec<T>> {
        let sql = sql.into();
        let result = match self.raw()? {
            Raw::Sqlite(access) => {
                let (text, values) = sql.for_sqlite();
                let query = sqlx::query_as_with(safe(text), SqlxValues(values));
                access.run(|connection| Box::pin(query.fetch_all(connection))).await
            }
            Raw::Postgres(session) => {
                let (text, values) = sql.for_postgres();
                let query = sqlx::query_as_with(safe(text), SqlxValues(values));
                session.ask(|connection| Box::pin(query.fetch_all(connection))).await
            }
        };
        self.judge(result)
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn fetch_optional<T: Row>(&mut self, sql: impl Into<Sql>) -> StoreResult<Option<T>> {
        let sql = sql.into();
        let result = match self.raw()? {
            Raw::Sqlite(access) => {
                let (text, values) = sql.for_sqlite();
                let query = sqlx::query_as_with(safe(text), SqlxValues(values));
                access
                    .run(|connection| Box::pin(query.fetch_optional(connection)))
                    .await
            }
            Raw::Postgres(session) => {
                let (text, values) = sql.for_postgres();
                let query = sqlx::query_as_with(safe(text), SqlxValues(values));
                session
                    .ask(|connection| Box::pin(query.fetch_optional(connection)))
                    .await
            }
        };
        self.judge(result)
    }

    /// The one row that there must be.
    ///
    /// # Errors
    /// [`StoreError::Rows`] when there is none.
    pub async fn fetch_one<T: Row>(&mut self, sql: impl Into<Sql>) -> StoreResult<T> {
        self.fetch_optional(sql)
            .await?
            .ok_or(StoreError::Rows { expected: 1, actual: 0 })
    }

    /// The single column of the one row.
    ///
    /// # Errors
    /// [`StoreError::Rows`] when there is none.
    pub async fn fetch_value<T>(&mut self, sql: impl Into<Sql>) -> StoreResult<T>
    where
        (T,): Row,
    {
        Ok(self.fetch_one::<(T,)>(sql).await?.0)
    }

    /// Runs a statement. Not public: only a [`Tx`](crate::Tx) writes.
    pub(super) async fn execute(&mut self, sql: impl Into<Sql>) -> StoreResult<Rows> {
        let sql = sql.into();
        let result = match self.raw()? {
            Raw::Sqlite(access) => {
                let (text, values) = sql.for_sqlite();
                let query = sqlx::query_with::<Sqlite, _>(safe(text), SqlxValues(values));
                let done = access.run(|connection| Box::pin(query.execute(connection))).await;
                done.map(|done| done.rows_affected())
            }
            Raw::Postgres(session) => {
                let (text, values) = sql.for_postgres();
                let query = sqlx::query_with::<Postgres, _>(safe(text), SqlxValues(values));
                let done = session.ask(|connection| Box::pin(query.execute(connection))).await;
                done.map(|done| done.rows_affected())
            }
        };
        self.judge(result).map(Rows)
    }

    /// True on PostgreSQL, for the few places in this crate where the dialects differ.
    pub(crate) const fn is_postgres(&self) -> bool {
        matches!(self.session, Session::Postgres(_))
    }

    /// Makes everything durable. `enqueued`: workers are to be woken then, which a shared commit does itself.
    pub(super) async fn commit(self, enqueued: bool) -> StoreResult<()> {
        if self.failed {
            return Err(StoreError::Poisoned);
        }
        match self.session {
            Session::SqliteWriter(hold) => hold.commit(enqueued).await,
            Session::Postgres(session) => Ok(session.commit().await?),
            Session::SqliteReader(_) => Ok(()),
        }
    }
}

/// Texts are literals or assembled by this crate from literals; values never enter them.
const fn safe(text: Cow<'static, str>) -> AssertSqlSafe<Cow<'static, str>> {
    AssertSqlSafe(text)
}

// `Row` promises both databases; this keeps the bound honest where only one is used.
const _: fn() = || {
    fn both<T: Row>() {}
    both::<(i64,)>();
    fn _rows(_: SqliteRow, _: PgRow) {}
};
