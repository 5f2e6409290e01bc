//! What was answered survives the process, and a full disk passes.
//!
//! The process is this test program itself: [`child_writes_until_it_is_killed`], started with a folder to work in.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use karavan_kernel::{Actor, Clock, Entropy};
use karavan_store::{Db, DbConfig, StoreResult, sql};

const FOLDER: &str = "KARAVAN_TEST_CRASH_FOLDER";
const CLIENTS: i64 = 8;
const KILLS: usize = 12;

async fn open(folder: &Path) -> Db {
    let config = DbConfig::Sqlite {
        file: folder.join("crash.db"),
        durable: true,
    };
    Db::open(&config, Clock::system(), Entropy::system()).await.unwrap()
}

async fn create_tables(db: &Db) {
    let mut tx = db.begin(Actor::Anonymous).await.unwrap();
    for table in [
        sql!(
            "CREATE TABLE sheets (client BIGINT NOT NULL, number BIGINT NOT NULL, body TEXT NOT NULL,
                                   PRIMARY KEY (client, number))"
        ),
        sql!("CREATE TABLE totals (client BIGINT NOT NULL PRIMARY KEY, sheets BIGINT NOT NULL)"),
    ] {
        assert_eq!(tx.execute(table).await.unwrap().count(), 0);
    }
    tx.commit().await.unwrap();
}

/// One client's next sheet; its number after the answer.
async fn add_sheet(db: &Db, client: i64) -> StoreResult<i64> {
    let mut tx = db.begin(Actor::Anonymous).await?;
    let number = tx
        .fetch_value(sql!(
            "INSERT INTO totals (client, sheets) VALUES ($1, 1)
             ON CONFLICT (client) DO UPDATE SET sheets = totals.sheets + 1 RETURNING sheets",
            client
        ))
        .await?;
    let sheet = sql!(
        "INSERT INTO sheets (client, number, body) VALUES ($1, $2, $3)",
        client,
        number,
        "x".repeat(500)
    );
    tx.execute(sheet).await?.expect_rows(1)?;
    tx.commit().await?;
    Ok(number)
}

fn say(words: &str) {
    // One write for each line; a reader that has gone ends the child.
    std::io::stdout()
        .lock()
        .write_all(format!("\n{words}\n").as_bytes())
        .unwrap();
}

#[test]
#[ignore = "the child process of the tests below"]
fn child_writes_until_it_is_killed() {
    #[expect(clippy::disallowed_methods, reason = "the parent says where to work")]
    let folder = std::env::var(FOLDER).expect("only the tests below start this");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = open(Path::new(&folder)).await;
        let clients = (0..CLIENTS).map(|client| {
            let db = db.clone();
            async move {
                loop {
                    match add_sheet(&db, client).await {
                        Ok(number) => say(&format!("kept {client} {number}")),
                        Err(error) => {
                            assert!(error.is_retryable(), "{error:?}");
                            say(&format!("refused {client}"));
                        }
                    }
                }
            }
        });
        tokio::task::JoinSet::from_iter(clients).join_all().await;
    });
}

/// The child and what it has answered so far.
struct Writing {
    child: Child,
    out: BufReader<ChildStdout>,
    kept: BTreeMap<i64, i64>,
}

impl Writing {
    fn start(folder: &Path) -> Self {
        Self::of(Command::new(std::env::current_exe().unwrap()), folder)
    }

    /// No file may grow beyond `blocks` (of 512 bytes, or 1024), as if the disk were full then.
    fn on_a_small_disk(folder: &Path, blocks: u32) -> Self {
        let mut shell = Command::new("sh");
        // Without the trap the signal ends the process; with it the write fails.
        shell.args([
            "-c",
            &format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$0\" \"$@\""),
        ]);
        shell.arg(std::env::current_exe().unwrap());
        Self::of(shell, folder)
    }

    fn of(mut command: Command, folder: &Path) -> Self {
        let mut child = command
            .args([
                "crashes::child_writes_until_it_is_killed",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .env(FOLDER, folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            out,
            kept: BTreeMap::new(),
        }
    }

    /// Reads on until `count` more lines begin with `word`.
    fn read(&mut self, word: &str, mut count: usize) {
        while count > 0 {
            let mut line = String::new();
            assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "the child ended by itself");
            self.hear(&line);
            count -= usize::from(line.starts_with(word));
        }
    }

    fn hear(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["kept", client, number] = words[..] {
            self.kept.insert(client.parse().unwrap(), number.parse().unwrap());
        }
    }

    /// SIGKILL, then everything that it could still say.
    fn kill(mut self) -> BTreeMap<i64, i64> {
        self.child.kill().unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        // The last line may be cut.
        let whole = rest.rfind('\n').map_or("", |end| rest.get(..end).unwrap());
        for line in whole.lines() {
            self.hear(line);
        }
        self.child.wait().unwrap();
        std::mem::take(&mut self.kept)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        // It is gone already when the test went well.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Everything answered is there, and nothing is there by half.
async fn check(folder: &Path, answered: &BTreeMap<i64, i64>) {
    let db = open(folder).await;
    let mut read = db.read().await.unwrap();
    let totals: Vec<(i64, i64)> = read.fetch_all(sql!("SELECT client, sheets FROM totals")).await.unwrap();
    let totals: BTreeMap<i64, i64> = totals.into_iter().collect();
    for (client, number) in answered {
        assert!(
            totals.get(client) >= Some(number),
            "client {client} was told that {number} is kept: {totals:?}"
        );
    }
    let half: i64 = read
        .fetch_value(sql!(
            "SELECT COUNT(*) FROM totals WHERE sheets <> (SELECT COUNT(*) FROM sheets WHERE sheets.client = totals.client)"
        ))
        .await
        .unwrap();
    assert_eq!(half, 0, "a transaction is there by half");
    let sound: String = read.fetch_value(sql!("PRAGMA integrity_check")).await.unwrap();
    assert_eq!(sound, "ok");
    drop(read);
    db.close().await;
}

#[tokio::test]
async fn what_was_answered_survives_every_kill() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path()).await;
    create_tables(&db).await;
    db.close().await;
    let mut answered = BTreeMap::new();
    for kill in 0..KILLS {
        let mut child = Writing::start(folder.path());
        child.read("kept", 1 + 7 * kill);
        answered.extend(child.kill());
        check(folder.path(), &answered).await;
    }
}

#[tokio::test]
async fn a_full_disk_refuses_and_it_goes_on_by_itself_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(folder.path()).await;
    create_tables(&db).await;
    db.close().await;
    let mut child = Writing::on_a_small_disk(folder.path(), 600);
    child.read("kept", 1);
    child.read("refused", 20);
    let pid = child.child.id().to_string();
    let room = Command::new("prlimit")
        .args(["--pid", &pid, "--fsize=unlimited"])
        .status();
    assert!(room.unwrap().success());
    // Some were refused before the room was there; that answers come at all shows that they are over.
    child.read("kept", 200);
    let answered = child.kill();
    check(folder.path(), &answered).await;
}
