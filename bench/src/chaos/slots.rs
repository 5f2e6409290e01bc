//! Slots of a schedule: each is run once, over two or three nodes of which some are killed.
//!
//! The nodes have a clock of the run, which is moved from slot to slot for all of them at once; so they race for each.

use std::time::{Duration, Instant};

use karavan_kernel::{Clock, Entropy};
use karavan_store::{Db, queue::Schedule};
use tokio::time::sleep;

use super::{
    crew::{Crew, Node},
    job::{self, SLOT, Slot},
    kill,
    node::{ClockKind, Part},
    place::{Engine, Engines, Place},
    tally::Loss,
    verdict::Verdict,
};
use crate::{Outcome, server::Programs, stats::Times, table::Table};

/// A slot that takes longer is stuck.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where in its slot the clock is put.
const INTO_THE_SLOT: u64 = 60;

#[derive(clap::Args)]
pub struct Options {
    #[command(flatten)]
    engines: Engines,
    /// How many slots on each database.
    #[arg(long, default_value_t = 1_000)]
    slots: u32,
    /// Nodes on PostgreSQL; SQLite has one.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    nodes: u32,
    /// After so many slots one node is killed.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    kill_every: u32,
    /// A few slots.
    #[arg(long)]
    quick: bool,
}

/// What the nodes watch.
pub fn schedules() -> Vec<Schedule> {
    vec![Schedule::new("bench.slots", "*/10 * * * * UTC", &Slot)]
}

pub async fn run(programs: &Programs, options: &Options) -> Outcome {
    let (slots, kill_every) = if options.quick {
        (12, 4)
    } else {
        (options.slots, options.kill_every)
    };
    let mut table = Table::new(&[
        "slots of a schedule",
        "nodes",
        "kills",
        "slots",
        "lost",
        "doubled",
        "stuck",
        "slot → its job is done ms, p50 / p99 / max",
    ]);
    let mut all = Verdict::default();
    for engine in options.engines.list() {
        let place = Place::create(engine, programs).await?;
        let nodes = if engine == Engine::Sqlite { 1 } else { options.nodes };
        let mut run = Slots::start(&place, nodes).await?;
        let verdict = run.play(slots, kill_every).await?;
        let Verdict {
            accepted,
            lost,
            doubled,
            stuck,
        } = verdict;
        table.row([
            engine.name().to_owned(),
            nodes.to_string(),
            run.kills.to_string(),
            accepted.to_string(),
            lost.to_string(),
            doubled.to_string(),
            stuck.to_string(),
            run.times.shown_millis(),
        ]);
        all = all.and(verdict);
        run.stop().await?;
        place.remove().await?;
    }
    table.print();
    all.hold()
}

struct Slots<'run> {
    crew: Crew<'run>,
    db: Db,
    living: Vec<Node>,
    kills: u32,
    times: Times,
}

impl<'run> Slots<'run> {
    async fn start(place: &'run Place, nodes: u32) -> Outcome<Self> {
        let db = place.open(Clock::system()).await?;
        job::create_table(&db).await?;
        let part = Part {
            rate: 0,
            workers: 2,
            work: 0,
            hold: 0,
            clock: ClockKind::Driven,
            ahead: 0,
        };
        let mut crew = Crew::new(place, part);
        let mut living = Vec::new();
        for number in 0..nodes {
            living.push(crew.start(&format!("node-{number}")).await?);
        }
        Ok(Self {
            crew,
            db,
            living,
            kills: 0,
            times: Times::default(),
        })
    }

    async fn play(&mut self, slots: u32, kill_every: u32) -> Outcome<Verdict> {
        let dice = Entropy::system();
        for number in 1..=slots {
            let (slot, begun) = (self.next_slot().await?, Instant::now());
            self.crew.listener.tally().accepted.insert(slot);
            if number % kill_every == 0 {
                // Before, while or after the slot is fired and run.
                sleep(Duration::from_millis(dice.below(20))).await;
                self.kill_one(&dice).await?;
            }
            self.wait_for(slot, begun).await?;
            self.times.push(begun.elapsed());
            if number % 100 == 0 {
                eprintln!("{number} of {slots} slots");
            }
        }
        Verdict::of(&self.db, &self.crew.listener.accepted()).await
    }

    /// Moves the clock of all nodes into the next slot. Its number.
    async fn next_slot(&mut self) -> Outcome<i64> {
        let now = self.now()?;
        let slot = now / SLOT.as_secs() + 1;
        let step = slot * SLOT.as_secs() + INTO_THE_SLOT - now;
        self.crew.advance(step);
        for node in &mut self.living {
            node.tell(&format!("slot {step}")).await?;
        }
        Ok(i64::try_from(slot)?)
    }

    /// The nodes' clock, in seconds.
    fn now(&self) -> Outcome<u64> {
        Ok(u64::try_from(Clock::system().now().seconds())? + self.crew.ahead())
    }

    async fn kill_one(&mut self, dice: &Entropy) -> Outcome {
        let unlucky = usize::try_from(dice.below(u64::try_from(self.living.len())?))?;
        let node = self.living.swap_remove(unlucky);
        self.kills += 1;
        // Every second one comes back under another name: what it held waits for its lease.
        let comes_back = self.living.is_empty() || self.kills.is_multiple_of(2);
        let name = if comes_back {
            node.name.clone()
        } else {
            format!("again-{}", self.kills)
        };
        node.kill(&self.crew.listener, Loss::SameNode).await?;
        self.living.push(self.crew.start(&name).await?);
        Ok(())
    }

    /// Waits for the slot's effect. When nobody had fired it, it is fired again; when a killed node holds its job, the clock
    /// passes the lease.
    async fn wait_for(&mut self, slot: i64, begun: Instant) -> Outcome {
        let mut last_push = Instant::now();
        while begun.elapsed() < PATIENCE {
            if job::has_effect(&self.db, slot).await? && job::unfinished(&self.db).await? == 0 {
                return Ok(());
            }
            if last_push.elapsed() > Duration::from_secs(1) && self.kills > 0 {
                last_push = Instant::now();
                kill::pass_leases(&mut self.crew, &mut self.living).await?;
                for node in &mut self.living {
                    node.tell("slot 0").await?;
                }
            }
            sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    }

    async fn stop(self) -> Outcome {
        for node in self.living {
            node.stop().await?;
        }
        self.db.close().await;
        Ok(())
    }
}
