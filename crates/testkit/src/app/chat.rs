//! People with phones, and what they do in chats.

use karavan_simulators::telegram::{self, ActError, Message, PrivateChat};

use super::TestApp;

/// The id of Anna, who is in every test.
pub const ANNA: i64 = 1001;
/// The id of Boris, who is in every test.
pub const BORIS: i64 = 1002;

/// Somebody with a phone. What they do is heard by the bots and answered before the call returns.
#[derive(Clone)]
pub struct Person {
    app: TestApp,
    /// Telegram's id.
    pub id: i64,
    /// The first name.
    pub name: String,
    /// The number, with `+`.
    pub phone: String,
}

pub(super) fn people() -> Vec<telegram::Person> {
    vec![somebody(ANNA, "Anna"), somebody(BORIS, "Boris")]
}

fn somebody(id: i64, first_name: &str) -> telegram::Person {
    telegram::Person {
        id,
        first_name: first_name.to_owned(),
        last_name: None,
        username: None,
        // 000 is no operator's: these numbers are nobody's.
        phone: format!("+7000000{id:04}"),
        language_code: "ru".to_owned(),
    }
}

impl TestApp {
    /// Somebody whom Telegram knows: [`ANNA`], [`BORIS`], or one that [`TestApp::person_named`] added.
    ///
    /// # Panics
    /// When nobody has this id.
    pub fn person(&self, id: i64) -> Person {
        let known = self.telegram.people().into_iter().find(|person| person.id == id);
        let Some(telegram::Person {
            id, first_name, phone, ..
        }) = known
        else {
            panic!("Telegram knows nobody with the id {id}: add one with `person_named`");
        };
        Person {
            app: self.clone(),
            id,
            name: first_name,
            phone,
        }
    }

    /// Somebody new.
    pub fn person_named(&self, first_name: &str) -> Person {
        let highest = self.telegram.people().into_iter().map(|person| person.id).max();
        self.person_like(somebody(highest.unwrap_or(BORIS) + 1, first_name))
    }

    /// Somebody new, or known by now in another way: with another language, number or name.
    pub fn person_like(&self, person: telegram::Person) -> Person {
        let id = person.id;
        self.telegram.add_person(person);
        self.person(id)
    }

    /// The whole chat of a person with a bot, in the order in which the person saw it, for a snapshot.
    pub fn chat(&self, bot: &str, person: &Person) -> String {
        // The bot may have spoken without being asked, by a job that the test ran itself.
        self.watch_chats();
        self.shared.chats.read(bot, person.id, 0)
    }
}

impl Person {
    /// The chat in this person's hands, for what is not covered here (failures on demand, waiting).
    ///
    /// # Panics
    /// When the bot is unknown.
    pub fn with(&self, bot: &str) -> PrivateChat {
        self.app
            .telegram
            .chat(bot, self.id)
            .unwrap_or_else(|error| panic!("{error}; name the bot in `TestApp::builder(db).bots(&[…])`"))
    }

    /// Presses START.
    pub async fn starts(&self, bot: &str) {
        self.acts(bot, |chat| chat.start(None)).await;
    }

    /// Follows a link to the bot with a payload.
    pub async fn follows_link(&self, bot: &str, payload: &str) {
        self.acts(bot, |chat| chat.start(Some(payload))).await;
    }

    /// Writes a text.
    pub async fn writes(&self, bot: &str, text: &str) {
        self.acts(bot, |chat| chat.write(text)).await;
    }

    /// Presses a button: of the newest message, of the keyboard at the bottom, or of an earlier message, whichever has it.
    pub async fn presses(&self, bot: &str, button: &str) {
        self.acts(bot, |chat| {
            let seen = chat.transcript();
            let under_newest = seen
                .last_from_bot()
                .is_some_and(|message| message.button_texts().contains(&button));
            if !under_newest && seen.keys().contains(&button) {
                chat.press_key(button)
            } else {
                chat.press(button)
            }
        })
        .await;
    }

    /// Shares the own number.
    pub async fn shares_contact(&self, bot: &str) {
        self.acts(bot, PrivateChat::share_contact).await;
    }

    /// Shares somebody else's number from the address book.
    pub async fn shares_contact_of(&self, bot: &str, other: &Person) {
        self.acts(bot, |chat| chat.share_contact_of(other.id)).await;
    }

    /// Changes the own newest text.
    pub async fn edits_last(&self, bot: &str, text: &str) {
        self.acts(bot, |chat| chat.edit_last(text)).await;
    }

    /// Blocks the bot.
    pub async fn blocks(&self, bot: &str) {
        self.acts(bot, PrivateChat::block).await;
    }

    /// Does one thing per line, each after the bot has answered the one before: `[Label]` presses a button, `(contact)` shares
    /// the own number, `/start` presses START, everything else is written. Returns what happened in the chat from here on.
    pub async fn plays(&self, bot: &str, lines: &[&str]) -> String {
        self.app.watch_chats();
        let before = self.app.shared.chats.lines(bot, self.id);
        for line in lines {
            match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                Some(button) => self.presses(bot, button).await,
                None if *line == "(contact)" => self.shares_contact(bot).await,
                None if *line == "/start" => self.starts(bot).await,
                None => self.writes(bot, line).await,
            }
        }
        self.app.shared.chats.read(bot, self.id, before)
    }

    /// The bot's newest message.
    ///
    /// # Panics
    /// When it has said nothing yet.
    pub fn last_from(&self, bot: &str) -> Message {
        let transcript = self.with(bot).transcript();
        let Some(message) = transcript.last_from_bot() else {
            panic!(
                "@{bot} has said nothing to {}; the chat reads:\n{transcript}",
                self.name
            );
        };
        message.clone()
    }

    async fn acts(&self, bot: &str, act: impl FnOnce(&PrivateChat) -> Result<(), ActError>) {
        let chat = self.with(bot);
        if let Err(error) = act(&chat) {
            panic!(
                "{} cannot do this: {error}\nThe chat reads:\n{}",
                self.name,
                chat.transcript()
            );
        }
        self.app.settle().await;
    }
}
