//! All SQL that names `jobs`, `job_pauses` and `job_counts`.

mod claim;
mod counts;
mod end;
mod future;
mod hold;
mod insert;
mod panel;
mod pauses;

use karavan_kernel::{Timestamp, text_enum};

pub use claim::{Claims, claim, is_anything_due, is_anything_running, next_due};
pub(super) use claim::{Part, claim_part, edge, heads};
pub use counts::{Ended, add_counts, counts, forget_counts, minute_of};
pub use end::{Cancelled, bury, cancel, finish, finish_all, postpone, progress, put_back};
pub use future::{is_any_from_the_future, recall};
pub use hold::{
    MOST_LOSSES, being_cancelled, free_expired, free_node, give_back, give_back_some, heartbeat, is_any_expired,
};
pub(super) use insert::{NewJob, insert, insert_all};
pub use panel::{Overview, discard, discard_all, find, hurry, lanes, list, list_of, overview, replay, replay_all};
pub use pauses::{Pause, PauseKind, pause, pauses, resume};

use super::{JobId, Tier};

text_enum! {
    /// Where a job stands. A finished or cancelled one has no row.
    pub enum JobState {
        /// Waits for its time, its key or a worker.
        Queued = "queued",
        /// A worker holds it.
        Running = "running",
        /// Gave up; waits for a person.
        Dead = "dead",
    }
}

/// What the panel shows of a job.
#[derive(Debug, Clone, sqlx::FromRow)]
#[expect(missing_docs, reason = "the columns of `jobs`, described in the migrations")]
pub struct JobRow {
    pub id: JobId,
    pub name: String,
    pub payload: String,
    pub lane: String,
    pub state: JobState,
    pub attempt: i64,
    pub max_attempts: i64,
    pub run_at: Timestamp,
    pub node: Option<String>,
    pub enqueued_by: String,
    pub created_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub failed_at: Option<Timestamp>,
    pub last_error: Option<String>,
    pub class: i64,
    pub tenant: Option<String>,
    pub serial_key: Option<String>,
    pub cancel_asked_at: Option<Timestamp>,
    pub progress_done: Option<i64>,
    pub progress_total: Option<i64>,
    pub progress_note: Option<String>,
}

impl JobRow {
    /// Its tier.
    pub fn tier(&self) -> Tier {
        Tier::of_class(self.class)
    }
}

/// A job that this worker holds until `lease_until`.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Claimed {
    /// Its id.
    pub id: JobId,
    /// Which body runs it.
    pub name: String,
    /// What the body reads.
    pub payload: String,
    /// The fencing token: counts every claim.
    pub attempt: i64,
    /// The last attempt's number.
    pub max_attempts: i64,
    /// Since when it is due.
    pub run_at: Timestamp,
    /// Set when others wait for it to finish.
    pub serial_key: Option<String>,
    /// Its place among them.
    pub serial_no: i64,
    /// Its tier's class.
    pub class: i64,
}
