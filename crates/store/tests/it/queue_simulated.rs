//! Simulated schedules of the queue: nodes that claim, renew, crash, freeze and come back, in orders that a seed decides.
//!
//! **Always holds:** a run depends on its seed alone: one thread, a clock that only the simulation moves, one step after
//! another. What makes it hard is stale knowledge: a frozen node goes on with what it believed.
//!
//! `KARAVAN_TEST_SEEDS=10000` runs so many, `KARAVAN_TEST_SEED=17` runs that one; a failure names its seed.

use std::{
    collections::{BTreeMap, BTreeSet},
    panic::AssertUnwindSafe,
    time::Duration,
};

use futures::{FutureExt as _, future::try_join_all};
use karavan_kernel::{Clock, Entropy, Timestamp};
use karavan_store::{
    Db, PageRequest, StoreError, StoreResult,
    queue::{
        Enqueue, Job, JobId, Schedule,
        schedule::fire_due,
        store::{self, Cancelled, Claimed, Claims, JobState},
    },
    sql,
};
use karavan_testkit::{START, TestDb};

use crate::support::{CLERK, Deliver, LEASE, deliver};

const NODES: usize = 3;
const KEYS: u64 = 3;
const STEPS: u64 = 60;
const DEFAULT_SEEDS: u64 = 150;

/// What a node believes.
#[derive(Default)]
struct Node {
    held: Vec<Claimed>,
    /// It does nothing until then, and does not know that time went by.
    frozen_until: Option<Timestamp>,
}

/// What really happened.
#[derive(Default)]
struct History {
    enqueued: BTreeSet<JobId>,
    cancelled: BTreeSet<JobId>,
    /// By key, in the order in which they were enqueued.
    lines: BTreeMap<String, Vec<JobId>>,
    fired: BTreeSet<Timestamp>,
}

struct World {
    db: Db,
    dice: Entropy,
    nodes: [Node; NODES],
    history: History,
    schedules: Vec<Schedule>,
    began: Timestamp,
}

fn node_name(number: usize) -> String {
    format!("node-{number}")
}

impl World {
    fn roll(&self, sides: u64) -> u64 {
        self.dice.below(sides)
    }

    async fn step(&mut self) -> StoreResult<()> {
        let now = self.db.clock().now();
        let number = usize::try_from(self.roll(NODES as u64)).unwrap();
        let is_frozen = self.nodes[number].frozen_until.is_some_and(|until| until > now);
        match self.roll(100) {
            0..18 => self.enqueue().await,
            18..30 => {
                self.db.clock().advance(Duration::from_millis(self.roll(6_000)));
                Ok(())
            }
            _ if is_frozen => Ok(()),
            30..50 => self.claim(number).await,
            50..68 => self.finish(number).await,
            68..74 => self.give_up(number).await,
            74..80 => self.renew(number).await,
            80..86 => self.reap().await,
            86..90 => {
                // Longer than a lease, now and then.
                self.nodes[number].frozen_until = Some(now + Duration::from_secs(self.roll(40)));
                Ok(())
            }
            90..94 => self.crash(number).await,
            94..97 => self.fire().await,
            _ => self.cancel().await,
        }
    }

    async fn enqueue(&mut self) -> StoreResult<()> {
        let key = (self.roll(3) > 0).then(|| format!("key {}", self.roll(KEYS)));
        let mut how = Enqueue::default().after(Duration::from_secs(self.roll(2) * self.roll(10)));
        if let Some(key) = &key {
            how = how.in_order_of(key.as_str());
        }
        let mut tx = self.db.begin(CLERK).await?;
        let id = tx
            .enqueue_with(&deliver("letter"), how)
            .await?
            .expect("it has no unique key");
        if self.roll(10) == 0 {
            // Dropped: it never was.
            return Ok(());
        }
        tx.commit().await?;
        self.history.enqueued.insert(id);
        if let Some(key) = key {
            self.history.lines.entry(key).or_default().push(id);
        }
        Ok(())
    }

    async fn claim(&mut self, number: usize) -> StoreResult<()> {
        let now = self.db.clock().now();
        let node = node_name(number);
        let mut tx = self.db.begin(CLERK).await?;
        let claims = Claims {
            node: &node,
            lane: None,
            names: &[Deliver::NAME],
            limit: u32::try_from(1 + self.roll(3)).unwrap(),
        };
        let claimed = store::claim(&mut tx, claims, now, now + LEASE).await?;
        tx.commit().await?;
        // Sometimes the answer gets lost, and nobody works on what was claimed.
        if self.roll(12) > 0 {
            self.nodes[number].held.extend(claimed);
        }
        Ok(())
    }

    fn some_held(&mut self, number: usize) -> Option<Claimed> {
        let held = self.nodes[number].held.len();
        (held > 0).then(|| {
            let at = usize::try_from(self.roll(held as u64)).unwrap();
            self.nodes[number].held.swap_remove(at)
        })
    }

