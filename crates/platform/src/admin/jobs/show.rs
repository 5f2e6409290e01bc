//! One job.

use axum::{extract::State, response::Html};
use karavan_kernel::Right as _;
use karavan_store::queue::{
    JobId,
    store::{self as jobs, JobRow, JobState},
};
use karavan_web::{
    ApiError, ApiResult, Can, Path,
    pages::{Act, AdminPage, Cell, Detail, Group, Prose},
};

use super::{
    super::{ManageJobs, Panel, ReadJobs},
    JOBS, path_of, queue_path, words,
};
use crate::Platform;

/// One job: how far it is, where it runs, and its last error.
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
    let mut page = panel
        .page_titled(&job.name)
        .crumb(panel.t("jobs-title"), JOBS)
        .badge(&words::badge(&panel, &job));
    if who.may(ManageJobs::PERMISSION) {
        page = acts(page, &panel, &job);
    }
    page = page.block(&Detail::new().group(facts(&panel, &platform, &job)));
    if let Some(error) = &job.last_error {
        page = page.block(&Prose::new(error));
    }
    Ok(page.html())
}

fn facts(panel: &Panel, platform: &Platform, job: &JobRow) -> Group {
    let moment = |moment| panel.lang.moment(moment, &platform.time_zone);
    let mut facts = Group::new(panel.t("jobs-facts"))
        .item(panel.t("jobs-id"), Cell::code(job.id.to_string()))
        .item(panel.t("jobs-queue"), Cell::link(&job.name, queue_path(&job.name)))
        .item(panel.t("jobs-tier"), Cell::text(words::tier_word(panel, job.tier())))
        .item(
            panel.t("jobs-attempt"),
            Cell::number(format!("{} / {}", job.attempt, job.max_attempts)),
        );
    if let Some(progress) = words::progress(panel, job) {
        facts = facts.item(panel.t("jobs-progress"), progress);
    }
    facts = facts
        .item(panel.t("jobs-run-at"), Cell::text(moment(job.run_at)))
        .item(panel.t("jobs-started-at"), Cell::maybe(job.started_at.map(moment)))
        .item(panel.t("jobs-created-at"), Cell::text(moment(job.created_at)))
        .item(panel.t("jobs-by"), Cell::code(&job.enqueued_by))
        .item(panel.t("jobs-node"), Cell::maybe(job.node.as_ref()));
    let lane = (!job.lane.is_empty()).then_some(&job.lane);
    for (title, value) in [
        ("jobs-lane", lane),
        ("jobs-key", job.serial_key.as_ref()),
        ("jobs-tenant", job.tenant.as_ref()),
    ] {
        if let Some(value) = value {
            facts = facts.item(panel.t(title), Cell::code(value));
        }
    }
    facts
}

fn acts(page: AdminPage, panel: &Panel, job: &JobRow) -> AdminPage {
    let path = path_of(job.id);
    let cancel = Act::confirm(panel.t("jobs-cancel"), format!("{path}/cancel")).danger();
    match job.state {
        JobState::Queued => page
            .act(Act::post(panel.t("jobs-retry"), format!("{path}/retry")).main())
            .act(cancel),
        JobState::Running if job.cancel_asked_at.is_none() => page.act(cancel),
        JobState::Running => page,
        JobState::Dead => page
            .act(Act::post(panel.t("jobs-replay"), format!("{path}/replay")).main())
            .act(Act::confirm(panel.t("jobs-discard"), format!("{path}/discard")).danger()),
    }
}
