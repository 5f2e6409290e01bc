//! What a person did in a chat.

use karavan_clients::telegram::api::{
    types::{Chat, ChatType, MaybeInaccessibleMessage, User},
    updates::{Update, UpdateContent},
};
use karavan_kernel::Locale;

/// Who wrote.
#[derive(Debug, Clone)]
pub struct Person {
    /// Telegram's id of the person; in a private chat also the chat's.
    pub id: i64,
    /// The name they show.
    pub first_name: String,
    /// The language of their Telegram, when it is one of ours.
    pub locale: Option<Locale>,
}

/// What they did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Wrote words, or pressed a button of the keyboard under the chat: Telegram sends its label.
    Text(String),
    /// Wrote `/start payload`.
    Command {
        /// Without the slash.
        name: String,
        /// What followed, trimmed.
        payload: String,
    },
    /// Pressed a button under a message.
    Button {
        /// What the button carries.
        data: String,
    },
    /// Shared a contact.
    Contact {
        /// The number as the contact has it.
        phone: String,
        /// Whose contact it is, when that person is on Telegram.
        user_id: Option<i64>,
    },
    /// A picture, a voice message, anything that bots here do not read.
    Other,
}

/// An update that a conversation can go on with.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) person: Person,
    pub(super) input: Input,
    /// The press to answer and the message whose buttons it used up.
    pub(super) press: Option<Press>,
}

#[derive(Debug)]
pub(super) struct Press {
    pub(super) id: String,
    pub(super) message_id: Option<i32>,
}

/// The event of an update in a private chat; everything else is nobody's.
pub(super) fn read(update: Update) -> Option<Event> {
    match update.content {
        UpdateContent::Message(message) => {
            private(&message.chat)?;
            let person = person(message.from.as_deref()?)?;
            let input = match (message.contact, message.text) {
                (Some(contact), _) => Input::Contact {
                    phone: contact.phone_number,
                    user_id: contact.user_id.and_then(|id| i64::try_from(id).ok()),
                },
                (None, Some(text)) => text_input(&text),
                (None, None) => Input::Other,
            };
            Some(Event {
                person,
                input,
                press: None,
            })
        }
        UpdateContent::CallbackQuery(query) => {
            let person = person(&query.from)?;
            let message_id = query.message.as_ref().map(|message| match message {
                MaybeInaccessibleMessage::Message(message) => message.message_id,
                MaybeInaccessibleMessage::InaccessibleMessage(message) => message.message_id,
            });
            let input = query.data.map_or(Input::Other, |data| Input::Button { data });
            Some(Event {
                person,
                input,
                press: Some(Press {
                    id: query.id,
                    message_id,
                }),
            })
        }
        _ => None,
    }
}

fn private(chat: &Chat) -> Option<()> {
    (chat.type_field == ChatType::Private).then_some(())
}

fn person(user: &User) -> Option<Person> {
    let id = i64::try_from(user.id).ok().filter(|_| !user.is_bot)?;
    let locale = user.language_code.as_deref().and_then(Locale::from_tag);
    Some(Person {
        id,
        first_name: user.first_name.clone(),
        locale,
    })
}

fn text_input(text: &str) -> Input {
    let Some(command) = text.strip_prefix('/') else {
        return Input::Text(text.trim().to_owned());
    };
    let (name, payload) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    // In groups people write /start@name; in private chats some clients do too.
    let name = name.split('@').next().unwrap_or(name).to_lowercase();
    Input::Command {
        name,
        payload: payload.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_words() {
        let command = |name: &str, payload: &str| Input::Command {
            name: name.into(),
            payload: payload.into(),
        };
        assert_eq!(text_input("/start@shop_bot  abc "), command("start", "abc"));
        assert_eq!(text_input("/START"), command("start", ""));
        assert_eq!(text_input(" 48291 "), Input::Text("48291".into()));
    }
}
