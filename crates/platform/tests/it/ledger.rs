//! The books: what is moved, what is refused, and what nobody can change.

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_platform::ledger::{Entry, LedgerError, Owner, Unit, store};
use karavan_store::{Db, PageRequest, StoreError, sql};
use karavan_testkit::{START, TestDb, app_test};

const CLERK: Actor = Actor::System("clerk");
const ISSUED: Owner = Owner::System("post.points.issued");
const POINTS: Unit = Unit::POINTS;

fn anna() -> Owner {
    Owner::Guarded("gst_anna".into())
}

fn boris() -> Owner {
    Owner::Guarded("gst_boris".into())
}

/// Books one entry in a transaction of its own, and gives it up when it is refused.
async fn book(
    db: &Db,
    purpose: &'static str,
    subject: &str,
    from: &Owner,
    to: &Owner,
    amount: i64,
) -> Result<(), LedgerError> {
    let mut tx = db.begin(CLERK).await.unwrap();
    let from = store::open(&mut tx, from, POINTS).await?;
    let to = store::open(&mut tx, to, POINTS).await?;
    let entry = Entry {
        purpose,
        subject: subject.to_owned(),
        from,
        to,
        amount,
    };
    store::post(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(())
}

async fn balance(t: &TestDb, owner: &Owner) -> i64 {
    store::balance_of(&mut t.read().await.unwrap(), owner, POINTS)
        .await
        .unwrap()
}

async fn assert_in_order(t: &TestDb) {
    let problems = store::check(&mut t.read().await.unwrap()).await.unwrap();
    assert_eq!(problems, [""; 0]);
}

#[app_test]
async fn what_is_earned_and_spent_adds_up(t: TestDb) {
    assert_eq!(balance(&t, &anna()).await, 0, "nothing is booked yet");
    book(&t, "post.earn", "1", &ISSUED, &anna(), 100).await.unwrap();
    book(&t, "post.spend", "1", &anna(), &ISSUED, 30).await.unwrap();
    assert_eq!(balance(&t, &anna()).await, 70);
    assert_eq!(balance(&t, &ISSUED).await, -70, "a system account may owe");
    assert_in_order(&t).await;
}

#[app_test]
async fn nobody_spends_more_than_they_have(t: TestDb) {
    book(&t, "post.earn", "1", &ISSUED, &anna(), 10).await.unwrap();
    let refused = book(&t, "post.spend", "1", &anna(), &boris(), 11).await;
    assert!(matches!(refused, Err(LedgerError::Insufficient)), "{refused:?}");
    assert_eq!((balance(&t, &anna()).await, balance(&t, &boris()).await), (10, 0));
    book(&t, "post.spend", "1", &anna(), &boris(), 10).await.unwrap();
    assert_in_order(&t).await;
}

#[app_test]
async fn the_same_thing_is_booked_once(t: TestDb) {
    book(&t, "post.earn", "order 1", &ISSUED, &anna(), 10).await.unwrap();
    let again = book(&t, "post.earn", "order 1", &ISSUED, &anna(), 10).await;
    assert!(matches!(again, Err(LedgerError::Booked)), "{again:?}");
    book(&t, "post.bonus", "order 1", &ISSUED, &anna(), 5).await.unwrap();
    assert_eq!(balance(&t, &anna()).await, 15);
}

#[app_test]
async fn nothing_and_less_cannot_be_moved(t: TestDb) {
    for amount in [0, -1, i64::MIN] {
        let refused = book(&t, "post.earn", "1", &ISSUED, &anna(), amount).await;
        assert!(matches!(refused, Err(LedgerError::Amount)), "{refused:?}");
    }
}

#[app_test]
async fn an_account_is_opened_once_however_many_open_it(t: TestDb) {
    let openers = (0..8).map(|_| {
        let t = t.clone();
        async move {
            let mut tx = t.begin(CLERK).await.unwrap();
            let id = store::open(&mut tx, &anna(), POINTS).await.unwrap();
            tx.commit().await.unwrap();
            id
        }
    });
    let mut ids = tokio::task::JoinSet::from_iter(openers).join_all().await;
    ids.dedup();
    assert_eq!(ids.len(), 1);
}

#[app_test]
async fn a_hundred_moves_at_once_neither_lose_nor_create_a_point(t: TestDb) {
    book(&t, "post.earn", "start", &ISSUED, &anna(), 60).await.unwrap();
    book(&t, "post.earn", "start 2", &ISSUED, &boris(), 60).await.unwrap();
    // Both ways at once: whoever locked in the order of paying would wait for the other for ever.
    let moves = (0..100).map(|number| {
        let t = t.clone();
        async move {
            let (from, to) = if number % 2 == 0 {
                (anna(), boris())
            } else {
                (boris(), anna())
            };
            let amount = 1 + i64::from(number % 7);
            match book(&t, "post.give", &number.to_string(), &from, &to, amount).await {
                Ok(()) | Err(LedgerError::Insufficient) => {}
                Err(other) => panic!("{other}"),
            }
        }
    });
    tokio::task::JoinSet::from_iter(moves).join_all().await;
    let (of_anna, of_boris) = (balance(&t, &anna()).await, balance(&t, &boris()).await);
    assert_eq!(of_anna + of_boris, 120);
    assert!(of_anna >= 0 && of_boris >= 0);
    assert_in_order(&t).await;
}

#[app_test]
async fn a_hundred_buyers_at_once_spend_what_there_is_and_no_more(t: TestDb) {
    book(&t, "post.earn", "start", &ISSUED, &anna(), 30).await.unwrap();
    let buyers = (0..100).map(|number| {
        let t = t.clone();
        async move {
            book(&t, "post.spend", &number.to_string(), &anna(), &ISSUED, 1)
                .await
                .is_ok()
        }
    });
    let bought = tokio::task::JoinSet::from_iter(buyers).join_all().await;
    assert_eq!(bought.iter().filter(|bought| **bought).count(), 30);
    assert_eq!((balance(&t, &anna()).await, balance(&t, &ISSUED).await), (0, 0));
    assert_in_order(&t).await;
}

#[app_test]
async fn what_is_booked_can_neither_be_changed_nor_removed(t: TestDb) {
    book(&t, "post.earn", "1", &ISSUED, &anna(), 10).await.unwrap();
    for forgery in [
        sql!("UPDATE ledger_postings SET amount = 1000"),
        sql!("DELETE FROM ledger_postings"),
        sql!("UPDATE ledger_entries SET subject = 'another'"),
        sql!("DELETE FROM ledger_entries"),
    ] {
        let mut tx = t.begin(CLERK).await.unwrap();
        let refused = tx.execute(forgery).await;
        assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    }
    // A balance below zero is refused by the table itself, too.
    let mut tx = t.begin(CLERK).await.unwrap();
    let refused = tx
        .execute(sql!(
            "UPDATE ledger_accounts SET balance = -1 WHERE balance IS NOT NULL"
        ))
        .await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    drop(tx);
    assert_in_order(&t).await;
}

#[app_test]
async fn a_forged_balance_is_found(t: TestDb) {
    book(&t, "post.earn", "1", &ISSUED, &anna(), 10).await.unwrap();
    let mut tx = t.begin(CLERK).await.unwrap();
    let forge = sql!("UPDATE ledger_accounts SET balance = 1000 WHERE balance = 10");
    tx.execute(forge).await.unwrap().expect_rows(1).unwrap();
    let problems = store::check(&mut tx).await.unwrap();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("is not the sum of its postings"));
}

