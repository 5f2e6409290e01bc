//! sendMessage, editMessageText, editMessageReplyMarkup, deleteMessage.

use serde_json::{Value, json};

use super::Call;
use crate::telegram::{
    accounts::Person,
    error::BotError,
    html,
    markup::{InlineKeyboard, Markup},
    text::{Formatted, utf16_len},
    transcript::{Author, Message},
    wire::WireMessage,
};

/// In UTF-16 code units, counted after the markup is gone.
const LONGEST_TEXT: usize = 4096;

pub(super) fn send_message(call: &mut Call<'_>) -> Result<Value, BotError> {
    let person = call.recipient()?;
    let content = content(call)?;
    let markup = Markup::read(call.params.json("reply_markup")?.as_ref())?;
    let answer = call.face_trouble(person.id)?;
    let now = call.now;
    let message = call.bot.chat(person.id).add_from_bot(content, markup, now);
    answer.carry(wire(call, &message, &person))
}

pub(super) fn edit_message_text(call: &mut Call<'_>) -> Result<Value, BotError> {
    let person = call.recipient()?;
    let content = content(call)?;
    // Without a markup the buttons go away, as with the real server.
    let buttons = inline_markup(call)?;
    edit(call, &person, |message, now| {
        if message.text == content.text && message.entities == content.entities && message.buttons == buttons {
            return false;
        }
        (message.text, message.entities, message.buttons) = (content.text, content.entities, buttons);
        message.edited_at = Some(now);
        true
    })
}

pub(super) fn edit_message_reply_markup(call: &mut Call<'_>) -> Result<Value, BotError> {
    let person = call.recipient()?;
    let buttons = inline_markup(call)?;
    edit(call, &person, |message, _| {
        let changes = message.buttons != buttons;
        message.buttons = buttons;
        changes
    })
}

pub(super) fn delete_message(call: &mut Call<'_>) -> Result<Value, BotError> {
    let person = call.recipient()?;
    let id = message_id(call)?;
    if !call.bot.chat(person.id).delete(id) {
        return Err(BotError::bad("message to delete not found"));
    }
    Ok(Value::Bool(true))
}

/// Changes one of the bot's messages; `change` says whether anything is different.
fn edit(
    call: &mut Call<'_>,
    person: &Person,
    change: impl FnOnce(&mut Message, i64) -> bool,
) -> Result<Value, BotError> {
    let id = message_id(call)?;
    let now = call.now;
    let author = call.bot.chat(person.id).message_mut(id).map(|message| message.author);
    match author {
        None => return Err(BotError::bad("message to edit not found")),
        Some(Author::Person) => return Err(BotError::bad("message can't be edited")),
        Some(Author::Bot) => {}
    }
    let answer = call.face_trouble(person.id)?;
    let chat = call.bot.chat(person.id);
    let message = chat
        .message_mut(id)
        .ok_or_else(|| BotError::bad("message to edit not found"))?;
    if !change(message, now) {
        return Err(BotError::bad(
            "message is not modified: specified new message content and reply markup are exactly the same \
             as a current content and reply markup of the message",
        ));
    }
    let message = message.clone();
    chat.notify();
    answer.carry(wire(call, &message, person))
}

fn content(call: &Call<'_>) -> Result<Formatted, BotError> {
    let text = call.params.text("text").unwrap_or_default();
    let content = match call
        .params
        .text("parse_mode")
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        "" => Formatted::plain(&text),
        "html" => html::parse(&text).map_err(|what| BotError::bad(format!("can't parse entities: {what}")))?,
        _ => return Err(BotError::bad("unsupported parse_mode")),
    };
    if content.text.trim().is_empty() {
        return Err(BotError::bad("message text is empty"));
    }
    if utf16_len(&content.text) > LONGEST_TEXT {
        return Err(BotError::bad("message is too long"));
    }
    Ok(content)
}

fn inline_markup(call: &Call<'_>) -> Result<InlineKeyboard, BotError> {
    Markup::read(call.params.json("reply_markup")?.as_ref())?.into_inline()
}

fn message_id(call: &Call<'_>) -> Result<i64, BotError> {
    call.params
        .number("message_id")
        .ok_or_else(|| BotError::bad("message identifier is not specified"))
}

fn wire(call: &Call<'_>, message: &Message, person: &Person) -> Value {
    json!(WireMessage::new(message, call.bot.user(), person))
}
