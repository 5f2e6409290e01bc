//! `baristas::store`, function by function.

use karavan_coffee::{
    BaristaId,
    baristas::{
        BaristaError,
        store::{find, find_active_by_telegram, insert, list, set_active},
    },
};
use karavan_testkit::{BORIS, START, app_test};

use crate::cafe::Cafe;

#[app_test]
async fn a_barista_is_found_by_id_and_while_active_by_account(t: Cafe) {
    let mut tx = t.tx().await;
    let id = insert(&mut tx, 77, "Вера").await.unwrap();
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    let vera = find(&mut read, id).await.unwrap().unwrap();
    assert_eq!(
        (vera.telegram_id, vera.name.as_str(), vera.is_active),
        (77, "Вера", true)
    );
    assert_eq!(vera.created_at, START);
    let active = find_active_by_telegram(&mut read, 77).await.unwrap().unwrap();
    assert_eq!(active.id, id);
    assert!(find_active_by_telegram(&mut read, 78).await.unwrap().is_none());
    let nobody: BaristaId = t.entropy().id(START);
    assert!(find(&mut read, nobody).await.unwrap().is_none());
}

#[app_test]
async fn an_account_is_on_the_list_once_even_switched_off(t: Cafe) {
    t.lets_sell(t.barista, false).await;
    let again = insert(&mut t.tx().await, BORIS, "Борис").await;
    assert!(matches!(again, Err(BaristaError::Known)), "{again:?}");
}

#[app_test]
async fn somebody_is_switched_off_and_on(t: Cafe) {
    let mut tx = t.tx().await;
    assert!(set_active(&mut tx, t.barista, false).await.unwrap());
    assert!(find_active_by_telegram(&mut tx, BORIS).await.unwrap().is_none());
    assert!(!find(&mut tx, t.barista).await.unwrap().unwrap().is_active);
    assert!(set_active(&mut tx, t.barista, true).await.unwrap());
    assert!(find_active_by_telegram(&mut tx, BORIS).await.unwrap().is_some());
    let nobody: BaristaId = t.entropy().id(START);
    assert!(!set_active(&mut tx, nobody, true).await.unwrap());
}

#[app_test]
async fn the_list_shows_the_active_first_and_by_name(t: Cafe) {
    let mut tx = t.tx().await;
    let vera = insert(&mut tx, 77, "Вера").await.unwrap();
    insert(&mut tx, 78, "Анна").await.unwrap();
    set_active(&mut tx, vera, false).await.unwrap();
    let names: Vec<String> = list(&mut tx)
        .await
        .unwrap()
        .into_iter()
        .map(|barista| barista.name)
        .collect();
    assert_eq!(names, ["Анна", "Борис", "Вера"]);
}
