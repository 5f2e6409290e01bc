//! What a bot says: stored in the job that sends it, so the form is data that outlives a release.

use karavan_clients::telegram::api::{
    methods::SendMessageParams,
    types::{
        ChatId, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove,
        ReplyMarkup,
    },
};
use serde::{Deserialize, Serialize};

/// A message with its buttons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Plain text; nothing in it is markup.
    pub text: String,
    /// The buttons.
    #[serde(default)]
    pub keyboard: Keyboard,
}

/// The buttons of a message or of the chat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Keyboard {
    /// Leaves the keyboard under the chat as it is.
    #[default]
    Keep,
    /// Buttons under the message.
    Inline(Vec<Vec<InlineButton>>),
    /// Buttons in place of the phone's keyboard; they stay until others come.
    Reply(Vec<Vec<ReplyButton>>),
    /// Takes the keyboard under the chat away.
    Remove,
}

/// A button under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineButton {
    /// What it says.
    pub text: String,
    /// What it sends back: 1 to 64 bytes.
    pub data: String,
}

/// A button of the keyboard under the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyButton {
    /// What it says and sends.
    pub text: String,
    /// Shares the person's own contact instead.
    pub contact: bool,
}

impl Message {
    /// A text without buttons.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            keyboard: Keyboard::Keep,
        }
    }

    /// With one row of buttons under it: `(label, data)`. Called again, adds a row.
    #[must_use]
    pub fn inline<'b>(mut self, row: impl IntoIterator<Item = (String, &'b str)>) -> Self {
        let row = row
            .into_iter()
            .map(|(text, data)| InlineButton {
                text,
                data: data.to_owned(),
            })
            .collect();
        match &mut self.keyboard {
            Keyboard::Inline(rows) => rows.push(row),
            _ => self.keyboard = Keyboard::Inline(vec![row]),
        }
        self
    }

    /// With a row of the keyboard under the chat. Called again, adds a row.
    #[must_use]
    pub fn row(self, labels: impl IntoIterator<Item = String>) -> Self {
        self.reply_row(
            labels
                .into_iter()
                .map(|text| ReplyButton { text, contact: false })
                .collect(),
        )
    }

    /// With a button that shares the person's contact.
    #[must_use]
    pub fn contact_button(self, label: String) -> Self {
        self.reply_row(vec![ReplyButton {
            text: label,
            contact: true,
        }])
    }

    fn reply_row(mut self, row: Vec<ReplyButton>) -> Self {
        match &mut self.keyboard {
            Keyboard::Reply(rows) => rows.push(row),
            _ => self.keyboard = Keyboard::Reply(vec![row]),
        }
        self
    }

    /// Takes the keyboard under the chat away.
    #[must_use]
    pub fn without_keyboard(self) -> Self {
        Self {
            keyboard: Keyboard::Remove,
            ..self
        }
    }

    /// The message on the wire.
    pub(super) fn to_params(&self, chat: i64) -> SendMessageParams {
        let params = SendMessageParams::builder()
            .chat_id(ChatId::Integer(chat))
            .text(self.text.clone());
        match markup(&self.keyboard) {
            Some(markup) => params.reply_markup(markup).build(),
            None => params.build(),
        }
    }
}

fn markup(keyboard: &Keyboard) -> Option<ReplyMarkup> {
    match keyboard {
        Keyboard::Keep => None,
        Keyboard::Inline(rows) => {
            let button = |InlineButton { text, data }: &InlineButton| {
                InlineKeyboardButton::builder()
                    .text(text.clone())
                    .callback_data(data.clone())
                    .build()
            };
            let inline_keyboard: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(button).collect()).collect();
            Some(ReplyMarkup::InlineKeyboardMarkup(
                InlineKeyboardMarkup::builder().inline_keyboard(inline_keyboard).build(),
            ))
        }
        Keyboard::Reply(rows) => {
            let button = |ReplyButton { text, contact }: &ReplyButton| {
                KeyboardButton::builder()
                    .text(text.clone())
                    .request_contact(*contact)
                    .build()
            };
            let rows: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(button).collect()).collect();
            let keyboard = ReplyKeyboardMarkup::builder()
                .keyboard(rows)
                .resize_keyboard(true)
                .build();
            Some(ReplyMarkup::ReplyKeyboardMarkup(keyboard))
        }
        Keyboard::Remove => Some(ReplyMarkup::ReplyKeyboardRemove(
            ReplyKeyboardRemove::builder().remove_keyboard(true).build(),
        )),
    }
}
