//! Two bots, two people, a clock that stands still, and a way to call the API.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    body::Body,
    http::{Request, Response, header},
};
use http_body_util::BodyExt;
use karavan_simulators::{
    Clock,
    telegram::{BotAccount, Person, PrivateChat, TelegramSimulator},
};
use serde_json::{Value, json};
use tower::ServiceExt;

pub const ANNA: i64 = 1001;
pub const BORIS: i64 = 1002;
pub const START: i64 = 1_790_000_000;

pub struct World {
    pub telegram: TelegramSimulator,
    time: Arc<AtomicI64>,
}

impl World {
    pub fn new() -> Self {
        let time = Arc::new(AtomicI64::new(START));
        let clock = {
            let time = time.clone();
            Clock::from_fn(move || time.load(Ordering::SeqCst))
        };
        let bots = vec![
            bot("700:one", "first_bot", "First bot"),
            bot("701:two", "second_bot", "Second bot"),
        ];
        let people = vec![
            person(ANNA, "Anna", "+79990000001"),
            person(BORIS, "Boris", "+79990000002"),
        ];
        Self {
            telegram: TelegramSimulator::new(bots, people, clock),
            time,
        }
    }

    /// A world in which Anna has started the first bot and its update is confirmed.
    pub async fn started() -> (Self, PrivateChat) {
        let world = Self::new();
        let anna = world.anna();
        anna.start(None).unwrap();
        world.call("getUpdates", json!({ "offset": START + 1 })).await.unwrap();
        (world, anna)
    }

    pub fn anna(&self) -> PrivateChat {
        self.telegram.chat("first_bot", ANNA).unwrap()
    }

    pub fn advance(&self, seconds: i64) {
        self.time.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Calls a method of the first bot with JSON: its result, or code and description.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, (u64, String)> {
        let request = Request::post(format!("/bot700:one/{method}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(params.to_string()))
            .unwrap();
        self.send(request).await
    }

    pub async fn send(&self, request: Request<Body>) -> Result<Value, (u64, String)> {
        let response = self.telegram.api_router().oneshot(request).await.unwrap();
        let status = response.status();
        let body: Value = serde_json::from_str(&text(response).await).unwrap();
        if body["ok"] == true {
            return Ok(body["result"].clone());
        }
        assert_eq!(body["error_code"], status.as_u16());
        Err((
            body["error_code"].as_u64().unwrap(),
            body["description"].as_str().unwrap().to_owned(),
        ))
    }

    /// Fetches and confirms everything that waits.
    pub async fn updates(&self) -> Vec<Value> {
        let updates = self.call("getUpdates", json!({})).await.unwrap();
        let updates = updates.as_array().unwrap().clone();
        if let Some(last) = updates.last() {
            let offset = last["update_id"].as_i64().unwrap() + 1;
            self.call("getUpdates", json!({ "offset": offset })).await.unwrap();
        }
        updates
    }

    pub async fn say(&self, text: &str, markup: Value) -> Value {
        let params = json!({ "chat_id": ANNA, "text": text, "reply_markup": markup });
        self.call("sendMessage", params).await.unwrap()
    }
}

pub async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn bot(token: &str, username: &str, name: &str) -> BotAccount {
    BotAccount {
        token: token.to_owned(),
        username: username.to_owned(),
        name: name.to_owned(),
    }
}

fn person(id: i64, first_name: &str, phone: &str) -> Person {
    Person {
        id,
        first_name: first_name.to_owned(),
        last_name: Some("Tester".to_owned()),
        username: None,
        phone: phone.to_owned(),
        language_code: "ru".to_owned(),
    }
}
