//! Serves the chat pages with two bots that answer by a little script, and the inbox of a mail server on port 8025:
//! `cargo run -p karavan-simulators --example chat`.
//!
//! The bots speak through the Bot API like any others; they only skip the network. Letters come from whatever sends them.

use std::{net::Ipv4Addr, process::ExitCode};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderValue, Request, header},
    middleware::map_response,
    response::Response,
};
use karavan_simulators::{
    Clock,
    mail::MailSimulator,
    telegram::{BotAccount, Person, TelegramSimulator},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

const BASE: &str = "/demo/telegram";
const MAIL: &str = "/demo/mail";

#[tokio::main]
async fn main() -> ExitCode {
    tracing::info!("Serving on http://127.0.0.1:8099{BASE}");
    let telegram = TelegramSimulator::new(bots(), people(), Clock::system());
    let mail = MailSimulator::new(Clock::system());
    let pages = Router::new()
        .nest(BASE, telegram.pages_router(BASE, Some(MAIL)))
        .nest(MAIL, mail.pages_router(MAIL, Some(BASE)))
        .layer(map_response(with_policy));
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let (Ok(listener), Ok(letters)) = (bind(8099).await, bind(8025).await) else {
        return ExitCode::FAILURE;
    };
    tokio::select! {
        _ = mail.serve(letters, CancellationToken::new()) => return ExitCode::FAILURE,
        served = axum::serve(listener, pages) => if served.is_err() { return ExitCode::FAILURE },
        () = answer(&telegram, "700:one") => {}
        () = answer(&telegram, "701:two") => {}
    }
    ExitCode::SUCCESS
}

/// The pages must live with the strictest policy, as in the main program.
async fn with_policy(mut response: Response) -> Response {
    let policy = "default-src 'self'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:";
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

async fn answer(telegram: &TelegramSimulator, token: &str) {
    let commands = json!([{ "command": "start", "description": "Begin again" }, { "command": "long", "description": "A long text" }]);
    call(telegram, token, "setMyCommands", json!({ "commands": commands })).await;
    let mut offset = 0;
    loop {
        let updates = call(
            telegram,
            token,
            "getUpdates",
            json!({ "offset": offset, "timeout": 50 }),
        )
        .await;
        for update in updates.as_array().into_iter().flatten() {
            offset = update["update_id"].as_i64().map_or(offset, |id| id + 1);
            react(telegram, token, update).await;
        }
    }
}

async fn react(telegram: &TelegramSimulator, token: &str, update: &Value) {
    if let Some(query) = update.get("callback_query") {
        let alert = query["data"] == "alert";
        let text = if alert {
            "Your table is ready. Ask at the counter."
        } else {
            "Saved"
        };
        let answer = json!({ "callback_query_id": query["id"], "text": text, "show_alert": alert });
        call(telegram, token, "answerCallbackQuery", answer).await;
        if !alert {
            let (chat, id) = (&query["message"]["chat"]["id"], &query["message"]["message_id"]);
            let text = format!(
                "You chose <b>{}</b>. Thank you.",
                query["data"].as_str().unwrap_or_default()
            );
            let edit = json!({ "chat_id": chat, "message_id": id, "text": text, "parse_mode": "HTML" });
            call(telegram, token, "editMessageText", edit).await;
        }
        return;
    }
    let message = &update["message"];
    let send = |text: &str, markup: Value| json!({ "chat_id": message["chat"]["id"], "text": text, "parse_mode": "HTML", "reply_markup": markup });
    let reply = if message["contact"].is_object() {
        let own = message["contact"]["user_id"] == message["from"]["id"];
        send(
            if own {
                "Thank you, the number is <b>yours</b>."
            } else {
                "This is somebody else's number. Please share your own."
            },
            menu(),
        )
    } else {
        match message["text"].as_str().unwrap_or_default() {
            text if text.starts_with("/start") => send(
                "Добро пожаловать! 🎉\nЯ отвечаю на кнопки и на слова. Номер можно отправить кнопкой внизу.",
                menu(),
            ),
            "Profile" | "Мой профиль" => send(
                "<b>Анна Тестова</b>\nУровень: <i>золотой</i>\nБаллы: <code>112</code>\nПодробности: <a href=\"https://example.org\">правила</a>",
                json!({ "inline_keyboard": [[{ "text": "Напиток", "callback_data": "Напиток" }, { "text": "Сэндвич", "callback_data": "Сэндвич" }], [{ "text": "Мой столик", "callback_data": "alert" }], [{ "text": "Правила", "url": "https://example.org" }]] }),
            ),
            "/long" => send(
                &"A long text that goes on and on, to see how lines are broken and how wide a bubble grows. ".repeat(4),
                Value::Null,
            ),
            "typing" => {
                let action = json!({ "chat_id": message["chat"]["id"], "action": "typing" });
                call(telegram, token, "sendChatAction", action).await;
                return;
            }
            text => send(
                &format!("You wrote: {}", text.replace('&', "&amp;").replace('<', "&lt;")),
                Value::Null,
            ),
        }
    };
    call(telegram, token, "sendMessage", reply).await;
}

fn menu() -> Value {
    json!({ "keyboard": [["Мой профиль", "Получить код"], [{ "text": "Отправить номер", "request_contact": true }]], "resize_keyboard": true })
}

async fn call(telegram: &TelegramSimulator, token: &str, method: &str, params: Value) -> Value {
    let request = Request::post(format!("/bot{token}/{method}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(params.to_string()))
        .expect("a literal method and a JSON body make a request");
    let response = telegram
        .api_router()
        .oneshot(request)
        .await
        .expect("a router never fails");
    let bytes = to_bytes(response.into_body(), usize::MAX)
        .await
        .expect("our own answers are whole");
    let mut answer: Value = serde_json::from_slice(&bytes).expect("our own answers are JSON");
    answer["result"].take()
}

fn bots() -> Vec<BotAccount> {
    [
        ("700:one", "guest_bot", "Karavan guests"),
        ("701:two", "staff_bot", "Karavan staff"),
    ]
    .map(|(token, username, name)| BotAccount {
        token: token.to_owned(),
        username: username.to_owned(),
        name: name.to_owned(),
    })
    .to_vec()
}

fn people() -> Vec<Person> {
    [
        (1001, "Анна", "Тестова", "+79990000001"),
        (1002, "Борис", "Бариев", "+79990000002"),
        (1003, "Dana", "Omarova", "+77010000003"),
    ]
    .map(|(id, first, last, phone)| Person {
        id,
        first_name: first.to_owned(),
        last_name: Some(last.to_owned()),
        username: None,
        phone: phone.to_owned(),
        language_code: "ru".to_owned(),
    })
    .to_vec()
}
