//! Jobs: what waits, runs and has failed, and another try for what has failed.

use axum::{
    extract::State,
    response::{Html, Redirect},
};
use karavan_kernel::Right as _;
use karavan_store::{
    PageRequest,
    queue::{
        JobId,
        store::{self as jobs, JobRow, JobState},
    },
};
use karavan_web::{
    ApiError, ApiResult, Can, Path,
    pages::{Act, Badge, Cell, Column, Detail, Empty, Filter, Group, ListQuery, ListView, Paging, Prose, Row},
};

use super::{ManageJobs, Panel, ReadJobs, done};
use crate::Platform;

const PER_PAGE: u32 = 50;

/// Jobs, newest first.
#[utoipa::path(get, path = "/admin/jobs", tag = "pages", security(("permission" = ["platform.jobs.read"])))]
pub(super) async fn list_jobs(
    _who: Can<ReadJobs>,
    panel: Panel,
    query: ListQuery,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let state = query.get("state").and_then(|word| word.parse::<JobState>().ok());
    let number = u32::try_from(query.page()).unwrap_or(u32::MAX);
    let page = jobs::list(
        &mut *platform.db.read().await?,
        state,
        PageRequest::numbered(number, PER_PAGE),
    )
    .await?;

    let states = JobState::ALL
        .iter()
        .map(|state| (state.as_str(), state_word(&panel, *state)));
    let list = ListView::new("jobs", "/admin/jobs", query)
        .filter(Filter::select("state", panel.t("jobs-state"), states))
        .column(Column::text(panel.t("jobs-name")))
        .column(Column::text(panel.t("jobs-state")))
        .column(Column::number(panel.t("jobs-attempt")))
        .column(Column::text(panel.t("jobs-run-at")))
        .column(Column::text(panel.t("jobs-error")))
        .rows(page.rows.iter().map(|job| row(&platform, &panel, job)))
        .paging(Paging {
            size: u64::from(PER_PAGE),
            total: u64::try_from(page.total).unwrap_or(0),
        })
        .empty(Empty::new(panel.t("jobs-empty"), panel.t("jobs-empty-note")));
    Ok(panel.page("jobs-title").lead(panel.t("jobs-lead")).block(&list).html())
}

fn row(platform: &Platform, panel: &Panel, job: &JobRow) -> Row {
    Row::new(job.id.to_string())
        .href(format!("/admin/jobs/{}", job.id))
        .cells([
            Cell::lines(&job.name, &job.enqueued_by),
            badge(panel, job.state).into(),
            Cell::number(format!("{} / {}", job.attempt, job.max_attempts)),
            Cell::text(panel.lang.moment(job.run_at, &platform.time_zone)),
            Cell::maybe(
                job.last_error
                    .as_ref()
                    .map(|error| error.chars().take(80).collect::<String>()),
            ),
        ])
}

fn state_word(panel: &Panel, state: JobState) -> String {
    panel.t(match state {
        JobState::Queued => "jobs-queued",
        JobState::Running => "jobs-running",
        JobState::Dead => "jobs-dead",
    })
}

fn badge(panel: &Panel, state: JobState) -> Badge {
    let word = state_word(panel, state);
    match state {
        JobState::Queued => Badge::neutral(word),
        JobState::Running => Badge::accent(word),
        JobState::Dead => Badge::bad(word),
    }
}

/// One job with its error.
#[utoipa::path(get, path = "/admin/jobs/{id}", tag = "pages", security(("permission" = ["platform.jobs.read"])))]
pub(super) async fn show_job(
    who: Can<ReadJobs>,
    panel: Panel,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let job = jobs::find(&mut *platform.db.read().await?, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let moment = |moment| panel.lang.moment(moment, &platform.time_zone);
    let facts = Group::new(panel.t("jobs-facts"))
        .item(panel.t("jobs-id"), Cell::code(job.id.to_string()))
        .item(
            panel.t("jobs-attempt"),
            Cell::number(format!("{} / {}", job.attempt, job.max_attempts)),
        )
        .item(panel.t("jobs-run-at"), Cell::text(moment(job.run_at)))
        .item(panel.t("jobs-created-at"), Cell::text(moment(job.created_at)))
        .item(panel.t("jobs-by"), Cell::code(&job.enqueued_by))
        .item(panel.t("jobs-node"), Cell::maybe(job.node.as_ref()));
    let mut page = panel
        .page_titled(&job.name)
        .crumb(panel.t("jobs-title"), "/admin/jobs")
        .badge(&badge(&panel, job.state));
    if job.state == JobState::Dead && who.may(ManageJobs::PERMISSION) {
        page = page.act(Act::post(panel.t("jobs-replay"), format!("/admin/jobs/{id}/replay")).main());
    }
    page = page.block(&Detail::new().group(facts));
    if let Some(error) = &job.last_error {
        page = page.block(&Prose::new(error));
    }
    Ok(page.html())
}

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
    tracing::info!(job.id = %id, by = %who.actor(), "A dead job tries again");
    Ok(done("/admin/jobs", "job-replayed"))
}
