//! Restarts of the real program under requests of clients that keep their connections.
//!
//! One node alone, asked directly; and two nodes on one PostgreSQL behind a balancer, restarted one after the other: taken out
//! of the balancer first, as an operator does it, or left to its health checks.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    balance::Balancer,
    place::{Engine, Place},
    program::Program,
    traffic::{self, Answers, Traffic},
};
use crate::{Outcome, server::Programs, stats::Times, table::Table};

/// One of so many requests writes.
const WRITE_EVERY: i64 = 10;

#[derive(clap::Args)]
pub struct Options {
    /// How often every node is restarted.
    #[arg(long, default_value_t = 5)]
    times: u32,
    /// Requests per second.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rate: u32,
    /// Only the two nodes.
    #[arg(long)]
    only_two: bool,
    /// One restart each under 20 requests a second, only two nodes that are taken out first.
    #[arg(long)]
    quick: bool,
}

/// What one arrangement gave.
struct Found {
    answers: Answers,
    repeated: String,
    /// From the signal to ready again.
    restarts: Times,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let (times, rate) = if options.quick {
        (1, 20)
    } else {
        (options.times, options.rate)
    };
    let mut table = Table::new(&[
        &format!("restart under {rate} requests/s"),
        "restarts",
        "requests done",
        "failed",
        "503",
        "repeated by the balancer",
        "slowest answer ms",
        "stop and start ms, p50 / p99 / max",
        "goal: failed",
    ]);
    let mut row = |name: &str, found: &Found, goal: &str, restarts: u32| {
        let answers = &found.answers;
        eprintln!("{name}: {}", answers.complaint());
        table.row([
            name.to_owned(),
            restarts.to_string(),
            (answers.reads + answers.writes).to_string(),
            answers.failed().to_string(),
            answers.polite.to_string(),
            found.repeated.clone(),
            answers.slowest.as_millis().to_string(),
            found.restarts.shown_millis(),
            goal.to_owned(),
        ]);
    };
    if !options.quick && !options.only_two {
        row(
            "one node on SQLite, asked directly",
            &alone(programs, times, rate).await?,
            "",
            times,
        );
    }
    if !options.quick {
        let found = two(programs, times, rate, false).await?;
        row("two nodes on PostgreSQL, health checks alone", &found, "", times * 2);
    }
    let two = two(programs, times, rate, true).await?;
    row(
        "two nodes on PostgreSQL, taken out of the balancer first",
        &two,
        "0",
        times * 2,
    );
    table.print();
    let failed = two.answers.failed() + two.answers.polite;
    if failed > 0 {
        let Answers { polite, .. } = two.answers;
        let complaint = two.answers.complaint();
        return Err(format!("{failed} requests failed, of them {polite} with 503; {complaint}").into());
    }
    Ok(())
}

async fn alone(programs: &Programs, times: u32, rate: u32) -> Outcome<Found> {
    let program = Program::install(programs, None).await?;
    let client = traffic::client()?;
    program.start(&client).await?.stop().await?;
    let traffic = Traffic::new(client.clone(), &program.url(), program.token().await?);
    let mut server = program.start(&client).await?;
    let load = Load::start(&traffic, rate);
    let mut restarts = Times::default();
    for _ in 0..times {
        sleep(Duration::from_secs(1)).await;
        let begun = Instant::now();
        server.stop().await?;
        server = program.start(&client).await?;
        restarts.push(begun.elapsed());
    }
    sleep(Duration::from_secs(1)).await;
    load.stop().await;
    server.stop().await?;
    Ok(Found {
        answers: traffic.take(),
        repeated: "–".to_owned(),
        restarts,
    })
}

async fn two(programs: &Programs, times: u32, rate: u32, taken_out: bool) -> Outcome<Found> {
    let place = Place::create(Engine::Postgres, programs).await?;
    let client = traffic::client()?;
    let (mut nodes, mut servers) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let mut program = Program::install(programs, None).await?;
        program.set("KARAVAN__DATABASE__URL", place.address());
        program.set("KARAVAN__SECRETS__MASTER", "one-secret-of-both-nodes-".repeat(4));
        servers.push(program.start(&client).await?);
        nodes.push(program);
    }
    let balancer = Balancer::open(nodes.iter().map(Program::url).collect()).await?;
    let token = nodes.first().ok_or("two nodes were started")?.token().await?;
    let traffic = Traffic::new(client.clone(), &balancer.url, token);
    let load = Load::start(&traffic, rate);
    let mut restarts = Times::default();
    for _ in 0..times {
        for node in &nodes {
            sleep(Duration::from_millis(500)).await;
            if taken_out {
                balancer.take_out(&node.url()).await;
            }
            let begun = Instant::now();
            servers.remove(0).stop().await?;
            servers.push(node.start(&client).await?);
            restarts.push(begun.elapsed());
            balancer.all_healthy().await;
        }
    }
    sleep(Duration::from_millis(500)).await;
    load.stop().await;
    for server in servers {
        server.stop().await?;
    }
    place.remove().await?;
    Ok(Found {
        answers: traffic.take(),
        repeated: balancer.repeated().to_string(),
        restarts,
    })
}

/// Requests at a steady pace, whether or not earlier ones are answered.
struct Load {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Load {
    fn start(traffic: &Traffic, rate: u32) -> Self {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(ask(Arc::new(traffic.clone()), rate, stop.clone()));
        Self { stop, tasks }
    }

    /// Asks no more, and waits for the answers.
    async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn ask(traffic: Arc<Traffic>, rate: u32, stop: CancellationToken) {
    let mut pace = interval(Duration::from_secs(1) / rate);
    pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut asked = JoinSet::new();
    let mut n: i64 = 0;
    while !stop.is_cancelled() {
        pace.tick().await;
        n += 1;
        let traffic = traffic.clone();
        asked.spawn(async move {
            if n % WRITE_EVERY == 0 {
                traffic.write(n).await
            } else {
                traffic.read().await
            }
        });
        while asked.try_join_next().is_some() {}
    }
    while asked.join_next().await.is_some() {}
}
