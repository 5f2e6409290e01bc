//! Jobs of one key in the queue run one after another, in order; unique ones wait once.

use std::time::Duration;

use karavan_store::queue::{
    Enqueue, Job,
    store::{self, Claimed},
};
use karavan_testkit::{TestDb, app_test};

use crate::support::{CLERK, Deliver, NODE, claim, deliver, finish, letter_of, post, post_with};

fn to_anna() -> Enqueue {
    Enqueue::default().in_order_of("anna")
}

/// The only job that can be claimed now.
async fn only(t: &TestDb) -> Claimed {
    let mut claimed = claim(t, NODE, 10).await;
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    claimed.pop().unwrap()
}

async fn put_back(t: &TestDb, job: &Claimed, again_after: Option<Duration>) {
    let mut tx = t.begin(CLERK).await.unwrap();
    let again_at = again_after.map(|pause| tx.now() + pause);
    store::put_back(&mut tx, job, "nobody opened", again_at).await.unwrap();
    tx.commit().await.unwrap();
}

#[app_test]
async fn one_at_a_time_in_the_order_of_enqueueing(t: TestDb) {
    for letter in ["first", "second", "third"] {
        post_with(&t, letter, to_anna()).await.unwrap();
    }
    for letter in ["first", "second", "third"] {
        let job = only(&t).await;
        assert_eq!(letter_of(&job), letter);
        assert!(
            claim(&t, "node-2", 10).await.is_empty(),
            "the next one waits for the one before"
        );
        let wakeups = t.wakeups();
        finish(&t, &job).await;
        assert_eq!(
            wakeups.has_changed().unwrap(),
            letter != "third",
            "the next one can start now, if there is one"
        );
    }
}

#[app_test]
async fn who_waited_long_for_its_turn_is_seen_by_workers_that_look_only_for_what_is_new(t: TestDb) {
    post_with(&t, "first", to_anna()).await.unwrap();
    let second = post_with(&t, "second", to_anna()).await.unwrap();
    let first = only(&t).await;
    t.clock.advance(Duration::from_secs(60));
    finish(&t, &first).await;
    let row = store::find(&mut t.read().await.unwrap(), second)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.run_at, t.clock.now());
    let second = only(&t).await;
    finish(&t, &second).await;
}

