//! SIGSTOP past the lease, then SIGCONT: the worker that comes back must not write.
//!
//! On PostgreSQL one of two nodes is frozen until the other has taken its jobs. On SQLite there is only one process, so it is
//! frozen as long and goes on; a worker whose job was taken meanwhile is shown in one process, on both databases, by moving
//! the clock: see [`super::zombie`].

use std::time::{Duration, Instant};

use karavan_kernel::{Clock, Entropy};
use tokio::time::sleep;

use super::{
    crew::Crew,
    job, kill,
    node::{ClockKind, Part},
    place::{Engine, Engines, Place},
    tally::Loss,
    verdict::Verdict,
    zombie,
};
use crate::{Outcome, server::Programs, stats::Times, table::Table};

/// Longer than a lease, a heartbeat and a slow look together.
const LONGEST_FREEZE: Duration = Duration::from_secs(45);

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    engines: Engines,
    /// How many freezes of a process on each database.
    #[arg(long, default_value_t = 10)]
    times: u32,
    /// How many workers come back too late in one process.
    #[arg(long, default_value_t = 200)]
    zombies: u32,
    /// A clock that is moved, so that nobody waits for leases: shows losses, not times.
    #[arg(long)]
    quick: bool,
}

/// What one kind of run gave.
#[derive(Default)]
pub struct Found {
    pub verdict: Verdict,
    /// Jobs that a frozen worker was working on.
    pub in_flight: usize,
    /// Writes of theirs that were refused.
    pub fenced: u64,
    /// Until they ran elsewhere.
    pub elsewhere: Times,
    /// The longest time in which the others did nothing.
    pub pause: Duration,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let (times, zombies) = if options.quick {
        (1, 5)
    } else {
        (options.times, options.zombies)
    };
    let mut table = Table::new(&[
        "SIGSTOP past the lease, SIGCONT",
        "times",
        "jobs in flight then",
        "late writes refused",
        "accepted",
        "lost",
        "doubled",
        "stuck",
        "runs elsewhere after s, p50 / p99 / max",
        "longest pause of the others s",
    ]);
    let mut all = Verdict::default();
    let mut refused = true;
    for engine in options.engines.list() {
        let place = Place::create(engine, programs).await?;
        let found = processes(&place, times, options.quick).await?;
        refused &= engine == Engine::Sqlite || found.fenced > 0;
        all = all.and(found.verdict);
        table.row(row(
            format!("{}, processes", engine.name()),
            times,
            &found,
            options.quick,
        ));
        place.remove().await?;

        let place = Place::create(engine, programs).await?;
        let found = zombie::run(&place, zombies).await?;
        refused &= found.fenced == u64::from(zombies);
        all = all.and(found.verdict);
        table.row(row(
            format!("{}, one process, clock moved", engine.name()),
            zombies,
            &found,
            true,
        ));
        place.remove().await?;
    }
    table.print();
    if !refused {
        return Err("a worker came back too late and its write was not refused".into());
    }
    all.hold()
}

fn row(name: String, times: u32, found: &Found, untimed: bool) -> [String; 10] {
    let Verdict {
        accepted,
        lost,
        doubled,
        stuck,
    } = found.verdict;
    let shown = |text: String| if untimed { "–".to_owned() } else { text };
    [
        name,
        times.to_string(),
        found.in_flight.to_string(),
        found.fenced.to_string(),
        accepted.to_string(),
        lost.to_string(),
        doubled.to_string(),
        stuck.to_string(),
        shown(found.elsewhere.shown_seconds()),
        shown(format!("{:.1}", found.pause.as_secs_f64())),
    ]
}

async fn processes(place: &Place, times: u32, quick: bool) -> Outcome<Found> {
    let db = place.open(Clock::system()).await?;
    job::create_table(&db).await?;
    let alone = place.engine == Engine::Sqlite;
    let part = Part {
        rate: 60,
        workers: 8,
        // Long enough that some jobs are frozen before their transaction and some inside it.
        work: 60,
        hold: if alone { 0 } else { 60 },
        clock: if quick { ClockKind::Driven } else { ClockKind::System },
        ahead: 0,
    };
    let mut crew = Crew::new(place, part);
    let mut living = vec![crew.start("node-0").await?];
    if !alone {
        living.push(crew.start("node-1").await?);
    }
    let dice = Entropy::system();
    let mut found = Found::default();
    for time in 0..times {
        sleep(Duration::from_millis(1_000 + dice.below(500))).await;
        let place = usize::try_from(dice.below(u64::try_from(living.len())?))?;
        let frozen = living.swap_remove(place);
        frozen.freeze().await?;
        let since = Instant::now();
        // What it had said before the freeze is read by now.
        sleep(Duration::from_millis(100)).await;
        found.in_flight += if alone {
            crew.listener.tally().in_flight(frozen.process)
        } else {
            crew.listener.tally().lose(frozen.process, Loss::Elsewhere, since)
        };
        crew.listener.tally().watch_pauses();
        if quick {
            kill::pass_leases(&mut crew, &mut living).await?;
        }
        let longest = if alone && quick {
            Duration::from_secs(1)
        } else {
            LONGEST_FREEZE
        };
        wait_for_takeover(&crew, since, longest, alone).await;
        if !alone {
            found.pause = found.pause.max(crew.listener.tally().longest_pause_until_now());
        }
        frozen.thaw().await?;
        living.push(frozen);
        eprintln!("{time}: frozen for {:.1} s", since.elapsed().as_secs_f64());
    }
    sleep(Duration::from_secs(1)).await;
    kill::end(&db, &mut crew, living).await?;
    found.fenced = crew.listener.tally().fenced;
    found.elsewhere = crew.listener.again(Loss::Elsewhere);
    found.verdict = Verdict::of(&db, &crew.listener.accepted()).await?;
    db.close().await;
    Ok(found)
}

/// Until every job of the frozen worker has begun elsewhere; alone, until a lease is over.
async fn wait_for_takeover(crew: &Crew<'_>, since: Instant, longest: Duration, alone: bool) {
    let longest = if alone {
        longest.min(Duration::from_secs(20))
    } else {
        longest
    };
    while since.elapsed() < longest {
        if !alone && crew.listener.tally().orphans() == 0 {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
}
