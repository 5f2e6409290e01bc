//! Jobs of a process whose clock was ahead.

use std::time::Duration;

use karavan_kernel::Timestamp;
use karavan_store::queue::{Enqueue, Job, JobId, store};
use karavan_testkit::{START, TestDb, app_test};

use crate::support::{CLERK, Deliver, NODE, claim, letter_of, post_with};

const HOUR: Duration = Duration::from_secs(3_600);

async fn post_in_an_hour_by_a_wrong_clock(t: &TestDb, letter: &str, how: Enqueue) {
    let mut tx = t.begin_at(CLERK, START + HOUR).await.unwrap();
    let letter = letter.to_owned();
    tx.enqueue_with(&Deliver { letter }, how).await.unwrap().unwrap();
    tx.commit().await.unwrap();
}

async fn recall(t: &TestDb, now: Timestamp) -> u64 {
    let first: JobId = t.entropy().id(now);
    let looked = store::is_any_from_the_future(&mut t.read().await.unwrap(), first, now)
        .await
        .unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    let recalled = store::recall(&mut tx, first, now).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(looked, recalled > 0, "the look and the act agree");
    recalled
}

#[app_test]
async fn what_was_asked_for_in_the_future_counts_as_asked_for_now(t: TestDb) {
    post_in_an_hour_by_a_wrong_clock(&t, "at once", Enqueue::default()).await;
    let later = Enqueue::default().after(Duration::from_secs(60));
    post_in_an_hour_by_a_wrong_clock(&t, "in a minute", later).await;
    assert!(claim(&t, NODE, 10).await.is_empty());
    assert_eq!(recall(&t, START).await, 2);

    let due = claim(&t, NODE, 10).await;
    assert_eq!(due.iter().map(letter_of).collect::<Vec<_>>(), ["at once"]);
    t.clock.advance(Duration::from_secs(60));
    let due = claim(&t, NODE, 10).await;
    assert_eq!(due.iter().map(letter_of).collect::<Vec<_>>(), ["in a minute"]);
    t.expect_jobs_left(&[Deliver::NAME]);
}

#[app_test]
async fn what_is_to_wait_by_a_right_clock_waits(t: TestDb) {
    post_with(&t, "tomorrow", Enqueue::default().after(HOUR * 24))
        .await
        .unwrap();
    assert_eq!(recall(&t, START).await, 0);
    assert!(claim(&t, NODE, 10).await.is_empty());
    t.expect_jobs_left(&[Deliver::NAME]);
}