#[app_test]
async fn other_keys_do_not_wait(t: TestDb) {
    post_with(&t, "anna 1", to_anna()).await.unwrap();
    post_with(&t, "anna 2", to_anna()).await.unwrap();
    post_with(&t, "boris 1", Enqueue::default().in_order_of("boris"))
        .await
        .unwrap();
    post(&t, "anybody").await;
    let mut letters: Vec<String> = claim(&t, NODE, 10).await.iter().map(letter_of).collect();
    letters.sort();
    assert_eq!(letters, ["anna 1", "anybody", "boris 1"]);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_retry_blocks_its_key_and_a_dead_one_frees_it(t: TestDb) {
    post_with(&t, "first", to_anna()).await.unwrap();
    post_with(&t, "second", to_anna()).await.unwrap();
    let first = only(&t).await;
    put_back(&t, &first, Some(Duration::from_secs(60))).await;
    assert!(
        claim(&t, NODE, 10).await.is_empty(),
        "order is kept while the first one waits for its next attempt"
    );

    t.clock.advance(Duration::from_secs(60));
    let first = only(&t).await;
    assert_eq!(letter_of(&first), "first");
    let wakeups = t.wakeups();
    put_back(&t, &first, None).await;
    assert!(wakeups.has_changed().unwrap(), "the next one can start now");
    let second = only(&t).await;
    assert_eq!(letter_of(&second), "second");
    finish(&t, &second).await;
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_replayed_job_goes_to_the_end_of_its_line(t: TestDb) {
    post_with(&t, "first", to_anna()).await.unwrap();
    post_with(&t, "second", to_anna()).await.unwrap();
    post_with(&t, "third", to_anna()).await.unwrap();
    let first = only(&t).await;
    put_back(&t, &first, None).await;
    let second = only(&t).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    assert!(store::replay(&mut tx, first.id).await.unwrap());
    tx.commit().await.unwrap();

    assert!(
        claim(&t, "node-2", 10).await.is_empty(),
        "the second one runs: nothing of its key may run beside it"
    );
    finish(&t, &second).await;
    for letter in ["third", "first"] {
        let job = only(&t).await;
        assert_eq!(letter_of(&job), letter);
        finish(&t, &job).await;
    }
}

#[app_test]
async fn a_delay_holds_the_whole_line(t: TestDb) {
    post_with(&t, "slow", to_anna().after(Duration::from_secs(60)))
        .await
        .unwrap();
    post_with(&t, "quick", to_anna()).await.unwrap();
    assert!(claim(&t, NODE, 10).await.is_empty());
    t.clock.advance(Duration::from_secs(60));
    let slow = only(&t).await;
    assert_eq!(letter_of(&slow), "slow");
    finish(&t, &slow).await;
    let quick = only(&t).await;
    finish(&t, &quick).await;
}

#[app_test]
async fn writers_at_once_get_one_order_and_it_is_kept(t: TestDb) {
    let writers = (0..6).map(|writer| {
        let t = t.clone();
        async move {
            for number in 0..5 {
                post_with(&t, &format!("{writer}/{number}"), to_anna()).await.unwrap();
            }
        }
    });
    tokio::task::JoinSet::from_iter(writers).join_all().await;
    let mut seen = Vec::new();
    for _ in 0..30 {
        let job = only(&t).await;
        seen.push(letter_of(&job));
        finish(&t, &job).await;
    }
    for writer in 0..6 {
        let own: Vec<&str> = seen
            .iter()
            .filter_map(|letter| letter.strip_prefix(&format!("{writer}/")))
            .collect();
        assert_eq!(
            own,
            ["0", "1", "2", "3", "4"],
            "each writer's letters arrive in the order of writing"
        );
    }
}

#[app_test]
async fn the_order_holds_within_one_transaction(t: TestDb) {
    let mut tx = t.begin(CLERK).await.unwrap();
    for number in 0..5 {
        tx.enqueue_with(&deliver(&number.to_string()), to_anna()).await.unwrap();
    }
    tx.commit().await.unwrap();
    for number in 0..5 {
        let job = only(&t).await;
        assert_eq!(letter_of(&job), number.to_string());
        finish(&t, &job).await;
    }
}

#[app_test]
async fn a_unique_job_is_added_once_while_it_waits_or_runs(t: TestDb) {
    let once = || Enqueue::default().once_per("anna");
    let first = post_with(&t, "letter", once()).await;
    assert!(first.is_some());
    assert_eq!(post_with(&t, "letter", once()).await, None);
    let running = only(&t).await;
    assert_eq!(post_with(&t, "letter", once()).await, None);
    assert!(
        post_with(&t, "letter", Enqueue::default().once_per("boris"))
            .await
            .is_some()
    );
    finish(&t, &running).await;
    let again = post_with(&t, "letter", once()).await;
    assert!(again.is_some(), "it is done, so it can be asked for again");
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn a_dead_unique_job_does_not_stand_in_the_way(t: TestDb) {
    let once = || Enqueue::default().once_per("anna");
    post_with(&t, "letter", once()).await.unwrap();
    let job = only(&t).await;
    put_back(&t, &job, None).await;
    assert!(post_with(&t, "letter", once()).await.is_some());
    // The dead one can be replayed beside it.
    let mut tx = t.begin(CLERK).await.unwrap();
    assert!(store::replay(&mut tx, job.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(claim(&t, NODE, 10).await.len(), 2);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn of_two_transactions_at_once_one_adds_the_unique_job(t: TestDb) {
    let posts = (0..8).map(|_| {
        let t = t.clone();
        async move {
            post_with(&t, "letter", Enqueue::default().once_per("anna"))
                .await
                .is_some()
        }
    });
    let added = tokio::task::JoinSet::from_iter(posts).join_all().await;
    assert_eq!(added.iter().filter(|added| **added).count(), 1);
    t.expect_jobs_left(&[Deliver::NAME]);
}
