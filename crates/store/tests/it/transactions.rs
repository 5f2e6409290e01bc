//! What a transaction promises.

use karavan_kernel::{Actor, open_tx};
use karavan_store::{StoreError, sql};
use karavan_testkit::{TestDb, app_test};

use crate::support::{CLERK, add_parcel, create_parcels, parcels};

#[app_test]
async fn what_is_committed_is_there_and_what_is_dropped_never_was(t: TestDb) {
    create_parcels(&t).await;
    let mut kept = t.begin(CLERK).await.unwrap();
    add_parcel(&mut kept, "kept", 1).await.unwrap();
    kept.commit().await.unwrap();

    let mut dropped = t.begin(CLERK).await.unwrap();
    add_parcel(&mut dropped, "dropped", 2).await.unwrap();
    drop(dropped);

    // The next transaction works and sees nothing of the dropped one.
    let mut next = t.begin(CLERK).await.unwrap();
    add_parcel(&mut next, "next", 2).await.unwrap();
    next.commit().await.unwrap();
    assert_eq!(parcels(&t).await, ["kept", "next"]);
}

#[app_test]
async fn a_cancelled_transaction_is_rolled_back(t: TestDb) {
    create_parcels(&t).await;
    let begun = std::sync::Arc::new(tokio::sync::Notify::new());
    let request = tokio::task::JoinSet::from_iter([{
        let (db, begun) = (t.clone(), begun.clone());
        async move {
            let mut tx = db.begin(CLERK).await.unwrap();
            add_parcel(&mut tx, "lost", 1).await.unwrap();
            begun.notify_one();
            std::future::pending::<()>().await;
        }
    }]);
    begun.notified().await;
    // The client went away: axum drops the request's future wherever it stands.
    drop(request);
    let mut tx = t.begin(CLERK).await.unwrap();
    add_parcel(&mut tx, "next", 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(parcels(&t).await, ["next"]);
}

#[app_test]
async fn a_reader_neither_waits_for_a_writer_nor_sees_its_draft(t: TestDb) {
    create_parcels(&t).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    add_parcel(&mut tx, "draft", 1).await.unwrap();
    assert_eq!(parcels(&t).await, [""; 0]);
    let own: i64 = tx.fetch_value(sql!("SELECT COUNT(*) FROM parcels")).await.unwrap();
    assert_eq!(own, 1, "a transaction sees what it wrote");
    tx.commit().await.unwrap();
    assert_eq!(parcels(&t).await, ["draft"]);
}

#[app_test]
async fn a_failed_statement_ends_the_transaction(t: TestDb) {
    create_parcels(&t).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    add_parcel(&mut tx, "first", 1).await.unwrap();
    assert!(matches!(
        add_parcel(&mut tx, "first", 2).await,
        Err(StoreError::Unique { .. })
    ));
    // PostgreSQL would refuse by itself; SQLite would go on, so `store` refuses on both.
    assert!(matches!(
        add_parcel(&mut tx, "second", 3).await,
        Err(StoreError::Poisoned)
    ));
    let read = tx.fetch_value::<i64>(sql!("SELECT COUNT(*) FROM parcels")).await;
    assert!(matches!(read, Err(StoreError::Poisoned)));
    assert!(matches!(tx.commit().await, Err(StoreError::Poisoned)));
    assert_eq!(parcels(&t).await, [""; 0]);
}

#[app_test]
async fn an_expected_number_of_rows_is_no_failed_statement(t: TestDb) {
    create_parcels(&t).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    let missing = tx
        .execute(sql!("UPDATE parcels SET weight = 1 WHERE id = 'nobody'"))
        .await
        .unwrap();
    assert!(matches!(
        missing.expect_rows(1),
        Err(StoreError::Rows { expected: 1, actual: 0 })
    ));
    add_parcel(&mut tx, "goes on", 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(parcels(&t).await, ["goes on"]);
}

#[app_test]
async fn the_time_of_a_transaction_stands_still_and_later_ones_are_not_earlier(t: TestDb) {
    let tx = t.begin(Actor::Anonymous).await.unwrap();
    let before = tx.now();
    t.clock.advance(std::time::Duration::from_secs(5));
    assert_eq!(tx.now(), before);
    drop(tx);
    let tx = t.begin(Actor::Telegram(7)).await.unwrap();
    assert_eq!(tx.now().since(before).as_secs(), 5);
    assert_eq!(tx.actor(), &Actor::Telegram(7));
}

#[app_test]
async fn transactions_at_once_do_not_lose_each_others_work(t: TestDb) {
    create_parcels(&t).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    add_parcel(&mut tx, "heavy", 1).await.unwrap();
    tx.commit().await.unwrap();
    let workers = (0..8).map(|_| {
        let t = t.clone();
        async move {
            for _ in 0..10 {
                let mut tx = t.begin(CLERK).await.unwrap();
                let update = sql!("UPDATE parcels SET weight = weight + 1 WHERE id = 'heavy'");
                tx.execute(update).await.unwrap().expect_rows(1).unwrap();
                tx.commit().await.unwrap();
            }
        }
    });
    tokio::task::JoinSet::from_iter(workers).join_all().await;
    let mut read = t.read().await.unwrap();
    let weight: i64 = read
        .fetch_value(sql!("SELECT weight FROM parcels WHERE id = 'heavy'"))
        .await
        .unwrap();
    assert_eq!(weight, 85);
}

#[app_test]
async fn a_key_is_held_by_one_transaction_at_a_time(t: TestDb) {
    create_parcels(&t).await;
    let counters = (0..8).map(|number| {
        let t = t.clone();
        async move {
            let mut tx = t.begin(CLERK).await.unwrap();
            tx.lock("parcels").await.unwrap();
            // Two who read the same number here would both write it: the unique house refuses the second.
            let next: i64 = tx
                .fetch_value(sql!("SELECT COALESCE(MAX(house), 0) + 1 FROM parcels"))
                .await
                .unwrap();
            add_parcel(&mut tx, &format!("parcel {number}"), next).await.unwrap();
            tx.commit().await.unwrap();
        }
    });
    tokio::task::JoinSet::from_iter(counters).join_all().await;
    assert_eq!(parcels(&t).await.len(), 8);
}

#[app_test]
async fn an_open_transaction_is_noticed_until_it_ends(t: TestDb) {
    open_tx::watched(async {
        assert!(open_tx::none_is_open());
        let tx = t.begin(CLERK).await.unwrap();
        let noticed = std::panic::catch_unwind(open_tx::none_is_open);
        assert!(noticed.is_err(), "calls to the outside panic in tests");
        tx.commit().await.unwrap();
        assert!(open_tx::none_is_open());
    })
    .await;
}

#[app_test]
async fn a_closed_database_says_that_it_is_unavailable(t: TestDb) {
    let node = t.another_node().await;
    node.close().await;
    let begun = node.begin(CLERK).await.map(drop);
    assert!(begun.as_ref().is_err_and(StoreError::is_retryable), "{begun:?}");
    let read = node.read().await.map(drop);
    assert!(read.as_ref().is_err_and(StoreError::is_retryable), "{read:?}");
}

#[app_test]
async fn two_nodes_see_each_others_commits(t: TestDb) {
    create_parcels(&t).await;
    let other = t.another_node().await;
    let mut tx = other.begin(CLERK).await.unwrap();
    add_parcel(&mut tx, "from the other node", 1).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(parcels(&t).await, ["from the other node"]);
    let mut tx = t.begin(CLERK).await.unwrap();
    let again = add_parcel(&mut tx, "here", 1).await;
    assert!(matches!(again, Err(StoreError::Unique { .. })), "{again:?}");
}
