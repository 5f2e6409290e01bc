//! A slot fires once, however many nodes watch the clock.

use std::time::Duration;

use karavan_kernel::Timestamp;
use karavan_store::{
    Db,
    queue::{
        Job, Schedule, listen,
        schedule::{fire_due, run},
        store,
    },
};
use karavan_testkit::{START, TestDb, app_test};
use tokio_util::sync::CancellationToken;

use crate::support::{Deliver, NODE, Office, deliver, worker};

/// At the full hour, in Kyiv.
fn hourly() -> Vec<Schedule> {
    vec![Schedule::new("post.round", "0 * * * * Europe/Kyiv", &deliver("round"))]
}

async fn fire(db: &Db) -> u64 {
    fire_due(db, &hourly(), NODE, START).await.unwrap()
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3_600)
}

#[app_test]
async fn a_slot_fires_when_its_time_has_come_and_not_again(t: TestDb) {
    let office = Office::default();
    assert_eq!(
        fire(&t).await,
        0,
        "the slot of the start itself belongs to whoever ran before"
    );
    t.clock.advance(hours(1) - Duration::from_micros(1));
    assert_eq!(fire(&t).await, 0);
    t.clock.advance(Duration::from_micros(1));
    assert_eq!(fire(&t).await, 1);
    assert_eq!(fire(&t).await, 0);
    assert_eq!(t.job_names().await, [Deliver::NAME]);
    assert_eq!(t.jobs().await[0].enqueued_by, "system:scheduler");
    worker(&t, &office).run_due().await.unwrap();
    assert_eq!(office.delivered(), ["round"]);
}

#[app_test]
async fn three_nodes_fire_each_slot_once(t: TestDb) {
    let nodes = [t.clone().to_owned_db(), t.another_node().await, t.another_node().await];
    let office = Office::default();
    for _slot in 0..10 {
        t.clock.advance(hours(1));
        let watching = nodes.clone().map(|db| async move { fire(&db).await });
        let fired = tokio::task::JoinSet::from_iter(watching).join_all().await;
        assert_eq!(fired.iter().sum::<u64>(), 1);
        worker(&t, &office).run_due().await.unwrap();
    }
    assert_eq!(office.delivered().len(), 10);
}

trait ToOwnedDb {
    fn to_owned_db(&self) -> Db;
}

impl ToOwnedDb for TestDb {
    fn to_owned_db(&self) -> Db {
        Db::clone(self)
    }
}

#[app_test]
async fn after_a_pause_only_the_latest_missed_slot_fires(t: TestDb) {
    t.clock.advance(hours(1));
    assert_eq!(fire(&t).await, 1);
    t.clock.advance(hours(7));
    assert_eq!(fire(&t).await, 1);
    assert_eq!(fire(&t).await, 0);
    // Nobody has run the first one yet, so the second one is not added beside it.
    assert_eq!(t.job_names().await, [Deliver::NAME]);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_restarted_program_goes_on_after_the_last_fired_slot(t: TestDb) {
    t.clock.advance(hours(1));
    assert_eq!(fire(&t).await, 1);
    t.clock.advance(hours(2));
    // It starts now, two slots after the last one: the record and not the start decides.
    let now: Timestamp = t.now().await.unwrap();
    assert_eq!(fire_due(&t, &hourly(), NODE, now).await.unwrap(), 1);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn watching_the_clock_ends_when_it_is_told_to(t: TestDb) {
    let stop = CancellationToken::new();
    let watching = run(Db::clone(&t), hourly(), NODE.to_owned(), stop.clone());
    let listening = listen(Db::clone(&t), stop.clone());
    tokio::join!(watching, listening, async { stop.cancel() });
    assert!(
        !store::is_anything_due(&mut t.read().await.unwrap(), START)
            .await
            .unwrap()
    );
}
