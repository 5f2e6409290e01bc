//! The jobs pages of the panel: what they show and what people do there.

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_store::queue::{
    Enqueue, Job, JobId,
    store::{self, Claims, JobState, PauseKind},
};
use karavan_testkit::{Client, app_test};

use crate::post_office::{Post, Remind};

const CLERK: Actor = Actor::System("clerk");

async fn remind(t: &Post, how: Enqueue) -> JobId {
    let mut tx = t.begin(CLERK).await.unwrap();
    let id = tx.enqueue_with(&Remind {}, how).await.unwrap().unwrap();
    tx.commit().await.unwrap();
    id
}

async fn claimed(t: &Post) -> store::Claimed {
    let now = t.now().await.unwrap();
    let claims = Claims {
        node: "node-7",
        lane: None,
        names: &[Remind::NAME],
        limit: 1,
    };
    let mut tx = t.begin(CLERK).await.unwrap();
    let job = store::claim(&mut tx, claims, now, now + Duration::from_secs(15))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    job.into_iter().next().unwrap()
}

async fn dead(t: &Post) -> JobId {
    remind(t, Enqueue::default()).await;
    let job = claimed(t).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    store::put_back(&mut tx, &job, "the bridge is out", None).await.unwrap();
    tx.commit().await.unwrap();
    job.id
}

async fn state(t: &Post, id: JobId) -> Option<JobState> {
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap();
    row.map(|row| row.state)
}

async fn english(t: &Post) -> Client {
    t.owner().await.with_header("accept-language", "en")
}

