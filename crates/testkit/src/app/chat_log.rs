//! Chats as people watch them happen: a message is written down when it comes, with the buttons that it has then.
//!
//! A chat itself shows only how it looks now: buttons that were used are gone, and an edited text hides the first one.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, MutexGuard, PoisonError},
};

use karavan_simulators::telegram::{Author, Entry, Message, ReplyKeyboard, Transcript};

use super::TestApp;

/// So many entries the simulator keeps of a chat; then the first ones go, and counting them would miss new ones.
const REMEMBERED: usize = 500;

/// What was seen in every chat, by bot and person.
#[derive(Debug, Default)]
pub(super) struct ChatLog(Mutex<BTreeMap<(String, i64), Seen>>);

#[derive(Debug, Default)]
struct Seen {
    person: String,
    lines: Vec<(String, String)>,
    entries: usize,
    /// The texts of messages by id, to notice an edit.
    texts: BTreeMap<i64, String>,
    keys: String,
    blocked: bool,
}

impl TestApp {
    /// Writes down what is new in every chat.
    pub(super) fn watch_chats(&self) {
        for bot in self.telegram.bots() {
            for person in self.telegram.people() {
                let chat = self
                    .telegram
                    .chat(&bot.username, person.id)
                    .expect("both were just listed");
                self.shared.chats.watch(&bot.username, person.id, &chat.transcript());
            }
        }
    }
}

impl ChatLog {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<(String, i64), Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self, bot: &str, person: i64, now: &Transcript) {
        self.lock().entry((bot.to_owned(), person)).or_default().watch(now);
    }

    /// How many lines the chat has by now.
    pub(super) fn lines(&self, bot: &str, person: i64) -> usize {
        self.lock()
            .get(&(bot.to_owned(), person))
            .map_or(0, |seen| seen.lines.len())
    }

    /// The chat from a line on.
    pub(super) fn read(&self, bot: &str, person: i64, from: usize) -> String {
        self.lock()
            .get(&(bot.to_owned(), person))
            .map_or_else(String::new, |seen| seen.print(from))
    }
}

impl Seen {
    fn watch(&mut self, now: &Transcript) {
        assert!(
            now.entries.len() < REMEMBERED,
            "a chat remembers {REMEMBERED} entries: say less in one test"
        );
        self.person.clone_from(&now.person);
        for message in now.messages() {
            let before = self.texts.insert(message.id, message.text.clone());
            if before.is_some_and(|before| before != message.text) {
                let who = format!("{} (edited)>", author(&now.person, message));
                self.lines.push((who, words(message)));
            }
        }
        for entry in now.entries.iter().skip(self.entries) {
            self.lines.push(match entry {
                Entry::Message(message) => (format!("{}>", author(&now.person, message)), words(message)),
                Entry::Press { button } => (format!("{}>", now.person), format!("[{button}]")),
                Entry::Notice(notice) => ("bot!".to_owned(), notice.text.clone()),
            });
        }
        self.entries = now.entries.len();
        let keys = now.keyboard.as_ref().map(keys).unwrap_or_default();
        if keys != self.keys {
            let shown = if keys.is_empty() { "(gone)" } else { &keys };
            self.lines.push(("keys:".to_owned(), shown.to_owned()));
            self.keys = keys;
        }
        if now.blocked != self.blocked {
            let word = if now.blocked {
                "(blocked the bot)"
            } else {
                "(unblocked the bot)"
            };
            self.lines.push((format!("{}>", now.person), word.to_owned()));
            self.blocked = now.blocked;
        }
    }

    /// ```text
    /// Anna> /start
    /// bot>  Hello  [Begin] [Leave]
    /// keys: [Profile] [Help] / [Send number]
    /// Anna> [Begin]
    /// bot!  Saved
    /// ```
    fn print(&self, from: usize) -> String {
        let width = self.person.chars().count().max("keys".len()) + 1;
        let mut text = String::new();
        for (who, said) in self.lines.iter().skip(from) {
            // The further lines of a message stand under its first one.
            let said = said.replace('\n', &format!("\n{:width$} ", ""));
            writeln!(text, "{}", format!("{who:<width$} {said}").trim_end()).expect("a string takes any text");
        }
        text
    }
}

fn author<'a>(person: &'a str, message: &Message) -> &'a str {
    match message.author {
        Author::Person => person,
        Author::Bot => "bot",
    }
}

fn words(message: &Message) -> String {
    let mut words = message.text.clone();
    if let Some(contact) = &message.contact {
        write!(words, "(contact {} {})", contact.first_name, contact.phone).expect("a string takes any text");
    }
    if !message.buttons.is_empty() {
        let rows = message
            .buttons
            .iter()
            .map(|row| in_brackets(row.iter().map(|button| button.text.as_str())));
        write!(words, "  {}", rows.collect::<Vec<_>>().join(" / ")).expect("a string takes any text");
    }
    words
}

fn keys(keyboard: &ReplyKeyboard) -> String {
    let rows = keyboard
        .rows
        .iter()
        .map(|row| in_brackets(row.iter().map(|key| key.text.as_str())));
    rows.collect::<Vec<_>>().join(" / ")
}

fn in_brackets<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(|text| format!("[{text}]")).collect::<Vec<_>>().join(" ")
}
