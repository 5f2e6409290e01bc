//! What bots send, and what they are answered when it is wrong.

use axum::{
    body::Body,
    http::{Request, header},
};
use karavan_simulators::telegram::Failure;
use serde_json::{Value, json};

use crate::harness::{ANNA, BORIS, World};

async fn refusal(world: &World, method: &str, params: Value) -> String {
    let (code, description) = world.call(method, params).await.unwrap_err();
    format!("{code} {description}")
}

#[tokio::test]
async fn a_message_arrives_with_its_entities() {
    let (world, anna) = World::started().await;
    let params = json!({ "chat_id": ANNA.to_string(), "text": "<b>5</b> points &lt;3", "parse_mode": "HTML" });
    let sent = world.call("sendMessage", params).await.unwrap();
    assert_eq!(sent["text"], "5 points <3");
    assert_eq!(sent["entities"], json!([{ "type": "bold", "offset": 0, "length": 1 }]));
    assert_eq!((&sent["message_id"], &sent["chat"]["id"]), (&json!(2), &json!(ANNA)));
    assert!(anna.transcript().ends_with_bot("5 points"));
}

#[tokio::test]
async fn parameters_come_as_query_form_or_json() {
    let (world, anna) = World::started().await;
    let query = Request::get(format!(
        "/bot700%3Aone/sendMessage?chat_id={ANNA}&text=from%20the%20query"
    ));
    world.send(query.body(Body::empty()).unwrap()).await.unwrap();
    let form = Request::post("/bot700:one/SENDMESSAGE")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!(
            "chat_id={ANNA}&text=from+a+form&reply_markup=%7B%22inline_keyboard%22%3A%5B%5B%7B%22text%22%3A%22Go%22%2C%22callback_data%22%3A%22g%22%7D%5D%5D%7D"
        )));
    world.send(form.unwrap()).await.unwrap();
    insta::assert_snapshot!(anna.transcript(), @r"
    Anna> /start
    bot> from the query
    bot> from a form  [Go]
    ");
}

#[tokio::test]
async fn refusals_use_telegrams_words() {
    let (world, _) = World::started().await;
    let send = |text: &str| json!({ "chat_id": ANNA, "text": text });
    let with = |markup: Value| json!({ "chat_id": ANNA, "text": "a", "reply_markup": markup });
    let data = "x".repeat(65);
    let answers = [
        refusal(&world, "sendMessage", send(" ")).await,
        refusal(&world, "sendMessage", send(&"😀".repeat(2049))).await,
        refusal(&world, "sendMessage", json!({ "chat_id": 77, "text": "a" })).await,
        refusal(&world, "sendMessage", json!({ "chat_id": "@channel", "text": "a" })).await,
        refusal(&world, "sendMessage", json!({ "text": "a" })).await,
        refusal(&world, "sendMessage", json!({ "chat_id": BORIS, "text": "a" })).await,
        refusal(
            &world,
            "sendMessage",
            json!({ "chat_id": ANNA, "text": "<b>", "parse_mode": "HTML" }),
        )
        .await,
        refusal(
            &world,
            "sendMessage",
            with(json!({ "inline_keyboard": [[{ "text": "a", "callback_data": data }]] })),
        )
        .await,
        refusal(&world, "sendMessage", with(json!([]))).await,
        refusal(
            &world,
            "editMessageText",
            json!({ "chat_id": ANNA, "message_id": 99, "text": "a" }),
        )
        .await,
        refusal(
            &world,
            "editMessageText",
            json!({ "chat_id": ANNA, "message_id": 1, "text": "a" }),
        )
        .await,
        refusal(&world, "deleteMessage", json!({ "chat_id": ANNA, "message_id": 99 })).await,
        refusal(&world, "answerCallbackQuery", json!({ "callback_query_id": "1" })).await,
        refusal(&world, "sendChatAction", json!({ "chat_id": ANNA, "action": "dance" })).await,
        refusal(&world, "sendCoins", json!({})).await,
    ];
    insta::assert_snapshot!(answers.join("\n"), @r#"
    400 Bad Request: message text is empty
    400 Bad Request: message is too long
    400 Bad Request: chat not found
    400 Bad Request: chat not found
    400 Bad Request: chat_id is empty
    403 Forbidden: bot can't initiate conversation with a user
    400 Bad Request: can't parse entities: Can't find end tag corresponding to start tag "b"
    400 Bad Request: BUTTON_DATA_INVALID
    400 Bad Request: object expected as reply markup
    400 Bad Request: message to edit not found
    400 Bad Request: message can't be edited
    400 Bad Request: message to delete not found
    400 Bad Request: query is too old and response timeout expired or query ID is invalid
    400 Bad Request: wrong parameter action in request
    404 Not Found
    "#);
}

#[tokio::test]
async fn a_wrong_token_is_unauthorized() {
    let world = World::new();
    let request = Request::get("/bot1:wrong/getMe").body(Body::empty()).unwrap();
    assert_eq!(world.send(request).await.unwrap_err(), (401, "Unauthorized".to_owned()));
    let request = Request::get("/elsewhere").body(Body::empty()).unwrap();
    assert_eq!(world.send(request).await.unwrap_err(), (404, "Not Found".to_owned()));
}

#[tokio::test]
async fn an_edit_must_change_something() {
    let (world, anna) = World::started().await;
    let buttons = json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }]] });
    let id = world.say("Sure?", buttons.clone()).await["message_id"].clone();
    let same = json!({ "chat_id": ANNA, "message_id": id, "text": "Sure?", "reply_markup": buttons });
    assert!(
        refusal(&world, "editMessageText", same)
            .await
            .starts_with("400 Bad Request: message is not modified: ")
    );
    let markup = json!({ "chat_id": ANNA, "message_id": id, "reply_markup": { "inline_keyboard": [] } });
    world.call("editMessageReplyMarkup", markup.clone()).await.unwrap();
    assert!(
        refusal(&world, "editMessageReplyMarkup", markup)
            .await
            .contains("message is not modified")
    );
    assert!(!anna.transcript().last_from_bot().unwrap().is_edited());
    let text = json!({ "chat_id": ANNA, "message_id": id, "text": "Done" });
    let edited = world.call("editMessageText", text).await.unwrap();
    assert!(edited["edit_date"].is_i64());
    insta::assert_snapshot!(anna.transcript(), @r"
    Anna> /start
    bot (edited)> Done
    ");
    world
        .call("deleteMessage", json!({ "chat_id": ANNA, "message_id": id }))
        .await
        .unwrap();
    insta::assert_snapshot!(anna.transcript(), @"Anna> /start");
}

