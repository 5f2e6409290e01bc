//! The one place where everything that is sent on the writer passes.
//!
//! In the tests of this crate a [`Probe`] watches here, lets the turns of other tasks come in between, and lets statements
//! fail as they fail on a bad disk. While it watches, SQLite's own thread is waited for without letting others run: then
//! nothing depends on how fast that thread is, and a seed repeats a run to the letter.

#[cfg(not(test))]
use super::writer::{Work, Writer};

#[cfg(not(test))]
impl Writer {
    /// Sends a statement and waits for its answer.
    pub(super) async fn ask<T>(&mut self, _text: &'static str, work: impl Work<T>) -> Result<T, sqlx::Error> {
        super::patience::awake(work(self.connection()?)).await
    }

    /// Waits for something that is no statement.
    pub(super) async fn wait<F: Future>(&self, what: F) -> F::Output {
        what.await
    }
}

#[cfg(test)]
pub(super) use watched::{Act, Fault, Probe, block_on};

#[cfg(test)]
mod watched {
    use std::{
        fmt, io,
        pin::{Pin, pin},
        sync::Arc,
        task::{Context, Poll, Wake, Waker},
        thread::{self, Thread},
    };

    use sqlx::Connection;
    use tokio::task::yield_now;

    use super::super::writer::{Work, Writer};

    /// Says what happens to each statement.
    #[derive(Clone)]
    pub(in crate::db::sqlite) struct Probe(pub(in crate::db::sqlite) Arc<dyn Fn(&str) -> Act + Send + Sync>);

    /// What happens to one statement.
    #[derive(Debug, Default)]
    pub(in crate::db::sqlite) struct Act {
        /// How many turns others get before it is sent.
        pub(in crate::db::sqlite) before: u64,
        /// How many turns they get before its answer is seen.
        pub(in crate::db::sqlite) after: u64,
        pub(in crate::db::sqlite) fault: Option<Fault>,
    }

    /// How a statement fails.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(in crate::db::sqlite) enum Fault {
        /// It does nothing.
        Refused,
        /// SQLite rolls everything back that is open, as it does on a full disk.
        RolledBack,
        /// The connection is gone.
        Broken,
    }

    impl fmt::Debug for Probe {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Probe")
        }
    }

    impl Writer {
        pub(in crate::db::sqlite) async fn ask<T>(
            &mut self,
            text: &'static str,
            work: impl Work<T>,
        ) -> Result<T, sqlx::Error> {
            let Some(probe) = self.probe.clone() else {
                return work(self.connection()?).await;
            };
            let Act { before, after, fault } = (probe.0)(text);
            turns(before).await;
            if let Some(fault) = fault {
                self.fail(fault);
                return Err(io::Error::other("the disk is bad").into());
            }
            let mut work = pin!(work(self.connection()?));
            // The first look sends it. Whoever is cancelled from here on does not learn what it did. The answer wakes nobody:
            // its moment is not ours to choose.
            let early = work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            turns(after).await;
            match early {
                Poll::Ready(answer) => answer,
                Poll::Pending => block_on(work),
            }
        }

        pub(in crate::db::sqlite) async fn wait<F: Future>(&self, what: F) -> F::Output {
            if self.probe.is_some() {
                block_on(pin!(what))
            } else {
                what.await
            }
        }

        fn fail(&mut self, fault: Fault) {
            // One that has failed before leaves nothing to fail.
            match (fault, self.connection()) {
                (Fault::Refused, _) | (_, Err(_)) => {}
                (Fault::RolledBack, Ok(connection)) => {
                    // Without a transaction there is nothing to roll back.
                    drop(block_on(pin!(sqlx::query("ROLLBACK").execute(connection))));
                }
                (Fault::Broken, Ok(_)) => {
                    let connection = self.take_connection().expect("it was there a moment ago");
                    block_on(pin!(connection.close())).expect("it was well until now");
                }
            }
        }
    }

    async fn turns(count: u64) {
        for _ in 0..count {
            yield_now().await;
        }
    }

    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    pub(in crate::db::sqlite) fn block_on<F: Future>(mut what: Pin<&mut F>) -> F::Output {
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        loop {
            match what.as_mut().poll(&mut context) {
                Poll::Ready(output) => return output,
                Poll::Pending => thread::park(),
            }
        }
    }
}
