//! The queues: jobs by name, with what waits, runs, has failed, and how many end in a minute.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use axum::{Extension, extract::State, response::Html};
use karavan_kernel::{Right as _, Timestamp};
use karavan_store::queue::store::{self as jobs, Ended, Overview, Pause, PauseKind};
use karavan_web::{
    ApiError, ApiResult, Can, Path,
    pages::{self, Act, Badge, Cell, Chart, Column, Empty, ListQuery, ListView, Paging, Point, Row, Stat, StatCards},
};

use super::{
    super::{ManageJobs, Panel, ReadJobs},
    JOBS, JobNames, QUEUES, queue_path, words,
};
use crate::Platform;

const HOUR: Duration = Duration::from_secs(3_600);
/// The throughput is the mean of so many whole minutes.
const MEAN: i64 = 5;

/// One name with everything that is known of it.
pub(super) struct QueueRow {
    pub(super) name: String,
    queued: i64,
    running: i64,
    pub(super) dead: i64,
    /// Only when it is due already.
    oldest_due: Option<Timestamp>,
    paused: Option<Pause>,
    /// By minute, the last hour.
    ended: BTreeMap<i64, Ended>,
    minute: i64,
}

impl QueueRow {
    fn in_hour(&self, of: fn(&Ended) -> i64) -> i64 {
        self.ended.values().map(of).sum()
    }

    fn per_minute(&self) -> i64 {
        let whole = self.ended.range(self.minute - MEAN..self.minute);
        let done: i64 = whole.map(|(_, ended)| ended.done).sum();
        (done + MEAN / 2) / MEAN
    }
}

async fn rows(platform: &Platform, names: &JobNames) -> ApiResult<Vec<QueueRow>> {
    let now = platform.db.now().await?;
    let mut read = platform.db.read().await?;
    let overview: BTreeMap<String, Overview> = jobs::overview(&mut read)
        .await?
        .into_iter()
        .map(|row| (row.name.clone(), row))
        .collect();
    let pauses = jobs::pauses(&mut read).await?;
    let mut counts: BTreeMap<String, BTreeMap<i64, Ended>> = BTreeMap::new();
    for (name, minute, ended) in jobs::counts(&mut read, now - HOUR).await? {
        counts.entry(name).or_default().insert(minute, ended);
    }
    let mut all: BTreeSet<String> = names.jobs.iter().map(|name| (*name).to_owned()).collect();
    all.extend(overview.keys().cloned());
    all.extend(counts.keys().cloned());
    let by_name = pauses.iter().filter(|pause| pause.kind == PauseKind::Name);
    all.extend(by_name.map(|pause| pause.target.clone()));
    let row = |name: String| {
        let found = overview.get(&name);
        let count = |of: fn(&Overview) -> i64| found.map_or(0, of);
        QueueRow {
            queued: count(|row| row.queued),
            running: count(|row| row.running),
            dead: count(|row| row.dead),
            oldest_due: found.and_then(|row| row.oldest_due).filter(|due| *due <= now),
            paused: pauses
                .iter()
                .find(|pause| pause.kind == PauseKind::Name && pause.target == name)
                .cloned(),
            ended: counts.remove(&name).unwrap_or_default(),
            minute: jobs::minute_of(now),
            name,
        }
    };
    Ok(all.into_iter().map(row).collect())
}

pub(super) async fn one(platform: &Platform, names: &JobNames, name: &str) -> ApiResult<QueueRow> {
    let rows = rows(platform, names).await?;
    rows.into_iter()
        .find(|row| row.name == name)
        .ok_or_else(ApiError::not_found)
}

/// Every job by name: how much waits, runs, has failed, and how many end in a minute.
#[utoipa::path(get, path = "/admin/jobs/queues", tag = "pages", security(("permission" = ["platform.jobs.read"])))]
pub(super) async fn list_queues(
    who: Can<ReadJobs>,
    panel: Panel,
    Extension(names): Extension<JobNames>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let queues = rows(&platform, &names).await?;
    let sum = |of: fn(&QueueRow) -> i64| panel.lang.number(queues.iter().map(of).sum::<i64>());
    let stats = StatCards::new([
        Stat::new(panel.t("home-waiting"), sum(|queue| queue.queued)),
        Stat::new(panel.t("home-running"), sum(|queue| queue.running)),
        Stat::new(panel.t("home-failed"), sum(|queue| queue.dead)),
        Stat::new(
            panel.t("jobs-done-hour"),
            sum(|queue| queue.in_hour(|ended| ended.done)),
        ),
    ]);
    let total = u64::try_from(queues.len()).unwrap_or(u64::MAX);
    let list = ListView::new("queues", QUEUES, ListQuery::default())
        .column(Column::text(panel.t("jobs-queue")))
        .column(Column::number(panel.t("home-waiting")))
        .column(Column::number(panel.t("home-running")))
        .column(Column::number(panel.t("home-failed")))
        .column(Column::text(panel.t("jobs-oldest")))
        .column(Column::number(panel.t("jobs-per-minute")))
        .rows(queues.iter().map(|queue| row(&platform, &panel, queue)))
        .paging(Paging {
            size: total.max(1),
            total,
        })
        .empty(Empty::new(panel.t("jobs-empty"), panel.t("jobs-empty-note")));
    let mut page = panel
        .page("jobs-title")
        .lead(panel.t("jobs-lead"))
        .block(&words::tabs(&panel, QUEUES))
        .block(&stats)
        .block(&list);
    if let Some(lanes) = lanes(&platform, &panel, &names, who.may(ManageJobs::PERMISSION)).await? {
        page = page.block(&lanes);
    }
    Ok(page.html())
}

