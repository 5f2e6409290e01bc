//! A full disk, a broken connection: nobody of the group is kept, everybody is told, and it goes on by itself.

use tokio::task::{JoinSet, yield_now};

use super::{
    super::probe::{Act, Fault},
    CLERK, Limits, create_letters, letters, open, watch, write,
};
use crate::{Db, StoreError, StoreResult, sql};

/// SQLite then answers as on a full disk to whatever needs another page.
async fn fill_the_disk(db: &Db) {
    let mut tx = db.begin(CLERK).await.unwrap();
    // The least there can be is what the file has.
    let full: i64 = tx.fetch_value(sql!("PRAGMA max_page_count = 1")).await.unwrap();
    assert!(full > 1);
    tx.commit().await.unwrap();
}

async fn make_room(db: &Db) {
    let mut tx = db.begin(CLERK).await.unwrap();
    let room: i64 = tx.fetch_value(sql!("PRAGMA max_page_count = 100000")).await.unwrap();
    assert_eq!(room, 100_000);
    tx.commit().await.unwrap();
}

/// A transaction that needs no room.
async fn touch(db: Db) -> StoreResult<()> {
    let mut tx = db.begin(CLERK).await?;
    tx.execute(sql!("UPDATE letters SET body = 'y' WHERE id = 1"))
        .await?
        .expect_rows(1)?;
    tx.commit().await
}

#[tokio::test]
async fn a_full_disk_refuses_the_whole_group_and_room_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path(), Limits::default()).await;
    create_letters(&db).await;
    let mut tx = db.begin(CLERK).await.unwrap();
    write(&mut tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    fill_the_disk(&db).await;

    let mut first = db.begin(CLERK).await.unwrap();
    let mut others: JoinSet<StoreResult<()>> = (0..3).map(|_| touch(db.clone())).collect();
    let glutton = db.clone();
    let glutton = tokio::task::JoinSet::from_iter([async move {
        let mut tx = glutton.begin(CLERK).await?;
        for id in 2.. {
            write(&mut tx, id).await?;
        }
        tx.commit().await
    }]);
    yield_now().await;
    let update = sql!("UPDATE letters SET body = 'z' WHERE id = 1");
    first.execute(update).await.unwrap().expect_rows(1).unwrap();
    let answer = first.commit().await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    while let Some(answer) = others.join_next().await {
        assert!(matches!(answer, Ok(Err(StoreError::Unavailable(_)))), "{answer:?}");
    }
    let full = glutton.join_all().await;
    assert!(matches!(full[..], [Err(StoreError::Unavailable(_))]), "{full:?}");

    // Nothing of them is there, and nothing needs a person.
    let body = sql!("SELECT COUNT(*) FROM letters WHERE body LIKE 'xx%'");
    let untouched: i64 = db.read().await.unwrap().fetch_value(body).await.unwrap();
    assert_eq!(untouched, 1);
    touch(db.clone()).await.unwrap();
    make_room(&db).await;
    let mut tx = db.begin(CLERK).await.unwrap();
    for id in 2..40 {
        write(&mut tx, id).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(letters(&db).await.len(), 39);
    db.close().await;
}

async fn a_commit_that_fails(fault: Fault) {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path(), Limits::default()).await;
    create_letters(&db).await;
    watch(&db, move |text| Act {
        fault: (text == "COMMIT").then_some(fault),
        ..Act::default()
    })
    .await;
    let lost: JoinSet<StoreResult<()>> = (1..=4)
        .map(|id| {
            let db = db.clone();
            async move {
                let mut tx = db.begin(CLERK).await?;
                write(&mut tx, id).await?;
                tx.commit().await
            }
        })
        .collect();
    for answer in lost.join_all().await {
        let error = answer.unwrap_err();
        assert!(error.is_retryable(), "{error:?}");
    }
    watch(&db, |_| Act::default()).await;
    assert_eq!(letters(&db).await, [0; 0]);
    let mut tx = db.begin(CLERK).await.unwrap();
    write(&mut tx, 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(letters(&db).await, [1]);
    db.close().await;
}

#[tokio::test]
async fn of_a_commit_that_fails_nothing_is_kept_and_the_next_one_works() {
    for fault in [Fault::Refused, Fault::RolledBack, Fault::Broken] {
        a_commit_that_fails(fault).await;
    }
}

#[tokio::test]
async fn a_statement_cancelled_on_a_full_disk_lets_nothing_slip_through() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path(), Limits::default()).await;
    create_letters(&db).await;
    fill_the_disk(&db).await;
    // Its answer is not seen at once, however fast SQLite is.
    watch(&db, |_| Act {
        after: 1,
        ..Act::default()
    })
    .await;
    let mut tx = db.begin(CLERK).await.unwrap();
    {
        // SQLite rolls everything back here, and nobody hears of it.
        let big = sql!("INSERT INTO letters (id, body) VALUES (1, $1)", "x".repeat(100_000));
        let mut statement = Box::pin(tx.execute(big));
        assert!(futures::poll!(statement.as_mut()).is_pending());
    }
    // Outside of a transaction this would be kept by itself.
    let next = tx.execute(sql!("INSERT INTO letters (id, body) VALUES (2, '')")).await;
    assert!(matches!(next, Err(StoreError::Poisoned)), "{next:?}");
    drop(tx);
    make_room(&db).await;
    assert_eq!(letters(&db).await, [0; 0]);
    db.close().await;
}
