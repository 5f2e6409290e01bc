//! Work in the background: what there is, how long and how often it is tried, and what its rows look like.

use std::{collections::BTreeMap, time::Duration};

use karavan_kernel::{Actor, Locale};
use karavan_platform::{
    bots,
    mail::{self, Letter, Template},
};
use karavan_simulators::telegram::Failure;
use karavan_testkit::{ANNA, app_test};
use serde_json::Value;

use crate::{
    program::Program,
    same::{Inventory, table},
};

const BOT: &str = "guests";

#[app_test]
async fn jobs_are_as_committed(t: Program) {
    let payloads = observed(&t).await;
    let defs: Vec<_> = t.host(|host| host.registry().defs().cloned().collect());
    let rows: Vec<Vec<String>> = defs
        .iter()
        .map(|def| {
            let Some(payload) = payloads.get(def.name) else {
                panic!(
                    "If you are here because this failed: you added the job {}. Make it wait in the queue in `observed`, \
                     so that the list shows what its rows look like.",
                    def.name
                );
            };
            let timeout = format!("{} s", def.timeout.as_secs());
            vec![def.name.to_owned(), timeout, format!("{}×", def.max_attempts), payload.clone()]
        })
        .collect();
    let inventory = Inventory {
        file: "jobs.txt",
        what: "a job or what its rows hold",
        question: "is a name or a field gone? Rows with it may still wait in somebody's queue: keep reading them for a release.",
    };
    inventory.assert_same(&table(&rows));
}

#[app_test]
async fn schedules_are_as_committed(t: Program) {
    let row = |schedule: &karavan_store::queue::Schedule| {
        vec![
            schedule.name.to_owned(),
            schedule.cron.to_owned(),
            schedule.job().to_owned(),
        ]
    };
    let mut rows: Vec<Vec<String>> = t.host(|host| host.schedules().iter().map(row).collect());
    rows.sort();
    let mut names: Vec<&String> = rows.iter().filter_map(|row| row.first()).collect();
    names.dedup();
    assert_eq!(
        names.len(),
        rows.len(),
        "two schedules share a name, so only one of them fires: {rows:?}"
    );
    let jobs = t.host(|host| host.registry().names().to_vec());
    for row in &rows {
        assert!(jobs.contains(&row[2].as_str()), "nobody runs the job of {row:?}");
    }
    let inventory = Inventory {
        file: "schedules.txt",
        what: "a schedule",
        question: "is the hour quiet and the time zone the one of the people concerned? Names are stored: never rename.",
    };
    inventory.assert_same(&table(&rows));
}

/// The shape of what waits in the queue of a program that does a little of everything.
async fn observed(t: &Program) -> BTreeMap<String, String> {
    let mut shapes = BTreeMap::new();
    // A day later every schedule has asked for something.
    t.clock.advance(Duration::from_secs(24 * 3_600));
    t.fire_schedules().await;
    note(t, &mut shapes).await;
    // A letter is a job until the mail server has it.
    let mut tx = t.begin(Actor::System("inventory")).await.unwrap();
    let letter = Letter {
        to: "anna@example.org".parse().unwrap(),
        locale: Locale::En,
        template: Template::PasswordChanged,
    };
    mail::send(&mut tx, &t.platform, &letter).await.unwrap();
    tx.commit().await.unwrap();
    // An update is a job before it is handled, and an answer while Telegram wants no more.
    let chat = t.person(ANNA).with(BOT);
    let bots = t.host(|host| host.bots().clone());
    chat.start(None).unwrap();
    bots::poll_once(&bots).await.unwrap();
    note(t, &mut shapes).await;
    chat.fail_next(Failure::TooManyRequests { retry_after: 60 }).unwrap();
    t.run_jobs().await;
    note(t, &mut shapes).await;
    t.clock.advance(Duration::from_secs(61));
    t.settle().await;
    shapes
}

async fn note(t: &Program, shapes: &mut BTreeMap<String, String>) {
    for job in t.jobs().await {
        let payload: Value = serde_json::from_str(&job.payload).expect("payloads are JSON");
        shapes.insert(job.name, shape(&payload));
    }
}

/// Kinds in place of values, names in the order of the alphabet.
fn shape(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(items) => format!("[{}]", items.first().map(shape).unwrap_or_default()),
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", shape(value)))
                .collect();
            fields.sort();
            format!("{{{}}}", fields.join(", "))
        }
    }
}
