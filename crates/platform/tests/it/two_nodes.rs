//! Two nodes on one database: a bot's lease goes from hand to hand, nodes die in the middle of anything, and each update is
//! handled once all the same.
//!
//! Short by default. For the long game (nextest would end it after a minute):
//! `KARAVAN_TEST_UPDATES=10000 bin/test with-postgres cargo test -p karavan-platform --test it two_nodes`.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use karavan_clients::http::{Http, HttpConfig};
use karavan_kernel::{Actor, Entropy, Secret};
use karavan_platform::{
    Platform, PlatformParts, Product,
    admin::Section,
    bots::{self, BotDef, Bots, Input, Turn, TurnError, store},
    host::{Host, HostConfig},
};
use karavan_simulators::telegram::{BotAccount, Delivery, Person, TelegramSimulator};
use karavan_store::{
    Db,
    queue::{Worker, WorkerConfig},
};
use karavan_testkit::{START, TestDb, app_test};
use karavan_web::{WebConfig, health::Health, openapi::DocsConfig, texts::Texts};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;

const NAME: &str = "count.clerk";
const BOT: &str = "count_bot";
const TOKEN: &str = "700:count";
const PEOPLE: i64 = 10;
const UPDATES: u64 = 300;

/// Remembers every number that was written: a row that says what was handled, in which order, and how often.
async fn talk(turn: &mut Turn) -> Result<(), TurnError> {
    let Input::Text(text) = turn.input.clone() else {
        return Ok(());
    };
    let mut heard: Vec<String> = turn.state().unwrap_or_default();
    heard.push(text);
    turn.remember(&heard)
}

/// One process.
struct Node {
    bots: Bots,
    worker: Worker,
    router: Router,
}

/// Several processes, a Telegram, and what was said.
struct World {
    t: TestDb,
    dbs: Vec<Db>,
    nodes: Vec<Node>,
    telegram: TelegramSimulator,
    base: String,
    webhooks: Option<String>,
    dice: Entropy,
    said: Vec<Vec<String>>,
    _servers: JoinSet<()>,
}

impl World {
    async fn new(t: TestDb, seed: u64) -> Self {
        let clock = t.clock.clone();
        let clock = karavan_simulators::Clock::from_fn(move || clock.now().seconds());
        let account = BotAccount {
            token: TOKEN.to_owned(),
            username: BOT.to_owned(),
            name: BOT.to_owned(),
        };
        let people = (1..=PEOPLE).map(person).collect();
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
            telegram,
            base,
            webhooks: None,
            dice: Entropy::seeded(seed),
            said: vec![Vec::new(); usize::try_from(PEOPLE).unwrap()],
            _servers: servers,
        }
    }

    fn start_nodes(&mut self) {
        self.nodes = (0..self.dbs.len()).map(|number| self.node(number)).collect();
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
            demo: None,
        };
        let host = Host::new(platform, vec![product()], config).unwrap_or_else(|error| panic!("{error}"));
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
    fn chatter(&mut self, left: &mut u64) {
        for _message in 0..self.dice.below(6).min(*left) {
            let person = self.dice.below(PEOPLE.unsigned_abs());
            let person = usize::try_from(person).unwrap();
            let words = left.to_string();
            let id = i64::try_from(person).unwrap() + 1;
            self.telegram.chat(BOT, id).unwrap().write(&words).unwrap();
            self.said[person].push(words);
            *left -= 1;
        }
    }

    /// What each person's conversation remembers.
    async fn heard(&self) -> Vec<Vec<String>> {
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
    async fn happens(&mut self) {
        let number = usize::try_from(self.dice.below(self.nodes.len() as u64)).unwrap();
        let node = &self.nodes[number];
        match self.dice.below(100) {
            0..50 => {
                bots::step(&node.bots, NAME).await.unwrap();
            }
            50..70 => {
                let polls = self.dice.below(40);
                // A step that ends before it is killed is a step.
                killed_after(polls, bots::step(&node.bots, NAME)).await;
                self.nodes[number] = self.node(number);
            }
            70..80 => bots::give_back(&node.bots, NAME).await.unwrap(),
            80..85 => self.t.clock.advance(Duration::from_secs(16)),
            _ => {
                node.worker.run_due().await.unwrap();
            }
        }
    }

    async fn runs_to_the_end(&self) {
        for node in &self.nodes {
            node.worker.run_due().await.unwrap();
        }
    }
}

fn person(id: i64) -> Person {
    Person {
        id,
        first_name: format!("P{id}"),
        last_name: None,
        username: None,
        phone: format!("+7000000{id:04}"),
        language_code: "ru".to_owned(),
    }
}

fn product() -> Product {
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
            talk: Arc::new(|turn| Box::pin(talk(turn))),
        }],
        permissions: &[],
        demo: Box::new(|| Box::pin(async { Ok(()) })),
    }
}

#[expect(clippy::disallowed_methods, reason = "tests are configured here and nowhere else")]
fn updates() -> u64 {
    let asked = std::env::var("KARAVAN_TEST_UPDATES").ok();
    asked.map_or(UPDATES, |number| number.parse().expect("a number of updates"))
}

