//! What one phone shows: a view of a chat, made anew for every page and every change.

use jiff::Timestamp;

use super::{look::Look, words::Words};
use crate::telegram::{
    Author, BotAccount, Contact, EntityKind, Entry, InlineButton, Message, Person, PrivateChat, TelegramSimulator,
    Transcript, is_web, runs,
};

/// Older entries stay on the server: a change sends all that is shown.
const MOST_SHOWN: usize = 100;

/// One phone.
pub(super) struct Phone {
    /// `bot/person`, as in addresses.
    pub(super) key: String,
    /// Tells the elements of two phones on one page apart.
    pub(super) slot: &'static str,
    /// What forms post to, before the verb.
    pub(super) address: String,
    pub(super) bot_name: String,
    pub(super) initials: String,
    pub(super) tint: usize,
    pub(super) person_name: String,
    pub(super) person_phone: String,
    /// `start`, `chat` or `blocked`: what the bottom of the phone offers.
    pub(super) mode: &'static str,
    /// The payload of a link that led here.
    pub(super) payload: Option<String>,
    pub(super) typing: bool,
    pub(super) earlier: bool,
    pub(super) items: Vec<Item>,
    pub(super) keys: Vec<Vec<Key>>,
    pub(super) placeholder: Option<String>,
    pub(super) commands: Vec<(String, String)>,
    pub(super) bots: Vec<Choice>,
    pub(super) people: Vec<Choice>,
    /// Everybody but this person.
    pub(super) others: Vec<Choice>,
}

/// An option of a select.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// A key of the keyboard at the bottom.
pub(super) struct Key {
    pub(super) text: String,
    pub(super) asks_contact: bool,
}

/// A line of the log.
pub(super) enum Item {
    Bubble(Bubble),
    Notice { id: u64, text: String, alert: bool },
}

/// A message.
pub(super) struct Bubble {
    pub(super) id: i64,
    pub(super) own: bool,
    /// Whether the message before has the same author: then there is no tail and less space.
    pub(super) follows: bool,
    pub(super) runs: Vec<Span>,
    pub(super) contact: Option<(Contact, String)>,
    pub(super) buttons: Vec<Vec<Button>>,
    pub(super) clock: String,
    pub(super) iso: String,
    pub(super) edited: bool,
}

/// A stretch of text with one look.
pub(super) struct Span {
    pub(super) text: String,
    pub(super) class: String,
    pub(super) link: Option<String>,
}

/// A button under a message.
pub(super) struct Button {
    pub(super) text: String,
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) link: Option<String>,
}

impl Phone {
    pub(super) fn new(
        simulator: &TelegramSimulator,
        chat: &PrivateChat,
        slot: &'static str,
        look: &Look,
        payload: Option<String>,
    ) -> Self {
        let transcript = chat.transcript();
        let (bots, people) = (simulator.bots(), simulator.people());
        let bot_name = bots
            .iter()
            .find(|bot| bot.username == chat.bot())
            .map_or("", |bot| &bot.name);
        let owner = people.iter().find(|person| person.id == chat.person());
        let now = simulator.clock().now();
        let bot = |bot: &BotAccount| Choice {
            value: bot.username.clone(),
            label: bot.name.clone(),
            chosen: bot.username == chat.bot(),
        };
        let person = |person: &Person| Choice {
            value: person.id.to_string(),
            label: person.full_name(),
            chosen: person.id == chat.person(),
        };
        let others = people.iter().map(person).filter(|choice| !choice.chosen).collect();
        let key = format!("{}/{}", chat.bot(), chat.person());
        Self {
            address: look.path(&format!("/chat/{key}")),
            key,
            slot,
            bot_name: bot_name.to_owned(),
            initials: initials(bot_name),
            tint: tint(chat.bot()),
            person_name: owner.map(Person::full_name).unwrap_or_default(),
            person_phone: owner.map(|person| person.phone.clone()).unwrap_or_default(),
            mode: mode(&transcript, payload.as_deref()),
            payload,
            typing: transcript.action.as_ref().is_some_and(|action| action.until > now),
            earlier: transcript.entries.len() > MOST_SHOWN,
            items: items(&transcript),
            keys: keys(&transcript),
            placeholder: transcript.placeholder,
            commands: simulator.commands(chat.bot()),
            bots: bots.iter().map(bot).collect(),
            people: people.iter().map(person).collect(),
            others,
        }
    }

