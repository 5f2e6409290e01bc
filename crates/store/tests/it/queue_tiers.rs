//! Who comes first: tiers by weight, and no tenant before all others.

use std::time::Duration;

use karavan_store::{
    Db,
    queue::{
        Enqueue, Job, Tier, Worker,
        store::{self, PauseKind},
    },
};
use karavan_testkit::{START, TestDb, app_test};
use tokio_util::sync::CancellationToken;

use crate::support::{CLERK, Deliver, NODE, Office, claim, deliver, letter_of, worker_with_places};

async fn post_many(db: &Db, prefix: &str, count: usize, how: Enqueue) {
    let letters: Vec<Deliver> = (0..count)
        .map(|number| deliver(&format!("{prefix} {number}")))
        .collect();
    let mut tx = db.begin(CLERK).await.unwrap();
    let added = tx.enqueue_all(&letters, &how).await.unwrap();
    assert_eq!(usize::try_from(added).unwrap(), count);
    tx.commit().await.unwrap();
}

/// Lets a worker with one place run until `count` letters are delivered, and says in which order.
async fn delivered(worker: &Worker, office: &Office, count: usize) -> Vec<String> {
    let stop = CancellationToken::new();
    let watching = async {
        office.wait_for(count).await;
        stop.cancel();
    };
    tokio::join!(worker.run(stop.clone()), watching);
    office.delivered()
}

fn position(letters: &[String], letter: &str) -> usize {
    letters.iter().position(|delivered| delivered == letter).unwrap()
}

#[app_test]
async fn a_flood_of_urgent_jobs_leaves_every_tier_its_share(t: TestDb) {
    for (tier, prefix) in [
        (Tier::Background, "background"),
        (Tier::Normal, "normal"),
        (Tier::Urgent, "urgent"),
    ] {
        post_many(&t, prefix, 120, Enqueue::default().on_tier(tier)).await;
    }
    let office = Office::default();
    let letters = delivered(&worker_with_places(&t, &office, NODE, 1), &office, 360).await;
    let of = |prefix: &str, first: usize| {
        letters[..first]
            .iter()
            .filter(|letter| letter.starts_with(prefix))
            .count()
    };
    // 6:3:1 of any hundred starts, give or take the first claims.
    assert!((50..=70).contains(&of("urgent", 100)), "{letters:?}");
    assert!((25..=35).contains(&of("normal", 100)), "{letters:?}");
    assert!(of("background", 100) >= 8, "{letters:?}");
}

#[app_test]
async fn a_tenant_that_floods_does_not_hold_up_the_others(t: TestDb) {
    let of = |tenant: &str| Enqueue::default().for_tenant(tenant);
    post_many(&t, "flood", 1_000, of("noisy")).await;
    for number in 0..10 {
        let tenant = format!("quiet {number}");
        post_many(&t, &tenant, 1, of(&tenant)).await;
    }
    let office = Office::default();
    // One place: the order of deliveries is the order of starts, whatever else the machine has to do.
    let letters = delivered(&worker_with_places(&t, &office, NODE, 1), &office, 1_010).await;
    for number in 0..10 {
        // The 32 that any tenant may have waiting, and a fifth of the starts meanwhile.
        let at = position(&letters, &format!("quiet {number} 0"));
        assert!(at < 80, "{at}");
    }
    assert_eq!(letters.len(), 1_010, "the flood is not starved either");
}

