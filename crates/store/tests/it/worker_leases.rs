//! The running worker in the queue: whose leases it renews, what it gives back, what becomes of what it has lost.

use std::{sync::atomic::Ordering, time::Duration};

use karavan_store::queue::{
    Enqueue, Job,
    store::{self, Cancelled, JobState},
};
use karavan_testkit::{START, TestDb, app_test};

use crate::{
    guards::{Guard, Post, Shift, count, post, until},
    support::{CLERK, LEASE, NODE},
};

/// As another node would, after this one was silent for an hour.
async fn take_away(t: &TestDb) -> u64 {
    let mut tx = t.begin(CLERK).await.unwrap();
    let later = tx.now() + Duration::from_secs(3_600);
    let freed = store::free_expired(&mut tx, START, later).await.unwrap();
    tx.commit().await.unwrap();
    freed
}

async fn expired(t: &TestDb) -> bool {
    let now = t.now().await.unwrap();
    store::is_any_expired(&mut t.read().await.unwrap(), START, now)
        .await
        .unwrap()
}

#[app_test]
async fn a_worker_renews_what_it_holds_and_nothing_else_of_its_name(t: TestDb) {
    let desk = Post::default();
    let held = post(&t, Guard::Wake).await;
    let shift = Shift::begin(&t, &desk);
    desk.started.notified().await;
    // Claimed under the same name, but the answer never arrived: nobody works on it.
    let lost = {
        let now = t.now().await.unwrap();
        let mut tx = t.begin(CLERK).await.unwrap();
        let id = tx
            .enqueue_with(&Guard::Nod, Enqueue::default().on_lane("nobody"))
            .await
            .unwrap()
            .unwrap();
        let claims = store::Claims {
            node: NODE,
            lane: Some("nobody"),
            names: &[Guard::NAME],
            limit: 1,
        };
        store::claim(&mut tx, claims, now, now + LEASE).await.unwrap();
        tx.commit().await.unwrap();
        id
    };
    t.clock.advance(LEASE * 2 / 3);
    shift.worker.keep_alive().await.unwrap();
    t.clock.advance(LEASE * 2 / 3);
    let state = async |id| {
        store::find(&mut t.read().await.unwrap(), id)
            .await
            .unwrap()
            .unwrap()
            .state
    };
    // After a leap of the clock others get some looks of time to renew what is theirs.
    for _look in 0..100 {
        shift.worker.keep_alive().await.unwrap();
        if state(lost).await == JobState::Queued {
            break;
        }
    }
    assert_eq!(state(held).await, JobState::Running);
    assert_eq!(state(lost).await, JobState::Queued, "its lease ran out");
    desk.go.notify_one();
    shift.end().await;
    t.expect_jobs_left(&[Guard::NAME]);
}

#[app_test]
async fn after_a_common_pause_nobody_takes_the_work_of_the_others(t: TestDb) {
    let desks = [Post::default(), Post::default()];
    let mut shifts = Vec::new();
    for (desk, name) in desks.iter().zip(["node-1", "node-2"]) {
        post(&t, Guard::Wake).await;
        shifts.push(Shift::begin_as(name, &t, desk));
        desk.started.notified().await;
    }
    // A first look each; then everybody, and the clock of the leases, is away for an hour.
    for shift in &shifts {
        shift.worker.keep_alive().await.unwrap();
    }
    t.clock.advance(Duration::from_secs(3_600));
    for shift in &shifts {
        shift.worker.keep_alive().await.unwrap();
    }
    for desk in &desks {
        desk.go.notify_one();
    }
    for shift in shifts {
        shift.end().await;
    }
    assert!(t.jobs().await.is_empty(), "both completed what they had begun");
    assert!(desks.iter().all(|desk| desk.noticed.load(Ordering::SeqCst) == 0));
}

#[app_test]
async fn a_lease_runs_out_although_the_clock_leaps_at_every_look(t: TestDb) {
    let lost = post(&t, Guard::Nod).await;
    let now = t.now().await.unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    let claims = store::Claims {
        node: "node-that-died",
        lane: None,
        names: &[Guard::NAME],
        limit: 1,
    };
    store::claim(&mut tx, claims, now, now + LEASE).await.unwrap();
    tx.commit().await.unwrap();
    let shift = Shift::begin(&t, &Post::default());
    for _look in 0..10 {
        t.clock.advance(LEASE);
        shift.worker.keep_alive().await.unwrap();
    }
    until(&t, <[_]>::is_empty).await;
    shift.end().await;
    assert!(store::find(&mut t.read().await.unwrap(), lost).await.unwrap().is_none());
}

