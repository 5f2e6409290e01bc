//! PostgreSQL: one pool, and checks that the server is as we need it.
//!
//! **Always holds:** a connection reads only, unless a [`Tx`](crate::Tx) holds it: the server itself refuses a write that
//! somebody tries through a [`Read`](crate::Read). One connection is opened to see whether all is well; the pool opens its
//! own when they are needed.

mod session;

use std::{str::FromStr, time::Duration};

use karavan_kernel::Secret;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use self::session::ON_THE_WAY;
pub(super) use self::session::Session;
use super::{Conn, Connections, Pool};
use crate::{StoreError, StoreResult};

/// A connection that has rested for longer is asked whether it still leads somewhere. Asking each time would double the way
/// of short statements.
const RESTED: Duration = Duration::from_secs(1);

/// The pool, and how long its users wait for an answer.
#[derive(Clone, Debug)]
pub(super) struct Server {
    pub(super) pool: PgPool,
    patience: Duration,
}

pub(super) async fn open(url: &Secret, bounds: Pool) -> StoreResult<Server> {
    // The parse error would print the address with its password.
    let options = PgConnectOptions::from_str(url.expose())
        .map_err(|_hides_password| StoreError::Malformed("the PostgreSQL address".into()))?
        .application_name("karavan")
        .options([
            ("statement_timeout", bounds.statement_timeout.as_millis().to_string()),
            ("lock_timeout", bounds.lock_timeout.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", "60000".to_owned()),
            ("default_transaction_read_only", "on".to_owned()),
            ("timezone", "UTC".to_owned()),
        ])
        .disable_statement_logging();
    // A connection of its own: the pool would hide why the server cannot be reached behind its patience.
    let first = async {
        let mut connection = options.connect().await.map_err(StoreError::Unavailable)?;
        check_order(&mut connection).await?;
        Ok(connection.close().await?)
    };
    let late = |_elapsed| StoreError::Unavailable(sqlx::Error::PoolTimedOut);
    tokio::time::timeout(bounds.acquire_timeout, first)
        .await
        .map_err(late)
        .flatten()?;
    let pool = PgPoolOptions::new()
        .max_connections(bounds.max_connections)
        .min_connections(bounds.min_connections)
        .acquire_timeout(bounds.acquire_timeout)
        .idle_timeout(bounds.idle_timeout)
        .max_lifetime(bounds.max_lifetime)
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move {
                if rest.idle_for > RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_lazy_with(options);
    let patience = bounds.statement_timeout + ON_THE_WAY;
    Ok(Server { pool, patience })
}

/// Order by text must be by bytes, as `SQLite` does, or pages would differ.
async fn check_order(connection: &mut PgConnection) -> StoreResult<()> {
    let by_bytes: bool = sqlx::query_scalar("SELECT 'a' > 'B' AND 'я' > 'Z'")
        .fetch_one(connection)
        .await?;
    if by_bytes {
        return Ok(());
    }
    Err(StoreError::Malformed(
        "the PostgreSQL database sorts by a language; create it with: CREATE DATABASE karavan TEMPLATE template0 \
         ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
            .into(),
    ))
}

impl Server {
    /// A transaction, the only thing that may write.
    pub(super) async fn begin(&self) -> StoreResult<Conn> {
        let _waiting = Waiting::begin();
        Ok(Conn::postgres(Session::begin(&self.pool, self.patience).await?))
    }

    /// A connection that only reads.
    pub(super) async fn read(&self) -> StoreResult<Conn> {
        let _waiting = Waiting::begin();
        Ok(Conn::postgres(Session::read(&self.pool, self.patience).await?))
    }

    pub(super) fn connections(&self) -> Connections {
        Connections {
            most: self.pool.options().get_max_connections(),
            open: self.pool.size(),
            idle: u32::try_from(self.pool.num_idle()).unwrap_or(u32::MAX),
        }
    }
}

/// One caller who waits for a connection; counted down when they have it, or have given up.
struct Waiting;

impl Waiting {
    fn begin() -> Self {
        metrics::gauge!("database_waiting").increment(1.0);
        Self
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        metrics::gauge!("database_waiting").decrement(1.0);
    }
}