#[app_test]
async fn a_tenant_is_calm_again_when_its_jobs_are_done(t: TestDb) {
    let of = |tenant: &str| Enqueue::default().for_tenant(tenant);
    post_many(&t, "first", 40, of("shop")).await;
    let crowded = |jobs: &[store::Claimed]| jobs.iter().filter(|job| job.class % 2 == 1).count();
    let claimed = claim(&t, NODE, 100).await;
    assert_eq!((claimed.len(), crowded(&claimed)), (40, 8));
    let mut tx = t.begin(CLERK).await.unwrap();
    store::finish_all(&mut tx, &claimed).await.unwrap();
    tx.enqueue_with(&deliver("alone"), of("shop")).await.unwrap();
    tx.commit().await.unwrap();
    let alone = claim(&t, NODE, 100).await;
    assert_eq!((letter_of(&alone[0]).as_str(), crowded(&alone)), ("alone", 0));
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn within_a_tier_the_oldest_is_first(t: TestDb) {
    for number in 0..20 {
        t.clock.advance(Duration::from_millis(1));
        post_many(&t, &number.to_string(), 1, Enqueue::default()).await;
    }
    let office = Office::default();
    let letters = delivered(&worker_with_places(&t, &office, NODE, 1), &office, 20).await;
    let expected: Vec<String> = (0..20).map(|number| format!("{number} 0")).collect();
    assert_eq!(letters, expected);
}

#[app_test]
async fn many_jobs_at_once_keep_their_order_and_are_seen_together(t: TestDb) {
    let letters: Vec<Deliver> = (0..25).map(|number| deliver(&number.to_string())).collect();
    let mut tx = t.begin(CLERK).await.unwrap();
    assert_eq!(tx.enqueue_all::<Deliver>(&[], &Enqueue::default()).await.unwrap(), 0);
    let street = || Enqueue::default().in_order_of("street");
    tx.enqueue_with(&deliver("before"), street()).await.unwrap();
    assert_eq!(tx.enqueue_all(&letters[..20], &street()).await.unwrap(), 20);
    let unique = Enqueue::default().once_per("town");
    assert_eq!(tx.enqueue_all(&letters[20..], &unique).await.unwrap(), 1);
    assert_eq!(t.jobs().await.len(), 0, "not before the commit");
    tx.commit().await.unwrap();
    let office = Office::default();
    worker_with_places(&t, &office, NODE, 1).run_due().await.unwrap();
    let letters = office.delivered();
    assert_eq!(letters.len(), 22);
    let line = ["before", "0", "1", "2", "3", "19"];
    let places: Vec<usize> = line.iter().map(|letter| position(&letters, letter)).collect();
    assert!(places.is_sorted(), "{places:?}");

    // More than a statement takes.
    post_many(&t, "letter", 1_201, Enqueue::default()).await;
    assert_eq!(t.jobs().await.len(), 1_201);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_job_that_appears_behind_what_was_looked_at_already_is_found(t: TestDb) {
    let office = Office::default();
    let worker = worker_with_places(&t, &office, NODE, 2);
    let stop = CancellationToken::new();
    let posting = async {
        for round in 0..5 {
            t.clock.advance(Duration::from_secs(10));
            post_many(&t, &format!("on time {round}"), 3, Enqueue::default()).await;
            // Its transaction took an hour to commit.
            let mut tx = t.begin_at(CLERK, START - Duration::from_secs(3_600)).await.unwrap();
            tx.enqueue(&deliver("late")).await.unwrap();
            tx.commit().await.unwrap();
            office.wait_for((round + 1) * 4).await;
        }
        stop.cancel();
    };
    tokio::join!(worker.run(stop.clone()), posting);
}

#[app_test]
async fn a_running_worker_leaves_what_is_paused_and_takes_it_up_when_it_is_resumed(t: TestDb) {
    let pause = async |on: bool| {
        let mut tx = t.begin(CLERK).await.unwrap();
        let changed = if on {
            store::pause(&mut tx, PauseKind::Name, Deliver::NAME).await.unwrap()
        } else {
            store::resume(&mut tx, PauseKind::Name, Deliver::NAME).await.unwrap()
        };
        assert!(changed);
        tx.commit().await.unwrap();
    };
    let office = Office::default();
    let worker = worker_with_places(&t, &office, NODE, 2);
    let stop = CancellationToken::new();
    let people = async {
        post_many(&t, "before", 3, Enqueue::default()).await;
        office.wait_for(3).await;
        pause(true).await;
        post_many(&t, "meanwhile", 3, Enqueue::default()).await;
        // Several looks long: each of these wakes the worker.
        for _ in 0..20 {
            pause_other(&t).await;
        }
        assert_eq!(office.delivered().len(), 3);
        pause(false).await;
        office.wait_for(6).await;
        stop.cancel();
    };
    tokio::join!(worker.run(stop.clone()), people);
}

/// Something that has nothing to do with letters, and wakes everybody.
async fn pause_other(t: &TestDb) {
    let mut tx = t.begin(CLERK).await.unwrap();
    store::pause(&mut tx, PauseKind::Lane, "nowhere").await.unwrap();
    store::resume(&mut tx, PauseKind::Lane, "nowhere").await.unwrap();
    tx.commit().await.unwrap();
}
