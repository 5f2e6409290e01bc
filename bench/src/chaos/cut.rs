//! PostgreSQL cannot be reached for a while, again and again: the real program answers 503 meanwhile, jobs go on afterwards.
//!
//! Three ways by turns: the server is down (connections are closed and refused), a proxy in front of it is up (connections are
//! taken and closed), or the network is gone (nothing is answered, and connections of before are forgotten).

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};

use karavan_kernel::Clock;
use tokio::{sync::mpsc, task::JoinSet, time::sleep};

use super::{
    job,
    node::{self, ClockKind, Part},
    place::{Engine, Place},
    program::Program,
    proxy::{Link, Proxy},
    tally::Listener,
    traffic::{self, Answers, Traffic},
    verdict::{self, Verdict},
};
use crate::{Outcome, server::Programs, stats::Times, table::Table};

/// Whoever is not back by then is stuck.
const PATIENCE: Duration = Duration::from_secs(90);

#[derive(clap::Args)]
pub struct Options {
    /// How many cuts.
    #[arg(long, default_value_t = 100)]
    times: u32,
    /// Seconds that a cut lasts.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Only these ways, separated by commas; by default all by turns.
    #[arg(long, value_delimiter = ',')]
    how: Vec<How>,
    /// One cut of each way, of two seconds.
    #[arg(long)]
    quick: bool,
}

/// A request is answered within this time, whatever has happened to the server: it waits 5 s for a connection.
const ANSWERED: Duration = Duration::from_secs(8);

/// The number of the next guest that is registered during a cut.
static FIRST_OF_CUTS: AtomicI64 = AtomicI64::new(1_000_000);

/// The ways in which a server goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum How {
    /// Connections are closed and refused.
    Refused,
    /// Connections are closed, and new ones are taken and closed.
    HungUp,
    /// Nothing is answered.
    Silent,
}

impl How {
    const ALL: [Self; 3] = [Self::Refused, Self::HungUp, Self::Silent];

    const fn link(self) -> Link {
        match self {
            Self::Refused => Link::Refused,
            Self::HungUp => Link::HungUp,
            Self::Silent => Link::Silent,
        }
    }

    /// Requests whose connection has just gone silent wait for an answer as long as a request may take, and no longer; there
    /// are as many as the program has connections.
    const fn may_hang(self) -> u64 {
        match self {
            Self::Refused | Self::HungUp => 0,
            Self::Silent => 16,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Refused => "connections refused",
            Self::HungUp => "connections hung up",
            Self::Silent => "network silent",
        }
    }
}

/// What one way gave.
struct Found {
    how: How,
    cuts: u32,
    answers: Vec<Answers>,
    http: Times,
    jobs: Times,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let ways = if options.how.is_empty() {
        How::ALL.to_vec()
    } else {
        options.how.clone()
    };
    let (times, seconds) = if options.quick {
        (ways.len(), 2)
    } else {
        (usize::try_from(options.times)?, options.seconds)
    };
    let place = Place::create(Engine::Postgres, programs).await?;
    let db = place.open(Clock::system()).await?;
    job::create_table(&db).await?;
    let proxy = Proxy::open(place.server()?).await?;
    let address = place.address_through(proxy.port)?;

    let mut program = Program::install(programs, None).await?;
    program.set("KARAVAN__DATABASE__URL", place.address());
    let token = program.token().await?;
    program.set("KARAVAN__DATABASE__URL", address.clone());
    if options.quick {
        // Otherwise a request waits for a connection longer than the cut lasts.
        program.set("KARAVAN__DATABASE__ACQUIRE_TIMEOUT", "500ms");
    }
    let client = traffic::client()?;
    let server = program.start(&client).await?;
    let traffic = Traffic::new(client, &program.url(), token);
    let listener = Listener::default();
    let (commands, node) = start_node(address, &listener);

    let mut found: Vec<Found> = ways.into_iter().map(Found::none).collect();
    let by_turns = found.len();
    for time in 0..times {
        let Some(found) = found.get_mut(time % by_turns) else {
            break;
        };
        found.cuts += 1;
        sleep(Duration::from_secs(1)).await;
        proxy.set(found.how.link());
        found
            .answers
            .push(ask_for(&traffic, found.how, Duration::from_secs(seconds)).await);
        let opened = Instant::now();
        let done = listener.tally().done;
        proxy.set(Link::Open);
        found.http.push(back(&traffic, opened).await?);
        while listener.tally().done == done && opened.elapsed() < PATIENCE {
            sleep(Duration::from_millis(10)).await;
        }
        found.jobs.push(opened.elapsed());
        eprintln!("{} of {times} cuts", time + 1);
    }

