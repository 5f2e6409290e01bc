//! One unit of work.

use std::ops::{Deref, DerefMut};

use karavan_kernel::{Actor, Entropy, Timestamp, id::TypedId, open_tx};

use super::{Conn, Db, Rows};
use crate::{Sql, StoreResult, sql};

/// One unit of work: an open transaction, who asked for it and what time it is.
///
/// Dropping it without [`Tx::commit`] rolls everything back, enqueued jobs included. An answer that rests on a row read
/// here is given only after `commit`, even if nothing was written.
#[derive(Debug)]
#[must_use = "a transaction that is not committed is rolled back"]
pub struct Tx {
    conn: Conn,
    db: Db,
    actor: Actor,
    now: Timestamp,
    enqueued: bool,
    _open: open_tx::Open,
}

impl Tx {
    pub(super) const fn new(db: Db, conn: Conn, actor: Actor, now: Timestamp, open: open_tx::Open) -> Self {
        Self {
            conn,
            db,
            actor,
            now,
            enqueued: false,
            _open: open,
        }
    }

    pub(super) fn at(self, moment: Timestamp) -> Self {
        Self { now: moment, ..self }
    }

    /// When this unit of work happens. The only time that business code knows.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Who asked for it.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The source of tokens.
    pub const fn entropy(&self) -> &Entropy {
        self.db.entropy()
    }

    /// A new id, ordered by [`Tx::now`].
    pub fn id<T: TypedId>(&self) -> T {
        self.entropy().id(self.now)
    }

    /// Runs a statement that changes rows.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError); afterwards the transaction can only be dropped.
    pub async fn execute(&mut self, sql: impl Into<Sql>) -> StoreResult<Rows> {
        self.conn.execute(sql).await
    }

    /// Holds `key` against other transactions until the end. Nothing to do on SQLite: its transactions queue anyway.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError).
    pub async fn lock(&mut self, key: &str) -> StoreResult<()> {
        if self.conn.is_postgres() {
            let locked = sql!(
                "SELECT 1::BIGINT FROM pg_advisory_xact_lock(hashtextextended($1, 0))",
                key.to_owned()
            );
            self.conn.fetch_value::<i64>(locked).await?;
        }
        Ok(())
    }

    pub(crate) const fn note_enqueued(&mut self) {
        self.enqueued = true;
    }

    /// Makes everything durable, then wakes the workers. On SQLite the disk is waited for together with whoever commits at
    /// the same time. A caller that stops waiting does not know the outcome, as with any database.
    ///
    /// # Errors
    /// [`StoreError`](crate::StoreError): nothing happened then. Except [`Unavailable`](crate::StoreError::Unavailable): the
    /// connection ended before the answer came, and nobody knows.
    pub async fn commit(mut self) -> StoreResult<()> {
        let announced = self.enqueued && self.conn.is_postgres();
        if announced {
            // Delivered by the server when the commit succeeds, to the other processes; this one is woken below.
            self.conn
                .execute(sql!("SELECT pg_notify('karavan_jobs', '')"))
                .await?
                .count();
        }
        self.conn.commit(self.enqueued).await?;
        if announced {
            self.db.wake();
        }
        Ok(())
    }
}

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.conn
    }
}
