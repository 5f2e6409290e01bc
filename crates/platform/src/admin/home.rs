//! The panel's first page.

use axum::{extract::State, response::Html};
use karavan_store::queue::store as jobs;
use karavan_web::{
    ApiResult, SignedIn,
    pages::{self, Act, Stat, StatCards, Tone},
};

use super::Panel;
use crate::Platform;

/// The panel's first page: how the work in the background goes, and the way to each section.
#[utoipa::path(get, path = "/admin", tag = "pages", security(("permission" = [])))]
pub(super) async fn show_home(
    _who: SignedIn,
    panel: Panel,
    State(platform): State<Platform>,
) -> ApiResult<Html<String>> {
    let overview = jobs::overview(&mut *platform.db.read().await?).await?;
    let sum = |count: fn(&jobs::Overview) -> i64| overview.iter().map(count).sum::<i64>();
    let (waiting, dead) = (sum(|job| job.queued), sum(|job| job.dead));
    let mut failed = Stat::new(panel.t("home-failed"), panel.lang.number(dead)).href("/admin/jobs?state=dead");
    if dead > 0 {
        failed = failed.note(Tone::Bad, panel.t("home-failed-note"));
    }
    let stats = StatCards::new([
        Stat::new(panel.t("home-waiting"), panel.lang.number(waiting)).href("/admin/jobs?state=queued"),
        Stat::new(panel.t("home-running"), panel.lang.number(sum(|job| job.running))).href("/admin/jobs?state=running"),
        failed,
    ]);
    let mut page = panel.page("home-title").lead(panel.t("home-lead")).block(&stats);
    for section in panel.frame().nav {
        let doors = section
            .entries
            .into_iter()
            .fold(pages::Panel::new(section.title), |doors, entry| {
                doors.act(Act::link(entry.title, entry.href).icon(entry.icon))
            });
        page = page.block(&doors);
    }
    Ok(page.html())
}
