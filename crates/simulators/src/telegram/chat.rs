//! One conversation of one person with one bot.

use std::collections::VecDeque;

use tokio::sync::watch;

use super::{
    failures::{Bucket, Failure},
    markup::{InlineButton, InlineKeyboard, Markup, ReplyKeyboard},
    text::Formatted,
    transcript::{Action, Author, Contact, Entry, Message, Notice, Transcript},
};

/// Older entries are forgotten.
const MOST_ENTRIES: usize = 500;

/// `sendChatAction` holds for five seconds.
const ACTION_SECONDS: i64 = 5;

#[derive(Debug)]
pub(super) struct Chat {
    entries: VecDeque<Entry>,
    last_message: i64,
    last_notice: u64,
    keyboard: Option<ReplyKeyboard>,
    placeholder: Option<String>,
    action: Option<Action>,
    /// Whether the person has written first.
    pub(super) opened: bool,
    pub(super) blocked: bool,
    pub(super) failures: VecDeque<Failure>,
    pub(super) bucket: Bucket,
    /// Until then every message is refused with 429.
    pub(super) storm_until: i64,
    changed: watch::Sender<u64>,
}

impl Default for Chat {
    fn default() -> Self {
        Self {
            entries: VecDeque::new(),
            last_message: 0,
            last_notice: 0,
            keyboard: None,
            placeholder: None,
            action: None,
            opened: false,
            blocked: false,
            failures: VecDeque::new(),
            bucket: Bucket::per_chat(),
            storm_until: i64::MIN,
            changed: watch::Sender::new(0),
        }
    }
}

impl Chat {
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    pub(super) fn notify(&self) {
        self.changed.send_modify(|version| *version += 1);
    }

    /// The person writes.
    pub(super) fn add_from_person(&mut self, content: Formatted, contact: Option<Contact>, now: i64) -> Message {
        self.opened = true;
        self.add_message(Author::Person, content, contact, Vec::new(), now)
    }

    /// The bot writes; its markup may change the keyboard at the bottom.
    pub(super) fn add_from_bot(&mut self, content: Formatted, markup: Markup, now: i64) -> Message {
        self.action = None;
        let buttons = match markup {
            Markup::Absent => Vec::new(),
            Markup::Inline(rows) => rows,
            Markup::Keyboard(keyboard) => {
                self.placeholder.clone_from(&keyboard.placeholder);
                self.keyboard = Some(keyboard);
                Vec::new()
            }
            Markup::Remove => {
                (self.keyboard, self.placeholder) = (None, None);
                Vec::new()
            }
            Markup::ForceReply { placeholder } => {
                self.placeholder = placeholder;
                Vec::new()
            }
        };
        self.add_message(Author::Bot, content, None, buttons, now)
    }

    fn add_message(
        &mut self,
        author: Author,
        content: Formatted,
        contact: Option<Contact>,
        buttons: InlineKeyboard,
        now: i64,
    ) -> Message {
        self.last_message += 1;
        let Formatted { text, entities } = content;
        let id = self.last_message;
        let message = Message {
            id,
            author,
            text,
            entities,
            contact,
            buttons,
            at: now,
            edited_at: None,
        };
        self.add(Entry::Message(message.clone()));
        message
    }

    pub(super) fn add_press(&mut self, button: &InlineButton) {
        self.add(Entry::Press {
            button: button.text.clone(),
        });
    }

    pub(super) fn add_notice(&mut self, text: String, alert: bool) {
        self.last_notice += 1;
        self.add(Entry::Notice(Notice {
            id: self.last_notice,
            text,
            alert,
        }));
    }

    fn add(&mut self, entry: Entry) {
        self.entries.push_back(entry);
        if self.entries.len() > MOST_ENTRIES {
            self.entries.pop_front();
        }
        self.notify();
    }

    pub(super) fn set_action(&mut self, name: &str, now: i64) {
        self.action = Some(Action {
            name: name.to_owned(),
            until: now + ACTION_SECONDS,
        });
        self.notify();
    }

    /// A keyboard that serves once goes away when one of its keys was pressed.
    pub(super) fn key_was_pressed(&mut self) {
        if self.keyboard.as_ref().is_some_and(|keyboard| keyboard.one_time) {
            (self.keyboard, self.placeholder) = (None, None);
        }
    }

    pub(super) fn keyboard(&self) -> Option<&ReplyKeyboard> {
        self.keyboard.as_ref()
    }

    /// Newest first.
    pub(super) fn messages(&self) -> impl Iterator<Item = &Message> {
        self.entries.iter().rev().filter_map(|entry| match entry {
            Entry::Message(message) => Some(message),
            Entry::Press { .. } | Entry::Notice(_) => None,
        })
    }

    /// For changing a message; whoever changes one calls [`Self::notify`].
    pub(super) fn message_mut(&mut self, id: i64) -> Option<&mut Message> {
        self.entries.iter_mut().rev().find_map(|entry| match entry {
            Entry::Message(message) if message.id == id => Some(message),
            Entry::Message(_) | Entry::Press { .. } | Entry::Notice(_) => None,
        })
    }

    /// Whether there was such a message.
    pub(super) fn delete(&mut self, id: i64) -> bool {
        let before = self.entries.len();
        self.entries
            .retain(|entry| !matches!(entry, Entry::Message(message) if message.id == id));
        self.notify();
        self.entries.len() < before
    }

    pub(super) fn transcript(&self, person: &str) -> Transcript {
        Transcript {
            person: person.to_owned(),
            entries: self.entries.iter().cloned().collect(),
            keyboard: self.keyboard.clone(),
            placeholder: self.placeholder.clone(),
            action: self.action.clone(),
            blocked: self.blocked,
        }
    }
}
