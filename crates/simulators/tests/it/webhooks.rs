//! Webhooks: registered, delivered over HTTP, refused, repeated, overtaken.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use karavan_simulators::telegram::Delivery;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::harness::{START, World};

const BOT: &str = "first_bot";

/// A bot that hears by webhook: what came, with the secret, and what it answers.
#[derive(Clone, Default)]
struct Ear {
    heard: Arc<Mutex<Vec<(String, Value)>>>,
    answers: Arc<Mutex<VecDeque<(StatusCode, Value)>>>,
}

struct Hearing {
    ear: Ear,
    url: String,
    _server: JoinSet<()>,
}

async fn hear(State(ear): State<Ear>, headers: HeaderMap, Json(update): Json<Value>) -> Response {
    let secret = headers.get("x-telegram-bot-api-secret-token");
    let secret = secret.map_or("", |secret| secret.to_str().unwrap()).to_owned();
    ear.heard.lock().unwrap().push((secret, update));
    let answer = ear.answers.lock().unwrap().pop_front();
    let (status, body) = answer.unwrap_or((StatusCode::OK, json!({})));
    (status, Json(body)).into_response()
}

impl Hearing {
    async fn start() -> Self {
        let ear = Ear::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router = Router::new().fallback(hear).with_state(ear.clone());
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            ear,
            url,
            _server: server,
        }
    }

    async fn registered() -> (Self, World) {
        let hearing = Self::start().await;
        let world = World::new();
        world.anna().open().unwrap();
        let webhook = json!({ "url": hearing.url, "secret_token": "s3cret-_", "max_connections": 7 });
        world.call("setWebhook", webhook).await.unwrap();
        (hearing, world)
    }

    fn answers(&self, status: u16, body: Value) {
        let status = StatusCode::from_u16(status).unwrap();
        self.ear.answers.lock().unwrap().push_back((status, body));
    }

    fn texts(&self) -> Vec<String> {
        let heard = self.ear.heard.lock().unwrap();
        let text = |update: &Value| update["message"]["text"].as_str().unwrap_or("(press)").to_owned();
        heard.iter().map(|(_, update)| text(update)).collect()
    }
}

async fn info(world: &World) -> Value {
    world.call("getWebhookInfo", json!({})).await.unwrap()
}

#[tokio::test]
async fn what_people_do_is_posted_with_the_secret_in_the_order_of_the_chat() {
    let (hearing, world) = Hearing::registered().await;
    for word in ["one", "two", "three"] {
        world.anna().write(word).unwrap();
    }
    assert_eq!(info(&world).await["pending_update_count"], 3);
    assert_eq!(world.telegram.deliver_due().await, 3);
    assert_eq!(hearing.texts(), ["one", "two", "three"]);
    let heard = hearing.ear.heard.lock().unwrap().clone();
    assert!(heard.iter().all(|(secret, _)| secret == "s3cret-_"));
    assert_eq!(heard[0].1["update_id"], START);
    let info = info(&world).await;
    assert_eq!(
        info,
        json!({ "url": hearing.url, "has_custom_certificate": false, "pending_update_count": 0, "max_connections": 7 })
    );
}

#[tokio::test]
async fn polling_and_a_webhook_exclude_each_other_and_nothing_is_lost_between_them() {
    let (hearing, world) = Hearing::registered().await;
    let (code, description) = world.call("getUpdates", json!({})).await.unwrap_err();
    assert_eq!((code, description.contains("while webhook is active")), (409, true));
    hearing.answers(500, json!({}));
    world.anna().write("one").unwrap();
    assert_eq!(world.telegram.deliver_due().await, 0);
    world.call("deleteWebhook", json!({})).await.unwrap();
    let waiting = world.updates().await;
    assert_eq!(waiting[0]["message"]["text"], "one");
    assert_eq!(info(&world).await["url"], "");
}

#[tokio::test]
async fn a_refused_delivery_comes_again_later_and_the_rest_of_its_chat_waits() {
    let (hearing, world) = Hearing::registered().await;
    hearing.answers(503, json!({}));
    hearing.answers(401, json!({}));
    for word in ["one", "two"] {
        world.anna().write(word).unwrap();
    }
    assert_eq!(world.telegram.deliver_due().await, 0);
    let told = info(&world).await;
    assert_eq!(told["pending_update_count"], 2);
    assert_eq!(told["last_error_date"], START);
    assert_eq!(
        told["last_error_message"],
        "Wrong response from the webhook: 503 Service Unavailable"
    );
    assert_eq!(world.telegram.deliver_due().await, 0, "not before a second has passed");
    world.advance(1);
    assert_eq!(world.telegram.deliver_due().await, 0, "refused again");
    world.advance(1);
    assert_eq!(world.telegram.deliver_due().await, 0, "now after two seconds");
    world.advance(1);
    assert_eq!(world.telegram.deliver_due().await, 2);
    assert_eq!(hearing.texts(), ["one", "one", "one", "two"]);
}