#[app_test]
async fn a_worker_that_stops_keeps_its_leases_until_its_last_job_has_ended(t: TestDb) {
    let desk = Post::default();
    post(&t, Guard::Wake).await;
    let shift = Shift::begin(&t, &desk);
    desk.started.notified().await;
    shift.stop.cancel();
    for _heartbeat in 0..3 {
        t.clock.advance(LEASE - Duration::from_secs(1));
        let before = t.now().await.unwrap();
        // Nobody but the draining worker renews; it notices within a second that it is time.
        let renewed = async {
            loop {
                let mut read = t.read().await.unwrap();
                if !store::is_any_expired(&mut read, START, before + Duration::from_secs(10))
                    .await
                    .unwrap()
                {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), renewed).await.unwrap();
    }
    assert!(!expired(&t).await);
    desk.go.notify_one();
    shift.end().await;
    assert!(t.jobs().await.is_empty(), "it was completed");
}

#[app_test]
async fn a_lost_lease_ends_the_body_and_its_outcome_is_refused(t: TestDb) {
    let desk = Post::default();
    post(&t, Guard::Wake).await;
    let shift = Shift::begin(&t, &desk);
    desk.started.notified().await;
    // Paused, so that the worker does not take it again at once.
    let mut tx = t.begin(CLERK).await.unwrap();
    store::pause(&mut tx, store::PauseKind::Name, Guard::NAME)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(take_away(&t).await, 1);
    shift.worker.keep_alive().await.unwrap();
    shift.end().await;
    assert_eq!(desk.noticed.load(Ordering::SeqCst), 1);
    let left = t.jobs().await;
    assert_eq!(
        (left[0].state, left[0].attempt),
        (JobState::Queued, 1),
        "nothing was written for it"
    );
    t.expect_jobs_left(&[Guard::NAME]);
}

#[app_test]
async fn a_cancelled_body_hears_of_it_within_seconds_and_its_job_is_gone(t: TestDb) {
    let desk = Post::default();
    let id = post(&t, Guard::Wake).await;
    let shift = Shift::begin(&t, &desk);
    desk.started.notified().await;
    let mut tx = t.begin(CLERK).await.unwrap();
    assert_eq!(store::cancel(&mut tx, id).await.unwrap(), Cancelled::Stopping);
    tx.commit().await.unwrap();
    until(&t, <[_]>::is_empty).await;
    assert_eq!(desk.noticed.load(Ordering::SeqCst), 1);
    shift.end().await;
}

#[app_test]
async fn a_body_that_does_not_listen_is_dropped(t: TestDb) {
    let desk = Post::default();
    let id = post(&t, Guard::Sleep).await;
    let shift = Shift::begin(&t, &desk);
    desk.started.notified().await;
    let mut tx = t.begin(CLERK).await.unwrap();
    store::cancel(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    shift.worker.keep_alive().await.unwrap();
    until(&t, <[_]>::is_empty).await;
    assert_eq!(desk.dropped.load(Ordering::SeqCst), 1);
    shift.end().await;
}

#[app_test]
async fn progress_is_written_once_a_second_and_says_when_it_is_over(t: TestDb) {
    let desk = Post::default();
    let id = post(&t, Guard::Report).await;
    let shift = Shift::begin(&t, &desk);
    desk.started.notified().await;
    let done = async || {
        store::find(&mut t.read().await.unwrap(), id)
            .await
            .unwrap()
            .unwrap()
            .progress_done
    };
    assert_eq!(done().await, Some(0));
    desk.go.notify_one();
    desk.started.notified().await;
    assert_eq!(done().await, Some(0), "too soon after the last word");
    t.clock.advance(Duration::from_secs(1));
    desk.go.notify_one();
    desk.started.notified().await;
    assert_eq!(done().await, Some(2));

    let mut tx = t.begin(CLERK).await.unwrap();
    store::cancel(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::from_secs(1));
    desk.go.notify_one();
    until(&t, <[_]>::is_empty).await;
    assert_eq!(desk.noticed.load(Ordering::SeqCst), 1);
    shift.end().await;
}

/// Quick jobs, so that the worker claims ahead, then one that holds its only place, then five that wait behind it.
async fn claimed_ahead(t: &TestDb, desk: &Post) -> Shift {
    for _ in 0..5 {
        post(t, Guard::Nod).await;
    }
    post(t, Guard::Wake).await;
    for _ in 0..5 {
        post(t, Guard::Nod).await;
    }
    let shift = Shift::begin(t, desk);
    desk.started.notified().await;
    until(t, |jobs| count(jobs, JobState::Running) == 6).await;
    shift
}

#[app_test]
async fn what_is_claimed_ahead_is_renewed_and_given_back_at_once_on_a_stop(t: TestDb) {
    let desk = Post::default();
    let shift = claimed_ahead(&t, &desk).await;
    t.clock.advance(LEASE - Duration::from_secs(1));
    shift.worker.keep_alive().await.unwrap();
    t.clock.advance(Duration::from_secs(2));
    assert!(!expired(&t).await);
    shift.stop.cancel();
    // The running one still runs.
    until(&t, |jobs| {
        count(jobs, JobState::Queued) == 5 && count(jobs, JobState::Running) == 1
    })
    .await;
    desk.go.notify_one();
    shift.end().await;
    let left = t.jobs().await;
    assert!(
        left.iter().all(|job| (job.attempt, job.max_attempts) == (1, 4)),
        "no attempt was used up"
    );
    assert_eq!(left.len(), 5);
    t.expect_jobs_left(&[Guard::NAME]);
}

#[app_test]
async fn what_is_claimed_ahead_and_cannot_begin_is_given_back(t: TestDb) {
    let desk = Post::default();
    let shift = claimed_ahead(&t, &desk).await;
    until(&t, |jobs| count(jobs, JobState::Queued) == 5).await;
    desk.go.notify_one();
    until(&t, <[_]>::is_empty).await;
    shift.end().await;
}

#[app_test]
async fn a_worker_that_starts_takes_up_what_it_held_when_it_died(t: TestDb) {
    post(&t, Guard::Nod).await;
    let now = t.now().await.unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    let claims = store::Claims {
        node: NODE,
        lane: None,
        names: &[Guard::NAME],
        limit: 1,
    };
    store::claim(&mut tx, claims, now, now + LEASE).await.unwrap();
    tx.commit().await.unwrap();
    // Time stands still: the lease cannot run out.
    let shift = Shift::begin(&t, &Post::default());
    until(&t, <[_]>::is_empty).await;
    shift.end().await;
}
