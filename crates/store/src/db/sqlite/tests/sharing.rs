//! When transactions share a commit, and what becomes of those that hold the writer for too long.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    task::{JoinSet, yield_now},
};

use super::{super::Sqlite, CLERK, Limits, create_letters, letters, listen, open, sqlite, write};
use crate::{Db, StoreError, sql};

const PATIENT: Limits = Limits {
    wait: Duration::from_secs(30),
    idle: Duration::from_secs(3600),
    hold: Duration::from_secs(3600),
    group_size: 100,
    group_age: Duration::from_secs(3600),
};

async fn send(db: Db, id: i64) {
    let mut tx = db.begin(CLERK).await.unwrap();
    write(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
}

/// What is sent on the writer while transactions 1 to `count` are in line.
async fn crowd(limits: Limits, count: i64) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path(), limits).await;
    create_letters(&db).await;
    let heard = listen(&db).await;
    let mut first = db.begin(CLERK).await.unwrap();
    let others: JoinSet<()> = (2..=count).map(|id| send(db.clone(), id)).collect();
    // Each gets into the line.
    yield_now().await;
    write(&mut first, 1).await.unwrap();
    first.commit().await.unwrap();
    others.join_all().await;
    assert_eq!(letters(&db).await, (1..=count).collect::<Vec<_>>());
    db.close().await;
    std::mem::take(&mut *heard.lock().unwrap())
}

fn commits(heard: &[String]) -> usize {
    heard.iter().filter(|text| *text == "COMMIT").count()
}

#[tokio::test]
async fn who_is_alone_waits_for_nobody() {
    assert_eq!(crowd(PATIENT, 1).await, ["BEGIN IMMEDIATE", "statement", "COMMIT"]);
}

#[tokio::test]
async fn who_waits_for_the_writer_shares_the_commit() {
    let heard = crowd(PATIENT, 3).await;
    let expected = [
        "BEGIN IMMEDIATE",
        "statement",
        "SAVEPOINT tx",
        "statement",
        "RELEASE tx; SAVEPOINT tx",
        "statement",
        "COMMIT",
    ];
    assert_eq!(heard, expected);
}

#[tokio::test]
async fn a_group_that_is_big_or_old_waits_for_no_more() {
    let small = Limits {
        group_size: 4,
        ..PATIENT
    };
    assert_eq!(commits(&crowd(small, 10).await), 3);
    let young = Limits {
        group_age: Duration::ZERO,
        ..PATIENT
    };
    assert_eq!(commits(&crowd(young, 10).await), 10);
}

#[tokio::test]
async fn what_is_dropped_in_a_group_takes_nobody_along() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path(), PATIENT).await;
    create_letters(&db).await;
    let mut first = db.begin(CLERK).await.unwrap();
    let dropped = async {
        let mut tx = db.begin(CLERK).await.unwrap();
        write(&mut tx, 2).await.unwrap();
        drop(tx);
    };
    let first = async move {
        write(&mut first, 1).await.unwrap();
        first.commit().await.unwrap();
    };
    tokio::join!(dropped, send(db.clone(), 3), first);
    assert_eq!(letters(&db).await, [1, 3]);
    db.close().await;
}

#[tokio::test]
async fn a_caller_who_goes_away_while_committing_is_kept_and_its_jobs_are_announced() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path(), PATIENT).await;
    create_letters(&db).await;
    let mut wakeups = db.wakeups();
    let mut tx = db.begin(CLERK).await.unwrap();
    write(&mut tx, 1).await.unwrap();
    tx.note_enqueued();
    let mut ending = Box::pin(tx.commit());
    assert!(futures::poll!(ending.as_mut()).is_pending());
    drop(ending);
    wakeups.changed().await.unwrap();
    assert_eq!(letters(&db).await, [1]);
    db.close().await;
}

#[tokio::test]
async fn jobs_are_announced_after_the_shared_commit_only() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path(), PATIENT).await;
    create_letters(&db).await;
    let wakeups = db.wakeups();
    let mut first = db.begin(CLERK).await.unwrap();
    let second = async {
        let tx = db.begin(CLERK).await.unwrap();
        assert!(
            !wakeups.has_changed().unwrap(),
            "the first has ended, but its jobs cannot be seen yet"
        );
        tx.commit().await.unwrap();
        assert!(wakeups.has_changed().unwrap());
    };
    let first = async move {
        yield_now().await;
        first.note_enqueued();
        first.commit().await.unwrap();
    };
    tokio::join!(first, second);
    db.close().await;
}

