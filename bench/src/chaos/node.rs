//! A node for the runs of chaos: a real worker with a load of jobs, in a process of its own or as a task.
//!
//! **Always holds:** a job is said to be accepted after its transaction has committed, and by then it must not get lost.
//! The node ends when its commands end, so none is left behind.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use karavan_kernel::{Actor, Clock};
use karavan_store::{
    Db,
    queue::{self, Registry, Worker, WorkerConfig, schedule},
};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    job::{self, Body, Effect},
    place,
    said::{Said, Voice},
    slots,
};
use crate::Outcome;

/// So many transactions ask for jobs at once, so that a kill meets some of them at every point.
const ASKERS: i64 = 4;

/// What a node is to be.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// The address of the database, or its file.
    #[arg(long)]
    pub address: String,
    /// Its stable name.
    #[arg(long)]
    pub name: String,
    /// The number of the first job it asks for; the numbers of two nodes never meet.
    #[arg(long, default_value_t = 0)]
    pub first: i64,
    #[command(flatten)]
    pub part: Part,
}

/// What a node does, alike for all nodes of a run.
#[derive(Clone, Debug, clap::Args)]
pub struct Part {
    /// Jobs asked for per second.
    #[arg(long, default_value_t = 100)]
    pub rate: u32,
    /// Jobs at a time.
    #[arg(long, default_value_t = 8)]
    pub workers: usize,
    /// Milliseconds that a job works before its transaction.
    #[arg(long, default_value_t = 20)]
    pub work: u64,
    /// Milliseconds that it holds its transaction open.
    #[arg(long, default_value_t = 0)]
    pub hold: u64,
    /// Which clock it has.
    #[arg(long, value_enum, default_value_t = ClockKind::System)]
    pub clock: ClockKind,
    /// Seconds that a driven clock is ahead already.
    #[arg(long, default_value_t = 0)]
    pub ahead: u64,
}

/// The clocks that a node can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ClockKind {
    /// The machine's.
    System,
    /// The machine's, which `wrong <seconds>` sets.
    Settable,
    /// A clock of the run, which goes like the machine's and which `advance <seconds>` moves. Leases go by it on both
    /// databases, so that nobody waits for them.
    Driven,
}

/// As a process: commands on stdin, what happens on stdout, the log on stderr.
pub async fn run(options: Options) -> Outcome {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let (give, commands) = mpsc::channel(16);
    // A thread, because reading stdin blocks.
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if give.blocking_send(line).is_err() {
                return;
            }
        }
    });
    live(options, Voice::stdout(), commands).await
}

/// As a task: until `commands` end.
pub async fn live(options: Options, voice: Voice, mut commands: mpsc::Receiver<String>) -> Outcome {
    let clock = clock(&options.part);
    let connections = u32::try_from(options.part.workers)? + 8;
    let db = place::open(&options.address, clock.clone(), connections).await?;
    let (stop, rest) = (CancellationToken::new(), CancellationToken::new());
    let mut tasks = JoinSet::new();
    if options.part.clock == ClockKind::Driven {
        tasks.spawn(keep_going(clock.clone(), stop.clone()));
    }
    tasks.spawn(queue::listen(db.clone(), stop.clone()));
    if options.part.workers > 0 {
        let worker = worker(&db, &options, &voice)?;
        // As the program does: what this node held before a crash need not wait for its lease.
        worker.give_back().await?;
        let stop = stop.clone();
        tasks.spawn(async move { worker.run(stop).await });
    }
    if options.part.rate > 0 {
        for asker in 0..ASKERS {
            let pause = Duration::from_secs(1) * u32::try_from(ASKERS)? / options.part.rate;
            let asking = ask(db.clone(), options.first + asker, pause, voice.clone());
            let rest = rest.clone();
            tasks.spawn(async move { rest.run_until_cancelled(asking).await.unwrap_or_default() });
        }
    }
    voice.say(Said::Ready);
    let schedules = slots::schedules();
    let since = db.now().await?;
    while let Some(command) = commands.recv().await {
        let mut words = command.split(' ');
        let (word, number) = (words.next(), words.next().and_then(|word| word.parse::<i64>().ok()));
        match (word, number) {
            (Some("rest"), _) => rest.cancel(),
            (Some("wrong"), Some(seconds)) => clock.set_wrong(seconds),
            (Some("advance"), Some(seconds)) => clock.advance(Duration::from_secs(u64::try_from(seconds)?)),
            (Some("slot"), Some(seconds)) => {
                clock.advance(Duration::from_secs(u64::try_from(seconds)?));
                // What the scheduler does when it looks at the clock.
                if let Err(error) = schedule::fire_due(&db, &schedules, &options.name, since).await {
                    eprintln!("the slot was not fired: {error}");
                }
            }
            _ => return Err(format!("no such command: {command}").into()),
        }
    }
    rest.cancel();
    stop.cancel();
    while tasks.join_next().await.is_some() {}
    db.close().await;
    Ok(())
}

fn clock(part: &Part) -> Clock {
    match part.clock {
        ClockKind::System => Clock::system(),
        ClockKind::Settable => Clock::settable(),
        ClockKind::Driven => Clock::manual(Clock::system().now() + Duration::from_secs(part.ahead)),
    }
}

/// Lets a driven clock go by itself.
async fn keep_going(clock: Clock, stop: CancellationToken) {
    let mut last = Instant::now();
    while !stop.is_cancelled() {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let now = Instant::now();
        clock.advance(now - last);
        last = now;
    }
}

fn worker(db: &Db, options: &Options, voice: &Voice) -> Outcome<Worker> {
    let body = Body {
        work: Duration::from_millis(options.part.work),
        hold: Duration::from_millis(options.part.hold),
        voice: voice.clone(),
    };
    let config = WorkerConfig {
        node: options.name.clone(),
        lane: "",
        concurrency: options.part.workers,
    };
    Ok(Worker::new(
        db.clone(),
        Arc::new(Registry::new(job::defs(&body))?),
        config,
    ))
}

/// Asks for one job after another, at this pace.
async fn ask(db: Db, mut n: i64, pause: Duration, voice: Voice) {
    let mut pace = tokio::time::interval(pause);
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        pace.tick().await;
        // Nobody was told that it is accepted, so a failure loses nothing.
        if enqueue(&db, n).await.is_ok() {
            voice.say(Said::Accepted(n));
        }
        n += ASKERS;
    }
}

async fn enqueue(db: &Db, n: i64) -> Outcome {
    let mut tx = db.begin(Actor::System("bench")).await?;
    tx.enqueue(&Effect { n }).await?;
    Ok(tx.commit().await?)
}
