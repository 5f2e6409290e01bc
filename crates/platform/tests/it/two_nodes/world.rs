//! Several processes on one database, a Telegram, and what was said.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::Router;
use karavan_clients::http::{Http, HttpConfig};
use karavan_kernel::{Entropy, Secret};
use karavan_platform::{
    Platform, PlatformParts, Product,
    admin::Section,
    audit::Anchors,
    bots::{self, BotDef, Bots, Input, Turn, TurnError, store},
    host::{Host, HostConfig},
};
use karavan_simulators::telegram::{BotAccount, Person, TelegramSimulator};
use karavan_store::{
    Db,
    queue::{Worker, WorkerConfig},
};
use karavan_testkit::{START, TestDb};
use karavan_web::{WebConfig, health::Health, openapi::DocsConfig, texts::Texts};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;

use super::kill::{killed_after, killed_at_work};

pub const NAME: &str = "count.clerk";
pub const BOT: &str = "count_bot";
const TOKEN: &str = "700:count";
const PEOPLE: i64 = 10;

/// Turns of conversations.
#[derive(Default)]
pub struct Turns {
    pub begun: AtomicUsize,
    cut_off: AtomicUsize,
}

/// Counts a turn that is dropped before it has come to an end.
struct Alive<'t>(&'t Turns);

impl Drop for Alive<'_> {
    fn drop(&mut self) {
        self.0.cut_off.fetch_add(1, Ordering::Relaxed);
    }
}

/// Remembers every number that was written: a row that says what was handled, in which order, and how often.
async fn talk(turn: &mut Turn, turns: &Turns) -> Result<(), TurnError> {
    let Input::Text(text) = turn.input.clone() else {
        return Ok(());
    };
    turns.begun.fetch_add(1, Ordering::Relaxed);
    let alive = Alive(turns);
    // Long enough to die in.
    for _round in 0..100 {
        tokio::task::yield_now().await;
    }
    std::mem::forget(alive);
    let mut heard: Vec<String> = turn.state().unwrap_or_default();
    heard.push(text);
    turn.remember(&heard)
}

/// One process.
pub struct Node {
    pub bots: Bots,
    pub worker: Worker,
    router: Router,
}

/// All of it.
pub struct World {
    t: TestDb,
    dbs: Vec<Db>,
    pub nodes: Vec<Node>,
    /// Where a balancer finds the nodes.
    pub routers: Arc<Mutex<Vec<Router>>>,
    pub telegram: TelegramSimulator,
    base: String,
    pub webhooks: Option<String>,
    pub dice: Entropy,
    /// What each person wrote, in order.
    pub said: Vec<Vec<String>>,
    turns: Arc<Turns>,
    pub servers: JoinSet<()>,
}

impl World {
    pub async fn new(t: TestDb, seed: u64) -> Self {
        let clock = t.clock.clone();
        let clock = karavan_simulators::Clock::from_fn(move || clock.now().seconds());
        let account = BotAccount {
            token: TOKEN.to_owned(),
            username: BOT.to_owned(),
            name: BOT.to_owned(),
        };
        let people = (1..=PEOPLE).map(Person::numbered).collect();
        let telegram = TelegramSimulator::new(vec![account], people, clock);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (served, never) = (telegram.clone(), CancellationToken::new());
        let mut servers = JoinSet::new();
        servers.spawn(async move { served.serve_api(listener, never).await.unwrap() });
        let dbs = vec![Db::clone(&t), t.another_node().await];
        Self {
            t,
            dbs,
            nodes: Vec::new(),
            routers: Arc::default(),
            telegram,
            base,
            webhooks: None,
            dice: Entropy::seeded(seed),
            said: vec![Vec::new(); usize::try_from(PEOPLE).unwrap()],
            turns: Arc::default(),
            servers,
        }
    }

    pub fn start_nodes(&mut self) {
        self.nodes = (0..self.dbs.len()).map(|number| self.node(number)).collect();
        *self.routers.lock().unwrap() = self.nodes.iter().map(|node| node.router.clone()).collect();
    }

    /// The node has died and is started again.
    fn restart(&mut self, number: usize) {
        let node = self.node(number);
        self.routers.lock().unwrap()[number] = node.router.clone();
        self.nodes[number] = node;
    }

    fn any(&self, of: usize) -> usize {
        usize::try_from(self.dice.below(of as u64)).unwrap()
    }

