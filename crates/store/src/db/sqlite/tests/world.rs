//! The rows of the model test: what statements there are, and what each does to a state in memory.

use std::collections::{BTreeMap, BTreeSet};

use karavan_kernel::Entropy;

use crate::{Conn, Sql, StoreError, StoreResult, db::Tx, sql};

const COUNTERS: u64 = 3;
const NAMES: u64 = 6;

pub(super) const SCHEMA: [&str; 3] = [
    "CREATE TABLE counters (id BIGINT NOT NULL PRIMARY KEY, value BIGINT NOT NULL)",
    "CREATE TABLE names (name BIGINT NOT NULL PRIMARY KEY, owner BIGINT NOT NULL)",
    "CREATE TABLE done (owner BIGINT NOT NULL PRIMARY KEY)",
];

/// One statement of a transaction (`owner`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Statement {
    /// Leaves a trace of the transaction itself.
    Sign,
    /// Changes a counter so that the order of changes shows.
    Count(i64),
    /// Fails when somebody else has the name.
    Take(i64),
    Free(i64),
    Read(i64),
}

/// What a statement answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Rows(u64),
    Value(i64),
    Unique,
}

/// All rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct World {
    pub(super) counters: BTreeMap<i64, i64>,
    pub(super) names: BTreeMap<i64, i64>,
    pub(super) done: BTreeSet<i64>,
}

impl Statement {
    pub(super) fn any(draw: &Entropy) -> Self {
        let counter = number(draw.below(COUNTERS));
        let name = number(draw.below(NAMES));
        match draw.below(10) {
            0..4 => Self::Count(counter),
            4..7 => Self::Take(name),
            7 | 8 => Self::Free(name),
            _ => Self::Read(counter),
        }
    }

    fn text(self, owner: i64) -> Sql {
        match self {
            Self::Sign => sql!("INSERT INTO done (owner) VALUES ($1)", owner),
            Self::Count(id) => sql!(
                "INSERT INTO counters (id, value) VALUES ($1, $2)
                 ON CONFLICT (id) DO UPDATE SET value = (counters.value * 31 + $2) % 1000003",
                id,
                owner
            ),
            Self::Take(name) => sql!("INSERT INTO names (name, owner) VALUES ($1, $2)", name, owner),
            Self::Free(name) => sql!("DELETE FROM names WHERE name = $1", name),
            Self::Read(id) => sql!("SELECT COALESCE(SUM(value), 0) FROM counters WHERE id = $1", id),
        }
    }

    /// Runs it for real.
    pub(super) async fn run(self, tx: &mut Tx, owner: i64) -> StoreResult<Seen> {
        let text = self.text(owner);
        let seen = match self {
            Self::Read(_) => tx.fetch_value(text).await.map(Seen::Value),
            _ => tx.execute(text).await.map(|rows| Seen::Rows(rows.count())),
        };
        match seen {
            Err(StoreError::Unique { .. }) => Ok(Seen::Unique),
            other => other,
        }
    }
}

impl World {
    /// Runs it in memory.
    pub(super) fn run(&mut self, statement: Statement, owner: i64) -> Seen {
        match statement {
            Statement::Sign => {
                self.done.insert(owner);
                Seen::Rows(1)
            }
            Statement::Count(id) => {
                let next = self
                    .counters
                    .get(&id)
                    .map_or(owner, |value| (value * 31 + owner) % 1_000_003);
                self.counters.insert(id, next);
                Seen::Rows(1)
            }
            Statement::Take(name) if self.names.contains_key(&name) => Seen::Unique,
            Statement::Take(name) => {
                self.names.insert(name, owner);
                Seen::Rows(1)
            }
            Statement::Free(name) => Seen::Rows(u64::from(self.names.remove(&name).is_some())),
            Statement::Read(id) => Seen::Value(self.counters.get(&id).copied().unwrap_or(0)),
        }
    }

    /// The rows as they are.
    pub(super) async fn read(conn: &mut Conn) -> Self {
        let counters: Vec<(i64, i64)> = conn.fetch_all(sql!("SELECT id, value FROM counters")).await.unwrap();
        let names: Vec<(i64, i64)> = conn.fetch_all(sql!("SELECT name, owner FROM names")).await.unwrap();
        let done: Vec<(i64,)> = conn.fetch_all(sql!("SELECT owner FROM done")).await.unwrap();
        Self {
            counters: counters.into_iter().collect(),
            names: names.into_iter().collect(),
            done: done.into_iter().map(|(owner,)| owner).collect(),
        }
    }
}

pub(super) fn number(drawn: u64) -> i64 {
    i64::try_from(drawn).expect("small numbers are drawn")
}
