//! The JSON objects of the Bot API. Fields that are absent are left out, as the real server does.

use serde::Serialize;

use super::{
    accounts::{BotAccount, Person},
    markup::InlineButton,
    text::Entity,
    transcript::{Author, Contact, Message},
};

#[derive(Clone, Debug, Serialize)]
pub(super) struct User {
    id: i64,
    is_bot: bool,
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language_code: Option<String>,
}

/// `getMe` says a little more than a `from` does.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Me {
    #[serde(flatten)]
    user: User,
    can_join_groups: bool,
    can_read_all_group_messages: bool,
    supports_inline_queries: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct PrivateChat {
    id: i64,
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct WireContact {
    phone_number: String,
    first_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<i64>,
}

#[derive(Clone, Debug, Serialize)]
struct InlineMarkup {
    inline_keyboard: Vec<Vec<InlineButton>>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct WireMessage {
    message_id: i64,
    from: User,
    chat: PrivateChat,
    date: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    edit_date: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entities: Vec<Entity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<WireContact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_markup: Option<InlineMarkup>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct CallbackQuery {
    pub(super) id: String,
    pub(super) from: User,
    pub(super) message: WireMessage,
    pub(super) chat_instance: String,
    pub(super) data: String,
}

#[derive(Clone, Debug, Serialize)]
struct ChatMember {
    user: User,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_date: Option<i64>,
}

/// `my_chat_member`: a person has blocked the bot or has let it in again.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ChatMemberUpdated {
    chat: PrivateChat,
    from: User,
    date: i64,
    old_chat_member: ChatMember,
    new_chat_member: ChatMember,
}

impl User {
    pub(super) fn person(person: &Person) -> Self {
        let Person {
            id,
            first_name,
            last_name,
            username,
            phone: _,
            language_code,
        } = person.clone();
        Self {
            id,
            is_bot: false,
            first_name,
            last_name,
            username,
            language_code: Some(language_code),
        }
    }

    pub(super) fn bot(id: i64, account: &BotAccount) -> Self {
        let BotAccount {
            token: _,
            username,
            name,
        } = account.clone();
        Self {
            id,
            is_bot: true,
            first_name: name,
            last_name: None,
            username: Some(username),
            language_code: None,
        }
    }
}

impl Me {
    pub(super) fn new(user: User) -> Self {
        Self {
            user,
            can_join_groups: false,
            can_read_all_group_messages: false,
            supports_inline_queries: false,
        }
    }
}

impl PrivateChat {
    pub(super) fn with(person: &Person) -> Self {
        let Person {
            id,
            first_name,
            last_name,
            username,
            phone: _,
            language_code: _,
        } = person.clone();
        Self {
            id,
            first_name,
            last_name,
            username,
            kind: "private",
        }
    }
}

impl WireMessage {
    pub(super) fn new(message: &Message, bot: User, person: &Person) -> Self {
        let Message {
            id,
            author,
            text,
            entities,
            contact,
            buttons,
            at,
            edited_at,
        } = message.clone();
        Self {
            message_id: id,
            from: if author == Author::Bot {
                bot
            } else {
                User::person(person)
            },
            chat: PrivateChat::with(person),
            date: at,
            edit_date: edited_at,
            text: contact.is_none().then_some(text),
            entities,
            contact: contact.map(WireContact::from),
            reply_markup: (!buttons.is_empty()).then_some(InlineMarkup {
                inline_keyboard: buttons,
            }),
        }
    }
}

impl From<Contact> for WireContact {
    fn from(contact: Contact) -> Self {
        let Contact {
            phone,
            first_name,
            last_name,
            user_id,
        } = contact;
        Self {
            phone_number: phone,
            first_name,
            last_name,
            user_id,
        }
    }
}

impl ChatMemberUpdated {
    pub(super) fn new(bot: &User, person: &Person, date: i64, blocked: bool) -> Self {
        let member = |kicked: bool| ChatMember {
            user: bot.clone(),
            status: if kicked { "kicked" } else { "member" },
            until_date: kicked.then_some(0),
        };
        Self {
            chat: PrivateChat::with(person),
            from: User::person(person),
            date,
            old_chat_member: member(!blocked),
            new_chat_member: member(blocked),
        }
    }
}