#[app_test]
async fn the_queues_show_what_waits_runs_has_failed_and_was_done(t: Post) {
    let owner = english(&t).await;
    dead(&t).await;
    remind(&t, Enqueue::default()).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    let minute = store::minute_of(tx.now());
    for (node, done) in [("node-1", 40), ("node-2", 20)] {
        let ended = store::Ended { done, failed: 0 };
        store::add_counts(&mut tx, node, Remind::NAME, minute - 1, ended)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let page = owner.get("/admin/jobs/queues").await.expect(200).text();
    let row = page.split("<tr").find(|row| row.contains(Remind::NAME)).unwrap();
    let cells: Vec<&str> = row
        .split("class=\"figures\">")
        .skip(1)
        .map(|cell| cell.split('<').next().unwrap().trim())
        .take(4)
        .collect();
    assert_eq!(
        cells,
        ["1", "0", "1", "12"],
        "waiting, running, failed, a minute: {row}"
    );
    // A job of which there is nothing is there too.
    assert!(page.contains("platform.tidy_up.v1"));
    let queue = owner
        .get(&format!("/admin/jobs/queues/{}", Remind::NAME))
        .await
        .expect(200)
        .text();
    let hour = queue
        .split("stat-title")
        .find(|card| card.contains("Done in an hour"))
        .unwrap();
    let value = hour.split("stat-value\">").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(value, "60", "both nodes count: {hour}");
    owner.get("/admin/jobs/queues/post.nothing.v1").await.expect(404);
    t.run_jobs().await;
    t.expect_jobs_left(&[Remind::NAME]);
}

#[app_test]
async fn a_running_job_shows_where_it_runs_and_how_far_it_is(t: Post) {
    let owner = english(&t).await;
    remind(&t, Enqueue::default()).await;
    let job = claimed(&t).await;
    let path = format!("/admin/jobs/{}", job.id);
    assert!(owner.get(&path).await.expect(200).text().contains("node-7"));
    let mut tx = t.begin(CLERK).await.unwrap();
    store::progress(&mut tx, &job, 3, 4, "crossing <the> bridge")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for page in [path.as_str(), "/admin/jobs?state=running"] {
        let text = owner.get(page).await.expect(200).text();
        assert!(text.contains("75 % · 3 of 4"), "{text}");
        assert!(text.contains("crossing &#60;the&#62; bridge") || text.contains("crossing &lt;the&gt; bridge"));
    }
    let mut tx = t.begin(CLERK).await.unwrap();
    store::finish(&mut tx, &job).await.unwrap();
    tx.commit().await.unwrap();
}

#[app_test]
async fn a_job_is_started_now_cancelled_replayed_and_discarded(t: Post) {
    let owner = english(&t).await;
    let later = remind(&t, Enqueue::default().after(Duration::from_secs(3_600))).await;
    let page = owner.form(&format!("/admin/jobs/{later}/retry"), &[]).await.expect(303);
    assert_eq!(page.header("location"), "/admin/jobs?done=job-hurried");
    let job = claimed(&t).await;
    assert_eq!(job.id, later);
    let again = owner.form(&format!("/admin/jobs/{later}/retry"), &[]).await.expect(409);
    assert!(again.text().contains("does not wait any more"));

    owner.get(&format!("/admin/jobs/{later}/cancel")).await.expect(200);
    let page = owner
        .form(&format!("/admin/jobs/{later}/cancel"), &[])
        .await
        .expect(303);
    assert!(page.header("location").ends_with("?done=job-stopping"));
    assert!(
        owner
            .get(&format!("/admin/jobs/{later}"))
            .await
            .expect(200)
            .text()
            .contains("Stopping")
    );
    let mut tx = t.begin(CLERK).await.unwrap();
    assert!(store::bury(&mut tx, &job).await.unwrap());
    tx.commit().await.unwrap();
    let gone = owner
        .form(&format!("/admin/jobs/{later}/cancel"), &[])
        .await
        .expect(409);
    assert!(gone.text().contains("This job is done, cancelled or stopping already"));

    let id = dead(&t).await;
    owner.form(&format!("/admin/jobs/{id}/replay"), &[]).await.expect(303);
    assert_eq!(state(&t, id).await, Some(JobState::Queued));
    owner.form(&format!("/admin/jobs/{id}/discard"), &[]).await.expect(409);
    owner.form(&format!("/admin/jobs/{id}/cancel"), &[]).await.expect(303);
    assert_eq!(state(&t, id).await, None);

    let id = dead(&t).await;
    owner.get(&format!("/admin/jobs/{id}/discard")).await.expect(200);
    owner.form(&format!("/admin/jobs/{id}/discard"), &[]).await.expect(303);
    assert_eq!(state(&t, id).await, None);
}

#[app_test]
async fn a_queue_is_paused_resumed_and_its_failed_jobs_tried_again_or_deleted(t: Post) {
    let owner = english(&t).await;
    let path = format!("/admin/jobs/queues/{}", Remind::NAME);
    owner.form(&format!("{path}/pause"), &[]).await.expect(303);
    let waits = remind(&t, Enqueue::default()).await;
    t.run_jobs().await;
    assert_eq!(state(&t, waits).await, Some(JobState::Queued));
    let page = owner.get(&path).await.expect(200).text();
    assert!(page.contains("Paused since"), "{page}");
    owner
        .form("/admin/jobs/queues/post.nothing.v1/pause", &[])
        .await
        .expect(404);
    owner.form(&format!("{path}/resume"), &[]).await.expect(303);
    t.run_jobs().await;
    assert_eq!(state(&t, waits).await, None);

    let ids = [dead(&t).await, dead(&t).await];
    owner.get(&format!("{path}/replay")).await.expect(200);
    owner.form(&format!("{path}/replay"), &[]).await.expect(303);
    for id in ids {
        assert_eq!(state(&t, id).await, Some(JobState::Queued));
    }
    t.run_jobs().await;
    let id = dead(&t).await;
    owner.get(&format!("{path}/discard")).await.expect(200);
    owner.form(&format!("{path}/discard"), &[]).await.expect(303);
    assert_eq!(state(&t, id).await, None);
}

#[app_test]
async fn a_lane_is_paused_and_resumed(t: Post) {
    let owner = english(&t).await;
    owner.form("/admin/jobs/lanes/post.clerk/pause", &[]).await.expect(303);
    let pauses = store::pauses(&mut t.read().await.unwrap()).await.unwrap();
    assert_eq!(
        (pauses[0].kind, pauses[0].target.as_str()),
        (PauseKind::Lane, "post.clerk")
    );
    let page = owner.get("/admin/jobs/queues").await.expect(200).text();
    assert!(page.contains("/admin/jobs/lanes/post.clerk/resume"));
    owner.form("/admin/jobs/lanes/post.clerk/resume", &[]).await.expect(303);
    owner.form("/admin/jobs/lanes/nowhere/pause", &[]).await.expect(404);
    assert!(store::pauses(&mut t.read().await.unwrap()).await.unwrap().is_empty());
}

#[app_test]
async fn who_may_only_read_sees_no_act_and_can_do_none(t: Post) {
    let id = dead(&t).await;
    let reader = t.account_with(&["platform.jobs.read"]).await;
    let queue = format!("/admin/jobs/queues/{}", Remind::NAME);
    for (page, act) in [(format!("/admin/jobs/{id}"), "replay"), (queue, "pause")] {
        let text = reader.get(&page).await.expect(200).text();
        assert!(!text.contains(&format!("{page}/{act}")), "{text}");
        reader.form(&format!("{page}/{act}"), &[]).await.expect(404);
    }
    assert_eq!(state(&t, id).await, Some(JobState::Dead));
    t.expect_jobs_left(&[Remind::NAME]);
}