    /// A process with nothing in its memory; its name is the one it had before it died.
    fn node(&self, number: usize) -> Node {
        let db = self.dbs[number].clone();
        let name = format!("node-{number}");
        let platform = Platform::new(PlatformParts {
            db: db.clone(),
            texts: Arc::new(Texts::new(&karavan_platform::texts()).unwrap()),
            master: Secret::new("the master secret of every node"),
            time_zone: "UTC".parse().unwrap(),
            limited: true,
            node: name.clone(),
            http: Http::new(HttpConfig::unencrypted()).unwrap(),
            telegram_base: self.base.parse().unwrap(),
            mailer: None,
            redis: None,
            public_url: "http://localhost".to_owned(),
        });
        let mut web = WebConfig::for_testing();
        if let Some(base) = &self.webhooks {
            web.public_url = base.parse().unwrap();
        }
        let config = HostConfig {
            web,
            docs: DocsConfig {
                document: false,
                swagger: false,
            },
            health: Health::default(),
            concurrency: 1,
            webhooks: self.webhooks.is_some(),
            // No clock runs here, so nothing is written there.
            anchors: Anchors::in_folder(&std::env::temp_dir()),
            demo: None,
        };
        let host =
            Host::new(platform, vec![product(self.turns.clone())], config).unwrap_or_else(|error| panic!("{error}"));
        let config = WorkerConfig {
            node: name,
            lane: "",
            concurrency: 1,
        };
        Node {
            bots: host.bots().clone(),
            worker: Worker::new(db, host.registry().clone(), config),
            router: host.router(&CancellationToken::new()),
        }
    }

    /// Some people write some numbers.
    pub fn chatter(&mut self, left: &mut u64) {
        for _message in 0..self.dice.below(6).min(*left) {
            let person = self.any(self.said.len());
            let words = left.to_string();
            let id = i64::try_from(person).unwrap() + 1;
            self.telegram.chat(BOT, id).unwrap().write(&words).unwrap();
            self.said[person].push(words);
            *left -= 1;
        }
    }

    /// What each person's conversation remembers.
    pub async fn heard(&self) -> Vec<Vec<String>> {
        let mut read = self.t.read().await.unwrap();
        let mut heard = Vec::new();
        for person in 1..=PEOPLE {
            let since = START - Duration::from_secs(1);
            let state = store::conversation(&mut read, NAME, person, since).await.unwrap();
            heard.push(state.map_or_else(Vec::new, |state| serde_json::from_str(&state).unwrap()));
        }
        heard
    }

    /// One thing that happens to a polling node.
    pub async fn happens(&mut self) {
        let number = self.any(self.nodes.len());
        let node = &self.nodes[number];
        match self.dice.below(100) {
            0..30 => {
                bots::step(&node.bots, NAME).await.unwrap();
            }
            30..45 => {
                let polls = self.dice.below(40);
                // A step that ends before it is killed is a step.
                killed_after(polls, bots::step(&node.bots, NAME)).await;
                self.restart(number);
            }
            45..53 => bots::give_back(&node.bots, NAME).await.unwrap(),
            _ => self.works().await,
        }
    }

    /// One thing that happens to the workers.
    pub async fn works(&mut self) {
        let number = self.any(self.nodes.len());
        let (node, other) = (&self.nodes[number].worker, &self.nodes[1 - number].worker);
        match self.dice.below(100) {
            0..40 => {
                Box::pin(node.run_due()).await.unwrap();
            }
            40..60 => {
                killed_at_work(&self.dice, &self.turns.begun, Box::pin(node.run_due())).await;
                self.restart(number);
            }
            60..80 => {
                let (_killed, ran) = tokio::join!(
                    killed_at_work(&self.dice, &self.turns.begun, Box::pin(node.run_due())),
                    Box::pin(other.run_due())
                );
                ran.unwrap();
                self.restart(number);
            }
            // What a node does first when it comes back; otherwise what it held waits for the clock.
            80..90 => node.give_back().await.unwrap(),
            _ => self.leases_run_out().await,
        }
    }

    /// Longer than any lease lives; then everybody looks around, as a running worker does each second.
    async fn leases_run_out(&self) {
        self.t.clock.advance(Duration::from_secs(16));
        for node in &self.nodes {
            node.worker.keep_alive().await.unwrap();
        }
    }

    pub async fn runs_to_the_end(&self) {
        self.leases_run_out().await;
        for node in &self.nodes {
            node.worker.run_due().await.unwrap();
        }
    }

    /// True while there is something to write or to hear. Somebody goes on writing until a turn was cut off: a game without
    /// that shows nothing about workers that die.
    pub fn goes_on(&self, left: &mut u64) -> bool {
        let cut_off = self.turns.cut_off.load(Ordering::Relaxed);
        if *left == 0 && cut_off == 0 {
            *left = 10;
        }
        *left > 0 || self.telegram.pending_updates(BOT) > 0
    }
}

fn product(turns: Arc<Turns>) -> Product {
    Product {
        name: "count",
        icon: "activity",
        routes: OpenApiRouter::new(),
        admin: Section {
            product: Some("count"),
            title: "admin-platform",
            entries: Vec::new(),
        },
        jobs: Vec::new(),
        schedules: Vec::new(),
        bots: vec![BotDef {
            name: NAME,
            token: Some(Secret::new(TOKEN)),
            talk: Arc::new(move |turn| {
                let turns = turns.clone();
                Box::pin(async move { talk(turn, &turns).await })
            }),
        }],
        permissions: &[],
        demo: Box::new(|| Box::pin(async { Ok(()) })),
    }
}
