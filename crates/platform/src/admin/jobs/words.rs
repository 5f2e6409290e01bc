//! What the pages of jobs say alike.

use karavan_store::queue::{
    Tier,
    store::{JobRow, JobState},
};
use karavan_web::pages::{Badge, Cell, Tab, Tabs};

use super::{super::Panel, JOBS, QUEUES};

pub(super) fn tabs(panel: &Panel, current: &str) -> Tabs {
    let tab = |title: &str, href: &str| Tab {
        title: panel.t(title),
        href: href.to_owned(),
        count: None,
        current: href == current,
    };
    Tabs(vec![tab("jobs-all", JOBS), tab("jobs-queues", QUEUES)])
}

pub(super) fn state_word(panel: &Panel, state: JobState) -> String {
    panel.t(match state {
        JobState::Queued => "jobs-queued",
        JobState::Running => "jobs-running",
        JobState::Dead => "jobs-dead",
    })
}

pub(super) fn badge(panel: &Panel, job: &JobRow) -> Badge {
    if job.cancel_asked_at.is_some() {
        return Badge::warn(panel.t("jobs-stopping"));
    }
    let word = state_word(panel, job.state);
    match job.state {
        JobState::Queued => Badge::neutral(word),
        JobState::Running => Badge::accent(word),
        JobState::Dead => Badge::bad(word),
    }
}

pub(super) fn tier_word(panel: &Panel, tier: Tier) -> String {
    panel.t(match tier {
        Tier::Urgent => "jobs-tier-urgent",
        Tier::Normal => "jobs-tier-normal",
        Tier::Background => "jobs-tier-background",
    })
}

/// "40 % · 4 of 10", with what the body says about it.
pub(super) fn progress(panel: &Panel, job: &JobRow) -> Option<Cell> {
    let (done, total) = (job.progress_done?, job.progress_total?);
    let percent = if total > 0 {
        done.clamp(0, total).saturating_mul(100) / total
    } else {
        0
    };
    let args = [
        ("percent", percent.into()),
        ("done", done.into()),
        ("total", total.into()),
    ];
    let words = panel.with("jobs-progress-of", &args);
    Some(match job.progress_note.as_deref() {
        Some(note) if !note.is_empty() => Cell::lines(words, note),
        _ => Cell::text(words),
    })
}