    commands.send("rest".to_owned()).await?;
    verdict::settle(&db, PATIENCE).await?;
    drop(commands);
    let mut node = node;
    while let Some(ended) = node.join_next().await {
        ended??;
    }
    server.stop().await?;
    let verdict = Verdict::of(&db, &listener.accepted()).await?;
    listener.tell_failures("PostgreSQL");
    db.close().await;
    print(seconds, &found, verdict);
    if found
        .iter()
        .flat_map(|found| &found.answers)
        .any(|answers| answers.failed() > 0)
    {
        eprintln!("{}", program.complaints());
    }
    place.remove().await?;
    verdict.hold()?;
    hold(&found)
}

impl Found {
    fn none(how: How) -> Self {
        Self {
            how,
            cuts: 0,
            answers: Vec::new(),
            http: Times::default(),
            jobs: Times::default(),
        }
    }
}

/// A node in this process: nobody kills it here.
fn start_node(address: String, listener: &Listener) -> (mpsc::Sender<String>, JoinSet<Outcome>) {
    let part = Part {
        rate: 40,
        workers: 8,
        work: 20,
        hold: 5,
        clock: ClockKind::System,
        ahead: 0,
    };
    let options = node::Options {
        address,
        name: "node".to_owned(),
        first: 0,
        part,
    };
    let (commands, receiver) = mpsc::channel(4);
    let mut node = JoinSet::new();
    node.spawn(node::live(options, listener.hear(0), receiver));
    (commands, node)
}

/// Asks every now and then, whether or not earlier answers have come, and writes with one request of ten. Whoever has waited
/// for the whole cut without an answer has been refused without a word.
async fn ask_for(traffic: &Traffic, how: How, time: Duration) -> Answers {
    // Requests that were under way at the cut are not what this is about.
    sleep(Duration::from_millis(100)).await;
    traffic.take();
    let begun = Instant::now();
    let mut asked = JoinSet::new();
    let mut asked_in_time = 0;
    for n in 0.. {
        if begun.elapsed() >= time {
            break;
        }
        // The later ones are answered after the cut, and some of them well.
        asked_in_time += u64::from(begun.elapsed() + ANSWERED < time);
        let traffic = traffic.clone();
        let guest = FIRST_OF_CUTS.fetch_add(1, Ordering::Relaxed);
        asked.spawn(async move {
            if n % 10 == 9 {
                traffic.write(guest).await
            } else {
                traffic.read().await
            }
        });
        sleep(Duration::from_millis(200)).await;
    }
    let mut answers = traffic.take();
    let silent = asked_in_time.saturating_sub(answers.polite + answers.failed() + answers.reads + answers.writes);
    if silent > how.may_hang() {
        answers.wrong.insert("no answer".to_owned(), silent);
    }
    answers
}

/// Until the program answers as before.
async fn back(traffic: &Traffic, since: Instant) -> Outcome<Duration> {
    while !traffic.read().await {
        if since.elapsed() > PATIENCE {
            return Err("the program does not come back by itself".into());
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok(since.elapsed())
}

fn hold(found: &[Found]) -> Outcome {
    for answers in found.iter().flat_map(|found| &found.answers) {
        if answers.reads + answers.writes + answers.failed() > 0 {
            let complaint = answers.complaint();
            return Err(format!(
                "during a cut {} reads were answered with 200, {} writes with 201, and: {complaint}",
                answers.reads, answers.writes
            )
            .into());
        }
    }
    if found
        .iter()
        .any(|found| found.answers.iter().any(|answers| answers.polite == 0))
    {
        return Err("a cut was not long enough to be answered with 503, so nothing was shown".into());
    }
    Ok(())
}

fn print(seconds: u64, found: &[Found], verdict: Verdict) {
    let mut table = Table::new(&[
        &format!("PostgreSQL away for {seconds} s"),
        "cuts",
        "503 with Retry-After",
        "other answers",
        "slowest 503 s",
        "200 again after s, p50 / p99 / max",
        "jobs again after s, p50 / p99 / max",
        "accepted",
        "lost",
        "doubled",
        "stuck",
    ]);
    for found in found {
        let sum = |count: fn(&Answers) -> u64| found.answers.iter().map(count).sum::<u64>().to_string();
        let slowest = found
            .answers
            .iter()
            .map(|answers| answers.slowest)
            .max()
            .unwrap_or_default();
        table.row([
            found.how.name().to_owned(),
            found.cuts.to_string(),
            sum(|answers| answers.polite),
            sum(Answers::failed),
            format!("{:.1}", slowest.as_secs_f64()),
            found.http.shown_seconds(),
            found.jobs.shown_seconds(),
        ]);
    }
    let Verdict {
        accepted,
        lost,
        doubled,
        stuck,
    } = verdict;
    let mut all = vec!["all".to_owned()];
    all.extend(std::iter::repeat_n(String::new(), 6));
    all.extend([accepted, lost, doubled, stuck].map(|count| count.to_string()));
    table.row(all);
    table.print();
}
