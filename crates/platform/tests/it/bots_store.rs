//! What bots remember: updates, conversations and chats.

use std::time::Duration;

use karavan_kernel::{Actor, Locale};
use karavan_platform::bots::store;
use karavan_store::StoreError;
use karavan_testkit::{START, TestDb, app_test};

const BOTS: Actor = Actor::System("bots");
const CLERK: &str = "post.clerk";
const GUARD: &str = "post.guard";
const ANNA: i64 = 1001;
const INSTANT: Duration = Duration::from_micros(1);

#[app_test]
async fn an_update_is_kept_once_and_emptied_when_it_is_handled(t: TestDb) {
    let mut tx = t.begin(BOTS).await.unwrap();
    assert!(store::insert_update(&mut tx, CLERK, ANNA, 41, "{}").await.unwrap());
    assert!(store::insert_update(&mut tx, CLERK, ANNA, 42, "hello").await.unwrap());
    assert!(
        !store::insert_update(&mut tx, CLERK, ANNA, 42, "again").await.unwrap(),
        "it was delivered before"
    );
    assert!(
        store::insert_update(&mut tx, GUARD, ANNA, 42, "of another bot")
            .await
            .unwrap()
    );
    assert_eq!(
        store::update_content(&mut tx, CLERK, 42).await.unwrap().as_deref(),
        Some("hello")
    );

    store::close_update(&mut tx, CLERK, 42).await.unwrap();
    assert_eq!(store::update_content(&mut tx, CLERK, 42).await.unwrap(), None);
    assert_eq!(store::update_content(&mut tx, CLERK, 7).await.unwrap(), None);
    assert!(
        !store::insert_update(&mut tx, CLERK, ANNA, 42, "much later")
            .await
            .unwrap(),
        "it is still recognised"
    );
    let missing = store::close_update(&mut tx, CLERK, 7).await;
    assert!(matches!(missing, Err(StoreError::Rows { expected: 1, actual: 0 })));
}

#[app_test]
async fn a_conversation_is_remembered_until_it_ends_or_is_too_old(t: TestDb) {
    let mut tx = t.begin(BOTS).await.unwrap();
    for state in ["town", "confirmation"] {
        store::save_conversation(&mut tx, CLERK, ANNA, Some(state))
            .await
            .unwrap();
    }
    let since = START - INSTANT;
    assert_eq!(
        store::conversation(&mut tx, CLERK, ANNA, since)
            .await
            .unwrap()
            .as_deref(),
        Some("confirmation")
    );
    assert_eq!(store::conversation(&mut tx, CLERK, ANNA, START).await.unwrap(), None);
    assert_eq!(store::conversation(&mut tx, GUARD, ANNA, since).await.unwrap(), None);
    store::save_conversation(&mut tx, CLERK, ANNA, None).await.unwrap();
    store::save_conversation(&mut tx, CLERK, ANNA, None).await.unwrap();
    assert_eq!(store::conversation(&mut tx, CLERK, ANNA, since).await.unwrap(), None);
}

#[app_test]
async fn a_chat_keeps_its_language_and_whether_it_can_be_reached(t: TestDb) {
    let mut tx = t.begin(BOTS).await.unwrap();
    assert_eq!(store::chat(&mut tx, CLERK, ANNA).await.unwrap(), None);
    assert_eq!(
        store::greet_chat(&mut tx, CLERK, ANNA, Locale::Uk).await.unwrap(),
        Locale::Uk
    );
    assert_eq!(
        store::greet_chat(&mut tx, CLERK, ANNA, Locale::En).await.unwrap(),
        Locale::Uk,
        "the first one stays"
    );
    store::set_locale(&mut tx, CLERK, ANNA, Locale::Kk).await.unwrap();
    assert_eq!(
        store::chat(&mut tx, CLERK, ANNA).await.unwrap(),
        Some((Locale::Kk, true))
    );
    store::mark_unreachable(&mut tx, CLERK, ANNA, START - INSTANT)
        .await
        .unwrap();
    assert_eq!(
        store::chat(&mut tx, CLERK, ANNA).await.unwrap(),
        Some((Locale::Kk, true)),
        "they wrote after the refused call had begun"
    );
    store::mark_unreachable(&mut tx, CLERK, ANNA, START).await.unwrap();
    assert_eq!(
        store::chat(&mut tx, CLERK, ANNA).await.unwrap(),
        Some((Locale::Kk, false))
    );
    // They write again.
    assert_eq!(
        store::greet_chat(&mut tx, CLERK, ANNA, Locale::En).await.unwrap(),
        Locale::Kk
    );
    assert_eq!(
        store::chat(&mut tx, CLERK, ANNA).await.unwrap(),
        Some((Locale::Kk, true))
    );
    assert_eq!(store::chat(&mut tx, GUARD, ANNA).await.unwrap(), None);
    assert!(matches!(
        store::set_locale(&mut tx, GUARD, ANNA, Locale::En).await,
        Err(StoreError::Rows { .. })
    ));
    // Who never wrote can be marked; their first message brings their language.
    store::mark_unreachable(&mut tx, GUARD, ANNA, START).await.unwrap();
    let marked = store::chat(&mut tx, GUARD, ANNA).await.unwrap();
    assert!(matches!(marked, Some((_, false))));
    for locale in [Locale::En, Locale::Uk] {
        assert_eq!(
            store::greet_chat(&mut tx, GUARD, ANNA, locale).await.unwrap(),
            Locale::En
        );
    }
}

