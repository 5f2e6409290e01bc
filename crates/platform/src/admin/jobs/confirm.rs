//! The questions before what takes something away or starts much at once.

use axum::{Extension, extract::State, response::Html};
use karavan_store::queue::{
    JobId,
    store::{self as jobs, JobRow, JobState},
};
use karavan_web::{ApiError, ApiResult, Can, Path, pages::Confirm, texts::Arg};

use super::{
    super::{ManageJobs, Panel},
    JOBS, JobNames, path_of, queue_path,
    queues::{QueueRow, one},
};
use crate::Platform;

/// Asks before a job is cancelled.
#[utoipa::path(get, path = "/admin/jobs/{id}/cancel", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn ask_cancel_job(
    _who: Can<ManageJobs>,
    panel: Panel,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let job = find(&platform, id).await?;
    let consequence = match job.state {
        JobState::Running => "jobs-cancel-running",
        JobState::Queued | JobState::Dead => "jobs-cancel-waiting",
    };
    Ok(about_job(&panel, &job, "cancel", consequence))
}

/// Asks before a dead job is removed.
#[utoipa::path(get, path = "/admin/jobs/{id}/discard", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn ask_discard_job(
    _who: Can<ManageJobs>,
    panel: Panel,
    Path(id): Path<JobId>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let job = find(&platform, id).await?;
    Ok(about_job(&panel, &job, "discard", "jobs-discard-note"))
}

async fn find(platform: &Platform, id: JobId) -> ApiResult<JobRow> {
    let job = jobs::find(&mut *platform.db.read().await?, id).await?;
    job.ok_or_else(ApiError::not_found)
}

fn about_job(panel: &Panel, job: &JobRow, act: &str, consequence: &str) -> Html<String> {
    let path = path_of(job.id);
    let question = panel.with(&format!("jobs-{act}-question"), &[("name", job.name.as_str().into())]);
    let word = format!("jobs-{act}");
    let confirm = Confirm::new(question, format!("{path}/{act}"), panel.t(&word), path.as_str());
    let confirm = confirm.consequence(panel.t(consequence));
    asked(panel, &word, (&job.name, &path), &confirm)
}

/// Asks before all dead jobs of a name try again.
#[utoipa::path(get, path = "/admin/jobs/queues/{name}/replay", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn ask_replay_queue(
    _who: Can<ManageJobs>,
    panel: Panel,
    Path(name): Path<String>,
    Extension(names): Extension<JobNames>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let queue = one(&platform, &names, &name).await?;
    Ok(about_queue(&panel, &queue, "replay", |confirm| confirm.calm()))
}

/// Asks before all dead jobs of a name are removed.
#[utoipa::path(get, path = "/admin/jobs/queues/{name}/discard", tag = "pages", security(("permission" = ["platform.jobs.manage"])))]
pub(super) async fn ask_discard_queue(
    _who: Can<ManageJobs>,
    panel: Panel,
    Path(name): Path<String>,
    Extension(names): Extension<JobNames>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let queue = one(&platform, &names, &name).await?;
    Ok(about_queue(&panel, &queue, "discard", |confirm| confirm))
}

fn about_queue(panel: &Panel, queue: &QueueRow, act: &str, look: fn(Confirm) -> Confirm) -> Html<String> {
    let path = queue_path(&queue.name);
    let args: [(&str, Arg); 2] = [("name", queue.name.as_str().into()), ("count", queue.dead.into())];
    let question = panel.with(&format!("jobs-{act}-all-question"), &args);
    let word = format!("jobs-{act}-all");
    let confirm = Confirm::new(question, format!("{path}/{act}"), panel.t(&word), path.as_str());
    let confirm = look(confirm).consequence(panel.t(&format!("jobs-{act}-note")));
    asked(panel, &word, (&queue.name, &path), &confirm)
}

/// The page of a question about something with a name and a page of its own.
fn asked(panel: &Panel, word: &str, (name, path): (&str, &str), confirm: &Confirm) -> Html<String> {
    panel
        .page(word)
        .crumb(panel.t("jobs-title"), JOBS)
        .crumb(name, path)
        .block(confirm)
        .html()
}
