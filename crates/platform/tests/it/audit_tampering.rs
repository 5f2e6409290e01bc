//! Somebody with the database's password changes the audit log behind its triggers: one byte of each column in turn.

use karavan_kernel::Actor;
use karavan_platform::audit::{self, AuditId, Change, Changed, Report};
use karavan_store::{Sql, Value};
use karavan_testkit::{TestApp, app_test};

use crate::audit::act;

const MALLORY: Actor = Actor::System("mallory");

/// The row that is tampered with, among five.
const VICTIM: i64 = 3;

pub(crate) async fn execute(t: &TestApp, statement: &'static str, values: Vec<Value>) -> u64 {
    let mut tx = t.begin(MALLORY).await.unwrap();
    let changed = tx.execute(Sql::fixed(statement, values)).await.unwrap().count();
    tx.commit().await.unwrap();
    changed
}

/// Lets everything be changed.
pub(crate) async fn without_triggers(t: &TestApp) {
    let statements: &[&str] = match t.engine_name() {
        "sqlite" => &[
            "DROP TRIGGER audit_entries_no_update",
            "DROP TRIGGER audit_entries_no_delete",
            "DROP TRIGGER audit_chain_no_update",
            "DROP TRIGGER audit_chain_no_delete",
            "DROP TRIGGER audit_details_only_erase",
            "DROP TRIGGER audit_details_no_delete",
        ],
        _ => &[
            "ALTER TABLE audit_entries DISABLE TRIGGER USER",
            "ALTER TABLE audit_chain DISABLE TRIGGER USER",
            "ALTER TABLE audit_details DISABLE TRIGGER USER",
        ],
    };
    for statement in statements {
        execute(t, statement, Vec::new()).await;
    }
}

async fn five_rows(t: &TestApp) -> Vec<AuditId> {
    let mut ids = Vec::new();
    for thing in ["1", "2", "3", "4", "5"] {
        ids.push(act(t, thing).await);
        // One after another, so that the order is known.
        audit::append(t).await.unwrap();
    }
    without_triggers(t).await;
    ids
}

async fn verified(t: &TestApp) -> Report {
    audit::verify(t, &t.anchors()).await.unwrap()
}

enum Kind {
    Text,
    Bytes,
    Number,
}

struct Column {
    name: &'static str,
    kind: Kind,
    read: &'static str,
    write: &'static str,
    expected: Change,
}

macro_rules! column {
    ($table:literal, $key:literal, $column:literal, $kind:ident, $expected:ident) => {
        Column {
            name: concat!($table, ".", $column),
            kind: Kind::$kind,
            read: concat!("SELECT ", $column, " FROM ", $table, " WHERE ", $key, " = $1"),
            write: concat!("UPDATE ", $table, " SET ", $column, " = $2 WHERE ", $key, " = $1"),
            expected: Change::$expected,
        }
    };
}

/// Every column but the keys, whose turn comes below.
const COLUMNS: [Column; 17] = [
    column!("audit_entries", "id", "at", Number, Entry),
    column!("audit_entries", "id", "actor_kind", Text, Entry),
    column!("audit_entries", "id", "actor_id", Text, Entry),
    column!("audit_entries", "id", "act", Text, Entry),
    column!("audit_entries", "id", "entity_kind", Text, Entry),
    column!("audit_entries", "id", "entity_id", Text, Entry),
    column!("audit_entries", "id", "request_id", Text, Entry),
    column!("audit_entries", "id", "details_hash", Bytes, Entry),
    column!("audit_details", "entry_id", "salt", Bytes, Details),
    column!("audit_details", "entry_id", "who", Text, Details),
    column!("audit_details", "entry_id", "who_key", Text, Details),
    column!("audit_details", "entry_id", "before_json", Text, Details),
    column!("audit_details", "entry_id", "after_json", Text, Details),
    column!("audit_details", "entry_id", "ip", Text, Details),
    column!("audit_details", "entry_id", "user_agent", Text, Details),
    column!("audit_chain", "entry_id", "previous", Bytes, Previous),
    column!("audit_chain", "entry_id", "hash", Bytes, Hash),
];

impl Column {
    /// The value as it is, and with one bit turned over.
    async fn values(&self, t: &TestApp, id: AuditId) -> (Value, Value) {
        let read = Sql::fixed(self.read, vec![id.into()]);
        let mut conn = t.read().await.unwrap();
        match self.kind {
            Kind::Number => {
                let number: i64 = conn.fetch_value(read).await.unwrap();
                (number.into(), (number ^ 1).into())
            }
            Kind::Bytes => {
                let bytes: Vec<u8> = conn.fetch_value(read).await.unwrap();
                let mut other = bytes.clone();
                other[7] ^= 1;
                (bytes.into(), other.into())
            }
            Kind::Text => {
                let text: String = conn.fetch_value(read).await.unwrap();
                let mut other = text.clone().into_bytes();
                // The last bit of the last byte: the text stays a text.
                *other.last_mut().unwrap() ^= 1;
                (text.into(), String::from_utf8(other).unwrap().into())
            }
        }
    }
}

#[app_test]
async fn a_flipped_bit_in_any_column_is_found_in_its_row(t: TestApp) {
    let ids = five_rows(&t).await;
    let id = ids[2];
    for column in COLUMNS {
        let (value, other) = column.values(&t, id).await;
        assert_eq!(
            execute(&t, column.write, vec![id.into(), other]).await,
            1,
            "{}",
            column.name
        );
        let report = verified(&t).await;
        let expected = Changed {
            seq: VICTIM,
            entry: Some(id.to_string()),
            what: column.expected,
        };
        assert_eq!(report.changed, Some(expected), "{}", column.name);
        assert_eq!(report.rows, 2, "those before it are as they were");
        execute(&t, column.write, vec![id.into(), value]).await;
        assert!(verified(&t).await.is_ok(), "{} is back", column.name);
    }
}