/// Runs a future for so many polls and drops it where it stands, as a kill would.
async fn killed_after<T>(polls: u64, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = polls;
    std::future::poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[app_test]
async fn each_update_is_handled_once_and_in_order_through_hand_overs_and_kills(t: TestDb) {
    let mut world = World::new(t.clone(), 3).await;
    world.start_nodes();
    let mut left = updates();
    while left > 0 || world.telegram.pending_updates(BOT) > 0 {
        world.chatter(&mut left);
        world.happens().await;
    }
    world.runs_to_the_end().await;
    assert_eq!(world.heard().await, world.said);
}

#[app_test]
async fn one_node_serves_a_bot_until_its_lease_runs_out_or_is_given_back(t: TestDb) {
    let mut world = World::new(t.clone(), 0).await;
    world.start_nodes();
    let step = async |world: &World, node: usize| bots::step(&world.nodes[node].bots, NAME).await.unwrap();
    let write = |world: &World, words: &str| world.telegram.chat(BOT, 1).unwrap().write(words).unwrap();
    write(&world, "one");
    assert_eq!(step(&world, 0).await, Some(1));
    write(&world, "two");
    assert_eq!(step(&world, 1).await, None, "node 0 has it");
    t.clock.advance(Duration::from_secs(15));
    // Node 0 died before it could confirm: node 1 is told everything again.
    assert_eq!(step(&world, 1).await, Some(2));
    assert_eq!(step(&world, 0).await, None, "node 1 has it now");
    bots::give_back(&world.nodes[1].bots, NAME).await.unwrap();
    write(&world, "three");
    // What node 0 still wants to confirm it had stored.
    assert_eq!(step(&world, 0).await, Some(2), "at once, two and three");
    world.runs_to_the_end().await;
    assert_eq!(world.heard().await[0], ["one", "two", "three"]);
}

/// A balancer in front of the nodes, some of whose requests never reach an answer.
#[derive(Clone)]
struct Balancer {
    routers: Arc<Mutex<Vec<Router>>>,
    turn: Arc<AtomicUsize>,
    dice: Entropy,
}

async fn balance(State(balancer): State<Balancer>, mut request: Request) -> Response {
    let turn = balancer.turn.fetch_add(1, Ordering::Relaxed);
    let router = {
        let routers = balancer.routers.lock().unwrap();
        routers[turn % routers.len()].clone()
    };
    let peer = std::net::SocketAddr::from(([203, 0, 113, 9], 40_000));
    request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
    let answer = async { router.oneshot(request).await.unwrap_or_else(|never| match never {}) };
    let polls = if balancer.dice.below(5) == 0 {
        balancer.dice.below(12)
    } else {
        u64::MAX
    };
    let answered = killed_after(polls, answer).await;
    answered.unwrap_or_else(|| StatusCode::BAD_GATEWAY.into_response())
}

#[app_test]
async fn any_node_takes_a_webhook_and_each_update_is_handled_once(t: TestDb) {
    let mut world = World::new(t.clone(), 5).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    world.webhooks = Some(format!("http://{}", listener.local_addr().unwrap()));
    world.start_nodes();
    let balancer = Balancer {
        routers: Arc::new(Mutex::new(world.nodes.iter().map(|node| node.router.clone()).collect())),
        turn: Arc::default(),
        dice: Entropy::seeded(8),
    };
    let front = Router::new().fallback(balance).with_state(balancer);
    world
        ._servers
        .spawn(async move { axum::serve(listener, front).await.unwrap() });
    assert_eq!(bots::step(&world.nodes[0].bots, NAME).await.unwrap(), Some(0));

    let mut left = updates();
    while left > 0 || world.telegram.pending_updates(BOT) > 0 {
        let order = match world.dice.below(10) {
            0 => Delivery::Twice,
            1 => Delivery::AnswerLost,
            2 => Delivery::Overtaken,
            3 => Delivery::Late { seconds: 2 },
            _ => Delivery::Plain,
        };
        world.telegram.order_delivery(BOT, order);
        world.chatter(&mut left);
        world.telegram.deliver_due().await;
        let number = usize::try_from(world.dice.below(2)).unwrap();
        world.nodes[number].worker.run_due().await.unwrap();
        t.clock.advance(Duration::from_secs(1));
    }
    world.runs_to_the_end().await;
    let (mut heard, mut said) = (world.heard().await, world.said.clone());
    // Some were made to overtake each other, so only "once each" is left to compare.
    for chat in heard.iter_mut().chain(&mut said) {
        chat.sort();
    }
    assert_eq!(heard, said);
}

#[app_test]
async fn the_lease_moves_the_registration_and_nothing_else_in_webhook_mode(t: TestDb) {
    let mut world = World::new(t.clone(), 0).await;
    world.webhooks = Some("http://127.0.0.1:9".to_owned());
    world.start_nodes();
    assert_eq!(bots::step(&world.nodes[0].bots, NAME).await.unwrap(), Some(0));
    let webhook = world.telegram.webhook(BOT).unwrap();
    assert_eq!(webhook.url, "http://127.0.0.1:9/telegram/count.clerk");
    assert_eq!(bots::step(&world.nodes[1].bots, NAME).await.unwrap(), None);
    bots::give_back(&world.nodes[0].bots, NAME).await.unwrap();
    assert_eq!(bots::step(&world.nodes[1].bots, NAME).await.unwrap(), Some(0));
    // The secret is derived, so it is the same whoever registers.
    assert_eq!(world.telegram.webhook(BOT).unwrap(), webhook);
    let mut tx = t.begin(Actor::System("test")).await.unwrap();
    let nothing = store::update_content(&mut tx, NAME, 1).await.unwrap();
    assert_eq!(nothing, None);
}