#[tokio::test]
async fn a_webhook_that_nobody_serves_is_reported() {
    let world = World::new();
    let gone = json!({ "url": "http://127.0.0.1:9/hook" });
    world.call("setWebhook", gone).await.unwrap();
    world.anna().write("one").unwrap();
    assert_eq!(world.telegram.deliver_due().await, 0);
    assert_eq!(info(&world).await["last_error_message"], "Connection refused");
}

#[tokio::test]
async fn deliveries_are_repeated_delayed_and_overtaken_on_demand() {
    let (hearing, world) = Hearing::registered().await;
    let orders = [
        Delivery::Twice,
        Delivery::AnswerLost,
        Delivery::Overtaken,
        Delivery::Late { seconds: 30 },
    ];
    for order in orders {
        world.telegram.order_delivery(BOT, order);
    }
    let play = async |words: &[&str]| {
        for word in words {
            world.anna().write(word).unwrap();
        }
        world.telegram.deliver_due().await;
    };
    play(&["twice"]).await;
    assert_eq!(hearing.texts(), ["twice", "twice"]);
    play(&["lost"]).await;
    world.advance(1);
    play(&[]).await;
    assert_eq!(hearing.texts()[2..], ["lost", "lost"]);
    play(&["overtaken", "late"]).await;
    assert_eq!(hearing.texts()[4..], ["overtaken"], "nothing was there to overtake it");
    play(&["plain"]).await;
    world.advance(30);
    play(&[]).await;
    assert_eq!(hearing.texts()[5..], ["plain", "late"]);
    world.telegram.order_delivery(BOT, Delivery::Overtaken);
    play(&["first", "second"]).await;
    assert_eq!(hearing.texts()[7..], ["second", "first"]);
    assert_eq!(world.telegram.pending_updates(BOT), 0);
}

#[tokio::test]
async fn an_answer_may_call_one_method() {
    let (hearing, world) = Hearing::registered().await;
    let buttons = json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "yes" }]] });
    world.say("Well?", buttons).await;
    world.anna().press("Yes").unwrap();
    let id = {
        let mut state = hearing.ear.answers.lock().unwrap();
        state.clear();
        "unknown"
    };
    // A call that fails is not the webhook's failure.
    hearing.answers(
        200,
        json!({ "method": "answerCallbackQuery", "callback_query_id": id, "text": "Late" }),
    );
    assert_eq!(world.telegram.deliver_due().await, 1);
    assert_eq!(world.anna().transcript().notices().count(), 0);
    hearing.answers(
        200,
        json!({ "method": "sendMessage", "chat_id": 1001, "text": "Well said" }),
    );
    world.anna().write("yes").unwrap();
    assert_eq!(world.telegram.deliver_due().await, 1);
    assert_eq!(world.anna().transcript().last_from_bot().unwrap().text, "Well said");
}

#[tokio::test]
async fn deliveries_go_out_by_themselves_while_the_courier_runs() {
    let (hearing, world) = Hearing::registered().await;
    let stop = CancellationToken::new();
    let act = async {
        hearing.answers(
            200,
            json!({ "method": "sendMessage", "chat_id": 1001, "text": "Heard" }),
        );
        world.anna().write("one").unwrap();
        let told = world.anna().wait_for(|chat| chat.last_from_bot().is_some()).await;
        stop.cancel();
        told
    };
    let ((), told) = tokio::join!(world.telegram.deliver(stop.clone()), act);
    assert_eq!(told.unwrap().last_from_bot().unwrap().text, "Heard");
}

#[tokio::test]
async fn a_storm_refuses_a_chat_or_the_whole_bot_for_a_while() {
    let (world, anna) = World::started().await;
    let say = || world.call("sendMessage", json!({ "chat_id": 1001, "text": "hi" }));
    anna.storm(5).unwrap();
    let (code, description) = say().await.unwrap_err();
    assert_eq!((code, description.as_str()), (429, "Too Many Requests: retry after 5"));
    world.advance(5);
    say().await.unwrap();
    world.telegram.storm(BOT, 3);
    world.advance(1);
    assert_eq!(say().await.unwrap_err().1, "Too Many Requests: retry after 2");
    world.advance(2);
    say().await.unwrap();
}
