//! What people do with one job.

use axum::{extract::State, response::Redirect};
use karavan_store::queue::{
    JobId,
    store::{self as jobs, Cancelled},
};
use karavan_web::{ApiError, ApiResult, Can, Path};

use super::{
    super::{ManageJobs, done},
    JOBS, path_of,
};
use crate::Platform;

/// Lets a dead job try again.
#[utoipa::path(post, path = "/admin/jobs/{id}/replay", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn replay_job(
    who: Can<ManageJobs>,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    if !jobs::replay(&mut tx, id).await? {
        return Err(ApiError::conflict("job_not_dead"));
    }
    tx.commit().await?;
    tracing::info!(target: "audit", by = %who.actor(), act = "jobs.replay", job.id = %id, "A dead job tries again");
    Ok(done(JOBS, "job-replayed"))
}

/// Lets a waiting job start now.
#[utoipa::path(post, path = "/admin/jobs/{id}/retry", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn retry_job(
    who: Can<ManageJobs>,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    if !jobs::hurry(&mut tx, id).await? {
        return Err(ApiError::conflict("job_not_waiting"));
    }
    tx.commit().await?;
    tracing::info!(target: "audit", by = %who.actor(), act = "jobs.retry", job.id = %id, "A waiting job is due now");
    Ok(done(JOBS, "job-hurried"))
}

/// Cancels a job that waits or runs.
#[utoipa::path(post, path = "/admin/jobs/{id}/cancel", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn cancel_job(
    who: Can<ManageJobs>,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    let cancelled = jobs::cancel(&mut tx, id).await?;
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
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    if !jobs::discard(&mut tx, id).await? {
        return Err(ApiError::conflict("job_not_dead"));
    }
    tx.commit().await?;
    tracing::info!(target: "audit", by = %who.actor(), act = "jobs.discard", job.id = %id, "A dead job is discarded");
    Ok(done(JOBS, "job-discarded"))
}
