//! A later program has migrated the database while this one runs: it goes on as if nothing had happened.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use karavan_store::Migrations;
use karavan_testkit::{TestDb, app_test};
use tokio::{
    sync::watch,
    task::{JoinSet, yield_now},
};
use tokio_util::sync::CancellationToken;

use crate::{
    node::{Installation, ask},
    outside::{Outside, TOKEN, converse},
};

const PEOPLE: i64 = 4;
/// Of each kind, in each stretch of the test.
const ENOUGH: u64 = 10;

/// The migrations of a later program: to each table a column and its index, and a table more. Each in a transaction of its
/// own, as the migrator does it.
fn later() -> Migrations {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.ends_with(".sql") {
            texts.push((name, std::fs::read_to_string(path).unwrap()));
        }
    }
    let words: Vec<_> = texts.iter().flat_map(|(_, text)| text.lines()).collect();
    let tables = words
        .iter()
        .filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split([' ', '(']).next());
    let mut more: Vec<String> = tables
        .map(|table| {
            format!(
                "ALTER TABLE {table} ADD COLUMN later_note TEXT;
                 CREATE INDEX later_{table} ON {table} (later_note);"
            )
        })
        .collect();
    assert!(more.len() > 10, "the tables were not found");
    more.push("CREATE TABLE later_shelf (id TEXT NOT NULL PRIMARY KEY)".to_owned());
    let more = more.into_iter().enumerate();
    texts.extend(more.map(|(number, text)| (format!("9999010100{number:02}_later.sql"), text)));
    Migrations::new(texts).unwrap()
}

/// What was done, by kind.
#[derive(Default)]
struct Done {
    read: AtomicU64,
    written: AtomicU64,
    answered: AtomicU64,
}

/// Requests and messages, one after another of each kind, until told to stop.
struct Traffic {
    done: Arc<Done>,
    news: watch::Receiver<()>,
    stop: CancellationToken,
    tasks: JoinSet<Vec<String>>,
}

impl Traffic {
    fn start(outside: &Outside, address: &str, token: &str, first_guest: u64) -> Self {
        let done = Arc::new(Done::default());
        let (tell, news) = watch::channel(());
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for chat in outside.chats() {
            let (done, tell, stop) = (done.clone(), tell.clone(), stop.clone());
            tasks.spawn(async move {
                while !stop.is_cancelled() {
                    converse(&chat).await;
                    done.answered.fetch_add(1, Ordering::Relaxed);
                    tell.send_replace(());
                }
                Vec::new()
            });
        }
        for reads in [true, true, false] {
            let (done, tell, stop) = (done.clone(), tell.clone(), stop.clone());
            let (address, token) = (address.to_owned(), token.to_owned());
            tasks.spawn(async move {
                let (mut failed, mut guest) = (Vec::new(), first_guest);
                while !stop.is_cancelled() {
                    guest += 1;
                    let (answer, right, counter) = if reads {
                        (ask(&address, &token, "GET", "/coffee/users/", "").await, 200, &done.read)
                    } else {
                        let body = format!(
                            r#"{{"telegram_id":{guest},"phone":"+79{:09}","first_name":"G","birth_date":"1990-05-17"}}"#,
                            guest % 1_000_000_000
                        );
                        (ask(&address, &token, "POST", "/coffee/users/", &body).await, 201, &done.written)
                    };
                    match answer {
                        Ok((status, _)) if status == right => drop(counter.fetch_add(1, Ordering::Relaxed)),
                        Ok((_, answer)) => failed.push(answer),
                        Err(error) => failed.push(error),
                    }
                    tell.send_replace(());
                    yield_now().await;
                }
                failed
            });
        }
        Self {
            done,
            news,
            stop,
            tasks,
        }
    }

    /// Until more was done of everything.
    async fn goes_on(&mut self) {
        let Done {
            read,
            written,
            answered,
        } = &*self.done;
        let counters = [read, written, answered];
        let goals = counters.map(|counter| counter.load(Ordering::Relaxed) + ENOUGH);
        let reached = || {
            let counts = counters.map(|counter| counter.load(Ordering::Relaxed));
            counts.iter().zip(goals).all(|(count, goal)| *count >= goal)
        };
        while !reached() {
            self.news.changed().await.unwrap();
        }
    }

    /// Nothing has failed.
    async fn end(self) {
        self.stop.cancel();
        let failed = self.tasks.join_all().await.concat();
        assert!(failed.is_empty(), "{} failed: {}", failed.len(), failed[0]);
    }
}

#[app_test]
async fn a_running_node_does_not_notice_that_a_later_program_migrates_its_database(t: TestDb) {
    let outside = Outside::open(PEOPLE).await;
    let old = Installation::new(&t, &outside.base, TOKEN);
    assert_eq!(old.run(&["migrate"]).await.status, Some(0));
    let token = old.token().await;
    let node = old.up(&[]).await;
    let mut traffic = Traffic::start(&outside, &node.address, &token, 5_000_000_000);
    traffic.goes_on().await;

    let database = old.database().await;
    database.migrate(&later()).await.unwrap();
    database.close().await;
    traffic.goes_on().await;

    if t.engine_name() == "postgres" {
        // A second node of the old program comes too late, and the first does not notice that either.
        let refused = Installation::new(&t, &outside.base, TOKEN)
            .run(&["up", "--listen", "127.0.0.1:0"])
            .await;
        assert_eq!(refused.status, Some(3), "{}", refused.err);
        assert!(refused.err.contains("newer than this program"), "{}", refused.err);
        traffic.goes_on().await;
    }
    traffic.end().await;
    assert!(node.stop().await.success());

    // The old program does not start again by itself; whoever must go back says so.
    let refused = old.run(&["up", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(refused.status, Some(3), "{}", refused.err);
    assert!(refused.err.contains("newer than this program"), "{}", refused.err);
    let node = old.up(&["--no-migrate"]).await;
    let mut traffic = Traffic::start(&outside, &node.address, &token, 5_500_000_000);
    traffic.goes_on().await;
    traffic.end().await;
    assert!(node.stop().await.success());
}