#[app_test]
async fn in_the_last_row_too(t: TestApp) {
    let ids = five_rows(&t).await;
    let id = ids[4];
    for column in COLUMNS {
        let (value, other) = column.values(&t, id).await;
        execute(&t, column.write, vec![id.into(), other]).await;
        assert_eq!(verified(&t).await.changed.unwrap().seq, 5, "{}", column.name);
        execute(&t, column.write, vec![id.into(), value]).await;
    }
}

#[app_test]
async fn another_place_and_another_entry_are_found(t: TestApp) {
    let ids = five_rows(&t).await;
    execute(&t, "UPDATE audit_chain SET seq = 1003 WHERE seq = 3", Vec::new()).await;
    let changed = verified(&t).await.changed.unwrap();
    assert_eq!((changed.seq, changed.what), (VICTIM, Change::Missing));
    execute(&t, "UPDATE audit_chain SET seq = 3 WHERE seq = 1003", Vec::new()).await;

    let other = act(&t, "6").await;
    let swap = "UPDATE audit_chain SET entry_id = $2 WHERE entry_id = $1";
    execute(&t, swap, vec![ids[2].into(), other.into()]).await;
    let changed = verified(&t).await.changed.unwrap();
    assert_eq!(
        (changed.seq, changed.entry, changed.what),
        (VICTIM, Some(other.to_string()), Change::Entry)
    );
    execute(&t, swap, vec![other.into(), ids[2].into()]).await;
    assert!(verified(&t).await.is_ok());
}

#[app_test]
async fn what_was_taken_away_is_missed(t: TestApp) {
    let ids = five_rows(&t).await;
    execute(&t, "DELETE FROM audit_details WHERE entry_id = $1", vec![ids[2].into()]).await;
    let changed = verified(&t).await.changed.unwrap();
    assert_eq!((changed.seq, changed.what), (VICTIM, Change::DetailsMissing));
    execute(&t, "DELETE FROM audit_chain WHERE seq = 2", Vec::new()).await;
    let changed = verified(&t).await.changed.unwrap();
    assert_eq!((changed.seq, changed.entry, changed.what), (2, None, Change::Missing));
}

#[app_test]
async fn details_of_another_row_do_not_fit(t: TestApp) {
    let ids = five_rows(&t).await;
    let copy = "UPDATE audit_details SET salt = (SELECT o.salt FROM audit_details AS o WHERE o.entry_id = $2),
                                         after_json = (SELECT o.after_json FROM audit_details AS o WHERE o.entry_id = $2)
                WHERE entry_id = $1";
    execute(&t, copy, vec![ids[2].into(), ids[0].into()]).await;
    let changed = verified(&t).await.changed.unwrap();
    assert_eq!((changed.seq, changed.what), (VICTIM, Change::Details));
}

#[app_test]
async fn an_id_that_is_changed_everywhere_is_found(t: TestApp) {
    let ids = five_rows(&t).await;
    // Children first is refused by one database, parents first by the other; SQLite can look away until the commit.
    if t.engine_name() == "sqlite" {
        let mut tx = t.begin(MALLORY).await.unwrap();
        for statement in [
            "PRAGMA defer_foreign_keys = ON",
            "UPDATE audit_entries SET id = 'aud_01m7wf9qydbzpwycjwpj7bchyb' WHERE id = $1",
            "UPDATE audit_details SET entry_id = 'aud_01m7wf9qydbzpwycjwpj7bchyb' WHERE entry_id = $1",
            "UPDATE audit_chain SET entry_id = 'aud_01m7wf9qydbzpwycjwpj7bchyb' WHERE entry_id = $1",
        ] {
            let values = if statement.contains("$1") {
                vec![ids[2].into()]
            } else {
                Vec::new()
            };
            tx.execute(Sql::fixed(statement, values)).await.unwrap().count();
        }
        tx.commit().await.unwrap();
        let changed = verified(&t).await.changed.unwrap();
        assert_eq!((changed.seq, changed.what), (VICTIM, Change::Entry));
        // What is no number any more: only SQLite stores that.
        execute(
            &t,
            "UPDATE audit_entries SET at = 'now' WHERE id = $1",
            vec![ids[1].into()],
        )
        .await;
        let changed = verified(&t).await.changed.unwrap();
        assert_eq!((changed.seq, changed.what), (2, Change::Unreadable));
    }
}

#[app_test]
async fn what_waits_by_mistake_does_not_stop_the_others(t: TestApp) {
    let ids = five_rows(&t).await;
    execute(
        &t,
        "INSERT INTO audit_pending (entry_id) VALUES ($1)",
        vec![ids[0].into()],
    )
    .await;
    act(&t, "6").await;
    audit::append(&t).await.unwrap();
    let report = verified(&t).await;
    assert_eq!(
        (report.rows, report.waiting, report.is_ok()),
        (6, 0, true),
        "{report:?}"
    );
    // Whoever takes an entry out of the line hides it from the chain, but not from whoever looks.
    act(&t, "7").await;
    execute(&t, "DELETE FROM audit_pending", Vec::new()).await;
    audit::append(&t).await.unwrap();
    t.clock.advance(std::time::Duration::from_secs(61));
    assert_eq!(verified(&t).await.overdue.unwrap().count, 1);
}
