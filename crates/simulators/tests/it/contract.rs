//! Whatever the simulator sends, the types of our real client can read.

use frankenstein::{
    response::{ErrorResponse, MethodResponse},
    types::{BotCommand, ChatMember, MaybeInaccessibleMessage, Message, User},
    updates::{Update, UpdateContent, WebhookInfo},
};
use serde_json::{Value, json};

use crate::harness::{ANNA, BORIS, World};

fn read<T: serde::de::DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error} in {value:#}"))
}

async fn next(world: &World) -> UpdateContent {
    let update: Update = read(&world.updates().await[0]);
    update.content
}

#[tokio::test]
async fn every_kind_of_update_is_read() {
    let (world, anna) = World::started().await;

    anna.write("/help me").unwrap();
    let UpdateContent::Message(message) = next(&world).await else {
        panic!("not a message")
    };
    assert_eq!(message.text.as_deref(), Some("/help me"));
    assert_eq!(message.entities.unwrap().len(), 1);
    assert_eq!(message.chat.first_name.as_deref(), Some("Anna"));

    anna.edit_last("help").unwrap();
    let UpdateContent::EditedMessage(message) = next(&world).await else {
        panic!("not an edit")
    };
    assert!(message.edit_date.is_some());

    anna.share_contact_of(BORIS).unwrap();
    let UpdateContent::Message(message) = next(&world).await else {
        panic!("not a message")
    };
    assert_eq!(message.text, None);
    assert_eq!(message.contact.unwrap().user_id, Some(BORIS.unsigned_abs()));

    let buttons = json!([[{ "text": "Go", "callback_data": "g" }, { "text": "Site", "url": "https://example.org" }]]);
    world.say("Press", json!({ "inline_keyboard": buttons })).await;
    anna.press("Go").unwrap();
    let UpdateContent::CallbackQuery(query) = next(&world).await else {
        panic!("not a press")
    };
    assert_eq!(query.data.as_deref(), Some("g"));
    let Some(MaybeInaccessibleMessage::Message(message)) = query.message else {
        panic!("no message in the press")
    };
    assert_eq!(message.reply_markup.unwrap().inline_keyboard[0].len(), 2);

    anna.block().unwrap();
    let UpdateContent::MyChatMember(change) = next(&world).await else {
        panic!("not a membership")
    };
    assert!(matches!(change.new_chat_member, ChatMember::Kicked(_)));
    anna.unblock().unwrap();
    let UpdateContent::MyChatMember(change) = next(&world).await else {
        panic!("not a membership")
    };
    assert!(matches!(change.new_chat_member, ChatMember::Member(_)));
}

#[tokio::test]
async fn every_result_is_read() {
    let (world, _) = World::started().await;
    let me: User = read(&world.call("getMe", json!({})).await.unwrap());
    assert_eq!(
        (me.id, me.is_bot, me.username.as_deref()),
        (700, true, Some("first_bot"))
    );
    let params =
        json!({ "chat_id": ANNA, "text": "<i>a</i> <a href='https://example.org'>b</a>", "parse_mode": "html" });
    let sent: Message = read(&world.call("sendMessage", params).await.unwrap());
    assert_eq!(sent.entities.unwrap().len(), 2);
    let edit = json!({ "chat_id": ANNA, "message_id": sent.message_id, "text": "c" });
    let _edited: Message = read(&world.call("editMessageText", edit).await.unwrap());
    let hook = json!({ "url": "https://example.org", "allowed_updates": ["message"] });
    world.call("setWebhook", hook).await.unwrap();
    let info: WebhookInfo = read(&world.call("getWebhookInfo", json!({})).await.unwrap());
    assert_eq!(info.url, "https://example.org");
    let commands = json!({ "commands": [{ "command": "start", "description": "Begin" }] });
    world.call("setMyCommands", commands).await.unwrap();
    let commands: Vec<BotCommand> = read(&world.call("getMyCommands", json!({})).await.unwrap());
    assert_eq!(commands.len(), 1);
}

#[test]
fn the_envelopes_are_read() {
    let good: MethodResponse<bool> = read(&json!({ "ok": true, "result": true }));
    assert!(good.result);
    let bad = json!({ "ok": false, "error_code": 429, "description": "x", "parameters": { "retry_after": 3 } });
    let bad: ErrorResponse = read(&bad);
    assert_eq!(bad.parameters.unwrap().retry_after, Some(3));
}
