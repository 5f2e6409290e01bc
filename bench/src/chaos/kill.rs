//! kill -9 under load, again and again.
//!
//! On PostgreSQL two nodes share the work and one of them is killed; every second time it comes back under another name, so
//! that its jobs have to wait for their leases. On SQLite there is one node, and it comes back.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use karavan_kernel::{Clock, Entropy};
use karavan_store::Db;
use tokio::time::sleep;

use super::{
    crew::{Crew, Node},
    job,
    node::{ClockKind, Part},
    place::{Engine, Engines, Place},
    tally::Loss,
    verdict::{self, Verdict},
};
use crate::{Outcome, server::Programs, stats::Times, table::Table};

/// A lease and two heartbeats are over by then.
const LEASES_ARE_OVER: Duration = Duration::from_secs(40);

/// So much later no lease of before lives.
pub const LEASE_AND_MORE: u64 = 16;

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    engines: Engines,
    /// How many kills on each database.
    #[arg(long, default_value_t = 200)]
    times: u32,
    /// Jobs asked for per second.
    #[arg(long, default_value_t = 200)]
    rate: u32,
    /// The longest time from a start to the next kill, in milliseconds.
    #[arg(long, default_value_t = 600)]
    between: u64,
    /// A few kills and a clock that is moved, so that nobody waits for leases: shows losses, not times.
    #[arg(long)]
    quick: bool,
}

/// What one database gave.
struct Found {
    verdict: Verdict,
    in_flight: usize,
    elsewhere: Times,
    same_node: Times,
    starts: Times,
}

pub async fn run(programs: &Programs, mut options: Options) -> Outcome {
    if options.quick {
        options.times = options.times.min(6);
    }
    let mut table = Table::new(&[
        "kill -9 under load",
        "kills",
        "jobs in flight then",
        "accepted",
        "lost",
        "doubled",
        "stuck",
        "runs elsewhere after s, p50 / p99 / max",
        "after restart runs again after ms, p50 / p99 / max",
        "start ms, p50 / p99 / max",
    ]);
    let (mut all, mut all_met) = (Verdict::default(), usize::MAX);
    for engine in options.engines.list() {
        let place = Place::create(engine, programs).await?;
        let found = on(&place, &options).await?;
        let Verdict {
            accepted,
            lost,
            doubled,
            stuck,
        } = found.verdict;
        let elsewhere = match engine {
            Engine::Postgres if !options.quick => found.elsewhere.shown_seconds(),
            Engine::Postgres | Engine::Sqlite => "–".to_owned(),
        };
        table.row([
            engine.name().to_owned(),
            options.times.to_string(),
            found.in_flight.to_string(),
            accepted.to_string(),
            lost.to_string(),
            doubled.to_string(),
            stuck.to_string(),
            elsewhere,
            found.same_node.shown_millis(),
            found.starts.shown_millis(),
        ]);
        all = all.and(found.verdict);
        all_met = all_met.min(found.in_flight);
        place.remove().await?;
    }
    table.row(["goal", "200", "", "", "0", "0", "0", "p99 ≤ 16", "≤ 2000", ""].map(str::to_owned));
    table.print();
    if all_met == 0 {
        return Err("no kill met a job that was running, so nothing was shown".into());
    }
    all.hold()
}

async fn on(place: &Place, options: &Options) -> Outcome<Found> {
    let db = place.open(Clock::system()).await?;
    job::create_table(&db).await?;
    let nodes = match place.engine {
        Engine::Sqlite => 1,
        Engine::Postgres => 2,
    };
    let part = Part {
        rate: options.rate / nodes,
        workers: 8,
        work: 20,
        hold: if nodes > 1 { 5 } else { 0 },
        clock: if options.quick {
            ClockKind::Driven
        } else {
            ClockKind::System
        },
        ahead: 0,
    };
    let mut crew = Crew::new(place, part);
    let mut living = Vec::new();
    for number in 0..nodes {
        living.push(crew.start(&format!("node-{number}")).await?);
    }
    let dice = Entropy::system();
    let (mut in_flight, mut starts) = (0, Times::default());
    for time in 0..options.times {
        sleep(Duration::from_millis(dice.below(options.between))).await;
        let unlucky = living.swap_remove(usize::try_from(dice.below(u64::from(nodes)))?);
        let stays_away = nodes > 1 && time % 2 == 0;
        let name = if stays_away {
            format!("node-{}", nodes + time)
        } else {
            unlucky.name.clone()
        };
        let loss = if stays_away { Loss::Elsewhere } else { Loss::SameNode };
        let killed = Instant::now();
        let held_by = unlucky.name.clone();
        in_flight += unlucky.kill(&crew.listener, loss).await?;
        // What it had claimed and not begun says nothing itself.
        let held = job::held_by(&db, &held_by).await?;
        in_flight += crew.listener.tally().lose_again(&held, loss, killed);
        let node = crew.start(&name).await?;
        starts.push(node.ready - node.started);
        living.push(node);
        if options.quick && stays_away {
            pass_leases(&mut crew, &mut living).await?;
        }
        if (time + 1) % 20 == 0 {
            eprintln!("{}: {} of {} kills", place.engine.name(), time + 1, options.times);
        }
    }
    end(&db, &mut crew, living).await?;
    crew.listener.tell_failures(place.engine.name());
    let verdict = Verdict::of(&db, &crew.listener.accepted()).await?;
    let (elsewhere, same_node) = (
        crew.listener.again(Loss::Elsewhere),
        crew.listener.again(Loss::SameNode),
    );
    db.close().await;
    Ok(Found {
        verdict,
        in_flight,
        elsewhere,
        same_node,
        starts,
    })
}

/// Moves the clock of all nodes past the leases.
pub async fn pass_leases(crew: &mut Crew<'_>, living: &mut [Node]) -> Outcome {
    crew.advance(LEASE_AND_MORE);
    for node in living {
        node.tell(&format!("advance {LEASE_AND_MORE}")).await?;
    }
    Ok(())
}

/// Lets everything run to its end, then stops the nodes.
pub async fn end(db: &Db, crew: &mut Crew<'_>, mut living: Vec<Node>) -> Outcome {
    for node in &mut living {
        node.tell("rest").await?;
    }
    verdict::settle(db, LEASES_ARE_OVER).await?;
    let done: BTreeSet<i64> = job::effects(db).await?.into_iter().map(|(n, _)| n).collect();
    crew.listener.tally().forget_orphans(&done);
    for node in living {
        node.stop().await?;
    }
    Ok(())
}
