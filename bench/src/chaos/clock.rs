//! The clock of a process is set an hour ahead, an hour back, and right again, while it works.
//!
//! On PostgreSQL one of two nodes has the wrong clock: leases go by the server's, so nobody may think that a living worker's
//! lease is over. On SQLite the only process has it.

use std::time::Duration;

use karavan_kernel::Clock;
use tokio::time::sleep;

use super::{
    crew::Crew,
    job, kill,
    node::{ClockKind, Part},
    place::{Engine, Engines, Place},
    verdict::Verdict,
};
use crate::{Outcome, server::Programs, table::Table};

const HOUR: i64 = 3_600;

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    engines: Engines,
    /// How often the clock goes ahead, right, back and right.
    #[arg(long, default_value_t = 5)]
    times: u32,
    /// Seconds with each time; longer than a heartbeat shows what leases do.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
    /// Once, two seconds each.
    #[arg(long)]
    quick: bool,
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let (times, seconds) = if options.quick {
        (1, 2)
    } else {
        (options.times, options.seconds)
    };
    let mut table = Table::new(&[
        "clock of one process ± 1 h",
        "jumps",
        "accepted",
        "lost",
        "doubled",
        "stuck",
        "taken from a living worker",
        "longest wait of a job s: ahead",
        "back",
        "right again",
    ]);
    let (mut all, mut early) = (Verdict::default(), 0);
    for engine in options.engines.list() {
        let place = Place::create(engine, programs).await?;
        let found = on(&place, times, seconds).await?;
        let Verdict {
            accepted,
            lost,
            doubled,
            stuck,
        } = found.verdict;
        let [ahead, back, right] = found.waits.map(|wait| format!("{:.1}", wait.as_secs_f64()));
        table.row([
            engine.name().to_owned(),
            (times * 4).to_string(),
            accepted.to_string(),
            lost.to_string(),
            doubled.to_string(),
            stuck.to_string(),
            found.early.to_string(),
            ahead,
            back,
            right,
        ]);
        all = all.and(found.verdict);
        early += found.early;
        place.remove().await?;
    }
    table.print();
    all.hold()?;
    if early > 0 {
        return Err(format!("{early} jobs were taken from living workers").into());
    }
    Ok(())
}

struct Found {
    verdict: Verdict,
    early: u64,
    /// The longest from acceptance to start: ahead, back, right again.
    waits: [Duration; 3],
}

async fn on(place: &Place, times: u32, seconds: u64) -> Outcome<Found> {
    let db = place.open(Clock::system()).await?;
    job::create_table(&db).await?;
    let part = Part {
        rate: 60,
        workers: 8,
        work: 100,
        hold: 0,
        clock: ClockKind::Settable,
        ahead: 0,
    };
    let mut crew = Crew::new(place, part);
    let mut living = vec![crew.start("wrong").await?];
    if place.engine == Engine::Postgres {
        living.push(crew.start("right").await?);
    }
    let mut waits = [Duration::ZERO; 3];
    for _ in 0..times {
        for (setting, phase) in [(HOUR, 0), (0, 2), (-HOUR, 1), (0, 2)] {
            if let Some(node) = living.first_mut() {
                node.tell(&format!("wrong {setting}")).await?;
            }
            crew.listener.tally().watch_waits();
            sleep(Duration::from_secs(seconds)).await;
            let wait = crew.listener.tally().longest_wait_until_now();
            if let Some(longest) = waits.get_mut(phase) {
                *longest = wait.max(*longest);
            }
        }
    }
    kill::end(&db, &mut crew, living).await?;
    let early = crew.listener.tally().early;
    let verdict = Verdict::of(&db, &crew.listener.accepted()).await?;
    db.close().await;
    Ok(Found { verdict, early, waits })
}
