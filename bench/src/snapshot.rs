//! P: what a transaction that stays open costs the queue on PostgreSQL.
//!
//! While somebody looks at an old state (a report, a dump), the server keeps every row that was deleted since. Two databases
//! work by turns, and in one of them such a transaction is open from the beginning.

use std::time::{Duration, Instant};

use karavan_kernel::Clock;
use karavan_store::Db;
use sqlx::{Connection, Executor, PgConnection};

use crate::{
    Outcome,
    chaos::{
        job,
        place::{Engine, Place},
    },
    jobs,
    server::Programs,
    stats::Rounds,
    table::Table,
};

#[derive(clap::Args)]
pub struct Options {
    /// Seconds that the transaction is open.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
    /// Jobs in each turn.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..))]
    jobs: u64,
    /// How many run at a time.
    #[arg(long, default_value_t = 32)]
    at_a_time: usize,
    /// Ten seconds.
    #[arg(long)]
    quick: bool,
}

/// One database with what it gave.
struct Side {
    place: Place,
    db: Db,
    rates: Rounds,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let time = Duration::from_secs(if options.quick { 10 } else { options.seconds });
    let (mut without, mut with) = (Side::open(programs).await?, Side::open(programs).await?);
    let mut reader = PgConnection::connect(&with.place.address()).await?;
    reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
    // The state is taken with the first statement.
    let _seen: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM jobs")
        .fetch_one(&mut reader)
        .await?;
    let begun = Instant::now();
    let mut turns = 0;
    while begun.elapsed() < time {
        without.turn(options).await?;
        with.turn(options).await?;
        turns += 1;
        eprintln!("{:.0} of {} s", begun.elapsed().as_secs_f64(), time.as_secs());
    }
    reader.execute("ROLLBACK").await?;
    reader.close().await?;

    // What it costs in the end counts, not what it cost while it was new.
    let (base, open) = (without.rates.last_third(), with.rates.last_third());
    let ratio = open.ratio(&base);
    let mut table = Table::new(&[
        &format!("jobs per second, the last third of {} s", begun.elapsed().as_secs()),
        "turns",
        "jobs before",
        "median",
        "spread",
        "goal",
    ]);
    let before = turns * options.jobs;
    let mut row = |name: &str, rates: &Rounds, digits: usize, goal: &str| {
        let cells = [
            name,
            &turns.to_string(),
            &before.to_string(),
            &rates.shown(digits),
            &rates.spread(digits),
            goal,
        ];
        table.row(cells.map(str::to_owned));
    };
    row("PostgreSQL", &base, 0, "");
    row("PostgreSQL, a REPEATABLE READ transaction open", &open, 0, "");
    row("ratio", &ratio, 2, "≥ 0.95");
    table.print();
    without.close().await?;
    with.close().await
}

impl Side {
    async fn open(programs: &Programs) -> Outcome<Self> {
        let place = Place::create(Engine::Postgres, programs).await?;
        let db = place.open(Clock::system()).await?;
        job::create_table(&db).await?;
        Ok(Self {
            place,
            db,
            rates: Rounds::default(),
        })
    }

    async fn turn(&mut self, options: &Options) -> Outcome {
        let rate = jobs::one_by_one(&self.db, options.jobs, options.at_a_time).await?;
        self.rates.push(rate);
        Ok(())
    }

    async fn close(self) -> Outcome {
        self.db.close().await;
        self.place.remove().await
    }
}
