//! A statement with its values, in the one form that both databases take.

use std::borrow::Cow;

use sea_query::{PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder, Value, Values};
use sqlx::{FromRow, postgres::PgRow, sqlite::SqliteRow};

/// A row type: `#[derive(sqlx::FromRow)]` makes one for both databases.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {}

impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {}

/// A statement and the values of its placeholders `$1`, `$2`, …
#[derive(Debug, Clone)]
pub struct Sql(Statement);

#[derive(Debug, Clone)]
enum Statement {
    Text(Cow<'static, str>, Values),
    Select(Box<SelectStatement>),
}

impl Sql {
    /// A fixed text. Use the [`sql!`](crate::sql) macro.
    pub const fn fixed(text: &'static str, values: Vec<Value>) -> Self {
        Self(Statement::Text(Cow::Borrowed(text), Values(values)))
    }

    /// A text put together by this crate from fixed pieces.
    pub(crate) const fn assembled(text: String, values: Vec<Value>) -> Self {
        Self(Statement::Text(Cow::Owned(text), Values(values)))
    }

    pub(crate) fn for_sqlite(self) -> (Cow<'static, str>, Values) {
        match self.0 {
            Statement::Text(text, values) => (text, values),
            Statement::Select(select) => {
                let (text, values) = select.build(SqliteQueryBuilder);
                (Cow::Owned(text), values)
            }
        }
    }

    pub(crate) fn for_postgres(self) -> (Cow<'static, str>, Values) {
        match self.0 {
            Statement::Text(text, values) => (text, values),
            Statement::Select(select) => {
                let (text, values) = select.build(PostgresQueryBuilder);
                (Cow::Owned(text), values)
            }
        }
    }
}

/// Filters that a person chose are built with sea-query, never by joining strings.
impl From<SelectStatement> for Sql {
    fn from(select: SelectStatement) -> Self {
        Self(Statement::Select(Box::new(select)))
    }
}

/// A statement with its values: `sql!("SELECT … WHERE id = $1", id)`.
#[macro_export]
macro_rules! sql {
    ($text:literal $(, $value:expr)* $(,)?) => {
        $crate::Sql::fixed($text, vec![$($crate::Value::from($value)),*])
    };
}
