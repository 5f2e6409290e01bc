//! The tables, on both databases.

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_platform::{
    access::{self, AccountId, AccountState},
    accounts::{
        Email, Purpose,
        store::{self, Failures, NewProof},
    },
};
use karavan_store::Tx;
use karavan_testkit::{TestDb, app_test};

const CLI: Actor = Actor::System("cli");

fn email(text: &str) -> Email {
    text.parse().unwrap()
}

async fn begin(t: &TestDb) -> Tx {
    t.begin(CLI).await.unwrap()
}

async fn anna(t: &TestDb) -> AccountId {
    let mut tx = begin(t).await;
    let id = access::store::insert_person(&mut tx, "Анна").await.unwrap();
    assert!(
        store::insert_email(&mut tx, id, &email("Anna@example.com"))
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    id
}

#[app_test]
async fn a_person_is_found_by_any_spelling_of_the_address(t: TestDb) {
    let id = anna(&t).await;
    let mut tx = begin(&t).await;
    access::store::rename_account(&mut tx, id, "Анна С.").await.unwrap();
    store::put_password(&mut tx, id, "hash 1").await.unwrap();
    store::put_password(&mut tx, id, "hash 2").await.unwrap();
    assert!(
        !store::rehash_password(&mut tx, id, "hash 1", "hash 3").await.unwrap(),
        "it has changed meanwhile"
    );
    store::hold(&mut tx, id).await.unwrap();
    assert!(store::rehash_password(&mut tx, id, "hash 2", "hash 3").await.unwrap());
    store::verify_email(&mut tx, id).await.unwrap();
    let first = tx.now();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::from_secs(60));
    let mut tx = begin(&t).await;
    store::verify_email(&mut tx, id).await.unwrap();
    let other = access::store::insert_person(&mut tx, "Другая").await.unwrap();
    assert!(
        !store::insert_email(&mut tx, other, &email("ANNA@EXAMPLE.com"))
            .await
            .unwrap()
    );
    assert!(store::find_person(&mut tx, other).await.unwrap().is_none());
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    let found = store::find_by_address(&mut read, "anna@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.id, found.name.as_str(), found.state),
        (id, "Анна С.", AccountState::Active)
    );
    assert_eq!(
        (found.address.as_str(), found.verified_at),
        ("Anna@example.com", Some(first))
    );
    assert_eq!(found.password.as_deref(), Some("hash 3"));
    assert!(
        store::find_by_address(&mut read, "Anna@example.com")
            .await
            .unwrap()
            .is_none(),
        "by the key"
    );
}

fn proof(of: &str, account: Option<AccountId>, t: &TestDb) -> NewProof {
    NewProof {
        flow_hash: format!("flow {of}"),
        link_hash: format!("link {of}"),
        code_hash: format!("code {of}"),
        purpose: Purpose::Verify,
        account,
        expires_at: t.clock.now() + Duration::from_secs(60),
    }
}

#[app_test]
async fn who_was_read_is_still_the_same_until_the_password_changes(t: TestDb) {
    let id = anna(&t).await;
    let mut tx = begin(&t).await;
    store::put_password(&mut tx, id, "hash 1").await.unwrap();
    let seen = store::find_person(&mut tx, id).await.unwrap().unwrap();
    assert!(store::is_still(&mut tx, &seen).await.unwrap());
    store::put_password(&mut tx, id, "hash 2").await.unwrap();
    assert!(!store::is_still(&mut tx, &seen).await.unwrap());
    tx.commit().await.unwrap();
}

#[app_test]
async fn a_proof_works_once_and_for_its_purpose(t: TestDb) {
    let id = anna(&t).await;
    let mut tx = begin(&t).await;
    store::insert_proof(&mut tx, &proof("1", Some(id), &t)).await.unwrap();
    store::insert_proof(&mut tx, &proof("nobody", None, &t)).await.unwrap();
    assert!(
        store::count_attempt(&mut tx, "flow 1", Purpose::Reset)
            .await
            .unwrap()
            .is_none()
    );
    for _try in 0..4 {
        let tried = store::count_attempt(&mut tx, "flow 1", Purpose::Verify)
            .await
            .unwrap()
            .unwrap();
        assert_eq!((tried.account_id, tried.code_hash.as_str()), (Some(id), "code 1"));
    }
    store::use_proof(&mut tx, "flow 1").await.unwrap();
    assert!(
        store::count_attempt(&mut tx, "flow 1", Purpose::Verify)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        store::use_link(&mut tx, "link 1", Purpose::Verify)
            .await
            .unwrap()
            .is_none()
    );
    let nobodys = store::count_attempt(&mut tx, "flow nobody", Purpose::Verify)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(nobodys.account_id, None);
    assert!(
        store::use_link(&mut tx, "link nobody", Purpose::Verify)
            .await
            .unwrap()
            .is_none()
    );
    tx.commit().await.unwrap();
}

#[app_test]
async fn a_newer_proof_a_used_link_and_time_end_a_proof(t: TestDb) {
    let id = anna(&t).await;
    let mut tx = begin(&t).await;
    for of in ["1", "2"] {
        store::insert_proof(&mut tx, &proof(of, Some(id), &t)).await.unwrap();
    }
    let now = tx.now();
    assert!(
        store::is_link_alive(&mut tx, "link 1", Purpose::Verify, now)
            .await
            .unwrap()
    );
    assert!(
        !store::is_link_alive(&mut tx, "link 1", Purpose::Reset, now)
            .await
            .unwrap()
    );
    assert_eq!(
        store::use_link(&mut tx, "link 1", Purpose::Verify).await.unwrap(),
        Some(id)
    );
    assert_eq!(store::end_proofs(&mut tx, id, Purpose::Reset).await.unwrap(), 0);
    assert_eq!(store::end_proofs(&mut tx, id, Purpose::Verify).await.unwrap(), 1);
    assert!(
        !store::is_link_alive(&mut tx, "link 2", Purpose::Verify, now)
            .await
            .unwrap()
    );
    store::insert_proof(&mut tx, &proof("3", Some(id), &t)).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::from_secs(60));
    let mut tx = begin(&t).await;
    assert!(
        store::count_attempt(&mut tx, "flow 3", Purpose::Verify)
            .await
            .unwrap()
            .is_none()
    );
    let now = tx.now();
    assert_eq!(store::purge_before(&mut tx, now).await.unwrap(), 0);
    assert_eq!(
        store::purge_before(&mut tx, now + Duration::from_secs(1))
            .await
            .unwrap(),
        3
    );
    tx.commit().await.unwrap();
}

#[app_test]
async fn failures_are_kept_by_guesser(t: TestDb) {
    let mut tx = begin(&t).await;
    let now = tx.now();
    assert_eq!(store::failures(&mut tx, "one").await.unwrap(), None);
    store::put_failures(&mut tx, "one", 1, now).await.unwrap();
    store::put_failures(&mut tx, "one", 2, now).await.unwrap();
    store::put_failures(&mut tx, "two", 7, now).await.unwrap();
    let expected = Failures {
        failures: 2,
        next_at: now,
    };
    assert_eq!(store::failures(&mut tx, "one").await.unwrap(), Some(expected));
    store::forget_failures(&mut tx, "one").await.unwrap();
    assert_eq!(store::failures(&mut tx, "one").await.unwrap(), None);
    assert!(store::failures(&mut tx, "two").await.unwrap().is_some());
    tx.commit().await.unwrap();
}
