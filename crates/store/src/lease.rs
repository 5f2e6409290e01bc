//! Leases by name: one node at a time polls a bot, and another takes over when it dies.
//!
//! **Always holds:** at most one node holds a name whose lease has not run out, judged by the database's clock.

use std::time::Duration;

use karavan_kernel::{Actor, Timestamp};

use crate::{Db, StoreResult, Tx, sql};

/// How long a lease lives without renewal.
pub const LIFE: Duration = Duration::from_secs(15);

/// Takes or renews `name` for `node`. `None`: another node holds it. The number counts takeovers.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn acquire(db: &Db, name: &str, node: &str) -> StoreResult<Option<i64>> {
    let now = db.now().await?;
    let mut tx = db.begin(Actor::System("lease")).await?;
    let epoch = acquire_in(&mut tx, name, node, now).await?;
    tx.commit().await?;
    Ok(epoch)
}

async fn acquire_in(tx: &mut Tx, name: &str, node: &str, now: Timestamp) -> StoreResult<Option<i64>> {
    let taken = sql!(
        "INSERT INTO leases (name, node, epoch, expires_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (name) DO UPDATE SET
             node = $2,
             epoch = CASE WHEN leases.node = $2 THEN leases.epoch ELSE leases.epoch + 1 END,
             expires_at = $3
         WHERE leases.node = $2 OR leases.expires_at <= $4
         RETURNING epoch",
        name,
        node,
        now + LIFE,
        now,
    );
    Ok(tx.fetch_optional::<(i64,)>(taken).await?.map(|(epoch,)| epoch))
}

/// True when [`acquire`] would probably succeed: a look that writes nothing, for those who wait.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn is_free(db: &Db, name: &str, node: &str) -> StoreResult<bool> {
    let now = db.now().await?;
    let held = sql!(
        "SELECT epoch FROM leases WHERE name = $1 AND node <> $2 AND expires_at > $3",
        name,
        node,
        now
    );
    let holder: Option<(i64,)> = db.read().await?.fetch_optional(held).await?;
    Ok(holder.is_none())
}

/// Gives `name` back, so that another node need not wait.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn release(db: &Db, name: &str, node: &str) -> StoreResult<()> {
    let mut tx = db.begin(Actor::System("lease")).await?;
    // The row stays for its epoch; the moment 0 is always past.
    let released = sql!(
        "UPDATE leases SET expires_at = 0 WHERE name = $1 AND node = $2",
        name,
        node
    );
    tx.execute(released).await?.count();
    tx.commit().await
}
