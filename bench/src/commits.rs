//! Transactions of two statements on SQLite with `synchronous = FULL`: through `Tx` at several numbers of clients, next to
//! one client on bare sqlx.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use karavan_kernel::{Actor, Clock, Entropy};
use karavan_store::{Db, DbConfig, Sql, sql};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::task::JoinSet;

use crate::{Outcome, server::Programs, stats::Rounds, table::Table};

const INSERT: &str = "INSERT INTO letters (body, account) VALUES ($1, $2)";
const UPDATE: &str = "UPDATE accounts SET value = value + 1 WHERE id = $1";
const ACCOUNTS: i64 = 1_000;
const BODY: &str = "a letter of about a hundred characters, because rows of one number only would be cheaper than any";

#[derive(clap::Args)]
pub struct Options {
    /// How long each measurement runs.
    #[arg(long, default_value_t = 3)]
    seconds: u64,
    /// How often each is repeated; one after the other within a round.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
}

const CLIENTS: [usize; 3] = [1, 8, 64];
/// Of a measurement of one client.
const SLICES: u32 = 20;

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let recorder = PrometheusBuilder::new().build_recorder();
    let counts = recorder.handle();
    metrics::set_global_recorder(recorder)?;
    let length = Duration::from_secs(options.seconds);
    let mut bare = Rounds::default();
    let mut ours = CLIENTS.map(|_| (Rounds::default(), Rounds::default()));
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        let folder = programs.data_folder()?;
        let file = folder.path().join("commits.db");
        let db = open(&file).await?;
        for (clients, (rate, group)) in CLIENTS.iter().zip(&mut ours) {
            let before = commits(&counts);
            let done = if *clients == 1 {
                let (done, base) = by_turns(&db, &file, length).await?;
                bare.push(base / length.as_secs_f64());
                done
            } else {
                through_tx(&db, *clients, length).await?
            };
            rate.push(done / length.as_secs_f64());
            group.push(done / (commits(&counts) - before));
        }
        db.close().await;
    }
    print(&bare, &ours, options);
    Ok(())
}

fn print(bare: &Rounds, ours: &[(Rounds, Rounds)], options: &Options) {
    let title = format!("two statements, FULL, {} × {} s", options.rounds, options.seconds);
    let mut table = Table::new(&[&title, "Tx/s", "spread", "Tx per fsync", "spread", "goal"]);
    let row = |name: &str, rate: &Rounds, group: &Rounds, goal: &str| {
        let cells = [
            name,
            &rate.shown(0),
            &rate.spread(0),
            &group.shown(1),
            &group.spread(1),
            goal,
        ];
        cells.map(str::to_owned)
    };
    let none = Rounds::default();
    table.row(row("bare sqlx, 1 client", bare, &none, ""));
    for ((rate, group), (clients, goal)) in ours.iter().zip([(1, ""), (8, ""), (64, "≥ 8000, ≥ 30 per fsync")]) {
        table.row(row(&format!("Tx, {clients} clients"), rate, group, goal));
    }
    let ratio = ours.first().map(|(rate, _)| rate.ratio(bare)).unwrap_or_default();
    table.row(
        [
            "Tx / bare, 1 client",
            &ratio.shown(2),
            &ratio.spread(2),
            "",
            "",
            "≥ 0.90",
        ]
        .map(str::to_owned),
    );
    table.print();
}

async fn open(file: &Path) -> Outcome<Db> {
    let config = DbConfig::Sqlite {
        file: file.to_owned(),
        durable: true,
    };
    let db = Db::open(&config, Clock::system(), Entropy::system()).await?;
    let mut tx = db.begin(Actor::Anonymous).await?;
    for table in [
        sql!("CREATE TABLE letters (id INTEGER PRIMARY KEY, body TEXT NOT NULL, account BIGINT NOT NULL)"),
        sql!("CREATE TABLE accounts (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)"),
    ] {
        tx.execute(table).await?.expect_rows(0)?;
    }
    for id in 0..ACCOUNTS {
        tx.execute(sql!("INSERT INTO accounts (id, value) VALUES ($1, 0)", id))
            .await?
            .expect_rows(1)?;
    }
    tx.commit().await?;
    Ok(db)
}

/// One client through `Tx` and one on bare sqlx, in slices so short that both meet the same moods of the machine.
async fn by_turns(db: &Db, file: &Path, length: Duration) -> Outcome<(f64, f64)> {
    let slice = length / SLICES;
    let (mut done, mut base) = (0.0, 0.0);
    for _ in 0..SLICES {
        done += through_tx(db, 1, slice).await?;
        // In a task like our client: the runtime's main thread is woken more cheaply than its workers.
        let working = JoinSet::from_iter([through_sqlx(bare_connection(file).await?, slice)]);
        base += working.join_all().await.into_iter().sum::<Outcome<f64>>()?;
    }
    Ok((done, base))
}

/// How many transactions were done.
async fn through_tx(db: &Db, clients: usize, length: Duration) -> Outcome<f64> {
    let until = Instant::now() + length;
    let working: JoinSet<Outcome<u32>> = (0..clients)
        .map(|client| {
            let db = db.clone();
            async move {
                let mut done = 0;
                while Instant::now() < until {
                    let account = (i64::from(done) * 7 + i64::try_from(client)? * 13) % ACCOUNTS;
                    let mut tx = db.begin(Actor::Anonymous).await?;
                    tx.execute(Sql::fixed(INSERT, vec![BODY.into(), account.into()]))
                        .await?
                        .expect_rows(1)?;
                    tx.execute(Sql::fixed(UPDATE, vec![account.into()]))
                        .await?
                        .expect_rows(1)?;
                    tx.commit().await?;
                    done += 1;
                }
                Ok(done)
            }
        })
        .collect();
    let done = working.join_all().await.into_iter().collect::<Outcome<Vec<u32>>>()?;
    Ok(done.into_iter().map(f64::from).sum())
}

async fn through_sqlx(mut connection: SqliteConnection, length: Duration) -> Outcome<f64> {
    let until = Instant::now() + length;
    let mut done = 0;
    while Instant::now() < until {
        let account = (i64::from(done) * 7) % ACCOUNTS;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
        sqlx::query(INSERT)
            .bind(BODY)
            .bind(account)
            .execute(&mut connection)
            .await?;
        sqlx::query(UPDATE).bind(account).execute(&mut connection).await?;
        sqlx::query("COMMIT").execute(&mut connection).await?;
        done += 1;
    }
    connection.close().await?;
    Ok(f64::from(done))
}

async fn bare_connection(file: &Path) -> Outcome<SqliteConnection> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging();
    Ok(options.connect().await?)
}

/// How many shared commits there were so far. Each is one fsync of the log; those of checkpoints are not counted.
fn commits(counts: &PrometheusHandle) -> f64 {
    let text = counts.render();
    let count = text
        .lines()
        .find_map(|line| line.strip_prefix("database_commit_transactions_count "));
    count.and_then(|count| count.parse().ok()).unwrap_or(0.0)
}
