//! What people do with one job.

use axum::{extract::State, response::Redirect};
use karavan_store::{
    StoreResult, Tx,
    queue::{
        JobId,
        store::{self as jobs, Cancelled},
    },
};
use karavan_web::{ApiError, ApiResult, Can, Ctx, Path};
use serde_json::{Value, json};

use super::{
    super::{ManageJobs, done},
    JOBS, path_of,
};
use crate::{
    Platform,
    audit::{self, Entry},
};

/// What the log says of a job: not what it carries, which may be somebody's message.
async fn facts(tx: &mut Tx, id: JobId) -> StoreResult<Option<Value>> {
    let job = jobs::find(tx, id).await?;
    Ok(job.map(|job| json!({ "name": job.name, "state": job.state, "attempt": job.attempt })))
}

/// Notes an act on a job. `before` is from before it.
async fn note(tx: &mut Tx, ctx: &Ctx, act: &'static str, id: JobId, before: Option<Value>) -> StoreResult<()> {
    let after = facts(tx, id).await?;
    let entry = Entry::new(act, ("job", id)).before(before).after(after).from(ctx);
    audit::record(tx, entry).await.map(drop)
}

/// Lets a dead job try again.
#[utoipa::path(post, path = "/admin/jobs/{id}/replay", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn replay_job(
    who: Can<ManageJobs>,
    ctx: Ctx,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    let before = facts(&mut tx, id).await?;
    if !jobs::replay(&mut tx, id).await? {
        return Err(ApiError::conflict("job_not_dead"));
    }
    note(&mut tx, &ctx, "jobs.replay", id, before).await?;
    tx.commit().await?;
    tracing::info!(target: "audit", by = %who.actor(), act = "jobs.replay", job.id = %id, "A dead job tries again");
    Ok(done(JOBS, "job-replayed"))
}

/// Lets a waiting job start now.
#[utoipa::path(post, path = "/admin/jobs/{id}/retry", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn retry_job(
    who: Can<ManageJobs>,
    ctx: Ctx,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    let before = facts(&mut tx, id).await?;
    if !jobs::hurry(&mut tx, id).await? {
        return Err(ApiError::conflict("job_not_waiting"));
    }
    note(&mut tx, &ctx, "jobs.retry", id, before).await?;
    tx.commit().await?;
    tracing::info!(target: "audit", by = %who.actor(), act = "jobs.retry", job.id = %id, "A waiting job is due now");
    Ok(done(JOBS, "job-hurried"))
}

/// Cancels a job that waits or runs.
#[utoipa::path(post, path = "/admin/jobs/{id}/cancel", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn cancel_job(
    who: Can<ManageJobs>,
    ctx: Ctx,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    let before = facts(&mut tx, id).await?;
    let cancelled = jobs::cancel(&mut tx, id).await?;
    if cancelled != Cancelled::No {
        note(&mut tx, &ctx, "jobs.cancel", id, before).await?;
    }
    tx.commit().await?;
    let (path, word) = match cancelled {
        Cancelled::Gone => (JOBS.to_owned(), "job-cancelled"),
        Cancelled::Stopping => (path_of(id), "job-stopping"),
        Cancelled::No => return Err(ApiError::conflict("job_gone")),
    };
    tracing::info!(target: "audit", by = %who.actor(), act = "jobs.cancel", job.id = %id, "A job is cancelled");
    Ok(done(&path, word))
}

/// Removes a dead job for good.
#[utoipa::path(post, path = "/admin/jobs/{id}/discard", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn discard_job(
    who: Can<ManageJobs>,
    ctx: Ctx,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    let before = facts(&mut tx, id).await?;
    if !jobs::discard(&mut tx, id).await? {
        return Err(ApiError::conflict("job_not_dead"));
    }
    note(&mut tx, &ctx, "jobs.discard", id, before).await?;
    tx.commit().await?;
    tracing::info!(target: "audit", by = %who.actor(), act = "jobs.discard", job.id = %id, "A dead job is discarded");
    Ok(done(JOBS, "job-discarded"))
}
