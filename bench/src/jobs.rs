//! P: jobs finished per second, one at a time: each claims, writes a row and completes in a transaction of its own.
//!
//! **Always holds:** the jobs are in the queue before the clock starts, and the database is durable (SQLite in WAL with
//! `synchronous = FULL`, PostgreSQL as it comes).

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use karavan_kernel::{Actor, Clock};
use karavan_store::{
    Db,
    queue::{self, Job, Registry, Worker, WorkerConfig},
};
use tokio::{sync::Notify, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{
    Outcome,
    chaos::{
        job::{self, Batched, Body, Effect},
        place::{Engine, Engines, Place},
        said::{Said, Voice},
    },
    server::Programs,
    stats::Rounds,
    table::Table,
};

/// Jobs that are asked for in one transaction.
const AT_ONCE: u64 = 500;

/// Batches are so quick that a round needs so many times the jobs.
const BATCHES_MORE: u64 = 4;
const AT_A_TIME_IN_BATCHES: usize = 4;

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    engines: Engines,
    /// Jobs in each round.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    jobs: u64,
    /// How many run at a time, one figure for each.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 8, 32, 64])]
    at_a_time: Vec<usize>,
    /// Rounds of which the median is taken.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Two rounds of few jobs.
    #[arg(long)]
    quick: bool,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let (jobs, rounds) = if options.quick {
        (500, 2)
    } else {
        (options.jobs, options.rounds)
    };
    let mut table = Table::new(&[
        &format!("jobs finished per second, {jobs} in the queue"),
        "at a time",
        "rounds",
        "median",
        "spread",
        "goal (best)",
    ]);
    for engine in options.engines.list() {
        let place = Place::create(engine, programs).await?;
        let db = place.open(Clock::system()).await?;
        job::create_table(&db).await?;
        for &at_a_time in &options.at_a_time {
            let mut rates = Rounds::default();
            for round in 1..=rounds {
                rates.push(one_by_one(&db, jobs, at_a_time).await?);
                eprintln!("{}, {at_a_time} at a time: round {round} of {rounds}", engine.name());
            }
            let goal = match engine {
                Engine::Sqlite => "≥ 5000",
                Engine::Postgres => "≥ 3000",
            };
            table.row([
                format!("{}, one at a time", engine.name()),
                at_a_time.to_string(),
                rounds.to_string(),
                rates.shown(0),
                rates.spread(0),
                goal.to_owned(),
            ]);
        }
        let mut rates = Rounds::default();
        for round in 1..=rounds {
            rates.push(in_batches(&db, jobs * BATCHES_MORE).await?);
            eprintln!("{}, in batches: round {round} of {rounds}", engine.name());
        }
        table.row([
            format!("{}, up to 500 in a transaction that writes a row", engine.name()),
            AT_A_TIME_IN_BATCHES.to_string(),
            rounds.to_string(),
            rates.shown(0),
            rates.spread(0),
            match engine {
                Engine::Sqlite => String::new(),
                Engine::Postgres => "≥ 15000".to_owned(),
            },
        ]);
        db.close().await;
        place.remove().await?;
    }
    table.print();
    Ok(())
}

/// Fills the queue, then runs it empty. Jobs per second.
pub async fn one_by_one(db: &Db, jobs: u64, at_a_time: usize) -> Outcome<f64> {
    fill(db, jobs, |n| Effect { n }).await?;
    run_empty(db, jobs, at_a_time).await
}

async fn in_batches(db: &Db, jobs: u64) -> Outcome<f64> {
    let before = job::batched(db).await?;
    fill(db, jobs, |n| Batched { n }).await?;
    let rate = run_empty(db, jobs, AT_A_TIME_IN_BATCHES).await?;
    let done = job::batched(db).await? - before;
    if done != i64::try_from(jobs)? {
        return Err(format!("of {jobs} jobs the batches did {done}").into());
    }
    Ok(rate)
}

async fn run_empty(db: &Db, jobs: u64, at_a_time: usize) -> Outcome<f64> {
    let counted = Counted::until(jobs);
    let config = WorkerConfig {
        node: "bench".to_owned(),
        lane: "",
        concurrency: at_a_time,
    };
    let registry = Registry::new(job::defs(&Body::quick(counted.voice())))?;
    let worker = Worker::new(db.clone(), Arc::new(registry), config);
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    tasks.spawn(queue::listen(db.clone(), stop.clone()));
    let begun = Instant::now();
    let stopped = stop.clone();
    tasks.spawn(async move { worker.run(stopped).await });
    counted.reached.notified().await;
    let seconds = begun.elapsed().as_secs_f64();
    stop.cancel();
    while let Some(ended) = tasks.join_next().await {
        ended?;
    }
    Ok(f64::from(u32::try_from(jobs)?) / seconds)
}

/// Asks for so many jobs.
pub async fn fill<J: Job>(db: &Db, jobs: u64, job: fn(i64) -> J) -> Outcome {
    let mut left = jobs;
    while left > 0 {
        let mut tx = db.begin(Actor::System("bench")).await?;
        for _ in 0..left.min(AT_ONCE) {
            tx.enqueue(&job(i64::try_from(left)?)).await?;
            left -= 1;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Counts finished jobs.
#[derive(Clone, Default)]
pub struct Counted {
    left: Arc<AtomicU64>,
    pub reached: Arc<Notify>,
}

impl Counted {
    fn until(jobs: u64) -> Self {
        let counted = Self::default();
        counted.expect(jobs);
        counted
    }

    /// So many are to come; the one before these has been reached.
    pub fn expect(&self, jobs: u64) {
        self.left.store(jobs, Ordering::SeqCst);
    }

    pub fn voice(&self) -> Voice {
        let counted = self.clone();
        Voice::new(move |said| {
            if matches!(said, Said::Done(_)) && counted.left.fetch_sub(1, Ordering::SeqCst) == 1 {
                counted.reached.notify_one();
            }
        })
    }
}