#[app_test]
async fn the_history_shows_every_line_with_the_balance_after_it(t: TestDb) {
    for (number, amount) in [(1, 10), (2, 20), (3, 30)] {
        book(&t, "post.earn", &number.to_string(), &ISSUED, &anna(), amount)
            .await
            .unwrap();
        t.clock.advance(Duration::from_secs(1));
    }
    book(&t, "post.earn", "4", &ISSUED, &boris(), 5).await.unwrap();
    let mut read = t.read().await.unwrap();
    let of_anna = store::history(&mut read, Some("gst_anna"), POINTS, PageRequest::new(2, 0))
        .await
        .unwrap();
    assert_eq!(of_anna.total, 3);
    let lines: Vec<_> = of_anna
        .rows
        .iter()
        .map(|line| (line.subject.as_str(), line.amount, line.balance_after))
        .collect();
    assert_eq!(lines, [("3", 30, Some(60)), ("2", 20, Some(30))]);
    assert_eq!(of_anna.rows[0].created_at, START + Duration::from_secs(2));
    assert_eq!(
        (of_anna.rows[0].actor.as_str(), of_anna.rows[0].purpose.as_str()),
        ("system:clerk", "post.earn")
    );
    let of_all = store::history(&mut read, None, POINTS, PageRequest::new(10, 0))
        .await
        .unwrap();
    assert_eq!(of_all.total, 4, "the other side of the books is nobody's history");
    assert_eq!(of_all.rows[0].owner, "gst_boris");
}

#[app_test]
async fn balances_of_many_are_asked_for_at_once(t: TestDb) {
    book(&t, "post.earn", "1", &ISSUED, &anna(), 10).await.unwrap();
    book(&t, "post.earn", "2", &ISSUED, &boris(), 20).await.unwrap();
    let owners = ["gst_anna", "gst_boris", "gst_nobody", "post.points.issued"].map(str::to_owned);
    let mut read = t.read().await.unwrap();
    let balances = store::balances_of(&mut read, &owners, POINTS).await.unwrap();
    let balances: Vec<(&str, i64)> = balances
        .iter()
        .map(|(owner, balance)| (owner.as_str(), *balance))
        .collect();
    assert_eq!(balances, [("gst_anna", 10), ("gst_boris", 20)]);
    assert!(store::balances_of(&mut read, &[], POINTS).await.unwrap().is_empty());
}

#[app_test]
async fn points_cannot_become_credits(t: TestDb) {
    let mut tx = t.begin(CLERK).await.unwrap();
    let entry = Entry {
        purpose: "post.swap",
        subject: "1".to_owned(),
        from: store::open(&mut tx, &ISSUED, POINTS).await.unwrap(),
        to: store::open(&mut tx, &anna(), Unit("credits")).await.unwrap(),
        amount: 5,
    };
    assert!(matches!(store::post(&mut tx, &entry).await, Err(LedgerError::Units)));
    tx.commit().await.unwrap();
    assert_in_order(&t).await;
}
