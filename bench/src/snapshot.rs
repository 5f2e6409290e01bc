//! P: what a transaction that stays open costs the queue on PostgreSQL.
//!
//! While somebody looks at an old state (a report, a dump), the server keeps every row that was deleted since. Two databases
//! work by turns, and in one of them such a transaction is open from the beginning. Each has one worker that lives as long
//! as the run: a new one looks at the whole queue first, which a worker does seldom. The jobs of a turn are all there before
//! they become due, so that asking for them is not measured.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use karavan_kernel::{Actor, Clock};
use karavan_store::{
    Db,
    queue::{Enqueue, Registry, Worker, WorkerConfig},
};
use sqlx::{Connection, Executor, PgConnection};
use tokio::{task::JoinSet, time::sleep_until};
use tokio_util::sync::CancellationToken;

use crate::{
    Outcome,
    chaos::{
        job::{self, Body, Effect},
        place::{Engine, Place},
    },
    jobs::Counted,
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

/// Jobs of a turn are due so much later.
const LATER: Duration = Duration::from_secs(1);
/// Jobs with one moment at which they are due.
const AT_ONCE: u64 = 100;

/// One database with its worker and with what it gave.
struct Side {
    place: Place,
    db: Db,
    rates: Rounds,
    counted: Counted,
    worker: JoinSet<()>,
    stop: CancellationToken,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let time = Duration::from_secs(if options.quick { 10 } else { options.seconds });
    let mut without = Side::open(programs, options.at_a_time).await?;
    let mut with = Side::open(programs, options.at_a_time).await?;
    let mut reader = PgConnection::connect(&with.place.address()).await?;
    reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ").await?;
    // The state is taken with the first statement.
    let _seen: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM jobs")
        .fetch_one(&mut reader)
        .await?;
    let begun = Instant::now();
    let mut turns = 0;
    while begun.elapsed() < time {
        without.turn(options.jobs).await?;
        with.turn(options.jobs).await?;
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
    async fn open(programs: &Programs, at_a_time: usize) -> Outcome<Self> {
        let place = Place::create(Engine::Postgres, programs).await?;
        let db = place.open(Clock::system()).await?;
        job::create_table(&db).await?;
        let counted = Counted::default();
        let registry = Registry::new(job::defs(&Body::quick(counted.voice())))?;
        let config = WorkerConfig {
            node: "bench".to_owned(),
            lane: "",
            concurrency: at_a_time,
        };
        let stop = CancellationToken::new();
        let mut worker = JoinSet::new();
        let (running, stopped) = (Worker::new(db.clone(), Arc::new(registry), config), stop.clone());
        worker.spawn(async move { running.run(stopped).await });
        Ok(Self {
            place,
            db,
            rates: Rounds::default(),
            counted,
            worker,
            stop,
        })
    }

    async fn turn(&mut self, jobs: u64) -> Outcome {
        self.counted.expect(jobs);
        let due = Instant::now() + LATER;
        let mut tx = self.db.begin(Actor::System("bench")).await?;
        for first in (0..jobs).step_by(usize::try_from(AT_ONCE)?) {
            let group: Vec<Effect> = (first..jobs.min(first + AT_ONCE))
                .map(|n| Ok(Effect { n: i64::try_from(n)? }))
                .collect::<Outcome<_>>()?;
            let how = Enqueue::default().after(LATER + Duration::from_micros(first));
            tx.enqueue_all(&group, &how).await?;
        }
        tx.commit().await?;
        if Instant::now() >= due {
            return Err("asking for the jobs took until they were due: give the machine a rest".into());
        }
        sleep_until(due.into()).await;
        let begun = Instant::now();
        self.counted.reached.notified().await;
        self.rates
            .push(f64::from(u32::try_from(jobs)?) / begun.elapsed().as_secs_f64());
        Ok(())
    }

    async fn close(mut self) -> Outcome {
        self.stop.cancel();
        while let Some(ended) = self.worker.join_next().await {
            ended?;
        }
        self.db.close().await;
        self.place.remove().await
    }
}
