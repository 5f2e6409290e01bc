//! A connection to PostgreSQL in somebody's hands.
//!
//! **Always holds:** nobody waits for ever for a server that has vanished without a word: whoever asks gives up a little
//! after the server itself would have ended the statement, and such a connection is closed and not used again. A transaction
//! that is dropped is rolled back at once.
//!
//! **Absent on purpose:** the driver's own transaction. What it does when it is dropped waits for the server without an end.

use std::{io, time::Duration};

use futures::future::BoxFuture;
use sqlx::{Executor, PgConnection, PgPool, Postgres, pool::PoolConnection};
use tokio::runtime::Handle;

/// How much longer than the server's own limit a caller waits for an answer.
pub(super) const ON_THE_WAY: Duration = Duration::from_secs(5);
/// How long a rollback may take before the connection is closed, which rolls back too.
const ROLLBACK: Duration = Duration::from_secs(2);

/// What is done with a connection.
pub(in crate::db) trait Ask<T>:
    for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, sqlx::Error>>
{
}

impl<T, F> Ask<T> for F where F: for<'c> FnOnce(&'c mut PgConnection) -> BoxFuture<'c, Result<T, sqlx::Error>> {}

#[derive(Debug)]
pub(in crate::db) struct Session {
    /// `None` once it is given back.
    connection: Option<PoolConnection<Postgres>>,
    patience: Duration,
    in_transaction: bool,
}

impl Session {
    pub(super) async fn read(pool: &PgPool, patience: Duration) -> Result<Self, sqlx::Error> {
        Ok(Self {
            connection: Some(pool.acquire().await?),
            patience,
            in_transaction: false,
        })
    }

    pub(super) async fn begin(pool: &PgPool, patience: Duration) -> Result<Self, sqlx::Error> {
        let mut session = Self::read(pool, patience).await?;
        // Before it is sent: nobody knows what a caller who stops waiting leaves behind.
        session.in_transaction = true;
        session.say("BEGIN READ WRITE").await?;
        Ok(session)
    }

    pub(in crate::db) async fn commit(mut self) -> Result<(), sqlx::Error> {
        self.say("COMMIT").await?;
        self.in_transaction = false;
        Ok(())
    }

    pub(in crate::db) async fn ask<T>(&mut self, ask: impl Ask<T>) -> Result<T, sqlx::Error> {
        let connection = self.connection.as_mut().expect("only dropping the session takes it");
        if let Ok(answer) = tokio::time::timeout(self.patience, ask(connection)).await {
            return answer;
        }
        connection.close_on_drop();
        self.in_transaction = false;
        Err(sqlx::Error::Io(io::ErrorKind::TimedOut.into()))
    }

    async fn say(&mut self, text: &'static str) -> Result<(), sqlx::Error> {
        self.ask(move |connection| Box::pin(async move { connection.execute(text).await.map(drop) }))
            .await
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|_| self.in_transaction) else {
            return;
        };
        // Without a runtime the program ends, and the server notices.
        let Ok(runtime) = Handle::try_current() else { return };
        // `Drop` cannot wait, and the locks must not be held until somebody uses the connection again.
        runtime.spawn(async move {
            let rolled_back = tokio::time::timeout(ROLLBACK, connection.execute("ROLLBACK")).await;
            if !matches!(rolled_back, Ok(Ok(_))) {
                connection.close_on_drop();
            }
        });
    }
}
