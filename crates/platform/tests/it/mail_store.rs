//! The outbox's rows.

use std::time::Duration;

use karavan_kernel::{Actor, Locale};
use karavan_platform::mail::{Failure, Letter, LetterId, Template, TemplateName, store};
use karavan_store::{StoreError, Tx};
use karavan_testkit::{START, TestDb, app_test};

const ACTOR: Actor = Actor::System("mail");

async fn written(tx: &mut Tx) -> LetterId {
    let id = tx.id();
    let letter = Letter {
        to: "anna@example.org".parse().unwrap(),
        locale: Locale::Kk,
        template: Template::PasswordChanged,
    };
    store::insert(tx, id, &letter, "v1.sealed").await.unwrap();
    id
}

#[app_test]
async fn a_letter_waits_and_is_emptied_when_it_is_sent(t: TestDb) {
    let mut tx = t.begin(ACTOR).await.unwrap();
    let id = written(&mut tx).await;
    let waiting = store::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (waiting.recipient.as_str(), waiting.locale),
        ("anna@example.org", Locale::Kk)
    );
    assert_eq!(
        (waiting.template, waiting.created_at),
        (TemplateName::PasswordChanged, START)
    );
    assert_eq!(waiting.sealed.as_deref(), Some("v1.sealed"));
    assert_eq!(
        (waiting.sent_at, waiting.failed_at, waiting.failure),
        (None, None, None)
    );

    store::mark_sent(&mut tx, id).await.unwrap();
    let sent = store::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!((sent.id, sent.sealed, sent.sent_at), (id, None, Some(START)));
    let again = store::mark_sent(&mut tx, id).await;
    assert!(matches!(again, Err(StoreError::Rows { expected: 1, actual: 0 })));
}

#[app_test]
async fn a_letter_that_was_given_up_says_why_and_is_emptied(t: TestDb) {
    let mut tx = t.begin(ACTOR).await.unwrap();
    let id = written(&mut tx).await;
    store::mark_failed(&mut tx, id, Failure::Recipient).await.unwrap();
    let failed = store::find(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(
        (failed.sealed, failed.failed_at, failed.failure),
        (None, Some(START), Some(Failure::Recipient))
    );
    let sent = store::mark_sent(&mut tx, id).await;
    assert!(matches!(sent, Err(StoreError::Rows { .. })), "it has ended once");
}

#[app_test]
async fn old_letters_go_whatever_became_of_them(t: TestDb) {
    let mut tx = t.begin(ACTOR).await.unwrap();
    let (waits, sent, failed) = (written(&mut tx).await, written(&mut tx).await, written(&mut tx).await);
    store::mark_sent(&mut tx, sent).await.unwrap();
    store::mark_failed(&mut tx, failed, Failure::TooLate).await.unwrap();
    assert_eq!(store::purge_before(&mut tx, START).await.unwrap(), 0);
    let later = START + Duration::from_micros(1);
    assert_eq!(store::purge_before(&mut tx, later).await.unwrap(), 3);
    assert!(store::find(&mut tx, waits).await.unwrap().is_none());
}
