//! P: from the commit that asks for a job to the start of its body, on an idle queue.
//!
//! On PostgreSQL the one who asks has connections of its own, as another process would, so the worker hears of it from the
//! server. On SQLite there is one process, and it is told directly.

use std::{sync::Arc, time::Duration, time::Instant};

use karavan_kernel::{Actor, Clock, Entropy};
use karavan_store::queue::{self, Registry, Worker, WorkerConfig};
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Outcome,
    chaos::{
        job::{self, Body, Effect},
        place::{Engine, Engines, Place},
        said::{Said, Voice},
    },
    server::Programs,
    stats::Times,
    table::Table,
};

/// Longer than the slowest look of a worker that heard nothing.
const PATIENCE: Duration = Duration::from_secs(15);

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    engines: Engines,
    /// How many jobs, one after another.
    #[arg(long, default_value_t = 500)]
    times: u32,
    /// Fifty jobs.
    #[arg(long)]
    quick: bool,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let times = if options.quick { 50 } else { options.times };
    let mut table = Table::new(&[
        "commit → body starts, idle queue",
        "jobs",
        "ms, p50 / p99 / max",
        "goal",
    ]);
    for engine in options.engines.list() {
        let latencies = on(engine, programs, times).await?;
        table.row([
            engine.name().to_owned(),
            times.to_string(),
            latencies.shown_fine(),
            "p50 ≤ 5, p99 ≤ 20".to_owned(),
        ]);
    }
    table.print();
    Ok(())
}

async fn on(engine: Engine, programs: &Programs, times: u32) -> Outcome<Times> {
    let place = Place::create(engine, programs).await?;
    let db = place.open(Clock::system()).await?;
    job::create_table(&db).await?;
    let asking = match engine {
        Engine::Sqlite => db.clone(),
        Engine::Postgres => place.open(Clock::system()).await?,
    };
    let (tell, mut hear) = mpsc::unbounded_channel();
    let voice = Voice::new(move |said| {
        // Nobody hears the last words after the end.
        let _nobody = tell.send((said, Instant::now())).is_err();
    });
    let registry = Arc::new(Registry::new(job::defs(&Body::quick(voice)))?);
    let config = WorkerConfig {
        node: "bench".to_owned(),
        lane: "",
        concurrency: 8,
    };
    let worker = Worker::new(db.clone(), registry, config);
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    tasks.spawn(queue::listen(db.clone(), stop.clone()));
    let stopped = stop.clone();
    tasks.spawn(async move { worker.run(stopped).await });

    let dice = Entropy::system();
    let mut latencies = Times::default();
    // The first waits for the listener to be there; it is not counted.
    for n in 0..=i64::from(times) {
        sleep(Duration::from_millis(20 + dice.below(20))).await;
        let mut tx = asking.begin(Actor::System("bench")).await?;
        tx.enqueue(&Effect { n }).await?;
        tx.commit().await?;
        let committed = Instant::now();
        while let Some((said, at)) = timeout(PATIENCE, hear.recv()).await? {
            if said == Said::Started(n) && n > 0 {
                // It may start before the one who asked has heard of the commit.
                latencies.push(at.saturating_duration_since(committed));
            }
            if said == Said::Done(n) {
                break;
            }
        }
    }
    stop.cancel();
    while let Some(ended) = tasks.join_next().await {
        ended?;
    }
    asking.close().await;
    db.close().await;
    place.remove().await?;
    Ok(latencies)
}
