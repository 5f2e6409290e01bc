//! A migrated database for one test, with a clock that stands still.
//!
//! **Always holds:** each test has a database of its own, copied from a template that is migrated once per state of the
//! migrations folder, so tests run side by side in any order.

mod postgres;
mod sqlite;

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    ops::Deref,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use karavan_kernel::{Clock, Entropy, Timestamp};
use karavan_store::{
    Db, DbConfig, Migrations, PageRequest,
    queue::store::{self, JobRow},
};
use sha2::{Digest, Sha256};

/// When every test begins: 2026-11-20T09:00:00Z, a Friday.
pub const START: Timestamp = Timestamp::from_micros(1_795_165_200_000_000);

/// How long closing may take before the test is told that it still holds a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// A migrated database. Dereferences to [`Db`]; clones are handles to the same one.
#[derive(Clone, Debug)]
pub struct TestDb {
    /// Moves the time that everything in this test lives in.
    pub clock: Clock,
    db: Db,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: DbConfig,
    place: Place,
    seed: u64,
    nodes: AtomicU64,
    opened: Mutex<Vec<Db>>,
    may_be_left: Mutex<Option<BTreeSet<&'static str>>>,
}

/// What has to be taken down in the end.
#[derive(Debug)]
enum Place {
    Sqlite(tempfile::TempDir),
    Postgres(postgres::OwnDatabase),
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// A file of its own in a folder of its own. `name` seeds the randomness: the same test draws the same ids.
    pub async fn sqlite(name: &str) -> Self {
        let (folder, config) = sqlite::copy_of_template().await;
        Self::open(name, config, Place::Sqlite(folder)).await
    }

    /// A database of its own on the server of `KARAVAN_TEST_POSTGRES`.
    ///
    /// # Panics
    /// When the variable is not set.
    pub async fn postgres(name: &str) -> Self {
        let (database, config) = postgres::copy_of_template().await;
        Self::open(name, config, Place::Postgres(database)).await
    }

    async fn open(name: &str, config: DbConfig, place: Place) -> Self {
        let clock = Clock::manual(START);
        let seed = seed_of(name);
        let db = Db::open(&config, clock.clone(), Entropy::seeded(seed))
            .await
            .expect("the template's copy opens");
        let shared = Shared {
            config,
            place,
            seed,
            nodes: AtomicU64::new(1),
            opened: Mutex::new(Vec::new()),
            may_be_left: Mutex::new(None),
        };
        Self {
            clock,
            db,
            shared: Arc::new(shared),
        }
    }

    /// The same database as another process would have it open: connections, ids and wake-ups of its own, the same time.
    pub async fn another_node(&self) -> Db {
        let number = self.shared.nodes.fetch_add(1, Ordering::Relaxed);
        let entropy = Entropy::seeded(self.shared.seed.wrapping_add(number));
        let db = Db::open(&self.shared.config, self.clock.clone(), entropy)
            .await
            .expect("a database that is open opens once more");
        let mut opened = self.shared.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.push(db.clone());
        db
    }

    /// Where the data lives, for what opens it by itself (the command line, a browser test).
    pub fn config(&self) -> &DbConfig {
        &self.shared.config
    }

    /// At the end exactly jobs of these names wait in the queue or are dead, and that is right.
    pub fn expect_jobs_left(&self, names: &[&'static str]) {
        let mut expected = self.shared.may_be_left.lock().unwrap_or_else(PoisonError::into_inner);
        *expected = Some(names.iter().copied().collect());
    }

    /// Everything in the queue, oldest first: what waits, what runs and what is dead.
    pub async fn jobs(&self) -> Vec<JobRow> {
        let mut read = self.read().await.expect("a connection is free");
        let mut jobs = Vec::new();
        loop {
            let offset = u64::try_from(jobs.len()).expect("a length fits 64 bits");
            let page = store::list(&mut read, None, PageRequest::new(PageRequest::MOST, offset))
                .await
                .expect("the queue can be read");
            if page.rows.is_empty() {
                jobs.reverse();
                return jobs;
            }
            jobs.extend(page.rows);
        }
    }

    /// The names of [`TestDb::jobs`].
    pub async fn job_names(&self) -> Vec<String> {
        self.jobs().await.into_iter().map(|job| job.name).collect()
    }

    pub(crate) async fn fail_what_was_forgotten(&self) {
        let expected = self
            .shared
            .may_be_left
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let jobs = self.jobs().await;
        let names: BTreeSet<&str> = jobs.iter().map(|job| job.name.as_str()).collect();
        let fine = match &expected {
            Some(expected) => *expected == names,
            None => names.is_empty(),
        };
        assert!(fine, "{}", explain(&jobs, expected.as_ref()));
    }

    pub(crate) async fn take_down(self) {
        let others = std::mem::take(&mut *self.shared.opened.lock().unwrap_or_else(PoisonError::into_inner));
        for db in others.into_iter().chain([self.db.clone()]) {
            tokio::time::timeout(PATIENCE, db.close())
                .await
                .expect("the test still holds a transaction or a connection: drop it before the test ends");
        }
        match &self.shared.place {
            Place::Postgres(database) => database.drop_it().await,
            // Here and not only in its `Drop`, because the test's own handles may live on.
            Place::Sqlite(folder) => std::fs::remove_dir_all(folder.path()).expect("the folder is ours"),
        }
    }
}

fn explain(jobs: &[JobRow], expected: Option<&BTreeSet<&'static str>>) -> String {
    let mut text = match expected {
        Some(expected) => format!("jobs expected to be left in the queue: {expected:?}; there are:"),
        None => "jobs left in the queue:".to_owned(),
    };
    for job in jobs {
        let JobRow {
            name,
            state,
            attempt,
            run_at,
            payload,
            last_error,
            ..
        } = job;
        let error = last_error
            .as_deref()
            .map_or(String::new(), |error| format!(", last error: {error}"));
        write!(
            text,
            "\n  {name} ({state}, attempt {attempt}, due {run_at}{error}) {payload}"
        )
        .expect("a string takes any text");
    }
    text.push_str(
        "\nCall `t.run_jobs().await`, or say that they are to wait: `t.expect_jobs_left(&[\"…\"])` names them all.",
    );
    text
}

/// Names a state of the migrations folder.
fn fingerprint(migrations: &Migrations) -> String {
    // `Debug` prints every version, name and text.
    let digest = Sha256::digest(format!("{migrations:?}").as_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn seed_of(name: &str) -> u64 {
    let digest = Sha256::digest(name.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |seed, byte| (seed << 8) | u64::from(*byte))
}

fn migrations() -> Migrations {
    Migrations::embedded().expect("the file names in migrations/ are right")
}

#[cfg(test)]
mod tests {
    #[test]
    fn tests_begin_on_a_friday_morning() {
        assert_eq!(super::START.to_string(), "2026-11-20T09:00:00Z");
    }
}
