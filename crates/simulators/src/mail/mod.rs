//! A mail server that lives in memory: SMTP on one side, an inbox for people and tests on the other.
//!
//! Programs send to [`MailSimulator::serve`] exactly as they send to a provider. What arrives is read by tests through
//! [`MailSimulator::letter_to`] and by humans through [`MailSimulator::pages_router`].
//!
//! **Invariant:** a letter is in the inbox before the server says that it has taken it.
//! **Invariant:** the state lock is never held over an await, and everything that grows has a limit.
//! **Absent on purpose:** TLS (a loopback needs none, so STARTTLS is not offered), passing letters on, and checking who signs
//! in: any name and password will do.
//!
//! Start at [`MailSimulator::letter_to`] for what arrived and at `session` for how.

mod failures; // trouble on demand
mod letter; // what arrived, taken apart
mod session; // one connection
mod state; // everything together, behind one lock

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::Router;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{Clock, pages};

pub use failures::Failure;
pub use letter::Letter;

/// How long [`MailSimulator::wait_for_letter_to`] waits before it says what it saw instead.
const PATIENCE: Duration = Duration::from_secs(10);

/// A mail server in memory. Clones share it.
#[derive(Clone, Debug)]
pub struct MailSimulator(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<state::State>,
    clock: Clock,
    stopped: CancellationToken,
    /// How many letters have arrived.
    arrived: watch::Sender<u64>,
}

/// The letter that a test hoped for did not come in time.
#[derive(Debug, thiserror::Error)]
#[error("no letter to {address} came within {PATIENCE:?}; there are letters to: {}", .others.join(", "))]
pub struct NoLetter {
    /// Who was to get it.
    pub address: String,
    /// Who got one.
    pub others: Vec<String>,
}

impl MailSimulator {
    /// A server that has taken nothing yet.
    pub fn new(clock: Clock) -> Self {
        Self(Arc::new(Shared {
            state: Mutex::default(),
            clock,
            stopped: CancellationToken::new(),
            arrived: watch::Sender::new(0),
        }))
    }

    /// Takes letters until `shutdown`; open connections end at once.
    ///
    /// # Errors
    /// What the listener reports.
    pub async fn serve(&self, listener: TcpListener, shutdown: CancellationToken) -> io::Result<()> {
        let mut sessions = JoinSet::new();
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                accepted = listener.accept() => {
                    let (stream, _) = accepted?;
                    let simulator = self.clone();
                    // How a connection ends is its client's business.
                    sessions.spawn(async move { session::serve(&simulator, stream).await.unwrap_or(()) });
                }
                Some(_ended) = sessions.join_next() => {}
            }
        }
        self.stop();
        sessions.shutdown().await;
        Ok(())
    }

    /// Ends every live page, now and from now on, so that servers can shut down gracefully.
    pub fn stop(&self) {
        self.0.stopped.cancel();
    }

    /// The pages of the inbox, to be nested at `base_path` (`"/demo/mail"`), which their links begin with. `chats` is where
    /// the chat pages are, if there are any.
    pub fn pages_router(&self, base_path: &str, chats: Option<&str>) -> Router {
        pages::mail_router(self.clone(), base_path, chats)
    }

    /// What arrived, oldest first; only the last 500 letters are kept.
    pub fn letters(&self) -> Vec<Letter> {
        self.lock().letters.iter().cloned().collect()
    }

    /// The newest letter to this address.
    pub fn letter_to(&self, address: &str) -> Option<Letter> {
        let state = self.lock();
        state.letters.iter().rev().find(|letter| letter.is_to(address)).cloned()
    }

    /// The newest letter to this address as soon as there is one, within ten seconds.
    ///
    /// # Errors
    /// [`NoLetter`] says who got letters instead.
    pub async fn wait_for_letter_to(&self, address: &str) -> Result<Letter, NoLetter> {
        let mut arrivals = self.arrivals();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            if let Some(letter) = self.letter_to(address) {
                return Ok(letter);
            }
            // The sender lives as long as we do, so only the deadline can end this.
            if !matches!(tokio::time::timeout_at(deadline, arrivals.changed()).await, Ok(Ok(()))) {
                return Err(NoLetter {
                    address: address.to_owned(),
                    others: self.letters().into_iter().flat_map(|letter| letter.to).collect(),
                });
            }
        }
    }

    /// The next connection that comes so far ends like this. Can be called several times.
    pub fn fail_next(&self, failure: Failure) {
        self.lock().failures.push_back(failure);
    }

    /// From now on letters to this address are answered with this code: 550 for somebody who does not exist, 450 for a
    /// mailbox that is busy.
    pub fn refuse(&self, address: &str, code: u16) {
        self.lock().refused.insert(address.to_ascii_lowercase(), code);
    }

    /// Whether only those who sign in may send. Off at first.
    pub fn require_sign_in(&self, on: bool) {
        self.lock().sign_in_required = on;
    }

    /// Wakes whenever a letter arrives.
    pub(crate) fn arrivals(&self) -> watch::Receiver<u64> {
        self.0.arrived.subscribe()
    }

    pub(crate) fn stopped(&self) -> &CancellationToken {
        &self.0.stopped
    }

    fn take(&self, from: String, to: Vec<String>, source: &[u8]) {
        let at = self.0.clock.now();
        self.lock().keep(|number| Letter::read(number, at, from, to, source));
        self.0.arrived.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, state::State> {
        self.0
            .state
            .lock()
            .expect("a panic under the lock is a bug of the simulator, which must not be hidden")
    }
}
