//! The people of the model test: each runs a few transactions and ends them in every way there is.

use std::{
    panic::resume_unwind,
    path::PathBuf,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    task::Poll,
};

use karavan_kernel::Entropy;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use tokio::task::yield_now;

use super::{
    CLERK,
    world::{Seen, Statement, number},
};
use crate::{Db, StoreError, db::Tx};

/// What is known of one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) owner: i64,
    /// The how-manieth obtained the writer.
    pub(super) order: u64,
    pub(super) events: Vec<(Statement, Seen)>,
    /// `commit` was called.
    pub(super) ended: bool,
    /// `commit` answered well, or not.
    pub(super) answer: Option<bool>,
}

/// What all actors of one run share.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) db: Db,
    pub(super) file: PathBuf,
    pub(super) draw: Entropy,
    pub(super) records: Arc<Mutex<Vec<Record>>>,
    pub(super) orders: Arc<AtomicU64>,
    /// Statements may fail for no reason of their own.
    pub(super) faulty: bool,
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Commit,
    Drop,
    Panic,
    /// The next statement is cancelled, and the transaction tried on.
    CancelStatement,
    /// The caller of `commit` goes away.
    CancelCommit,
}

impl Ending {
    fn any(draw: &Entropy) -> Self {
        match draw.below(12) {
            0..7 => Self::Commit,
            7 | 8 => Self::Drop,
            9 => Self::Panic,
            10 => Self::CancelStatement,
            _ => Self::CancelCommit,
        }
    }
}

impl Stage {
    /// One person's day.
    pub(super) async fn act(self, actor: i64) {
        for number_of_tx in 0..=number(self.draw.below(5)) {
            self.rest().await;
            let owner = actor * 100 + number_of_tx;
            // Some are cancelled as a whole, wherever they stand.
            let patience = if self.draw.below(5) == 0 {
                self.draw.below(30)
            } else {
                u64::MAX
            };
            give_up_after(patience, self.transaction(owner)).await;
        }
    }

    async fn rest(&self) {
        for _ in 0..self.draw.below(4) {
            yield_now().await;
        }
    }

    async fn transaction(&self, owner: i64) {
        let ending = Ending::any(&self.draw);
        let mut tx = match self.db.begin(CLERK).await {
            Ok(tx) => tx,
            Err(error) => return self.expect_fault(&error),
        };
        let record = self.begun(owner);
        let statements = (0..self.draw.below(4)).map(|_| Statement::any(&self.draw));
        for statement in [Statement::Sign].into_iter().chain(statements.collect::<Vec<_>>()) {
            self.rest().await;
            match statement.run(&mut tx, owner).await {
                Ok(Seen::Unique) => {
                    self.note(record, |record| record.events.push((statement, Seen::Unique)));
                    return self.over(tx).await;
                }
                Ok(seen) => self.note(record, |record| record.events.push((statement, seen))),
                Err(error) => {
                    self.expect_fault(&error);
                    return self.over(tx).await;
                }
            }
        }
        self.end(tx, record, owner, ending).await;
    }

    async fn end(&self, mut tx: Tx, record: usize, owner: i64, ending: Ending) {
        match ending {
            Ending::Commit => {
                self.rest().await;
                self.note(record, |record| record.ended = true);
                self.answered(record, owner, tx.commit().await).await;
            }
            Ending::Drop => drop(tx),
            // Not `panic!`, which would write to the test's output each time.
            Ending::Panic => drop(
                tokio::task::JoinSet::from_iter([async move {
                    let _held = tx;
                    yield_now().await;
                    resume_unwind(Box::new("planned"));
                }])
                .join_next()
                .await,
            ),
            Ending::CancelStatement => {
                let polls = self.draw.below(6);
                let answered = give_up_after(polls, Statement::Count(0).run(&mut tx, owner)).await;
                if answered.is_none() && polls > 0 {
                    self.over(tx).await;
                }
            }
            Ending::CancelCommit => {
                let polls = self.draw.below(6);
                self.note(record, |record| record.ended = polls > 0);
                if let Some(answer) = give_up_after(polls, tx.commit()).await {
                    self.answered(record, owner, answer).await;
                }
            }
        }
    }

    /// A transaction that failed does nothing more.
    async fn over(&self, mut tx: Tx) {
        let again = Statement::Count(0).run(&mut tx, 0).await;
        assert!(matches!(again, Err(StoreError::Poisoned)), "{again:?}");
        let ended = tx.commit().await;
        assert!(matches!(ended, Err(StoreError::Poisoned)), "{ended:?}");
    }

    async fn answered(&self, record: usize, owner: i64, answer: Result<(), StoreError>) {
        self.note(record, |record| record.answer = Some(answer.is_ok()));
        match answer {
            Ok(()) => assert!(self.is_in_file(owner), "{owner} was told that it is in the file"),
            Err(error) => self.expect_fault(&error),
        }
        self.rest().await;
    }

    /// Looks through a connection that has nothing to do with ours, without letting anybody else run.
    fn is_in_file(&self, owner: i64) -> bool {
        let options = SqliteConnectOptions::new().filename(&self.file);
        let look = async move {
            let mut connection = options.connect().await?;
            let found = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM done WHERE owner = $1")
                .bind(owner)
                .fetch_one(&mut connection)
                .await?;
            connection.close().await?;
            Ok::<_, sqlx::Error>(found == 1)
        };
        super::super::probe::block_on(pin!(look)).unwrap()
    }

    fn begun(&self, owner: i64) -> usize {
        let mut records = self.records.lock().unwrap();
        records.push(Record {
            owner,
            order: self.orders.fetch_add(1, Ordering::Relaxed),
            ..Record::default()
        });
        records.len() - 1
    }

    fn note(&self, record: usize, change: impl FnOnce(&mut Record)) {
        change(&mut self.records.lock().unwrap()[record]);
    }

    fn expect_fault(&self, error: &StoreError) {
        assert!(self.faulty && matches!(error, StoreError::Unavailable(_)), "{error:?}");
    }
}

/// Looks at `work` so many times, then drops it wherever it stands.
async fn give_up_after<F: Future>(looks: u64, work: F) -> Option<F::Output> {
    let mut work = pin!(work);
    for _ in 0..looks {
        if let Poll::Ready(output) = futures::poll!(work.as_mut()) {
            return Some(output);
        }
        yield_now().await;
    }
    None
}
