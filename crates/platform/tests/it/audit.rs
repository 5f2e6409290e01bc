//! The audit log: entries get their place, once, in one order, and nobody changes them.

use std::time::Duration;

use karavan_kernel::Actor;
use karavan_platform::audit::{
    self, AuditId, Change, Entry, Origin,
    store::{self, Found, Search},
};
use karavan_store::{Db, PageRequest, Sql, StoreError};
use karavan_testkit::{TestApp, TestDb, app_test};
use serde_json::json;

fn olga() -> Actor {
    Actor::Account("acc_olga".into())
}

/// An act of Olga's, from her browser.
pub(crate) async fn act(db: &Db, thing: &str) -> AuditId {
    let origin = Origin {
        who: Some("Ольга".into()),
        ip: Some("203.0.113.7".into()),
        user_agent: Some("Firefox".into()),
        request_id: Some(format!("request-{thing}")),
    };
    let mut tx = db.begin(olga()).await.unwrap();
    let entry = Entry::new("post.letter.open", ("letter", thing));
    let entry = entry.before(json!({ "open": false })).after(json!({ "open": true }));
    let id = audit::record(&mut tx, entry.from(origin)).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub(crate) async fn found(db: &Db, id: AuditId) -> Found {
    store::find(&mut db.read().await.unwrap(), id).await.unwrap().unwrap()
}

async fn all(db: &Db, search: &Search) -> Vec<Found> {
    let page = PageRequest::new(100, 0);
    let found = store::search(&mut db.read().await.unwrap(), search, page)
        .await
        .unwrap();
    assert_eq!(found.total, i64::try_from(found.rows.len()).unwrap());
    found.rows
}

#[app_test]
async fn an_act_is_written_and_then_gets_its_place(t: TestApp) {
    let id = act(&t, "1").await;
    let waits = found(&t, id).await;
    assert_eq!(waits.seq, None);
    assert_eq!(
        (waits.entry.actor_kind.as_str(), waits.entry.actor_id.as_str()),
        ("account", "acc_olga")
    );
    assert_eq!(waits.entry.request_id.as_deref(), Some("request-1"));
    assert_eq!(waits.details.before_json.as_deref(), Some(r#"{"open":false}"#));
    let report = audit::verify(&t, &t.anchors()).await.unwrap();
    assert_eq!((report.rows, report.waiting, report.is_ok()), (0, 1, true));

    assert_eq!(audit::append(&t).await.unwrap(), 1);
    assert_eq!(audit::append(&t).await.unwrap(), 0, "once");
    assert_eq!(found(&t, id).await.seq, Some(1));
    act(&t, "2").await;
    audit::append(&t).await.unwrap();
    let head = store::head(&mut t.read().await.unwrap()).await.unwrap().unwrap();
    let report = audit::verify(&t, &t.anchors()).await.unwrap();
    assert_eq!((report.rows, report.waiting, report.head), (2, 0, Some(head)));
    assert!(report.is_ok() && head.seq == 2, "{report:?}");
}

#[app_test]
async fn an_act_that_rolls_back_leaves_nothing(t: TestApp) {
    let mut tx = t.begin(olga()).await.unwrap();
    audit::record(&mut tx, Entry::new("post.letter.open", ("letter", 1)))
        .await
        .unwrap();
    drop(tx);
    assert!(all(&t, &Search::default()).await.is_empty());
    assert_eq!(audit::append(&t).await.unwrap(), 0);
    assert!(audit::verify(&t, &t.anchors()).await.unwrap().is_ok());
}

#[app_test]
async fn many_acts_and_two_appenders_make_one_chain(t: TestApp) {
    let other = t.another_node().await;
    let mut work = tokio::task::JoinSet::new();
    for number in 0..50 {
        let db = if number % 2 == 0 { Db::clone(&t) } else { other.clone() };
        work.spawn(async move {
            act(&db, &number.to_string()).await;
        });
    }
    for db in [Db::clone(&t), other] {
        work.spawn(async move {
            let mut tries = 0;
            while store::head(&mut db.read().await.unwrap())
                .await
                .unwrap()
                .map(|head| head.seq)
                != Some(50)
            {
                audit::append(&db).await.unwrap();
                tries += 1;
                assert!(tries < 10_000, "the entries never got their places");
                tokio::task::yield_now().await;
            }
        });
    }
    work.join_all().await;
    let report = audit::verify(&t, &t.anchors()).await.unwrap();
    assert_eq!(
        (report.rows, report.waiting, report.is_ok()),
        (50, 0, true),
        "{report:?}"
    );
    let mut places: Vec<i64> = all(&t, &Search::default())
        .await
        .iter()
        .filter_map(|found| found.seq)
        .collect();
    places.sort_unstable();
    assert_eq!(places, (1..=50).collect::<Vec<_>>());
}

#[app_test]
async fn the_log_is_kept_by_a_task_until_it_is_told_to_stop(t: TestApp) {
    let stop = tokio_util::sync::CancellationToken::new();
    let appender = audit::run(Db::clone(&t), stop.clone());
    let person = async {
        act(&t, "1").await;
        while store::head(&mut t.read().await.unwrap()).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    tokio::join!(appender, person);
    assert_eq!(audit::verify(&t, &t.anchors()).await.unwrap().rows, 1);
}

#[app_test]
async fn an_entry_that_waits_too_long_is_a_failure(t: TestApp) {
    let first = act(&t, "1").await;
    // Ids of one millisecond have no order.
    t.clock.advance(Duration::from_secs(1));
    act(&t, "2").await;
    t.clock.advance(Duration::from_secs(61));
    act(&t, "3").await;
    let report = audit::verify(&t, &t.anchors()).await.unwrap();
    let overdue = report.overdue.as_ref().unwrap();
    assert_eq!(
        (report.waiting, overdue.count, overdue.first.clone()),
        (3, 2, first.to_string())
    );
    assert!(!report.is_ok());
}

#[app_test]
async fn entries_are_found_by_what_people_know(t: TestApp) {
    let id = act(&t, "1").await;
    t.clock.advance(Duration::from_secs(24 * 3_600));
    let mut tx = t.begin(Actor::Telegram(1001)).await.unwrap();
    audit::record(&mut tx, Entry::new("post.bag.weigh", ("bag", 7)))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let about = |text: &str| Search {
        about: Some(text.to_owned()),
        ..Search::default()
    };
    for text in ["acc_olga", "ольга", "ОЛЬГА ", "1", "request-1"] {
        let rows = all(&t, &about(text)).await;
        assert_eq!(rows.len(), 1, "{text}");
        assert_eq!(rows[0].entry.id, id.to_string());
    }
    // A Telegram number is personal: it is found, but it is not in the entry.
    let rows = all(&t, &about("1001")).await;
    assert_eq!(
        (rows[0].entry.actor_kind.as_str(), rows[0].entry.actor_id.as_str()),
        ("telegram", "")
    );
    assert!(all(&t, &about("nobody")).await.is_empty());
    audit::append(&t).await.unwrap();
}

#[app_test]
async fn entries_are_filtered_and_ordered(t: TestApp) {
    act(&t, "1").await;
    t.clock.advance(Duration::from_secs(24 * 3_600));
    let mut tx = t.begin(Actor::Telegram(1001)).await.unwrap();
    audit::record(&mut tx, Entry::new("post.bag.weigh", ("bag", 7)))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let day = Duration::from_secs(12 * 3_600);
    let now = t.clock.now();
    let searches = [
        (
            Search {
                act: Some("post.bag.weigh".into()),
                ..Search::default()
            },
            1,
        ),
        (
            Search {
                actor_kind: Some("account".into()),
                ..Search::default()
            },
            1,
        ),
        (
            Search {
                from: Some(now - day),
                ..Search::default()
            },
            1,
        ),
        (
            Search {
                until: Some(now - day),
                ..Search::default()
            },
            1,
        ),
        (
            Search {
                from: Some(now),
                until: Some(now),
                ..Search::default()
            },
            0,
        ),
        (Search::default(), 2),
    ];
    for (search, count) in searches {
        assert_eq!(all(&t, &search).await.len(), count, "{search:?}");
    }
    let newest = all(&t, &Search::default()).await;
    let oldest = all(
        &t,
        &Search {
            reversed: true,
            ..Search::default()
        },
    )
    .await;
    assert_eq!(newest[0].entry.id, oldest[1].entry.id);
    let acts = store::acts(&mut t.read().await.unwrap()).await.unwrap();
    assert_eq!(acts, ["post.bag.weigh", "post.letter.open"]);
    audit::append(&t).await.unwrap();
}

#[app_test]
async fn what_was_written_cannot_be_changed(t: TestDb) {
    act(&t, "1").await;
    audit::append(&t).await.unwrap();
    for statement in [
        "UPDATE audit_entries SET act = 'x'",
        "DELETE FROM audit_entries",
        "UPDATE audit_chain SET seq = 2",
        "DELETE FROM audit_chain",
        "DELETE FROM audit_details",
        "UPDATE audit_details SET who = 'x'",
        "UPDATE audit_details SET who = NULL",
        "UPDATE audit_details SET salt = NULL",
    ] {
        let mut tx = t.begin(olga()).await.unwrap();
        let refused = tx.execute(Sql::fixed(statement, Vec::new())).await;
        assert!(
            matches!(refused, Err(StoreError::Database(_))),
            "{statement}: {refused:?}"
        );
    }
}

#[app_test]
async fn what_is_erased_leaves_the_chain_valid_and_is_an_act_itself(t: TestApp) {
    let id = act(&t, "1").await;
    audit::append(&t).await.unwrap();
    let mut tx = t.begin(Actor::System("erasure")).await.unwrap();
    assert!(
        audit::erase(&mut tx, id, "asked for by the person", Origin::nowhere())
            .await
            .unwrap()
    );
    assert!(!audit::erase(&mut tx, id, "again", Origin::nowhere()).await.unwrap());
    tx.commit().await.unwrap();

    let erased = found(&t, id).await;
    assert!(erased.details.is_erased(), "{erased:?}");
    assert_eq!(erased.entry.act, "post.letter.open", "that it happened stays");
    let report = audit::verify(&t, &t.anchors()).await.unwrap();
    assert!(report.is_ok() && report.erased == 1, "{report:?}");
    audit::append(&t).await.unwrap();
    let report = audit::verify(&t, &t.anchors()).await.unwrap();
    assert_eq!((report.rows, report.erased, report.is_ok()), (2, 1, true), "{report:?}");
    let about = Search {
        about: Some(id.to_string()),
        ..Search::default()
    };
    assert_eq!(all(&t, &about).await[0].entry.act, audit::ERASE);
}

#[app_test]
async fn what_is_erased_in_secret_is_found(t: TestApp) {
    let id = act(&t, "1").await;
    audit::append(&t).await.unwrap();
    let erase =
        "UPDATE audit_details SET salt = NULL, who = NULL, who_key = NULL, before_json = NULL, after_json = NULL,
                                          ip = NULL, user_agent = NULL";
    let mut tx = t.begin(olga()).await.unwrap();
    tx.execute(Sql::fixed(erase, Vec::new()))
        .await
        .unwrap()
        .expect_rows(1)
        .unwrap();
    tx.commit().await.unwrap();
    let changed = audit::verify(&t, &t.anchors()).await.unwrap().changed.unwrap();
    assert_eq!(
        (changed.seq, changed.entry, changed.what),
        (1, Some(id.to_string()), Change::ErasedInSecret)
    );
}
