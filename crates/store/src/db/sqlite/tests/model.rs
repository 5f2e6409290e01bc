//! Random interleavings of many transactions, compared with running them one by one.
//!
//! A seed decides everything: what each actor does, when others get their turn, what is cancelled and what fails. The file
//! must afterwards hold what the kept transactions leave when they run alone, in the order in which they had the writer;
//! every kept transaction must have seen exactly that; and who was answered is kept, who was refused is not.
//!
//! `KARAVAN_TEST_SEEDS` asks for another number of seeds, `KARAVAN_TEST_SEED` for one of them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, atomic::AtomicU64},
    time::Duration,
};

use karavan_kernel::Entropy;

use super::{
    super::{
        Limits,
        probe::{Act, Fault},
    },
    CLERK,
    actors::{Record, Stage},
    open, watch,
    world::{SCHEMA, World, number},
};
use crate::{Db, Sql};

/// In a usual run of the tests.
const SEEDS: u64 = 150;

#[test]
fn seeds_of_interleaved_transactions_leave_what_they_leave_one_by_one() {
    each_seed(|seed| drop(run(seed, false)));
}

#[test]
fn seeds_of_failing_statements_lose_whole_groups_and_nothing_else() {
    each_seed(|seed| drop(run(seed, true)));
}

#[test]
fn a_seed_repeats_a_run_to_the_letter() {
    for seed in 0..20 {
        assert_eq!(run(seed, true), run(seed, true), "seed {seed}");
    }
}

fn each_seed(run: impl Fn(u64)) {
    if let Some(seed) = asked("KARAVAN_TEST_SEED") {
        return run(seed);
    }
    for seed in 0..asked("KARAVAN_TEST_SEEDS").unwrap_or(SEEDS) {
        let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(seed)));
        assert!(
            judged.is_ok(),
            "seed {seed} fails: run it alone with KARAVAN_TEST_SEED={seed}"
        );
    }
}

#[expect(clippy::disallowed_methods, reason = "a test's number of seeds is not configuration")]
fn asked(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().expect("a number of seeds"))
}

/// Everything that can be seen of a run.
type Trace = (Vec<String>, Vec<Record>, World);

fn run(seed: u64, faulty: bool) -> Trace {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let draw = Entropy::seeded(seed);
    runtime.block_on(async {
        let db = open(folder.path(), limits(&draw)).await;
        create_world(&db).await;
        let heard = disturb(&db, &draw, faulty).await;
        let stage = Stage {
            db: db.clone(),
            file: folder.path().join("test.db"),
            draw: draw.clone(),
            records: Arc::default(),
            orders: Arc::new(AtomicU64::new(0)),
            faulty,
        };
        let actors = (0..2 + number(draw.below(5))).map(|actor| stage.clone().act(actor + 1));
        tokio::task::JoinSet::from_iter(actors).join_all().await;

        watch(&db, |_| Act::default()).await;
        // What failed is over: the writer works.
        db.begin(CLERK).await.unwrap().commit().await.unwrap();
        db.close().await;
        let db = open(folder.path(), Limits::default()).await;
        let world = World::read(&mut db.read().await.unwrap()).await;
        db.close().await;
        let records = std::mem::take(&mut *stage.records.lock().unwrap());
        judge(&records, &world, faulty);
        let heard = std::mem::take(&mut *heard.lock().unwrap());
        (heard, records, world)
    })
}

fn limits(draw: &Entropy) -> Limits {
    Limits {
        group_size: usize::try_from(1 + draw.below(6)).expect("small"),
        // Not a matter of real time here.
        group_age: Duration::from_secs(3600),
        ..Limits::default()
    }
}

async fn create_world(db: &Db) {
    let mut tx = db.begin(CLERK).await.unwrap();
    for table in SCHEMA {
        assert_eq!(tx.execute(Sql::fixed(table, vec![])).await.unwrap().count(), 0);
    }
    tx.commit().await.unwrap();
}

async fn disturb(db: &Db, draw: &Entropy, faulty: bool) -> Arc<Mutex<Vec<String>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let (ear, draw) = (heard.clone(), draw.clone());
    watch(db, move |text| {
        let fault = (faulty && draw.below(25) == 0).then(|| match draw.below(5) {
            0..2 => Fault::Refused,
            2..4 => Fault::RolledBack,
            _ => Fault::Broken,
        });
        ear.lock().unwrap().push(format!("{text} {fault:?}"));
        Act {
            before: draw.below(3),
            after: draw.below(3),
            fault,
        }
    })
    .await;
    heard
}

fn judge(records: &[Record], found: &World, faulty: bool) {
    for record in records {
        let kept = found.done.contains(&record.owner);
        match record.answer {
            Some(answer) => assert_eq!(kept, answer, "what was answered holds: {record:?}"),
            None if record.ended && !faulty => assert!(kept, "a caller that went away changes nothing: {record:?}"),
            None if record.ended => {}
            None => assert!(!kept, "nobody asked to keep it: {record:?}"),
        }
    }
    let in_order: BTreeMap<u64, &Record> = records.iter().map(|record| (record.order, record)).collect();
    let mut world = World::default();
    for record in in_order.into_values() {
        let kept = found.done.contains(&record.owner);
        let mut alone = world.clone();
        for (statement, seen) in &record.events {
            let expected = alone.run(*statement, record.owner);
            // With faults, somebody may have seen what was lost later; then they were lost with it.
            assert!(
                *seen == expected || (faulty && !kept),
                "{statement:?} saw {seen:?}, alone {expected:?}: {record:?}"
            );
        }
        if kept {
            world = alone;
        }
    }
    assert_eq!(*found, world, "the rows are those of one by one");
}
