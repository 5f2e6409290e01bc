//! The tables of the second factor, on both databases.

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_platform::{
    access::{self, AccountId},
    accounts::{factor::store, store as accounts},
};
use karavan_store::{Db, Tx};
use karavan_testkit::{TestDb, app_test};
use tokio::task::JoinSet;

async fn begin(t: &TestDb) -> Tx {
    t.begin(Actor::System("test")).await.unwrap()
}

async fn anna(t: &TestDb) -> AccountId {
    let mut tx = begin(t).await;
    let id = access::store::insert_person(&mut tx, "Анна").await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[app_test]
async fn a_factor_is_confirmed_once_and_with_the_secret_that_was_shown(t: TestDb) {
    let id = anna(&t).await;
    let mut tx = begin(&t).await;
    assert!(store::find(&mut tx, id).await.unwrap().is_none());
    assert!(store::put_unconfirmed(&mut tx, id, "first").await.unwrap());
    assert!(store::put_unconfirmed(&mut tx, id, "second").await.unwrap());
    assert!(!store::is_on(&mut tx, id).await.unwrap());
    assert!(
        !store::use_step(&mut tx, id, 7).await.unwrap(),
        "nothing asks for it yet"
    );
    assert!(!store::confirm(&mut tx, id, "first", 7).await.unwrap());
    assert!(store::confirm(&mut tx, id, "second", 7).await.unwrap());
    assert!(!store::confirm(&mut tx, id, "second", 8).await.unwrap());
    assert!(!store::put_unconfirmed(&mut tx, id, "third").await.unwrap(), "it is on");
    let found = store::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!((found.secret.as_str(), found.confirmed_at), ("second", Some(tx.now())));
    assert!(
        !store::use_step(&mut tx, id, 7).await.unwrap(),
        "the step that confirmed it"
    );
    assert!(store::use_step(&mut tx, id, 9).await.unwrap());
    assert!(
        !store::use_step(&mut tx, id, 8).await.unwrap(),
        "none after a later one"
    );
    assert!(store::remove(&mut tx, id).await.unwrap());
    assert!(!store::remove(&mut tx, id).await.unwrap());
    assert!(!store::is_on(&mut tx, id).await.unwrap());
    tx.commit().await.unwrap();
}

#[app_test]
async fn of_many_on_two_nodes_one_gets_a_step_and_one_a_recovery_code(t: TestDb) {
    let id = anna(&t).await;
    let other = t.another_node().await;
    let mut tx = begin(&t).await;
    assert!(store::put_unconfirmed(&mut tx, id, "secret").await.unwrap());
    assert!(store::confirm(&mut tx, id, "secret", 1).await.unwrap());
    store::put_recovery_codes(&mut tx, id, &["one".to_owned()])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let tries = (0..8).map(|number| {
        let node: Db = if number % 2 == 0 { Db::clone(&t) } else { other.clone() };
        async move {
            let mut tx = node.begin(Actor::System("test")).await.unwrap();
            let step = store::use_step(&mut tx, id, 2).await.unwrap();
            let code = store::use_recovery_code(&mut tx, id, "one").await.unwrap();
            tx.commit().await.unwrap();
            (step, code)
        }
    });
    let got = JoinSet::from_iter(tries).join_all().await;
    assert_eq!(got.iter().filter(|(step, _)| *step).count(), 1, "{got:?}");
    assert_eq!(got.iter().filter(|(_, code)| *code).count(), 1, "{got:?}");
}

#[app_test]
async fn recovery_codes_are_counted_and_replaced(t: TestDb) {
    let (id, other) = (anna(&t).await, anna(&t).await);
    let hashes = ["one".to_owned(), "two".to_owned()];
    let mut tx = begin(&t).await;
    store::put_recovery_codes(&mut tx, id, &hashes).await.unwrap();
    store::put_recovery_codes(&mut tx, other, &hashes).await.unwrap();
    assert!(store::use_recovery_code(&mut tx, id, "one").await.unwrap());
    assert!(!store::use_recovery_code(&mut tx, id, "one").await.unwrap());
    assert!(!store::use_recovery_code(&mut tx, id, "three").await.unwrap());
    assert_eq!(store::recovery_codes_left(&mut tx, id).await.unwrap(), 1);
    assert_eq!(
        store::recovery_codes_left(&mut tx, other).await.unwrap(),
        2,
        "not theirs"
    );
    store::put_recovery_codes(&mut tx, id, &["three".to_owned()])
        .await
        .unwrap();
    assert!(!store::use_recovery_code(&mut tx, id, "two").await.unwrap());
    assert_eq!(store::recovery_codes_left(&mut tx, id).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

#[app_test]
async fn half_a_sign_in_ends_by_tries_time_use_and_a_new_password(t: TestDb) {
    let id = anna(&t).await;
    let mut tx = begin(&t).await;
    let (now, expires_at) = (tx.now(), tx.now() + Duration::from_secs(60));
    for token in ["tried", "used", "left", "late"] {
        store::insert_half(&mut tx, token, id, expires_at).await.unwrap();
    }
    for _try in 0..5 {
        assert_eq!(store::find_half(&mut tx, "tried", now).await.unwrap(), Some(id));
        assert!(store::count_half(&mut tx, "tried").await.unwrap());
    }
    assert!(!store::count_half(&mut tx, "tried").await.unwrap());
    assert_eq!(store::find_half(&mut tx, "tried", now).await.unwrap(), None);
    store::end_half(&mut tx, "used").await.unwrap();
    assert!(!store::count_half(&mut tx, "used").await.unwrap());
    accounts::put_password(&mut tx, id, "hash").await.unwrap();
    assert!(!store::count_half(&mut tx, "left").await.unwrap());
    assert_eq!(store::end_halves_of(&mut tx, id).await.unwrap(), 0);
    store::insert_half(&mut tx, "late", id, expires_at).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::from_secs(60));
    let mut tx = begin(&t).await;
    assert!(!store::count_half(&mut tx, "late").await.unwrap());
    let now = tx.now();
    assert_eq!(store::find_half(&mut tx, "late", now).await.unwrap(), None);
    tx.commit().await.unwrap();
}

#[app_test]
async fn what_was_begun_and_not_finished_is_forgotten(t: TestDb) {
    let (id, other) = (anna(&t).await, anna(&t).await);
    let mut tx = begin(&t).await;
    for account in [id, other] {
        assert!(store::put_unconfirmed(&mut tx, account, "secret").await.unwrap());
    }
    assert!(store::confirm(&mut tx, other, "secret", 1).await.unwrap());
    let now = tx.now();
    store::insert_half(&mut tx, "half", id, now).await.unwrap();
    assert_eq!(store::purge_unfinished_before(&mut tx, now).await.unwrap(), 0);
    let later = now + Duration::from_secs(1);
    assert_eq!(store::purge_unfinished_before(&mut tx, later).await.unwrap(), 2);
    assert!(store::is_on(&mut tx, other).await.unwrap());
    tx.commit().await.unwrap();
}
