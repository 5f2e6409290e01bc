//! The writer's connection: opened, replaced when it broke, lent to the migrator, closed.
//!
//! **Always holds:** it does not wait inside SQLite for other processes, except while migrating.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::writer::Writer;
use crate::{MigrateError, Migrations};

/// How long a broken connection may take to close.
const CLOSING: Duration = Duration::from_secs(2);

impl Writer {
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, sqlx::Error> {
        self.connection.as_mut().ok_or(sqlx::Error::WorkerCrashed)
    }

    pub(super) const fn take_connection(&mut self) -> Option<SqliteConnection> {
        self.connection.take()
    }

    pub(super) async fn connect(&mut self) -> Result<(), sqlx::Error> {
        if self.closed {
            return Err(sqlx::Error::PoolClosed);
        }
        if self.connection.is_none() {
            let connection = self.wait(connect(&self.options)).await?;
            self.connection = Some(connection);
            // A file that vanishes later must not come back empty.
            self.options = self.options.clone().create_if_missing(false);
        }
        Ok(())
    }

    pub(super) async fn disconnect(&mut self) {
        let Some(connection) = self.take_connection() else {
            return;
        };
        // Closing rolls back what is open. A connection that is too broken for it ends with its thread.
        let closed = self.wait(tokio::time::timeout(CLOSING, connection.close())).await;
        if !matches!(closed, Ok(Ok(()))) {
            tracing::warn!("The database file was not closed cleanly");
        }
    }

    pub(super) async fn migrate(&mut self, migrations: &Migrations) -> Result<(), MigrateError> {
        let unusable = |error: sqlx::Error| MigrateError::Store(error.into());
        self.connect().await.map_err(unusable)?;
        let patience = self.limits.wait;
        let connection = self.connection().map_err(unusable)?;
        // The migrator begins its transactions its own way.
        set_patience(connection, patience).await.map_err(unusable)?;
        let migrated = migrations.run_on(connection, |pair| pair.sqlite).await;
        set_patience(connection, Duration::ZERO).await.map_err(unusable)?;
        migrated
    }

    pub(super) async fn close(&mut self) {
        self.commit().await;
        self.closed = true;
        self.disconnect().await;
    }
}

async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = options.connect().await?;
    // From here on we wait ourselves, see `Writer::open_outer`.
    set_patience(&mut connection, Duration::ZERO).await?;
    Ok(connection)
}

async fn set_patience(connection: &mut SqliteConnection, patience: Duration) -> Result<(), sqlx::Error> {
    let pragma = format!("PRAGMA busy_timeout = {}", patience.as_millis());
    sqlx::raw_sql(sqlx::AssertSqlSafe(pragma)).execute(connection).await?;
    Ok(())
}
