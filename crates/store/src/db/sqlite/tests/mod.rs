//! What needs to see the writer from inside. What a transaction promises to everybody is tested in `tests/it`.

mod actors;
mod faults;
mod model;
mod sharing;
mod world;

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use karavan_kernel::{Actor, Clock, Entropy, Timestamp};
use tokio::sync::watch;

use super::{
    Limits, Sqlite,
    probe::{Act, Probe},
};
use crate::{
    Db,
    db::{Engine, Tx},
    sql,
};

const CLERK: Actor = Actor::System("clerk");

/// A database in a folder, with bounds of its own. Not durable: the tests end no machine.
async fn open(folder: &Path, limits: Limits) -> Db {
    let wake = Arc::new(watch::Sender::new(0));
    let file = folder.join("test.db");
    let sqlite = Sqlite::open_with(&file, false, wake.clone(), limits).await;
    Db {
        engine: Engine::Sqlite(sqlite.unwrap()),
        clock: Clock::manual(Timestamp::from_micros(0)),
        entropy: Entropy::seeded(1),
        wake,
    }
}

fn sqlite(db: &Db) -> &Sqlite {
    match &db.engine {
        Engine::Sqlite(sqlite) => sqlite,
        Engine::Postgres(_) => unreachable!("these tests are about SQLite"),
    }
}

/// Watches the writer from now on.
async fn watch(db: &Db, probe: impl Fn(&str) -> Act + Send + Sync + 'static) {
    sqlite(db).writer.lock().await.probe = Some(Probe(Arc::new(probe)));
}

/// Writes down what is sent on the writer from now on.
async fn listen(db: &Db) -> Arc<Mutex<Vec<String>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = heard.clone();
    watch(db, move |text| {
        ear.lock().unwrap().push(text.to_owned());
        Act::default()
    })
    .await;
    heard
}

async fn create_letters(db: &Db) {
    let mut tx = db.begin(CLERK).await.unwrap();
    let create = sql!("CREATE TABLE letters (id BIGINT NOT NULL PRIMARY KEY, body TEXT NOT NULL)");
    assert_eq!(tx.execute(create).await.unwrap().count(), 0);
    tx.commit().await.unwrap();
}

async fn write(tx: &mut Tx, id: i64) -> crate::StoreResult<()> {
    let insert = sql!("INSERT INTO letters (id, body) VALUES ($1, $2)", id, "x".repeat(3_000));
    tx.execute(insert).await?.expect_rows(1)
}

async fn letters(db: &Db) -> Vec<i64> {
    let mut read = db.read().await.unwrap();
    let rows: Vec<(i64,)> = read
        .fetch_all(sql!("SELECT id FROM letters ORDER BY id"))
        .await
        .unwrap();
    rows.into_iter().map(|(id,)| id).collect()
}
