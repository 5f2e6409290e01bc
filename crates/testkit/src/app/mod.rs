//! A whole program in a test: platform, products, a simulated Telegram and mail server, and a clock that only the test moves.
//!
//! **Always holds:** nothing runs by itself. Jobs, schedules and bots move when the test says so, one after another, so a
//! test sees the same every time. Requests pass the real stack of layers, bots talk real HTTP to the simulator.
//!
//! Start at [`TestApp::builder`], then [`TestApp::settle`].

mod authenticator;
mod chat;
mod chat_log;
mod client;
mod drive;
mod redact;
mod response;
mod setup;
mod signing_in;
mod telegram;

use std::{
    net::SocketAddr,
    ops::Deref,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, AtomicU64, Ordering},
    },
    time::Duration,
};

pub use authenticator::{Authenticator, codes_on};
use axum::Router;
pub use chat::{ANNA, BORIS, Person};
pub use client::Client;
use karavan_kernel::Permission;
use karavan_platform::{Platform, audit::Anchors, bots::Bots, host::Host};
use karavan_simulators::mail::MailSimulator;
use karavan_store::queue::{Schedule, Worker};
pub use response::Response;
pub use setup::TestAppBuilder;
pub use telegram::TestTelegram;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use utoipa::openapi::OpenApi;

use crate::{Fixture, TestDb};

/// A program. Dereferences to its [`TestDb`]; clones are handles to the same one.
#[derive(Clone)]
pub struct TestApp {
    /// The handles that products share.
    pub platform: Platform,
    /// The world of chats outside.
    pub telegram: TestTelegram,
    db: TestDb,
    inbox: MailSimulator,
    shared: Arc<Shared>,
}

struct Shared {
    router: Router,
    worker: Worker,
    schedules: Vec<Schedule>,
    bots: Bots,
    permissions: Vec<Permission>,
    openapi: OpenApi,
    host: Mutex<Host>,
    tasks: Mutex<JoinSet<()>>,
    anchor_folder: tempfile::TempDir,
    stop: CancellationToken,
    chats: chat_log::ChatLog,
    clients: AtomicU8,
    named: AtomicU64,
}

impl Deref for TestApp {
    type Target = TestDb;
    fn deref(&self) -> &TestDb {
        &self.db
    }
}

impl TestApp {
    /// A program on this database; give it products and bots, then `start`.
    pub fn builder(db: TestDb) -> TestAppBuilder {
        TestAppBuilder::new(db)
    }

    /// Looks at how the program is put together: inventory, schedules, demo data.
    pub fn host<T>(&self, look: impl FnOnce(&mut Host) -> T) -> T {
        look(&mut self.shared.host.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The mail server, which can also be told to fail: what was sent is `inbox().letter_to("anna@example.org")`.
    pub const fn inbox(&self) -> &MailSimulator {
        &self.inbox
    }

    /// Where the heads of the audit log are written down; [`karavan_platform::audit::append()`] gives entries their place.
    pub fn anchors(&self) -> Anchors {
        Anchors::in_folder(self.shared.anchor_folder.path())
    }

    /// The public document of the API.
    pub fn openapi(&self) -> &OpenApi {
        &self.shared.openapi
    }

    /// Everything that a role or a token can be made of.
    pub fn permissions(&self) -> &[Permission] {
        &self.shared.permissions
    }

    /// The program's routes inside their layers.
    pub fn router(&self) -> Router {
        self.shared.router.clone()
    }

    /// Serves the program on a free port of this machine, for a real browser or a real client, until the test ends.
    pub async fn serve(&self) -> SocketAddr {
        let (listener, address) = free_port().await;
        self.serve_on(listener);
        address
    }

    fn serve_on(&self, listener: TcpListener) {
        let (router, stop) = (self.router(), self.shared.stop.clone());
        self.in_background(async move {
            karavan_web::server::serve(listener, router, Duration::ZERO, stop)
                .await
                .expect("a loopback listener works");
        });
    }

    fn in_background(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.shared
            .tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .spawn(task);
    }

    /// A number that this test has not used in a name yet.
    fn number(&self) -> u64 {
        self.shared.named.fetch_add(1, Ordering::Relaxed)
    }

    /// An address of its own for each client, so that limits by address do not mix them up.
    fn address(&self) -> SocketAddr {
        let number = self.shared.clients.fetch_add(1, Ordering::Relaxed);
        // 203.0.113.0/24 is for documentation: nobody's.
        SocketAddr::from(([203, 0, 113, number], 40_000))
    }
}

/// A listener on a port of this machine, and where it is.
async fn free_port() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("the machine has a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    (listener, address)
}

impl Fixture for TestApp {
    /// A program without products.
    async fn start(db: TestDb) -> Self {
        Self::builder(db).start().await
    }

    async fn finish(self) {
        self.db.fail_what_was_forgotten().await;
        self.shared.stop.cancel();
        let mut tasks = std::mem::take(&mut *self.shared.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        // What waits for a client that keeps its connection open is ended, not waited for.
        tasks.shutdown().await;
        self.db.clone().take_down().await;
    }
}
