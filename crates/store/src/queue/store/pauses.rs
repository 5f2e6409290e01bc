//! What is paused: nothing of it is claimed by any node; what was claimed before still runs, to its end.

use karavan_kernel::{Timestamp, text_enum};

use crate::{Conn, StoreResult, Tx, sql};

text_enum! {
    /// What a pause holds.
    pub enum PauseKind {
        /// The jobs of a name.
        Name = "name",
        /// The jobs of a lane.
        Lane = "lane",
    }
}

/// A pause, and who asked for it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of `job_pauses`")]
pub struct Pause {
    pub kind: PauseKind,
    pub target: String,
    pub paused_by: String,
    pub paused_at: Timestamp,
}

/// Lets nobody claim jobs of `target` until [`resume`]. `false`: it is paused already.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn pause(tx: &mut Tx, kind: PauseKind, target: &str) -> StoreResult<bool> {
    let insert = sql!(
        "INSERT INTO job_pauses (kind, target, paused_by, paused_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (kind, target) DO NOTHING",
        kind,
        target.to_owned(),
        tx.actor().to_string(),
        tx.now()
    );
    Ok(tx.execute(insert).await?.count() == 1)
}

/// Ends a pause and wakes the workers. `false`: there is none.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn resume(tx: &mut Tx, kind: PauseKind, target: &str) -> StoreResult<bool> {
    let delete = sql!(
        "DELETE FROM job_pauses WHERE kind = $1 AND target = $2",
        kind,
        target.to_owned()
    );
    let ended = tx.execute(delete).await?.count() == 1;
    if ended {
        tx.note_enqueued();
    }
    Ok(ended)
}

/// Everything that is paused.
///
/// # Errors
/// [`StoreError`](crate::StoreError).
pub async fn pauses(conn: &mut Conn) -> StoreResult<Vec<Pause>> {
    conn.fetch_all(sql!(
        "SELECT kind, target, paused_by, paused_at FROM job_pauses ORDER BY kind, target"
    ))
    .await
}
