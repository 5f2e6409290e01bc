//! Migrations: one linear history, one text for both databases, pairs only for triggers and full text.
//!
//! **Always holds:** an applied migration is never edited (its checksum is kept in the database), and a database that has
//! migrations which this program does not know is not touched.

use std::{borrow::Cow, collections::BTreeMap};

use sqlx::{
    AssertSqlSafe, Connection, SqlSafeStr,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::{Db, StoreError, sql};

#[derive(rust_embed::Embed)]
#[folder = "../../migrations"]
#[include = "*.sql"]
struct Folder;

/// Why the database could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// A later program has migrated this database.
    #[error("the database is newer than this program (it has migration {version}); start the newer program")]
    Newer {
        /// The unknown version.
        version: i64,
    },
    /// The text of an applied migration is another now.
    #[error("migration {version} was edited after it had been applied; restore its text and add a new migration")]
    Edited {
        /// The edited version.
        version: i64,
    },
    /// The file names in the folder are wrong.
    #[error("migration `{0}`: {1}")]
    Name(String, &'static str),
    /// A statement failed; nothing of that migration stays.
    #[error("a migration failed")]
    Failed(#[source] sqlx::migrate::MigrateError),
    /// The database could not be used at all.
    #[error(transparent)]
    Store(StoreError),
}

/// The ordered texts.
#[derive(Debug, Clone, Default)]
pub struct Migrations(BTreeMap<i64, Pair>);

/// One step, as each database gets it.
#[derive(Debug, Clone)]
pub(crate) struct Pair {
    name: String,
    pub(crate) sqlite: Cow<'static, str>,
    pub(crate) postgres: Cow<'static, str>,
}

impl Migrations {
    /// What is embedded in this program.
    ///
    /// # Errors
    /// [`MigrateError::Name`] when a file is not named `YYYYMMDDhhmm_name.sql`.
    pub fn embedded() -> Result<Self, MigrateError> {
        let mut texts = Vec::new();
        for file in Folder::iter() {
            let content = Folder::get(&file).expect("the iterator names embedded files");
            let text = String::from_utf8(content.data.into_owned())
                .map_err(|_binary| MigrateError::Name(file.to_string(), "is not UTF-8"))?;
            texts.push((file.into_owned(), text));
        }
        Self::new(texts)
    }

    /// Orders `(file name, text)`; a pair is `name.sqlite.sql` and `name.postgres.sql`.
    ///
    /// # Errors
    /// [`MigrateError::Name`].
    pub fn new(texts: impl IntoIterator<Item = (String, String)>) -> Result<Self, MigrateError> {
        let mut steps: BTreeMap<i64, (String, Option<String>, Option<String>)> = BTreeMap::new();
        for (file, text) in texts {
            let wrong = |why| MigrateError::Name(file.clone(), why);
            let stem = file.strip_suffix(".sql").ok_or_else(|| wrong("does not end in .sql"))?;
            let (stem, sqlite, postgres) = match stem.rsplit_once('.') {
                Some((stem, "sqlite")) => (stem, Some(text), None),
                Some((stem, "postgres")) => (stem, None, Some(text)),
                _ => (stem, Some(text.clone()), Some(text)),
            };
            let (version, name) = stem
                .split_once('_')
                .ok_or_else(|| wrong("is not YYYYMMDDhhmm_name.sql"))?;
            let version = version
                .parse()
                .map_err(|_no_number| wrong("does not start with YYYYMMDDhhmm"))?;
            let step = steps.entry(version).or_insert_with(|| (name.to_owned(), None, None));
            let taken = (step.1.is_some() && sqlite.is_some()) || (step.2.is_some() && postgres.is_some());
            if step.0 != name || taken {
                return Err(wrong("has the version of another"));
            }
            step.1 = step.1.take().or(sqlite);
            step.2 = step.2.take().or(postgres);
        }
        let complete = steps
            .into_iter()
            .map(|(version, (name, sqlite, postgres))| match (sqlite, postgres) {
                (Some(sqlite), Some(postgres)) => Ok((
                    version,
                    Pair {
                        name,
                        sqlite: sqlite.into(),
                        postgres: postgres.into(),
                    },
                )),
                _ => Err(MigrateError::Name(name, "lacks its text for the other database")),
            });
        complete.collect::<Result<_, _>>().map(Self)
    }

    /// The version of the last step.
    pub fn newest(&self) -> Option<i64> {
        self.0.keys().next_back().copied()
    }

    /// How many steps this database lacks.
    ///
    /// # Errors
    /// [`MigrateError::Newer`], or when it cannot be asked.
    pub async fn missing(&self, db: &Db) -> Result<usize, MigrateError> {
        let mut read = db.read().await.map_err(MigrateError::Store)?;
        let applied = sql!("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version");
        let applied: Vec<(i64,)> = match read.fetch_all(applied).await {
            Ok(applied) => applied,
            // A database that nothing was ever applied to has no such table.
            Err(StoreError::Database(_)) => Vec::new(),
            Err(error) => return Err(MigrateError::Store(error)),
        };
        match applied.iter().find(|(version,)| !self.0.contains_key(version)) {
            Some((version,)) => Err(MigrateError::Newer { version: *version }),
            None => Ok(self.0.len() - applied.len()),
        }
    }

    fn migrator(&self, text_of: impl Fn(Pair) -> Cow<'static, str>) -> Migrator {
        let steps = self.0.iter().map(|(version, pair)| {
            let sql = AssertSqlSafe(text_of(pair.clone())).into_sql_str();
            Migration::new(
                *version,
                Cow::Owned(pair.name.clone()),
                MigrationType::Simple,
                sql,
                false,
            )
        });
        Migrator::with_migrations(steps.collect())
    }

    pub(crate) async fn run(
        &self,
        pool: &sqlx::PgPool,
        text_of: impl Fn(Pair) -> Cow<'static, str>,
    ) -> Result<(), MigrateError> {
        let unusable = |error: sqlx::Error| MigrateError::Store(error.into());
        // A connection of its own, closed afterwards: a migration may take longer than any other statement, and one that
        // fails leaves the migrator's lock on its connection, where it would hold up whoever migrates next.
        let mut connection = pool.acquire().await.map_err(unusable)?.detach();
        for setting in ["SET statement_timeout = 0", "SET default_transaction_read_only = off"] {
            sqlx::query(setting).execute(&mut connection).await.map_err(unusable)?;
        }
        let migrated = self.migrator(text_of).run(&mut connection).await.map_err(explain);
        connection.close().await.map_err(unusable)?;
        migrated
    }

    pub(crate) async fn run_on(
        &self,
        connection: &mut sqlx::SqliteConnection,
        text_of: impl Fn(Pair) -> Cow<'static, str>,
    ) -> Result<(), MigrateError> {
        self.migrator(text_of).run(connection).await.map_err(explain)
    }
}

fn explain(error: sqlx::migrate::MigrateError) -> MigrateError {
    match error {
        sqlx::migrate::MigrateError::VersionMissing(version) => MigrateError::Newer { version },
        sqlx::migrate::MigrateError::VersionMismatch(version) => MigrateError::Edited { version },
        other => MigrateError::Failed(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> Vec<(String, String)> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), "SELECT 1".to_owned()))
            .collect()
    }

    #[test]
    fn what_is_embedded_is_named_well() {
        assert!(Migrations::embedded().unwrap().newest().is_some());
    }

    #[test]
    fn a_pair_is_one_step_and_half_a_pair_is_refused() {
        let pair = files(&[
            "202611200900_a.sql",
            "202611200901_b.sqlite.sql",
            "202611200901_b.postgres.sql",
        ]);
        assert_eq!(Migrations::new(pair).unwrap().0.len(), 2);
        for wrong in [
            &["202611200901_b.sqlite.sql"][..],
            &["202611200901_a.sql", "202611200901_b.sql"],
            &["2026_a"],
            &["first_a.sql"],
            &["202611200901.sql"],
        ] {
            assert!(
                matches!(Migrations::new(files(wrong)), Err(MigrateError::Name(..))),
                "{wrong:?}"
            );
        }
    }
}