    pub(super) fn hint(&self, words: &Words) -> String {
        self.placeholder.clone().unwrap_or_else(|| words.message.to_owned())
    }
}

fn mode(transcript: &Transcript, payload: Option<&str>) -> &'static str {
    if transcript.blocked {
        "blocked"
    } else if transcript.entries.is_empty() || payload.is_some() {
        "start"
    } else {
        "chat"
    }
}

fn items(transcript: &Transcript) -> Vec<Item> {
    let skipped = transcript.entries.len().saturating_sub(MOST_SHOWN);
    let mut before = None;
    let item = |entry: &Entry| match entry {
        Entry::Message(message) => {
            let follows = before.replace(message.author) == Some(message.author);
            Some(Item::Bubble(bubble(message, follows)))
        }
        Entry::Notice(notice) => Some(Item::Notice {
            id: notice.id,
            text: notice.text.clone(),
            alert: notice.alert,
        }),
        // A press leaves no trace on a real phone either.
        Entry::Press { .. } => None,
    };
    transcript.entries.iter().skip(skipped).filter_map(item).collect()
}

fn bubble(message: &Message, follows: bool) -> Bubble {
    let (clock, iso) = times(message.at);
    let spans = runs(&message.text, &message.entities).into_iter().map(|run| Span {
        class: run.kinds.iter().map(|kind| class(*kind)).collect::<Vec<_>>().join(" "),
        text: run.text,
        link: run.link,
    });
    Bubble {
        id: message.id,
        own: message.author == Author::Person,
        follows,
        runs: spans.collect(),
        contact: message.contact.clone().map(|contact| {
            let name = contact
                .last_name
                .iter()
                .fold(contact.first_name.clone(), |first, last| format!("{first} {last}"));
            (contact, name)
        }),
        buttons: message
            .buttons
            .iter()
            .enumerate()
            .map(|(row, buttons)| button_row(row, buttons))
            .collect(),
        clock,
        iso,
        edited: message.is_edited(),
    }
}

fn button_row(row: usize, buttons: &[InlineButton]) -> Vec<Button> {
    let button = |(column, button): (usize, &InlineButton)| Button {
        text: button.text.clone(),
        row,
        column,
        link: button.url.clone().filter(|url| is_web(url)),
    };
    buttons.iter().enumerate().map(button).collect()
}

fn keys(transcript: &Transcript) -> Vec<Vec<Key>> {
    let rows = transcript.keyboard.iter().flat_map(|keyboard| &keyboard.rows);
    rows.map(|row| {
        row.iter()
            .map(|key| Key {
                text: key.text.clone(),
                asks_contact: key.request_contact,
            })
            .collect()
    })
    .collect()
}

fn class(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Bold => "t-bold",
        EntityKind::Italic => "t-italic",
        EntityKind::Underline => "t-underline",
        EntityKind::Strikethrough => "t-strike",
        EntityKind::Spoiler => "t-spoiler",
        EntityKind::Code => "t-code",
        EntityKind::Pre => "t-pre",
        EntityKind::Blockquote => "t-quote",
        EntityKind::TextLink | EntityKind::Url => "t-link",
        EntityKind::BotCommand => "t-command",
    }
}

/// The time of day for the eye (UTC until the script knows the person's zone) and the whole time for machines.
pub(super) fn times(at: i64) -> (String, String) {
    Timestamp::from_second(at)
        .map(|time| (time.strftime("%H:%M").to_string(), time.to_string()))
        .unwrap_or_default()
}

/// Two letters for an avatar.
pub(super) fn initials(name: &str) -> String {
    let first = |word: &str| word.chars().find(|letter| letter.is_alphanumeric());
    name.split_whitespace()
        .filter_map(first)
        .take(2)
        .flat_map(char::to_uppercase)
        .collect()
}

/// One of six colours, always the same for the same key.
pub(super) fn tint(key: &str) -> usize {
    key.bytes().fold(5, |sum: usize, byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
    }) % 6
}
