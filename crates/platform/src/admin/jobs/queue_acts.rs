//! What people do with all jobs of a name or a lane.

use axum::{Extension, extract::State, response::Redirect};
use karavan_store::queue::store::{self as jobs, PauseKind};
use karavan_web::{ApiError, ApiResult, Can, Ctx, Path};
use serde_json::json;

use super::{
    super::{ManageJobs, done},
    JobNames, QUEUES, queue_path,
    queues::one,
};
use crate::{
    Platform,
    audit::{self, Entity, Entry},
};

/// So many dead jobs try again in one transaction; for more, the button is pressed again.
const AT_ONCE: u32 = 1_000;

/// Nobody claims jobs of the name until it is resumed.
#[utoipa::path(post, path = "/admin/jobs/queues/{name}/pause", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn pause_queue(
    _who: Can<ManageJobs>,
    ctx: Ctx,
    Path(name): Path<String>,
    Extension(names): Extension<JobNames>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    // Only what there is: a mistyped name would be paused for ever without anybody seeing it.
    one(&platform, &names, &name).await?;
    pause(&ctx, &platform, PauseKind::Name, &name).await?;
    Ok(done(&queue_path(&name), "queue-paused"))
}

/// Ends the pause of a name.
#[utoipa::path(post, path = "/admin/jobs/queues/{name}/resume", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn resume_queue(
    _who: Can<ManageJobs>,
    ctx: Ctx,
    Path(name): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    resume(&ctx, &platform, PauseKind::Name, &name).await?;
    Ok(done(&queue_path(&name), "queue-resumed"))
}

/// Nobody claims jobs of the lane until it is resumed.
#[utoipa::path(post, path = "/admin/jobs/lanes/{lane}/pause", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn pause_lane(
    _who: Can<ManageJobs>,
    ctx: Ctx,
    Path(lane): Path<String>,
    Extension(names): Extension<JobNames>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    if !names.lanes.contains(&lane.as_str()) {
        return Err(ApiError::not_found());
    }
    pause(&ctx, &platform, PauseKind::Lane, &lane).await?;
    Ok(done(QUEUES, "lane-paused"))
}

/// Ends the pause of a lane.
#[utoipa::path(post, path = "/admin/jobs/lanes/{lane}/resume", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn resume_lane(
    _who: Can<ManageJobs>,
    ctx: Ctx,
    Path(lane): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    resume(&ctx, &platform, PauseKind::Lane, &lane).await?;
    Ok(done(QUEUES, "lane-resumed"))
}

/// Lanes are called by the names of their bots, queues by those of their jobs.
fn of(kind: PauseKind, target: &str) -> Entity {
    match kind {
        PauseKind::Name => ("queue", target).into(),
        PauseKind::Lane => ("lane", target).into(),
    }
}

async fn pause(ctx: &Ctx, platform: &Platform, kind: PauseKind, target: &str) -> ApiResult<()> {
    let mut tx = platform.db.begin(ctx.actor()).await?;
    let changed = jobs::pause(&mut tx, kind, target).await?;
    if changed {
        let entry = Entry::new("jobs.pause", of(kind, target)).after(json!({ "paused": true }));
        audit::record(&mut tx, entry.from(ctx)).await?;
    }
    tx.commit().await?;
    if changed {
        tracing::info!(target: "audit", by = %ctx.actor(), act = "jobs.pause", %kind, of = target, "Jobs are paused");
    }
    Ok(())
}

async fn resume(ctx: &Ctx, platform: &Platform, kind: PauseKind, target: &str) -> ApiResult<()> {
    let mut tx = platform.db.begin(ctx.actor()).await?;
    let changed = jobs::resume(&mut tx, kind, target).await?;
    if changed {
        let entry = Entry::new("jobs.resume", of(kind, target)).before(json!({ "paused": true }));
        audit::record(&mut tx, entry.from(ctx)).await?;
    }
    tx.commit().await?;
    if changed {
        tracing::info!(target: "audit", by = %ctx.actor(), act = "jobs.resume", %kind, of = target, "Jobs go on");
    }
    Ok(())
}

/// Lets all dead jobs of a name try again, up to a thousand at once.
#[utoipa::path(post, path = "/admin/jobs/queues/{name}/replay", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn replay_queue(
    who: Can<ManageJobs>,
    ctx: Ctx,
    Path(name): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    let count = jobs::replay_all(&mut tx, &name, AT_ONCE).await?;
    let entry = Entry::new("jobs.replay_all", ("queue", &name)).after(json!({ "count": count }));
    audit::record(&mut tx, entry.from(&ctx)).await?;
    tx.commit().await?;
    tracing::info!(target: "audit", by = %who.actor(), act = "jobs.replay_all", of = name, count, "Dead jobs try again");
    Ok(done(&queue_path(&name), "queue-replayed"))
}

/// Removes all dead jobs of a name for good.
#[utoipa::path(post, path = "/admin/jobs/queues/{name}/discard", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn discard_queue(
    who: Can<ManageJobs>,
    ctx: Ctx,
    Path(name): Path<String>,
    State(platform): State<Platform>,
) -> ApiResult<Redirect> {
    let mut tx = platform.db.begin(who.actor()).await?;
    let count = jobs::discard_all(&mut tx, &name).await?;
    let entry = Entry::new("jobs.discard_all", ("queue", &name)).after(json!({ "count": count }));
    audit::record(&mut tx, entry.from(&ctx)).await?;
    tx.commit().await?;
    tracing::info!(target: "audit", by = %who.actor(), act = "jobs.discard_all", of = name, count, "Dead jobs are discarded");
    Ok(done(&queue_path(&name), "queue-discarded"))
}
