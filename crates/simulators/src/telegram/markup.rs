//! Keyboards: under a message, and instead of the phone's own.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{error::BotError, text};

/// A button under a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineButton {
    /// What is on it.
    pub text: String,
    /// What the bot is told when it is pressed, 1–64 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_data: Option<String>,
    /// What it opens instead of telling the bot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Kinds of buttons that are only passed through.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// A button of the keyboard at the bottom. Pressing it writes its text, unless it asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyButton {
    /// What is on it.
    pub text: String,
    /// Whether it sends the person's own phone number.
    pub request_contact: bool,
}

/// The keyboard at the bottom of a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyKeyboard {
    /// The buttons.
    pub rows: Vec<Vec<ReplyButton>>,
    /// Whether the keys are only as high as they must be.
    pub resize: bool,
    /// Whether it goes away when it has been used.
    pub one_time: bool,
    /// What the empty input field says.
    pub placeholder: Option<String>,
}

pub(crate) type InlineKeyboard = Vec<Vec<InlineButton>>;

/// `reply_markup` of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Markup {
    /// Says nothing: the keyboard at the bottom stays.
    Absent,
    Inline(InlineKeyboard),
    Keyboard(ReplyKeyboard),
    Remove,
    ForceReply {
        placeholder: Option<String>,
    },
}

impl Markup {
    /// Reads and checks `reply_markup`.
    pub(super) fn read(value: Option<&Value>) -> Result<Self, BotError> {
        let Some(value) = value.filter(|value| !value.is_null()) else {
            return Ok(Self::Absent);
        };
        let Some(object) = value.as_object() else {
            return Err(BotError::bad("object expected as reply markup"));
        };
        let placeholder = || {
            object
                .get("input_field_placeholder")
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        if let Some(rows) = object.get("inline_keyboard") {
            return inline(rows).map(Self::Inline);
        }
        if let Some(rows) = object.get("keyboard") {
            return Ok(Self::Keyboard(ReplyKeyboard {
                rows: reply_rows(rows)?,
                resize: is_set(object, "resize_keyboard"),
                one_time: is_set(object, "one_time_keyboard"),
                placeholder: placeholder(),
            }));
        }
        if is_set(object, "remove_keyboard") {
            return Ok(Self::Remove);
        }
        if is_set(object, "force_reply") {
            return Ok(Self::ForceReply {
                placeholder: placeholder(),
            });
        }
        Ok(Self::Absent)
    }

    /// The markup of an edit: only buttons under the message are possible.
    pub(super) fn into_inline(self) -> Result<InlineKeyboard, BotError> {
        match self {
            Self::Absent => Ok(Vec::new()),
            Self::Inline(rows) => Ok(rows),
            Self::Keyboard(_) | Self::Remove | Self::ForceReply { .. } => {
                Err(BotError::bad("inline keyboard expected"))
            }
        }
    }
}

fn is_set(object: &Map<String, Value>, field: &str) -> bool {
    object.get(field).and_then(Value::as_bool).unwrap_or(false)
}

fn inline(rows: &Value) -> Result<InlineKeyboard, BotError> {
    let rows: InlineKeyboard = Deserialize::deserialize(rows)
        .map_err(|error| BotError::bad(format!("can't parse inline keyboard button: {error}")))?;
    rows.iter().flatten().try_for_each(check)?;
    Ok(rows.into_iter().filter(|row| !row.is_empty()).collect())
}

fn check(button: &InlineButton) -> Result<(), BotError> {
    let InlineButton {
        text,
        callback_data,
        url,
        other,
    } = button;
    if text.trim().is_empty() {
        return Err(BotError::bad(
            "can't parse inline keyboard button: Button text must be non-empty",
        ));
    }
    match (callback_data, url) {
        (Some(data), _) if data.is_empty() || data.len() > 64 => Err(BotError::bad("BUTTON_DATA_INVALID")),
        (None, Some(url)) if !text::is_web(url) && !url.starts_with("tg://") => Err(BotError::bad(format!(
            "inline keyboard button URL '{url}' is invalid: Unsupported URL protocol"
        ))),
        (None, None) if other.is_empty() => Err(BotError::bad(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        )),
        _ => Ok(()),
    }
}

fn reply_rows(rows: &Value) -> Result<Vec<Vec<ReplyButton>>, BotError> {
    let bad = |what: &str| BotError::bad(format!("can't parse keyboard button: {what}"));
    let rows = rows
        .as_array()
        .ok_or_else(|| bad("Field \"keyboard\" must be of type Array"))?;
    let mut read = Vec::new();
    for row in rows {
        let row = row
            .as_array()
            .ok_or_else(|| bad("KeyboardButton rows must be of type Array"))?;
        let buttons = row.iter().map(|button| {
            let (text, request_contact) = match button {
                Value::String(text) => (Some(text.as_str()), false),
                Value::Object(fields) => (
                    fields.get("text").and_then(Value::as_str),
                    is_set(fields, "request_contact"),
                ),
                _ => return Err(bad("KeyboardButton must be an Object or a String")),
            };
            let text = text
                .filter(|text| !text.trim().is_empty())
                .ok_or_else(|| bad("Button text must be non-empty"))?;
            Ok(ReplyButton {
                text: text.to_owned(),
                request_contact,
            })
        });
        let buttons = buttons.collect::<Result<Vec<_>, BotError>>()?;
        if !buttons.is_empty() {
            read.push(buttons);
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn complaint(markup: &Value) -> String {
        Markup::read(Some(markup)).unwrap_err().to_string()
    }

    #[test]
    fn callback_data_is_counted_in_bytes() {
        let with = |data: String| json!({ "inline_keyboard": [[{ "text": "a", "callback_data": data }]] });
        assert!(Markup::read(Some(&with("ы".repeat(32)))).is_ok());
        assert_eq!(complaint(&with("ы".repeat(33))), "Bad Request: BUTTON_DATA_INVALID");
        assert_eq!(complaint(&with(String::new())), "Bad Request: BUTTON_DATA_INVALID");
    }

    #[test]
    fn a_reply_key_is_a_string_or_an_object() {
        let markup =
            json!({ "keyboard": [["A", { "text": "B", "request_contact": true }], []], "one_time_keyboard": true });
        let Ok(Markup::Keyboard(keyboard)) = Markup::read(Some(&markup)) else {
            panic!("not a keyboard")
        };
        assert!(keyboard.one_time);
        assert_eq!(keyboard.rows.len(), 1);
        assert_eq!(
            keyboard.rows[0]
                .iter()
                .map(|key| key.request_contact)
                .collect::<Vec<_>>(),
            [false, true]
        );
    }

    #[test]
    fn a_button_must_do_something() {
        let markup = json!({ "inline_keyboard": [[{ "text": "a" }]] });
        assert!(complaint(&markup).contains("Text buttons are unallowed"));
    }
}
