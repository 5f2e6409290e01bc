//! How jobs of the queue are claimed, held, lost and ended.

use std::{collections::BTreeSet, time::Duration};

use karavan_store::{
    StoreError,
    queue::{
        Enqueue, Job,
        store::{self, Claims, JobState},
    },
};
use karavan_testkit::{START, TestDb, app_test};

use crate::support::{CLERK, Deliver, LEASE, NODE, claim, claim_until, deliver, finish, letter_of, post, post_with};

#[app_test]
async fn a_job_exists_if_and_only_if_its_transaction_committed(t: TestDb) {
    let mut tx = t.begin(CLERK).await.unwrap();
    tx.enqueue(&deliver("never sent")).await.unwrap();
    drop(tx);
    assert_eq!(t.job_names().await, [""; 0]);

    let wakeups = t.wakeups();
    let mut tx = t.begin(CLERK).await.unwrap();
    tx.enqueue(&deliver("sent")).await.unwrap();
    assert!(!wakeups.has_changed().unwrap(), "nobody is woken before the commit");
    tx.commit().await.unwrap();
    assert!(wakeups.has_changed().unwrap());
    let jobs = t.jobs().await;
    assert_eq!(jobs.len(), 1);
    assert_eq!(
        (jobs[0].name.as_str(), jobs[0].enqueued_by.as_str()),
        (Deliver::NAME, "system:clerk")
    );
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_transaction_without_jobs_wakes_nobody(t: TestDb) {
    let wakeups = t.wakeups();
    t.begin(CLERK).await.unwrap().commit().await.unwrap();
    assert!(!wakeups.has_changed().unwrap());
}

#[app_test]
async fn a_claimed_job_is_given_to_nobody_else(t: TestDb) {
    post(&t, "one").await;
    let claimed = claim(&t, NODE, 10).await;
    assert_eq!(claimed.len(), 1);
    assert_eq!((claimed[0].attempt, claimed[0].max_attempts), (1, 3));
    assert!(claim(&t, "node-2", 10).await.is_empty());
    finish(&t, &claimed[0]).await;
    assert!(t.jobs().await.is_empty(), "a finished job has no row");
}

#[app_test]
async fn a_claim_takes_what_is_due_and_known_and_in_its_lane(t: TestDb) {
    post_with(&t, "slow", Enqueue::default().after(Duration::from_secs(60)))
        .await
        .unwrap();
    post_with(&t, "special", Enqueue::default().on_lane("bot"))
        .await
        .unwrap();
    post(&t, "plain").await;
    let mut tx = t.begin(CLERK).await.unwrap();
    let of = |lane, names| Claims {
        node: NODE,
        lane,
        names,
        limit: 10,
    };
    let now = t.now().await.unwrap();
    let unknown = store::claim(&mut tx, of(None, &["post.burn.v1"]), now, now + LEASE)
        .await
        .unwrap();
    assert!(unknown.is_empty());
    let plain = store::claim(
        &mut tx,
        of(Some(""), &[Deliver::NAME, "post.burn.v1"]),
        now,
        now + LEASE,
    )
    .await
    .unwrap();
    assert_eq!(plain.iter().map(letter_of).collect::<Vec<_>>(), ["plain"]);
    let special = store::claim(&mut tx, of(Some("bot"), &[Deliver::NAME]), now, now + LEASE)
        .await
        .unwrap();
    assert_eq!(special.iter().map(letter_of).collect::<Vec<_>>(), ["special"]);
    tx.commit().await.unwrap();

    t.clock.advance(Duration::from_secs(60));
    let slow = claim(&t, NODE, 10).await;
    assert_eq!(slow.iter().map(letter_of).collect::<Vec<_>>(), ["slow"]);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_late_worker_is_fenced(t: TestDb) {
    post(&t, "slow road").await;
    let late = claim(&t, NODE, 1).await.pop().unwrap();
    t.clock.advance(LEASE);
    let mut tx = t.begin(CLERK).await.unwrap();
    let now = tx.now();
    assert_eq!(store::free_expired(&mut tx, START, now).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let current = claim(&t, "node-2", 1).await.pop().unwrap();
    assert_eq!((late.id, current.attempt), (current.id, 2));

    // Whatever the late one tries, nothing of its transaction is written.
    let mut tx = t.begin(CLERK).await.unwrap();
    assert!(matches!(store::finish(&mut tx, &late).await, Err(StoreError::Fenced)));
    let put_back = store::put_back(&mut tx, &late, "late", Some(now)).await;
    assert!(matches!(put_back, Err(StoreError::Fenced)));
    assert!(matches!(
        store::postpone(&mut tx, &late, now).await,
        Err(StoreError::Fenced)
    ));
    drop(tx);
    finish(&t, &current).await;
}

#[app_test]
async fn a_job_cannot_be_finished_twice(t: TestDb) {
    post(&t, "once").await;
    let job = claim(&t, NODE, 1).await.pop().unwrap();
    finish(&t, &job).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    assert!(matches!(store::finish(&mut tx, &job).await, Err(StoreError::Fenced)));
}

#[app_test]
async fn a_lost_attempt_does_not_count_but_a_job_with_which_workers_die_again_and_again_is_dead(t: TestDb) {
    let id = post_with(&t, "lost", Enqueue::default().once_per("town"))
        .await
        .unwrap();
    for loss in 1..=store::MOST_LOSSES {
        let job = claim(&t, NODE, 1).await.pop().unwrap();
        assert_eq!(
            (job.attempt, job.max_attempts),
            (loss, 2 + loss),
            "three failures are still allowed"
        );
        t.clock.advance(LEASE - Duration::from_micros(1));
        assert_eq!(free_expired(&t).await, 0, "the lease is still alive");
        t.clock.advance(Duration::from_micros(1));
        assert_eq!(free_expired(&t).await, 1);
    }
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!((row.state, row.node), (JobState::Dead, None));
    assert_eq!(row.last_error.as_deref(), Some("the worker was lost"));
    assert!(claim(&t, NODE, 1).await.is_empty());
    assert!(
        post_with(&t, "lost", Enqueue::default().once_per("town"))
            .await
            .is_some(),
        "a dead one frees its unique key"
    );
    t.expect_jobs_left(&[Deliver::NAME]);
}

async fn free_expired(t: &TestDb) -> u64 {
    let mut tx = t.begin(CLERK).await.unwrap();
    let now = tx.now();
    let looked = store::is_any_expired(&mut tx, START, now).await.unwrap();
    let freed = store::free_expired(&mut tx, START, now).await.unwrap();
    assert_eq!(looked, freed > 0, "the look and the act agree");
    tx.commit().await.unwrap();
    freed
}

#[app_test]
async fn a_heartbeat_keeps_what_is_worked_on_and_nothing_else(t: TestDb) {
    post(&t, "in hand").await;
    let held = claim(&t, NODE, 1).await.pop().unwrap();
    // Claimed under the same name, but the answer to the claim never arrived: nobody works on it.
    post(&t, "lost on the way").await;
    claim(&t, NODE, 1).await.pop().unwrap();

    t.clock.advance(LEASE / 2);
    let mut tx = t.begin(CLERK).await.unwrap();
    let until = tx.now() + LEASE;
    assert_eq!(store::heartbeat(&mut tx, NODE, &[], until).await.unwrap(), []);
    assert_eq!(
        store::heartbeat(&mut tx, "node-2", &[held.id], until).await.unwrap(),
        [],
        "not its own"
    );
    assert_eq!(
        store::heartbeat(&mut tx, NODE, &[held.id], until).await.unwrap(),
        [(held.id, 1)]
    );
    tx.commit().await.unwrap();

    t.clock.advance(LEASE / 2);
    assert_eq!(free_expired(&t).await, 1);
    let again = claim(&t, NODE, 10).await;
    assert_eq!(again.iter().map(letter_of).collect::<Vec<_>>(), ["lost on the way"]);
    finish(&t, &held).await;
    finish(&t, &again[0]).await;
}

#[app_test]
async fn a_restarted_node_gets_its_own_jobs_back_at_once_and_the_attempt_does_not_count(t: TestDb) {
    post(&t, "mine").await;
    claim(&t, NODE, 1).await.pop().unwrap();
    post(&t, "theirs").await;
    let theirs = claim(&t, "node-2", 1).await.pop().unwrap();

    let wakeups = t.wakeups();
    let mut tx = t.begin(CLERK).await.unwrap();
    assert_eq!(store::free_node(&mut tx, NODE).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(wakeups.has_changed().unwrap());
    let again = claim(&t, "node-3", 10).await;
    assert_eq!(again.iter().map(letter_of).collect::<Vec<_>>(), ["mine"]);
    assert_eq!(
        (again[0].attempt, again[0].max_attempts),
        (2, 4),
        "three failures are still allowed"
    );
    finish(&t, &again[0]).await;
    finish(&t, &theirs).await;
}

#[app_test]
async fn a_postponed_job_keeps_its_attempts_and_a_failed_one_loses_them(t: TestDb) {
    let id = post(&t, "busy line").await;
    for round in 1..=5 {
        let job = claim(&t, NODE, 1).await.pop().unwrap();
        assert_eq!((job.attempt, job.max_attempts), (round, 2 + round));
        let mut tx = t.begin(CLERK).await.unwrap();
        let later = tx.now() + Duration::from_secs(30);
        store::postpone(&mut tx, &job, later).await.unwrap();
        tx.commit().await.unwrap();
        assert!(claim(&t, NODE, 1).await.is_empty());
        t.clock.advance(Duration::from_secs(30));
    }
    for last in [false, false, true] {
        let job = claim(&t, NODE, 1).await.pop().unwrap();
        assert_eq!(job.attempt >= job.max_attempts, last);
        let mut tx = t.begin(CLERK).await.unwrap();
        let again_at = (!last).then(|| tx.now());
        store::put_back(&mut tx, &job, "no answer", again_at).await.unwrap();
        tx.commit().await.unwrap();
    }
    let row = store::find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!(
        (row.state, row.last_error.as_deref()),
        (JobState::Dead, Some("no answer"))
    );
    assert_eq!(row.failed_at, Some(START + Duration::from_secs(150)));
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn eight_workers_at_once_never_get_the_same_job(t: TestDb) {
    const JOBS: usize = 60;
    let mut tx = t.begin(CLERK).await.unwrap();
    for number in 0..JOBS {
        tx.enqueue(&deliver(&number.to_string())).await.unwrap();
    }
    tx.commit().await.unwrap();
    let now = t.now().await.unwrap();
    let workers = (0..8).map(|number| {
        let t = t.clone();
        async move {
            let node = format!("node-{number}");
            let mut own = Vec::new();
            loop {
                let claimed = claim_until(&t, &node, 3, now + LEASE).await;
                if claimed.is_empty() {
                    return own;
                }
                own.extend(claimed);
            }
        }
    });
    let claimed = tokio::task::JoinSet::from_iter(workers).join_all().await.concat();
    let letters: BTreeSet<String> = claimed.iter().map(letter_of).collect();
    assert_eq!((claimed.len(), letters.len()), (JOBS, JOBS));
    assert!(claimed.iter().all(|job| job.attempt == 1));
    for job in &claimed {
        finish(&t, job).await;
    }
}

#[app_test]
async fn what_was_not_begun_is_given_back_and_nothing_is_counted(t: TestDb) {
    for letter in ["begun", "ahead 1", "ahead 2"] {
        t.clock.advance(Duration::from_millis(1));
        post(&t, letter).await;
    }
    let claimed = claim(&t, NODE, 3).await;
    let ahead: Vec<_> = claimed[1..].iter().map(|job| (job.id, job.attempt)).collect();
    let mut tx = t.begin(CLERK).await.unwrap();
    let late = [(ahead[0].0, 7), ahead[1]];
    assert_eq!(
        store::give_back_some(&mut tx, "node-2", &ahead).await.unwrap(),
        0,
        "not its own"
    );
    assert_eq!(
        store::give_back_some(&mut tx, NODE, &late).await.unwrap(),
        1,
        "not by another attempt"
    );
    assert_eq!(store::give_back_some(&mut tx, NODE, &ahead[..1]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let again = claim(&t, "node-2", 3).await;
    assert_eq!(again.iter().map(letter_of).collect::<Vec<_>>(), ["ahead 1", "ahead 2"]);
    assert_eq!((again[0].attempt, again[0].max_attempts), (2, 4));
    let row = store::find(&mut t.read().await.unwrap(), again[0].id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.last_error, None, "nothing went wrong");

    // A stop gives everything back.
    let mut tx = t.begin(CLERK).await.unwrap();
    assert_eq!(store::give_back(&mut tx, "node-2").await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(claim(&t, "node-3", 3).await.len(), 2);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_lot_is_finished_by_one_statement_or_not_at_all(t: TestDb) {
    for number in 0..5 {
        post_with(
            &t,
            &number.to_string(),
            Enqueue::default().in_order_of(format!("street {number}")),
        )
        .await
        .unwrap();
        post_with(
            &t,
            &format!("{number}, next"),
            Enqueue::default().in_order_of(format!("street {number}")),
        )
        .await
        .unwrap();
    }
    let lot = claim(&t, NODE, 10).await;
    assert_eq!(lot.len(), 5);
    let mut lost = lot.clone();
    lost[3].attempt = 9;
    let mut tx = t.begin(CLERK).await.unwrap();
    assert!(matches!(
        store::finish_all(&mut tx, &lost).await,
        Err(StoreError::Fenced)
    ));
    drop(tx);
    assert_eq!(t.jobs().await.len(), 10, "nothing happened");
    let mut tx = t.begin(CLERK).await.unwrap();
    store::finish_all(&mut tx, &[]).await.unwrap();
    store::finish_all(&mut tx, &lot).await.unwrap();
    tx.commit().await.unwrap();
    let next = claim(&t, NODE, 10).await;
    assert_eq!(next.len(), 5, "the next one of each line can start");
    for job in &next {
        finish(&t, job).await;
    }
}
