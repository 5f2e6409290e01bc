//! Wake-ups between processes.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Db;

/// Wakes the workers of this process when another process enqueues. Nothing to do on SQLite.
pub async fn listen(db: Db, stop: CancellationToken) {
    let Some(pool) = db.postgres_pool().cloned() else {
        return;
    };
    while !stop.is_cancelled() {
        let listening = async {
            let mut listener = sqlx::postgres::PgListener::connect_with(&pool).await?;
            listener.listen("karavan_jobs").await?;
            loop {
                // `None`: the connection was lost and is being restored; something may have been missed.
                listener.try_recv().await?;
                db.wake();
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            result = listening => {
                let Err::<(), sqlx::Error>(error) = result else { return };
                tracing::warn!(error = %error, "Notifications of jobs are interrupted; polling goes on");
            }
        }
        tokio::select! { () = stop.cancelled() => return, () = tokio::time::sleep(Duration::from_secs(1)) => {} }
    }
}