    /// The effect and the completion in one transaction.
    async fn finish(&mut self, number: usize) -> StoreResult<()> {
        let Some(job) = self.some_held(number) else {
            return Ok(());
        };
        let mut tx = self.db.begin(CLERK).await?;
        let effect = sql!(
            "INSERT INTO effects (no, job, attempt) VALUES ((SELECT COUNT(*) FROM effects), $1, $2)",
            job.id,
            job.attempt
        );
        tx.execute(effect).await?.expect_rows(1)?;
        match store::finish(&mut tx, &job).await {
            Ok(()) if self.roll(15) == 0 => drop(tx), // died before the commit
            Ok(()) => tx.commit().await?,
            Err(StoreError::Fenced) => {
                drop(tx);
                self.bury(&job).await?;
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn bury(&self, job: &Claimed) -> StoreResult<()> {
        let mut tx = self.db.begin(CLERK).await?;
        store::bury(&mut tx, job).await?;
        tx.commit().await
    }

    async fn give_up(&mut self, number: usize) -> StoreResult<()> {
        let Some(job) = self.some_held(number) else {
            return Ok(());
        };
        let mut tx = self.db.begin(CLERK).await?;
        let later = tx.now() + Duration::from_secs(self.roll(8));
        let written = match self.roll(3) {
            0 => store::postpone(&mut tx, &job, later).await,
            1 if job.attempt < job.max_attempts => store::put_back(&mut tx, &job, "no answer", Some(later)).await,
            _ => store::give_back_some(&mut tx, &node_name(number), &[(job.id, job.attempt)])
                .await
                .map(drop),
        };
        match written {
            Ok(()) => tx.commit().await,
            Err(StoreError::Fenced) => {
                drop(tx);
                self.bury(&job).await
            }
            Err(error) => Err(error),
        }
    }

    async fn renew(&mut self, number: usize) -> StoreResult<()> {
        let ids: Vec<JobId> = self.nodes[number].held.iter().map(|job| job.id).collect();
        let mut tx = self.db.begin(CLERK).await?;
        let until = tx.now() + LEASE;
        let alive = store::heartbeat(&mut tx, &node_name(number), &ids, until).await?;
        tx.commit().await?;
        // Sometimes it does not listen to the answer, and goes on with what it has lost.
        if self.roll(3) > 0 {
            self.nodes[number]
                .held
                .retain(|job| alive.contains(&(job.id, job.attempt)));
        }
        Ok(())
    }

    async fn reap(&self) -> StoreResult<()> {
        let mut tx = self.db.begin(CLERK).await?;
        let now = tx.now();
        store::free_expired(&mut tx, self.began, now).await?;
        tx.commit().await
    }

    /// Gone, and back at once under the same name.
    async fn crash(&mut self, number: usize) -> StoreResult<()> {
        self.nodes[number] = Node::default();
        let mut tx = self.db.begin(CLERK).await?;
        store::free_node(&mut tx, &node_name(number)).await?;
        tx.commit().await
    }

    /// All schedulers look at the same moment, and between their looks at the slots and their marks there is room.
    async fn fire(&mut self) -> StoreResult<()> {
        let now = self.db.clock().now();
        let names: Vec<String> = (0..NODES).map(node_name).collect();
        let looks = names
            .iter()
            .map(|name| fire_due(&self.db, &self.schedules, name, self.began));
        let fired: u64 = try_join_all(looks).await?.into_iter().sum();
        let slot = Timestamp::from_micros(now.micros().div_euclid(60_000_000) * 60_000_000);
        let last = self.history.fired.last().copied().unwrap_or(self.began);
        assert_eq!(fired, u64::from(slot > last), "the slot {slot} after {last}");
        self.history.fired.extend((slot > last).then_some(slot));
        Ok(())
    }

    async fn cancel(&mut self) -> StoreResult<()> {
        let all = self.history.enqueued.len() as u64;
        let Some(id) = (all > 0)
            .then(|| usize::try_from(self.roll(all)).unwrap())
            .and_then(|at| self.history.enqueued.iter().nth(at).copied())
        else {
            return Ok(());
        };
        let mut tx = self.db.begin(CLERK).await?;
        let cancelled = store::cancel(&mut tx, id).await?;
        tx.commit().await?;
        if cancelled != Cancelled::No {
            self.history.cancelled.insert(id);
        }
        Ok(())
    }

    async fn jobs(&self) -> StoreResult<Vec<store::JobRow>> {
        let page = PageRequest::new(PageRequest::MOST, 0);
        Ok(store::list(&mut *self.db.read().await?, None, page).await?.rows)
    }

    async fn check_now(&self) -> StoreResult<()> {
        let doubled = sql!(
            "SELECT serial_key FROM jobs WHERE state = 'running' AND serial_key IS NOT NULL
             GROUP BY serial_key HAVING COUNT(*) > 1"
        );
        let doubled: Vec<(String,)> = self.db.read().await?.fetch_all(doubled).await?;
        assert!(doubled.is_empty(), "two jobs of {doubled:?} run side by side");
        Ok(())
    }

    /// From here on nothing goes wrong: everything must come to its end.
    async fn come_to_rest(&mut self) -> StoreResult<()> {
        for node in &mut self.nodes {
            node.held.clear();
        }
        for _round in 0..400 {
            self.db.clock().advance(LEASE);
            self.reap().await?;
            let node = node_name(0);
            let now = self.db.clock().now();
            let mut tx = self.db.begin(CLERK).await?;
            let claims = Claims {
                node: &node,
                lane: None,
                names: &[Deliver::NAME],
                limit: 50,
            };
            let claimed = store::claim(&mut tx, claims, now, now + LEASE).await?;
            for job in &claimed {
                let effect = sql!(
                    "INSERT INTO effects (no, job, attempt) VALUES ((SELECT COUNT(*) FROM effects), $1, $2)",
                    job.id,
                    job.attempt
                );
                tx.execute(effect).await?.expect_rows(1)?;
                store::finish(&mut tx, job).await?;
            }
            tx.commit().await?;
            let left = self.jobs().await?;
            if left.iter().all(|job| job.state == JobState::Dead) {
                return self.check_history(&left).await;
            }
        }
        let left = self.jobs().await?;
        panic!("the queue does not come to rest: {left:?}");
    }

    async fn check_history(&self, dead: &[store::JobRow]) -> StoreResult<()> {
        let effects: Vec<(JobId,)> = self
            .db
            .read()
            .await?
            .fetch_all(sql!("SELECT job FROM effects ORDER BY no"))
            .await?;
        let effects: Vec<JobId> = effects.into_iter().map(|(job,)| job).collect();
        let once: BTreeSet<JobId> = effects.iter().copied().collect();
        assert_eq!(once.len(), effects.len(), "an effect happened twice");
        let dead: BTreeSet<JobId> = dead.iter().map(|job| job.id).collect();
        for id in &self.history.enqueued {
            let ends = [
                once.contains(id),
                dead.contains(id),
                self.history.cancelled.contains(id),
            ];
            assert_eq!(
                ends.iter().filter(|end| **end).count(),
                1,
                "{id} was lost or ended twice: {ends:?}"
            );
        }
        for (key, line) in &self.history.lines {
            let done: Vec<&JobId> = effects.iter().filter(|id| line.contains(id)).collect();
            let expected: Vec<&JobId> = line.iter().filter(|id| once.contains(id)).collect();
            assert_eq!(done, expected, "the order of {key}");
        }
        Ok(())
    }
}

/// A database that knows nothing but its seed; the file is used again.
async fn run(t: &TestDb, seed: u64) -> StoreResult<()> {
    let db = Db::open(t.config(), Clock::manual(START), Entropy::seeded(seed)).await?;
    let mut tx = db.begin(CLERK).await?;
    for table in [
        sql!("DELETE FROM effects"),
        sql!("DELETE FROM jobs"),
        sql!("DELETE FROM schedule_slots"),
    ] {
        tx.execute(table).await?.count();
    }
    tx.commit().await?;
    let mut world = World {
        db: db.clone(),
        dice: Entropy::seeded(seed),
        nodes: Default::default(),
        history: History::default(),
        schedules: vec![Schedule::new("post.round", "* * * * * UTC", &deliver("round"))],
        began: START,
    };
    for _step in 0..STEPS {
        world.step().await?;
        world.check_now().await?;
    }
    world.come_to_rest().await?;
    db.close().await;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "how much to test is said from outside")]
fn asked_for(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[tokio::test(flavor = "current_thread")]
async fn whatever_happens_to_the_nodes_each_job_has_its_effect_once_and_in_its_order() {
    let t = TestDb::sqlite("simulated").await;
    let mut tx = t.begin(CLERK).await.unwrap();
    let create = sql!("CREATE TABLE effects (no BIGINT NOT NULL, job TEXT NOT NULL, attempt BIGINT NOT NULL)");
    tx.execute(create).await.unwrap().count();
    tx.commit().await.unwrap();
    t.close().await;
    let seeds = match asked_for("KARAVAN_TEST_SEED") {
        Some(seed) => seed..=seed,
        None => 1..=asked_for("KARAVAN_TEST_SEEDS").unwrap_or(DEFAULT_SEEDS),
    };
    for seed in seeds {
        let ran = AssertUnwindSafe(run(&t, seed)).catch_unwind().await;
        assert!(matches!(ran, Ok(Ok(()))), "KARAVAN_TEST_SEED={seed} fails: {ran:?}");
    }
}