fn row(platform: &Platform, panel: &Panel, queue: &QueueRow) -> Row {
    let number = |count| Cell::number(panel.lang.number(count));
    let oldest = match (&queue.paused, queue.oldest_due) {
        (Some(_), _) => Badge::warn(panel.t("jobs-paused")).into(),
        (None, due) => Cell::maybe(due.map(|due| panel.lang.moment(due, &platform.time_zone))),
    };
    Row::new(&queue.name).href(queue_path(&queue.name)).cells([
        Cell::text(&queue.name),
        number(queue.queued),
        number(queue.running),
        number(queue.dead),
        oldest,
        number(queue.per_minute()),
    ])
}

/// The lanes with their switches.
async fn lanes(
    platform: &Platform,
    panel: &Panel,
    names: &JobNames,
    may_manage: bool,
) -> ApiResult<Option<pages::Panel>> {
    let mut read = platform.db.read().await?;
    let mut lanes: BTreeMap<String, i64> = names.lanes.iter().map(|lane| ((*lane).to_owned(), 0)).collect();
    lanes.extend(jobs::lanes(&mut read).await?);
    let pauses = jobs::pauses(&mut read).await?;
    let paused: BTreeSet<String> = pauses
        .into_iter()
        .filter(|pause| pause.kind == PauseKind::Lane)
        .map(|pause| pause.target)
        .collect();
    for lane in &paused {
        lanes.entry(lane.clone()).or_default();
    }
    if lanes.is_empty() {
        return Ok(None);
    }
    let mut detail = pages::Detail::new();
    for (lane, waiting) in &lanes {
        let stands = paused.contains(lane);
        let mut group =
            pages::Group::new(lane).item(panel.t("home-waiting"), Cell::number(panel.lang.number(*waiting)));
        if stands {
            group = group.item(panel.t("jobs-state"), Badge::warn(panel.t("jobs-paused")));
        }
        if may_manage {
            let (word, act) = if stands {
                ("jobs-resume", "resume")
            } else {
                ("jobs-pause", "pause")
            };
            group = group.act(Act::post(panel.t(word), format!("{JOBS}/lanes/{lane}/{act}")));
        }
        detail = detail.group(group);
    }
    let block = pages::Panel::new(panel.t("jobs-lanes")).lead(panel.t("jobs-lanes-lead"));
    Ok(Some(block.block(&panel.lang, &detail)))
}

/// One queue: its numbers, its last hour, and what can be done with it.
#[utoipa::path(get, path = "/admin/jobs/queues/{name}", tag = "pages", security(("permission" = ["platform.jobs.read"])))]
pub(super) async fn show_queue(
    who: Can<ReadJobs>,
    panel: Panel,
    Path(name): Path<String>,
    Extension(names): Extension<JobNames>,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let queue = one(&platform, &names, &name).await?;
    let path = queue_path(&name);
    let listed = |state: &str| format!("{JOBS}?name={name}&state={state}");
    let number = |count| panel.lang.number(count);
    let mut page = panel
        .page_titled(&queue.name)
        .crumb(panel.t("jobs-title"), JOBS)
        .crumb(panel.t("jobs-queues"), QUEUES);
    if queue.paused.is_some() {
        page = page.badge(&Badge::warn(panel.t("jobs-paused")));
    }
    if who.may(ManageJobs::PERMISSION) {
        page = page.act(match queue.paused {
            Some(_) => Act::post(panel.t("jobs-resume"), format!("{path}/resume")).main(),
            None => Act::post(panel.t("jobs-pause"), format!("{path}/pause")),
        });
        if queue.dead > 0 {
            page = page
                .act(Act::confirm(panel.t("jobs-replay-all"), format!("{path}/replay")))
                .act(Act::confirm(panel.t("jobs-discard-all"), format!("{path}/discard")).danger());
        }
    }
    if let Some(pause) = &queue.paused {
        let since = panel.lang.moment(pause.paused_at, &platform.time_zone);
        let args = [("by", pause.paused_by.as_str().into()), ("since", since.into())];
        page = page.lead(panel.with("jobs-paused-by", &args));
    }
    let stats = StatCards::new([
        Stat::new(panel.t("home-waiting"), number(queue.queued)).href(listed("queued")),
        Stat::new(panel.t("home-running"), number(queue.running)).href(listed("running")),
        Stat::new(panel.t("home-failed"), number(queue.dead)).href(listed("dead")),
        Stat::new(panel.t("jobs-per-minute"), number(queue.per_minute())),
        Stat::new(panel.t("jobs-done-hour"), number(queue.in_hour(|ended| ended.done))),
        Stat::new(panel.t("jobs-failed-hour"), number(queue.in_hour(|ended| ended.failed))),
    ]);
    Ok(page.block(&stats).block(&last_hour(&platform, &panel, &queue)).html())
}

fn last_hour(platform: &Platform, panel: &Panel, queue: &QueueRow) -> Chart {
    let point = |minute: i64| {
        let done = queue.ended.get(&minute).map_or(0, |ended| ended.done);
        let at = Timestamp::from_micros(minute.saturating_mul(60_000_000));
        Point::new(platform.time_zone.format(at, "%H:%M"), done, panel.lang.number(done))
    };
    let minutes = queue.minute - 59..=queue.minute;
    Chart::line(panel.t("jobs-chart"), panel.t("jobs-per-minute"), minutes.map(point))
}
