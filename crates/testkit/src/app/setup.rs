//! How a test puts a program together.

use std::sync::{Arc, Mutex, atomic::AtomicU8, atomic::AtomicU64};

use karavan_clients::{
    http::{Http, HttpConfig},
    mail::{Mailer, MailerConfig},
    redis::Redis,
};
use karavan_kernel::{Secret, TimeZone};
use karavan_platform::{
    Platform, PlatformParts, Product,
    audit::Anchors,
    host::{Host, HostConfig},
};
use karavan_simulators::mail::MailSimulator;
use karavan_store::queue::{Worker, WorkerConfig};
use karavan_web::{
    WebConfig,
    health::Health,
    openapi::DocsConfig,
    texts::{Source, Texts},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Shared, TestApp, TestTelegram, chat_log::ChatLog};
use crate::TestDb;

/// The name of the first node of a test.
const NODE: &str = "test-node";

type MakeProducts = Box<dyn FnOnce(&Platform, &TestTelegram) -> Vec<Product> + Send>;

/// A program that is not running yet.
pub struct TestAppBuilder {
    db: TestDb,
    texts: Vec<Source>,
    bots: Vec<&'static str>,
    web: WebConfig,
    time_zone: &'static str,
    webhooks: bool,
    mail: bool,
    redis: Option<Redis>,
    another_node: bool,
    products: MakeProducts,
}

impl TestAppBuilder {
    pub(super) fn new(db: TestDb) -> Self {
        Self {
            db,
            texts: karavan_platform::texts(),
            bots: Vec::new(),
            web: WebConfig::for_testing(),
            time_zone: "UTC",
            webhooks: false,
            mail: true,
            redis: None,
            another_node: false,
            products: Box::new(|_platform, _telegram| Vec::new()),
        }
    }

    /// The words of a product.
    #[must_use]
    pub fn texts(mut self, texts: impl IntoIterator<Item = Source>) -> Self {
        self.texts.extend(texts);
        self
    }

    /// Bots that Telegram knows, by username; their tokens come from [`TestTelegram::token`].
    #[must_use]
    pub fn bots(mut self, usernames: &[&'static str]) -> Self {
        self.bots.extend(usernames);
        self
    }

    /// Another configuration of the HTTP side.
    #[must_use]
    pub fn web(self, web: WebConfig) -> Self {
        Self { web, ..self }
    }

    /// The zone of the panel, by its IANA name; UTC by default.
    #[must_use]
    pub fn time_zone(self, time_zone: &'static str) -> Self {
        Self { time_zone, ..self }
    }

    /// Bots hear by webhook: the program listens on a port of this machine, and Telegram posts to it.
    #[must_use]
    pub fn webhooks(self) -> Self {
        Self { webhooks: true, ..self }
    }

    /// No mail server is configured.
    #[must_use]
    pub fn without_mail(self) -> Self {
        Self { mail: false, ..self }
    }

    /// Another process on the same database: connections, ids and a name of its own.
    #[must_use]
    pub fn another_node(self) -> Self {
        Self {
            another_node: true,
            ..self
        }
    }

    /// Limits are shared with other programs through this Redis.
    #[must_use]
    pub fn redis(self, redis: Redis) -> Self {
        Self {
            redis: Some(redis),
            ..self
        }
    }

    /// The products, made from the platform and from the bots' tokens.
    #[must_use]
    pub fn products(self, products: impl FnOnce(&Platform, &TestTelegram) -> Vec<Product> + Send + 'static) -> Self {
        Self {
            products: Box::new(products),
            ..self
        }
    }

    /// Puts everything together. Nothing runs yet: the test drives it.
    pub async fn start(self) -> TestApp {
        let Self {
            db,
            texts,
            bots,
            mut web,
            time_zone,
            webhooks,
            mail,
            redis,
            another_node,
            products,
        } = self;
        let (handle, node) = if another_node {
            (db.another_node().await, "another-test-node")
        } else {
            (karavan_store::Db::clone(&db), NODE)
        };
        let listener = if webhooks {
            let (listener, address) = super::free_port().await;
            web.public_url = format!("http://{address}")
                .parse()
                .expect("an address and a port are an origin");
            Some(listener)
        } else {
            None
        };
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let telegram = TestTelegram::start(&bots, &db.clock, &mut tasks, &stop).await;
        let (inbox, mailer) = mail_server(&db.clock, &mut tasks, &stop).await;
        let platform = Platform::new(PlatformParts {
            db: handle,
            texts: Arc::new(Texts::new(&texts).expect("the texts of the program are complete")),
            master: Secret::new("the master secret of every test, long enough to pass for one"),
            time_zone: time_zone.parse::<TimeZone>().expect("the zone is in the zone database"),
            limited: true,
            node: node.to_owned(),
            http: Http::new(HttpConfig::unencrypted()).expect("the client needs nothing from outside"),
            telegram_base: telegram.address().parse().expect("an address and a port make a URL"),
            mailer: mail.then_some(mailer),
            redis,
            public_url: web.public_url.to_string(),
        });
        let products = products(&platform, &telegram);
        let anchor_folder = tempfile::tempdir().expect("the temporary folder can be written");
        let config = host_config(web, webhooks, Anchors::in_folder(anchor_folder.path()));
        let host = Host::new(platform.clone(), products, config).unwrap_or_else(|error| panic!("{error}"));
        let worker = WorkerConfig {
            node: node.to_owned(),
            lane: "",
            concurrency: 1,
        };
        let shared = Shared {
            router: host.router(&stop),
            worker: Worker::new(platform.db.clone(), host.registry().clone(), worker),
            schedules: host.schedules().to_vec(),
            bots: host.bots().clone(),
            permissions: host.permissions().to_vec(),
            openapi: host.openapi(),
            host: Mutex::new(host),
            tasks: Mutex::new(tasks),
            anchor_folder,
            stop,
            chats: ChatLog::default(),
            clients: AtomicU8::new(1),
            named: AtomicU64::new(1),
        };
        let app = TestApp {
            platform,
            telegram,
            db,
            inbox,
            shared: Arc::new(shared),
        };
        if let Some(listener) = listener {
            app.serve_on(listener);
        }
        app
    }
}

fn host_config(web: WebConfig, webhooks: bool, anchors: Anchors) -> HostConfig {
    HostConfig {
        web,
        docs: DocsConfig {
            document: true,
            swagger: false,
        },
        health: Health::default(),
        concurrency: 4,
        webhooks,
        anchors,
        demo: None,
    }
}

/// A mail server on a port of this machine, and the way there.
async fn mail_server(
    clock: &karavan_kernel::Clock,
    tasks: &mut JoinSet<()>,
    stop: &CancellationToken,
) -> (MailSimulator, Mailer) {
    let (listener, address) = super::free_port().await;
    let clock = clock.clone();
    let inbox = MailSimulator::new(karavan_simulators::Clock::from_fn(move || clock.now().seconds()));
    let (served, stop) = (inbox.clone(), stop.clone());
    tasks.spawn(async move { served.serve(listener, stop).await.expect("a loopback listener works") });
    let mailer =
        Mailer::new(MailerConfig::local(address.port())).expect("what stays on this machine needs no encryption");
    (inbox, mailer)
}