#[tokio::test]
async fn trouble_comes_when_it_is_ordered_and_once() {
    let (world, anna) = World::started().await;
    anna.fail_next(Failure::TooManyRequests { retry_after: 7 }).unwrap();
    anna.fail_next(Failure::Blocked).unwrap();
    world.telegram.fail_next(Failure::ServerError);
    world.telegram.fail_next(Failure::LostAnswer);
    let send = json!({ "chat_id": ANNA, "text": "a" });
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(refusal(&world, "sendMessage", send.clone()).await);
    }
    insta::assert_snapshot!(answers.join("\n"), @r"
    429 Too Many Requests: retry after 7
    403 Forbidden: bot was blocked by the user
    500 Internal Server Error
    502 Bad Gateway
    ");
    world.call("sendMessage", send).await.unwrap();
    // One from the lost answer, one from the last call.
    assert_eq!(anna.transcript().messages().count(), 3);
}

#[tokio::test]
async fn a_refusal_for_haste_says_how_long_to_wait() {
    let (world, _) = World::started().await;
    world.telegram.enforce_limits(true);
    let send = json!({ "chat_id": ANNA, "text": "a" });
    for _ in 0..3 {
        world.call("sendMessage", send.clone()).await.unwrap();
    }
    assert_eq!(
        refusal(&world, "sendMessage", send.clone()).await,
        "429 Too Many Requests: retry after 1"
    );
    world.advance(1);
    world.call("sendMessage", send).await.unwrap();
}

#[tokio::test]
async fn commands_are_kept_by_language() {
    let world = World::new();
    let commands = json!({ "commands": [{ "command": "start", "description": "Begin" }] });
    world.call("setMyCommands", commands.clone()).await.unwrap();
    assert_eq!(
        world.call("getMyCommands", json!({})).await.unwrap(),
        commands["commands"]
    );
    assert_eq!(
        world
            .call("getMyCommands", json!({ "language_code": "ru" }))
            .await
            .unwrap(),
        json!([])
    );
    assert_eq!(
        world.telegram.commands("first_bot"),
        [("start".to_owned(), "Begin".to_owned())]
    );
    let bad = json!({ "commands": [{ "command": "Старт", "description": "Begin" }] });
    assert_eq!(
        refusal(&world, "setMyCommands", bad).await,
        "400 Bad Request: BOT_COMMAND_INVALID"
    );
}

#[tokio::test]
async fn a_chat_forgets_what_is_old() {
    let (world, anna) = World::started().await;
    for number in 0..510 {
        world.say(&format!("message {number}"), Value::Null).await;
    }
    let transcript = anna.transcript();
    assert_eq!(transcript.messages().count(), 500);
    assert_eq!(transcript.messages().next().unwrap().text, "message 10");
}
