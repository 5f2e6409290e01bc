//! The same key with the same body gets the first answer.

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_store::{
    Db, StoreError,
    idempotency::{self, Claim, Key},
};
use karavan_testkit::{START, TestDb, app_test};

use crate::support::{CLERK, add_parcel, create_parcels, parcels};

fn key() -> Key {
    Key::parse("order-17").unwrap()
}

fn anna() -> Actor {
    Actor::Account("acc_anna".into())
}

/// What an endpoint does: adds a parcel and answers with its name, once per key.
async fn send(db: &Db, actor: Actor, key: &Key, body: &str) -> Claim<String> {
    let mut tx = db.begin(actor).await.unwrap();
    match idempotency::claim::<String>(&mut tx, key, &body).await.unwrap() {
        Claim::Fresh => {
            add_parcel(&mut tx, body, 1).await.unwrap();
            idempotency::remember(&mut tx, key, &format!("sent {body}"))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            Claim::Fresh
        }
        known => {
            tx.commit().await.unwrap();
            known
        }
    }
}

#[app_test]
async fn a_repeated_request_gets_the_first_answer(t: TestDb) {
    create_parcels(&t).await;
    assert_eq!(send(&t, anna(), &key(), "cup").await, Claim::Fresh);
    assert_eq!(send(&t, anna(), &key(), "cup").await, Claim::Replay("sent cup".into()));
    assert_eq!(send(&t, anna(), &key(), "pot").await, Claim::DifferentBody);
    assert_eq!(parcels(&t).await, ["cup"]);
}

#[app_test]
async fn keys_belong_to_whoever_chose_them(t: TestDb) {
    let boris = Actor::Account("acc_boris".into());
    for actor in [anna(), boris] {
        let mut tx = t.begin(actor).await.unwrap();
        let claim = idempotency::claim::<String>(&mut tx, &key(), &"body").await.unwrap();
        assert_eq!(claim, Claim::Fresh);
        idempotency::remember(&mut tx, &key(), &"answer").await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[app_test]
async fn a_failed_request_does_not_use_the_key_up(t: TestDb) {
    create_parcels(&t).await;
    let mut tx = t.begin(anna()).await.unwrap();
    assert_eq!(
        idempotency::claim::<String>(&mut tx, &key(), &"cup").await.unwrap(),
        Claim::Fresh
    );
    drop(tx);
    assert_eq!(send(&t, anna(), &key(), "cup").await, Claim::Fresh);
}

#[app_test]
async fn of_two_at_once_one_works_and_the_other_gets_its_answer(t: TestDb) {
    create_parcels(&t).await;
    for round in 0..10 {
        let key = Key::parse(&format!("round-{round}")).unwrap();
        let both = (0..2).map(|_| {
            let (t, key) = (t.clone(), key.clone());
            async move {
                let mut tx = t.begin(anna()).await.unwrap();
                let claim = idempotency::claim::<i64>(&mut tx, &key, &"body").await.unwrap();
                if claim == Claim::Fresh {
                    add_parcel(&mut tx, &format!("parcel {round}"), round).await.unwrap();
                    idempotency::remember(&mut tx, &key, &round).await.unwrap();
                }
                tx.commit().await.unwrap();
                claim
            }
        });
        let mut claims = tokio::task::JoinSet::from_iter(both).join_all().await;
        claims.sort_by_key(|claim| *claim != Claim::Fresh);
        assert_eq!(claims, [Claim::Fresh, Claim::Replay(round)]);
    }
    assert_eq!(parcels(&t).await.len(), 10);
}

#[app_test]
async fn an_answer_cannot_be_kept_without_a_claim(t: TestDb) {
    let mut tx = t.begin(anna()).await.unwrap();
    let kept = idempotency::remember(&mut tx, &key(), &"answer").await;
    assert!(matches!(kept, Err(StoreError::Rows { .. })), "{kept:?}");
}

#[app_test]
async fn old_keys_are_forgotten(t: TestDb) {
    create_parcels(&t).await;
    send(&t, anna(), &key(), "cup").await;
    t.clock.advance(Duration::from_secs(24 * 3600));
    for (before, purged) in [(START, 0), (START + Duration::from_micros(1), 1)] {
        let mut tx = t.begin(CLERK).await.unwrap();
        assert_eq!(idempotency::purge_before(&mut tx, before).await.unwrap(), purged);
        tx.commit().await.unwrap();
    }
}

#[test]
fn a_key_is_short_and_visible() {
    let longest = "k".repeat(200);
    let too_long = "k".repeat(201);
    for fine in ["a", "8e03978e-40d5-43e8-bc93-6894a57f9324", &longest] {
        assert!(Key::parse(fine).is_some(), "{fine}");
    }
    for refused in ["", "with space", "ключ", "line\nbreak", &too_long] {
        assert_eq!(Key::parse(refused), None, "{refused}");
    }
}
