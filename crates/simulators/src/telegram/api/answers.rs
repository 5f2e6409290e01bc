//! answerCallbackQuery and sendChatAction: what people notice although it is no message.

use serde_json::Value;

use super::Call;
use crate::telegram::{error::BotError, text::utf16_len};

const ACTIONS: [&str; 11] = [
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
];

pub(super) fn answer_callback_query(call: &mut Call<'_>) -> Result<Value, BotError> {
    let text = call.params.text("text").unwrap_or_default();
    if utf16_len(&text) > 200 {
        return Err(BotError::bad("MESSAGE_TOO_LONG"));
    }
    let id = call.params.text("callback_query_id").unwrap_or_default();
    let person = call
        .bot
        .queries
        .close(&id, call.now)
        .ok_or_else(|| BotError::bad("query is too old and response timeout expired or query ID is invalid"))?;
    if !text.is_empty() {
        let alert = call.params.is_set("show_alert");
        call.bot.chat(person).add_notice(text, alert);
    }
    Ok(Value::Bool(true))
}

pub(super) fn send_chat_action(call: &mut Call<'_>) -> Result<Value, BotError> {
    let person = call.recipient()?;
    let action = call.params.text("action").unwrap_or_default();
    if !ACTIONS.contains(&action.as_str()) {
        return Err(BotError::bad("wrong parameter action in request"));
    }
    let now = call.now;
    call.bot.chat(person.id).set_action(&action, now);
    Ok(Value::Bool(true))
}