#[tokio::test]
async fn an_idle_transaction_loses_the_writer() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        idle: Duration::from_millis(20),
        ..PATIENT
    };
    let db = open(folder.path(), limits).await;
    create_letters(&db).await;
    let mut idle = db.begin(CLERK).await.unwrap();
    write(&mut idle, 1).await.unwrap();
    let ending = db.begin(CLERK).await.unwrap();
    let next = write(&mut idle, 2).await;
    assert!(matches!(next, Err(StoreError::Busy(_))), "{next:?}");
    // One that loses it before its commit hears of it there.
    send_after_losing(&db, ending).await;
    assert_eq!(letters(&db).await, [3]);
    db.close().await;
}

async fn send_after_losing(db: &Db, idle: crate::Tx) {
    send(db.clone(), 3).await;
    let ended = idle.commit().await;
    assert!(matches!(ended, Err(StoreError::Busy(_))), "{ended:?}");
}

#[tokio::test]
async fn a_transaction_without_end_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        hold: Duration::ZERO,
        ..PATIENT
    };
    let db = open(folder.path(), limits).await;
    let mut endless = db.begin(CLERK).await.unwrap();
    let next = write(&mut endless, 1).await;
    assert!(matches!(next, Err(StoreError::Busy(_))), "{next:?}");
    // The writer is free although `endless` still lives.
    let late = db.begin(CLERK).await.unwrap();
    drop(endless);
    let answer = late.commit().await;
    assert!(matches!(answer, Err(StoreError::Busy(_))), "{answer:?}");
    db.close().await;
}

#[tokio::test]
async fn waiting_for_the_writer_ends() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        wait: Duration::from_millis(20),
        ..PATIENT
    };
    let db = open(folder.path(), limits).await;
    let held = db.begin(CLERK).await.unwrap();
    let refused = db.begin(CLERK).await.map(drop);
    assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
    // Another process is told the same.
    let other = open(folder.path(), limits).await;
    let refused = other.begin(CLERK).await.map(drop);
    assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
    held.commit().await.unwrap();
    other.begin(CLERK).await.unwrap().commit().await.unwrap();
    other.close().await;
    db.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_process_gets_its_turn_between_the_groups_of_a_busy_one() {
    let folder = tempfile::tempdir().unwrap();
    let busy = open(folder.path(), Limits::default()).await;
    create_letters(&busy).await;
    let other = open(folder.path(), Limits::default()).await;
    let clients: JoinSet<()> = (1..=8_i64)
        .map(|client| {
            let busy = busy.clone();
            async move {
                for number in 0.. {
                    send(busy.clone(), client * 1_000_000 + number).await;
                }
            }
        })
        .collect();
    for id in -10..0 {
        send(other.clone(), id).await;
    }
    drop(clients);
    assert_eq!(letters(&busy).await.iter().filter(|id| **id < 0).count(), 10);
    other.close().await;
    busy.close().await;
}

#[tokio::test]
async fn closing_commits_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path(), PATIENT).await;
    create_letters(&db).await;
    let mut tx = db.begin(CLERK).await.unwrap();
    write(&mut tx, 1).await.unwrap();
    let writer = sqlite(&db).writer.clone();
    // In line before the committer.
    let closing = async {
        let mut writer = writer.lock_owned().await;
        writer.close().await;
    };
    let (answer, ()) = tokio::join!(async { (yield_now().await, tx.commit().await).1 }, closing);
    answer.unwrap();
    let refused = db.begin(CLERK).await.map(drop);
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    let again = open(folder.path(), PATIENT).await;
    assert_eq!(letters(&again).await, [1]);
    again.close().await;
    db.close().await;
}

#[tokio::test]
async fn a_durable_file_is_synced_at_every_commit_after_a_new_connection_too() {
    let folder = tempfile::tempdir().unwrap();
    let wake = Arc::new(watch::Sender::new(0));
    let file = folder.path().join("test.db");
    let sqlite = Sqlite::open(&file, true, wake).await.unwrap();
    for _connection in 0..2 {
        let mut conn = sqlite.begin().await.unwrap();
        let full: i64 = conn.fetch_value(sql!("PRAGMA synchronous")).await.unwrap();
        assert_eq!(full, 2);
        conn.commit(false).await.unwrap();
        // As after it broke.
        sqlite.writer.lock().await.connection = None;
    }
}
