//! Jobs in the panel: the queues with what they do, single jobs, and what people may do with them.
//!
//! **Always holds:** every act is a POST behind `platform.jobs.manage` and is in the [audit log](crate::audit): who, what,
//! with which job or queue.
//!
//! Start at [`queues`], then [`show`].

mod acts;
mod confirm;
mod list;
mod queue_acts;
mod queues;
mod show;
mod words;

use std::sync::Arc;

use karavan_store::queue::JobId;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Platform;

const JOBS: &str = "/admin/jobs";
const QUEUES: &str = "/admin/jobs/queues";

/// Every job and every lane that this program knows, in the extensions of every request: the host puts them there.
#[derive(Clone)]
pub(crate) struct JobNames {
    pub(crate) jobs: Arc<Vec<&'static str>>,
    pub(crate) lanes: Arc<Vec<&'static str>>,
}

fn path_of(id: JobId) -> String {
    format!("{JOBS}/{id}")
}

fn queue_path(name: &str) -> String {
    format!("{QUEUES}/{name}")
}

pub(super) fn routes() -> OpenApiRouter<Platform> {
    OpenApiRouter::new()
        .routes(routes!(list::list_jobs))
        .routes(routes!(queues::list_queues))
        .routes(routes!(queues::show_queue))
        .routes(routes!(queue_acts::pause_queue))
        .routes(routes!(queue_acts::resume_queue))
        .routes(routes!(queue_acts::pause_lane))
        .routes(routes!(queue_acts::resume_lane))
        .routes(routes!(confirm::ask_replay_queue, queue_acts::replay_queue))
        .routes(routes!(confirm::ask_discard_queue, queue_acts::discard_queue))
        .routes(routes!(show::show_job))
        .routes(routes!(acts::replay_job))
        .routes(routes!(acts::retry_job))
        .routes(routes!(confirm::ask_cancel_job, acts::cancel_job))
        .routes(routes!(confirm::ask_discard_job, acts::discard_job))
}
