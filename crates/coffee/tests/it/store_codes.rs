//! `codes::store`, function by function.

use std::time::Duration;

use karavan_coffee::{
    BaristaId, CodeId, GuestId,
    codes::{
        CodeState,
        store::{consume, expire, find, find_active, hold, insert, revoke_of},
    },
};
use karavan_testkit::{START, app_test};

use crate::cafe::Cafe;

const LIFE: Duration = Duration::from_secs(90);
const HOLD: Duration = Duration::from_secs(600);

/// An active code with this fingerprint; `None` when the fingerprint or the guest has one.
async fn added(t: &Cafe, guest: GuestId, fingerprint: &str) -> Option<CodeId> {
    let mut tx = t.tx().await;
    let (id, expires_at) = (tx.id(), tx.now() + LIFE);
    let inserted = insert(&mut tx, id, guest, fingerprint, expires_at).await.unwrap();
    tx.commit().await.unwrap();
    inserted.then_some(id)
}

async fn state(t: &Cafe, id: CodeId) -> CodeState {
    find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap().state
}

async fn consumed(t: &Cafe, id: CodeId, barista: BaristaId) -> bool {
    let mut tx = t.tx().await;
    let consumed = consume(&mut tx, id, barista).await.unwrap();
    tx.commit().await.unwrap();
    consumed
}

async fn held(t: &Cafe, id: CodeId, barista: BaristaId) {
    let mut tx = t.tx().await;
    let until = tx.now() + HOLD;
    hold(&mut tx, id, barista, until).await.unwrap();
    tx.commit().await.unwrap();
}

#[app_test]
async fn a_code_is_found_by_id_and_while_it_is_active(t: Cafe) {
    let guest = t.guest("Анна").await;
    let id = added(&t, guest, "print").await.unwrap();
    let mut read = t.read().await.unwrap();
    let code = find_active(&mut read, "print").await.unwrap().unwrap();
    assert_eq!((code.id, code.guest_id, code.state), (id, guest, CodeState::Active));
    assert_eq!((code.created_at, code.expires_at), (START, START + LIFE));
    assert!(find_active(&mut read, "other").await.unwrap().is_none());
    assert!(find(&mut read, t.entropy().id(START)).await.unwrap().is_none());
    drop(read);
    assert!(consumed(&t, id, t.barista).await);
    let mut read = t.read().await.unwrap();
    assert!(find_active(&mut read, "print").await.unwrap().is_none());
}

#[app_test]
async fn a_guest_has_one_active_code_and_a_code_names_one_guest(t: Cafe) {
    let (anna, vera) = (t.guest("Анна").await, t.guest("Вера").await);
    let first = added(&t, anna, "print").await.unwrap();
    assert!(added(&t, anna, "second").await.is_none(), "Anna has one");
    assert!(added(&t, vera, "print").await.is_none(), "the digits are Anna's");
    let mut tx = t.tx().await;
    revoke_of(&mut tx, anna).await.unwrap();
    revoke_of(&mut tx, vera).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(state(&t, first).await, CodeState::Revoked);
    assert!(added(&t, vera, "print").await.is_some());
    assert!(added(&t, anna, "second").await.is_some());
}

#[app_test]
async fn digits_are_free_again_when_their_time_is_over(t: Cafe) {
    let (anna, vera) = (t.guest("Анна").await, t.guest("Вера").await);
    let old = added(&t, anna, "print").await.unwrap();
    t.clock.advance(LIFE);
    assert!(added(&t, vera, "print").await.is_some());
    assert_eq!(state(&t, old).await, CodeState::Expired);
}

#[app_test]
async fn digits_of_a_sale_in_progress_are_not_free(t: Cafe) {
    let (anna, vera) = (t.guest("Анна").await, t.guest("Вера").await);
    let code = added(&t, anna, "print").await.unwrap();
    held(&t, code, t.barista).await;
    t.clock.advance(LIFE);
    assert!(added(&t, vera, "print").await.is_none());
    t.clock.advance(HOLD);
    assert!(added(&t, vera, "print").await.is_some());
}

#[app_test]
async fn a_code_is_consumed_once_and_in_time(t: Cafe) {
    let (anna, vera) = (t.guest("Анна").await, t.guest("Вера").await);
    let code = added(&t, anna, "a").await.unwrap();
    t.clock.advance(LIFE - Duration::from_micros(1));
    assert!(consumed(&t, code, t.barista).await);
    assert!(!consumed(&t, code, t.barista).await);
    assert_eq!(state(&t, code).await, CodeState::Used);
    let late = added(&t, vera, "b").await.unwrap();
    t.clock.advance(LIFE);
    assert!(!consumed(&t, late, t.barista).await);
    assert_eq!(state(&t, late).await, CodeState::Active);
    assert!(!consumed(&t, t.entropy().id(START), t.barista).await);
}

#[app_test]
async fn whoever_holds_a_code_may_be_late_and_nobody_else(t: Cafe) {
    let guest = t.guest("Анна").await;
    let (vera, _) = t.another_barista("Вера").await;
    let code = added(&t, guest, "a").await.unwrap();
    held(&t, code, t.barista).await;
    t.clock.advance(HOLD - Duration::from_micros(1));
    assert!(!consumed(&t, code, vera).await);
    assert!(consumed(&t, code, t.barista).await);

    let next = added(&t, guest, "b").await.unwrap();
    held(&t, next, t.barista).await;
    t.clock.advance(HOLD);
    assert!(!consumed(&t, next, t.barista).await, "ten minutes are over");
}

#[app_test]
async fn only_an_active_code_can_be_held(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = added(&t, guest, "a").await.unwrap();
    assert!(consumed(&t, code, t.barista).await);
    let mut tx = t.tx().await;
    let until = tx.now() + HOLD;
    assert!(hold(&mut tx, code, t.barista, until).await.is_err());
}

#[app_test]
async fn expiring_marks_what_is_over_and_leaves_sales_in_progress(t: Cafe) {
    let [over, in_progress, young] = [t.guest("А").await, t.guest("Б").await, t.guest("В").await];
    let over = added(&t, over, "a").await.unwrap();
    let in_progress = added(&t, in_progress, "b").await.unwrap();
    held(&t, in_progress, t.barista).await;
    t.clock.advance(LIFE);
    let young = added(&t, young, "c").await.unwrap();
    let mut tx = t.tx().await;
    assert_eq!(expire(&mut tx).await.unwrap(), 1);
    assert_eq!(expire(&mut tx).await.unwrap(), 0);
    tx.commit().await.unwrap();
    assert_eq!(
        [
            state(&t, over).await,
            state(&t, in_progress).await,
            state(&t, young).await
        ],
        [CodeState::Expired, CodeState::Active, CodeState::Active]
    );
}

#[app_test]
async fn the_schedule_marks_expired_codes(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = added(&t, guest, "a").await.unwrap();
    t.advance(Duration::from_secs(3_600)).await;
    assert_eq!(state(&t, code).await, CodeState::Expired);
}
