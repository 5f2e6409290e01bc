//! What a person sees in a chat, as data, and as text for snapshots.

use std::fmt;

use super::{
    markup::{InlineButton, ReplyKeyboard},
    text::Entity,
};

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The person with the phone.
    Person,
    /// The bot.
    Bot,
}

/// A phone number that was sent as a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// As Telegram sends it, mostly without `+`.
    pub phone: String,
    /// Whose it is.
    pub first_name: String,
    /// Whose it is.
    pub last_name: Option<String>,
    /// The owner's id; bots compare it with the sender's.
    pub user_id: Option<i64>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Grows within the chat.
    pub id: i64,
    /// Who wrote it.
    pub author: Author,
    /// Without markup.
    pub text: String,
    /// The markup.
    pub entities: Vec<Entity>,
    /// Set in place of a text.
    pub contact: Option<Contact>,
    /// The buttons under it.
    pub buttons: Vec<Vec<InlineButton>>,
    /// When it was written, unix seconds.
    pub at: i64,
    /// When its text was last changed, unix seconds.
    pub edited_at: Option<i64>,
}

/// What `answerCallbackQuery` said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Grows within the chat.
    pub id: u64,
    /// The words.
    pub text: String,
    /// Whether it waits for OK.
    pub alert: bool,
}

/// One thing that happened in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A message, as it reads now.
    Message(Message),
    /// The person pressed a button under a message.
    Press {
        /// What was on it.
        button: String,
    },
    /// The bot answered a press with words.
    Notice(Notice),
}

/// What the bot seems to be doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// `typing`, `upload_photo` …
    pub name: String,
    /// When it is over, unix seconds.
    pub until: i64,
}

/// A chat as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// The person's first name.
    pub person: String,
    /// What happened, oldest first; only the last 500 entries are kept.
    pub entries: Vec<Entry>,
    /// The keyboard at the bottom.
    pub keyboard: Option<ReplyKeyboard>,
    /// What the input field suggests.
    pub placeholder: Option<String>,
    /// The last `sendChatAction`, until a message follows.
    pub action: Option<Action>,
    /// Whether the person has blocked the bot.
    pub blocked: bool,
}

/// What a test hoped for did not happen in time.
#[derive(Debug, thiserror::Error)]
#[error("nothing of the kind happened in the chat within {patience:?}; it reads:\n{transcript}")]
pub struct WaitError {
    /// How long it waited.
    pub patience: std::time::Duration,
    /// The chat as it was in the end.
    pub transcript: Box<Transcript>,
}

impl Transcript {
    /// The messages, oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Message(message) => Some(message),
            Entry::Press { .. } | Entry::Notice(_) => None,
        })
    }

    /// What the bot said in answer to presses, oldest first.
    pub fn notices(&self) -> impl DoubleEndedIterator<Item = &Notice> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Notice(notice) => Some(notice),
            Entry::Message(_) | Entry::Press { .. } => None,
        })
    }

    /// The bot's newest message.
    pub fn last_from_bot(&self) -> Option<&Message> {
        self.messages().rev().find(|message| message.author == Author::Bot)
    }

    /// Whether the newest message is the bot's and contains these words.
    pub fn ends_with_bot(&self, words: &str) -> bool {
        self.messages()
            .next_back()
            .is_some_and(|last| last.author == Author::Bot && last.text.contains(words))
    }

    /// The keys at the bottom, as one list.
    pub fn keys(&self) -> Vec<&str> {
        self.keyboard
            .iter()
            .flat_map(|keyboard| keyboard.rows.iter().flatten())
            .map(|key| key.text.as_str())
            .collect()
    }
}

impl Message {
    /// Whether its text was changed after it was sent.
    pub fn is_edited(&self) -> bool {
        self.edited_at.is_some()
    }

    /// The texts on its buttons, as one list.
    pub fn button_texts(&self) -> Vec<&str> {
        self.buttons
            .iter()
            .flatten()
            .map(|button| button.text.as_str())
            .collect()
    }
}

/// ```text
/// Anna> /start
/// bot> Hello  [Begin]
/// Anna> [Begin]
/// bot (edited)> Which drink?
/// bot! Saved
/// keys: [Profile] [Help] / [Send number]
/// ```
impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.entries {
            match entry {
                Entry::Message(message) => self.line(f, message)?,
                Entry::Press { button } => writeln!(f, "{}> [{button}]", self.person)?,
                Entry::Notice(notice) => writeln!(f, "bot! {}", notice.text)?,
            }
        }
        if let Some(keyboard) = &self.keyboard {
            let rows = keyboard
                .rows
                .iter()
                .map(|row| in_brackets(row.iter().map(|key| key.text.as_str())));
            writeln!(f, "keys: {}", rows.collect::<Vec<_>>().join(" / "))?;
        }
        Ok(())
    }
}

impl Transcript {
    fn line(&self, f: &mut fmt::Formatter<'_>, message: &Message) -> fmt::Result {
        let author = match message.author {
            Author::Person => self.person.as_str(),
            Author::Bot => "bot",
        };
        let edited = if message.is_edited() { " (edited)" } else { "" };
        write!(f, "{author}{edited}> {}", message.text.replace('\n', "\n    "))?;
        if let Some(contact) = &message.contact {
            write!(f, "(contact {} {})", contact.first_name, contact.phone)?;
        }
        if !message.buttons.is_empty() {
            let rows = message
                .buttons
                .iter()
                .map(|row| in_brackets(row.iter().map(|button| button.text.as_str())));
            write!(f, "  {}", rows.collect::<Vec<_>>().join(" / "))?;
        }
        writeln!(f)
    }
}

fn in_brackets<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(|text| format!("[{text}]")).collect::<Vec<_>>().join(" ")
}