#[app_test]
async fn what_is_old_and_handled_is_removed(t: TestDb) {
    let mut tx = t.begin(BOTS).await.unwrap();
    for (bot, update) in [(CLERK, 1), (CLERK, 2), (CLERK, 3), (GUARD, 9)] {
        store::insert_update(&mut tx, bot, ANNA, update, "hello").await.unwrap();
    }
    for (bot, update) in [(CLERK, 1), (CLERK, 3), (GUARD, 9)] {
        store::close_update(&mut tx, bot, update).await.unwrap();
    }
    store::save_conversation(&mut tx, CLERK, ANNA, Some("town"))
        .await
        .unwrap();
    assert_eq!(store::purge_before(&mut tx, START).await.unwrap(), 0);
    assert_eq!(
        store::purge_before(&mut tx, START + INSTANT).await.unwrap(),
        4,
        "three updates and the conversation"
    );
    let waits = store::update_content(&mut tx, CLERK, 2).await.unwrap();
    assert_eq!(waits.as_deref(), Some("hello"), "it was never handled");
}

#[app_test]
async fn what_was_never_handled_is_kept_until_it_is_removed_by_its_age(t: TestDb) {
    let mut tx = t.begin(BOTS).await.unwrap();
    store::insert_update(&mut tx, CLERK, ANNA, 1, "+7 000 000-10-01")
        .await
        .unwrap();
    assert_eq!(store::purge_unhandled_before(&mut tx, START).await.unwrap(), 0);
    assert_eq!(
        store::purge_unhandled_before(&mut tx, START + INSTANT).await.unwrap(),
        1
    );
    assert_eq!(store::update_content(&mut tx, CLERK, 1).await.unwrap(), None);
    assert_eq!(store::next_update(&mut tx, CLERK, 1).await.unwrap(), None);
}

#[app_test]
async fn each_job_takes_what_telegram_numbered_first_and_each_update_is_taken(t: TestDb) {
    const BORIS: i64 = 1002;
    let mut tx = t.begin(BOTS).await.unwrap();
    // As they arrived, and so the order of their jobs.
    for (chat, update) in [(ANNA, 11), (ANNA, 12), (BORIS, 9), (ANNA, 10)] {
        store::insert_update(&mut tx, CLERK, chat, update, "hello")
            .await
            .unwrap();
    }
    let mut handled = Vec::new();
    for job in [11, 12, 10] {
        let (update, _) = store::next_update(&mut tx, CLERK, job).await.unwrap().unwrap();
        store::close_update(&mut tx, CLERK, update).await.unwrap();
        handled.push(update);
    }
    assert_eq!(handled, [10, 11, 12]);
    assert_eq!(store::next_update(&mut tx, CLERK, 12).await.unwrap(), None);
    let of_boris = store::next_update(&mut tx, CLERK, 9).await.unwrap();
    assert_eq!(of_boris, Some((9, "hello".to_owned())));
}

#[app_test]
async fn an_update_that_was_given_up_holds_nothing_up_and_is_not_lost(t: TestDb) {
    let mut tx = t.begin(BOTS).await.unwrap();
    for update in [10, 11, 12] {
        store::insert_update(&mut tx, CLERK, ANNA, update, "hello")
            .await
            .unwrap();
    }
    for update in [10, 11] {
        store::give_update_up(&mut tx, CLERK, update).await.unwrap();
    }
    let next = async |tx: &mut _, job| {
        store::next_update(tx, CLERK, job)
            .await
            .unwrap()
            .map(|(update, _)| update)
    };
    assert_eq!(next(&mut tx, 11).await, Some(12));
    store::close_update(&mut tx, CLERK, 12).await.unwrap();
    assert_eq!(next(&mut tx, 11).await, Some(11), "its own, once it is tried again");
    assert_eq!(next(&mut tx, 12).await, Some(10), "or whichever is left");
}
