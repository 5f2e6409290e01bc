//! Jobs, newest first.

use axum::{Extension, extract::State, response::Html};
use karavan_store::{
    PageRequest,
    queue::store::{self as jobs, JobRow, JobState},
};
use karavan_web::{
    ApiResult, Can,
    pages::{Cell, Column, Empty, Filter, ListQuery, ListView, Paging, Row},
};

use super::{
    super::{Panel, ReadJobs},
    JOBS, JobNames, path_of, words,
};
use crate::Platform;

const PER_PAGE: u32 = 50;

/// Jobs, newest first.
#[utoipa::path(get, path = "/admin/jobs", tag = "pages", security(("permission" = ["platform.jobs.read"])))]
pub(super) async fn list_jobs(
    _who: Can<ReadJobs>,
    panel: Panel,
    query: ListQuery,
    Extension(names): Extension<JobNames>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let state = query.get("state").and_then(|word| word.parse::<JobState>().ok());
    let name = query.get("name").map(str::to_owned);
    let number = u32::try_from(query.page()).unwrap_or(u32::MAX);
    let page = jobs::list_of(
        &mut *platform.db.read().await?,
        state,
        name.as_deref(),
        PageRequest::numbered(number, PER_PAGE),
    )
    .await?;

    let states = JobState::ALL
        .iter()
        .map(|state| (state.as_str(), words::state_word(&panel, *state)));
    let names = names.jobs.iter().map(|name| (*name, *name));
    let list = ListView::new("jobs", JOBS, query)
        .filter(Filter::select("state", panel.t("jobs-state"), states))
        .filter(Filter::select("name", panel.t("jobs-name"), names))
        .column(Column::text(panel.t("jobs-name")))
        .column(Column::text(panel.t("jobs-state")))
        .column(Column::number(panel.t("jobs-attempt")))
        .column(Column::text(panel.t("jobs-run-at")))
        .column(Column::text(panel.t("jobs-how")))
        .rows(page.rows.iter().map(|job| row(&platform, &panel, job)))
        .paging(Paging {
            size: u64::from(PER_PAGE),
            total: u64::try_from(page.total).unwrap_or(0),
        })
        .empty(Empty::new(panel.t("jobs-empty"), panel.t("jobs-empty-note")));
    Ok(panel
        .page("jobs-title")
        .lead(panel.t("jobs-lead"))
        .block(&words::tabs(&panel, JOBS))
        .block(&list)
        .html())
}

fn row(platform: &Platform, panel: &Panel, job: &JobRow) -> Row {
    Row::new(job.id.to_string()).href(path_of(job.id)).cells([
        Cell::lines(&job.name, &job.enqueued_by),
        words::badge(panel, job).into(),
        Cell::number(format!("{} / {}", job.attempt, job.max_attempts)),
        Cell::text(panel.lang.moment(job.run_at, &platform.time_zone)),
        how_it_goes(panel, job),
    ])
}

/// How far a running one is and where; what went wrong with another.
fn how_it_goes(panel: &Panel, job: &JobRow) -> Cell {
    match (job.state, words::progress(panel, job)) {
        (JobState::Running, Some(progress)) => progress,
        (JobState::Running, None) => Cell::maybe(job.node.as_ref()),
        (JobState::Queued | JobState::Dead, _) => Cell::maybe(
            job.last_error
                .as_ref()
                .map(|error| error.chars().take(80).collect::<String>()),
        ),
    }
}
