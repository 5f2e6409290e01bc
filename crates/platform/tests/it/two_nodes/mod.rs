//! Two nodes on one database: a bot's lease goes from hand to hand, nodes die in the middle of anything (also of a job), and
//! each update is handled once all the same.
//!
//! Short by default. For the long game (nextest would end it after a minute):
//! `KARAVAN_TEST_UPDATES=10000 bin/test with-postgres cargo test -p karavan-platform --test it two_nodes`.
//!
//! Start at [`World::happens`] and [`World::works`].

mod kill;
mod world;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use karavan_kernel::{Actor, Entropy};
use karavan_platform::bots::{self, store};
use karavan_simulators::telegram::Delivery;
use karavan_testkit::{TestDb, app_test};
use tokio::net::TcpListener;
use tower::ServiceExt;

use self::{
    kill::killed_after,
    world::{BOT, NAME, World},
};

const UPDATES: u64 = 300;

#[expect(clippy::disallowed_methods, reason = "tests are configured here and nowhere else")]
fn updates() -> u64 {
    let asked = std::env::var("KARAVAN_TEST_UPDATES").ok();
    asked.map_or(UPDATES, |number| number.parse().expect("a number of updates"))
}

#[app_test]
async fn each_update_is_handled_once_and_in_order_through_hand_overs_and_kills(t: TestDb) {
    let mut world = World::new(t.clone(), 3).await;
    world.start_nodes();
    let mut left = updates();
    while world.goes_on(&mut left) {
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
        routers: world.routers.clone(),
        turn: Arc::default(),
        dice: Entropy::seeded(8),
    };
    let front = Router::new().fallback(balance).with_state(balancer);
    world
        .servers
        .spawn(async move { axum::serve(listener, front).await.unwrap() });
    assert_eq!(bots::step(&world.nodes[0].bots, NAME).await.unwrap(), Some(0));

    let mut left = updates();
    while world.goes_on(&mut left) {
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
        world.works().await;
        world.works().await;
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
