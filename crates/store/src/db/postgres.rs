//! PostgreSQL: one pool, and checks that the server is as we need it.

use std::str::FromStr;

use karavan_kernel::Secret;
use sqlx::{
    ConnectOptions, Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::Pool;
use crate::{StoreError, StoreResult};

pub(super) async fn open(url: &Secret, bounds: Pool) -> StoreResult<PgPool> {
    // The parse error would print the address with its password.
    let options = PgConnectOptions::from_str(url.expose())
        .map_err(|_hides_password| StoreError::Malformed("the PostgreSQL address".into()))?
        .application_name("karavan")
        .options([
            ("statement_timeout", bounds.statement_timeout.as_millis().to_string()),
            ("idle_in_transaction_session_timeout", "60000".to_owned()),
            ("timezone", "UTC".to_owned()),
        ])
        .disable_statement_logging();
    // A first connection of its own: the pool would hide why the server cannot be reached behind its patience.
    options
        .connect()
        .await
        .map_err(StoreError::Unavailable)?
        .close()
        .await?;
    let pool = PgPoolOptions::new()
        .max_connections(bounds.max_connections)
        .acquire_timeout(bounds.acquire_timeout)
        .connect_with(options)
        .await?;
    // Order by text must be by bytes, as SQLite does, or pages would differ.
    let by_bytes: bool = sqlx::query_scalar("SELECT 'a' > 'B' AND 'я' > 'Z'")
        .fetch_one(&pool)
        .await?;
    if !by_bytes {
        return Err(StoreError::Malformed(
            "the PostgreSQL database sorts by a language; create it with: CREATE DATABASE karavan TEMPLATE template0 \
             ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
                .into(),
        ));
    }
    Ok(pool)
}
