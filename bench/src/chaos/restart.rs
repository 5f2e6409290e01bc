//! Restarts of the real program under requests of clients that keep their connections.
//!
//! One node alone on a socket that outlives it; and two nodes on one PostgreSQL behind a balancer, restarted one after the
//! other: taken out of the balancer first, as an operator does it, or left to its health checks.

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

/// How the nodes are run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// One node on SQLite whose socket outlives it, asked directly.
    Alone,
    /// Two nodes on PostgreSQL whose balancer knows only what their health says.
    Unannounced,
    /// Two nodes on PostgreSQL, each taken out of the balancer before it is restarted.
    TakenOut,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Alone => "one node on SQLite, its socket passed on by whoever starts it",
            Self::Unannounced => "two nodes on PostgreSQL, health checks alone",
            Self::TakenOut => "two nodes on PostgreSQL, taken out of the balancer first",
        }
    }

    /// Longer than the clients and the balancer need to notice.
    const fn linger(self) -> &'static str {
        match self {
            Self::Alone | Self::Unannounced => "500ms",
            Self::TakenOut => "0s",
        }
    }
}

/// What one way gave.
struct Found {
    answers: Answers,
    /// Guests that were registered, so the client was told, and are not there.
    lost: usize,
    repeated: u64,
    /// From the signal to ready again.
    restarts: Times,
}

impl Found {
    fn hold(&self, way: Way) -> Outcome {
        let Self {
            answers,
            lost,
            repeated,
            ..
        } = self;
        let done = answers.reads > 0 && answers.writes > 0;
        // Whom the balancer asks a second time has been refused once.
        if done && (answers.failed(), answers.polite, *lost, *repeated) == (0, 0, 0, 0) {
            return Ok(());
        }
        Err(format!(
            "{}: {} reads and {} writes were done, {} failed, {} were refused, {repeated} repeated, {lost} guests lost; {}",
            way.name(),
            answers.reads,
            answers.writes,
            answers.failed(),
            answers.polite,
            answers.complaint()
        )
        .into())
    }
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let (times, rate, ways) = match options {
        Options { quick: true, .. } => (1, 20, vec![Way::Alone, Way::TakenOut]),
        Options { times, rate, .. } if options.only_two => (*times, *rate, vec![Way::Unannounced, Way::TakenOut]),
        Options { times, rate, .. } => (*times, *rate, vec![Way::Alone, Way::Unannounced, Way::TakenOut]),
    };
    let mut table = Table::new(&[
        &format!("restart under {rate} requests/s"),
        "restarts",
        "requests done",
        "failed",
        "503",
        "repeated by the balancer",
        "answered and lost",
        "slowest answer ms",
        "stop and start ms, p50 / p99 / max",
        "goal: failed",
    ]);
    let mut verdicts = Vec::new();
    for way in ways {
        let found = match way {
            Way::Alone => alone(programs, times, rate).await?,
            Way::Unannounced | Way::TakenOut => two(programs, times, rate, way).await?,
        };
        let answers = &found.answers;
        table.row([
            way.name().to_owned(),
            found.restarts.count().to_string(),
            (answers.reads + answers.writes).to_string(),
            answers.failed().to_string(),
            answers.polite.to_string(),
            found.repeated.to_string(),
            found.lost.to_string(),
            answers.slowest.as_millis().to_string(),
            found.restarts.shown_millis(),
            "0".to_owned(),
        ]);
        verdicts.push(found.hold(way));
    }
    table.print();
    verdicts.into_iter().collect()
}

async fn alone(programs: &Programs, times: u32, rate: u32) -> Outcome<Found> {
    let mut program = Program::install(programs, None).await?;
    program.set("KARAVAN__SERVER__LINGER", Way::Alone.linger());
    let client = traffic::client()?;
    program.start(&client).await?.stop().await?;
    let traffic = Traffic::new(client.clone(), &program.url(), program.token().await?);
    // Open from here to the end, whoever takes connections from it.
    let socket = std::net::TcpListener::bind(("127.0.0.1", program.port))?;
    let mut server = program.start_on(&socket, &client).await?;
    let load = Load::start(&traffic, rate);
    let mut restarts = Times::default();
    for _ in 0..times {
        sleep(Duration::from_secs(1)).await;
        let begun = Instant::now();
        server.stop().await?;
        server = program.start_on(&socket, &client).await?;
        restarts.push(begun.elapsed());
    }
    sleep(Duration::from_secs(1)).await;
    load.stop().await;
    server.stop().await?;
    let answers = traffic.take();
    let file = program.data.join("karavan.db");
    Ok(Found {
        lost: answers.lost(&file.display().to_string()).await?,
        answers,
        repeated: 0,
        restarts,
    })
}

async fn two(programs: &Programs, times: u32, rate: u32, way: Way) -> Outcome<Found> {
    let place = Place::create(Engine::Postgres, programs).await?;
    let client = traffic::client()?;
    let (mut nodes, mut servers) = (Vec::new(), Vec::new());
    for _ in 0..2 {
        let mut program = Program::install(programs, None).await?;
        program.set("KARAVAN__DATABASE__URL", place.address());
        program.set("KARAVAN__SECRETS__MASTER", "one-secret-of-both-nodes-".repeat(4));
        program.set("KARAVAN__SERVER__LINGER", way.linger());
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
            if way == Way::TakenOut {
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
    let answers = traffic.take();
    let lost = answers.lost(&place.address()).await?;
    place.remove().await?;
    Ok(Found {
        answers,
        lost,
        repeated: balancer.repeated(),
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
