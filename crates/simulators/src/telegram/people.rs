//! What a person can do in a chat. Tests call these; the chat pages call the same.

use std::time::Duration;

use tokio::sync::watch;

use super::{
    TelegramSimulator,
    failures::Failure,
    scene::{Scene, contact_of, position},
    text::Formatted,
    transcript::{Transcript, WaitError},
};

/// How long [`PrivateChat::wait_for`] waits before it says what it saw instead.
const PATIENCE: Duration = Duration::from_secs(10);

/// One person's chat with one bot, in the person's hands. Cheap to clone.
#[derive(Clone, Debug)]
pub struct PrivateChat {
    simulator: TelegramSimulator,
    bot: String,
    person: i64,
}

/// Something that a person cannot do.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// No bot has this username.
    #[error("there is no bot @{0}")]
    UnknownBot(String),
    /// Nobody has this id.
    #[error("there is no person {0}")]
    UnknownPerson(i64),
    /// One cannot write to a bot that one has blocked.
    #[error("the person has blocked the bot")]
    Blocked,
    /// Telegram has no empty messages.
    #[error("there is nothing to send")]
    Empty,
    /// No message, or no keyboard, has this button.
    #[error("there is no button [{wanted}]; there are: {seen:?}")]
    NoSuchButton {
        /// What was looked for.
        wanted: String,
        /// What can be pressed.
        seen: Vec<String>,
    },
    /// The button opens an address (or does something that is not simulated) and tells the bot nothing.
    #[error("the button [{0}] does not call the bot")]
    NotACallback(String),
    /// The person has not written anything that could be changed.
    #[error("there is no message to change")]
    NothingToEdit,
}

impl PrivateChat {
    pub(super) fn find(simulator: &TelegramSimulator, bot: &str, person: i64) -> Result<Self, ActError> {
        let state = simulator.lock();
        let found = state.bot(bot).ok_or_else(|| ActError::UnknownBot(bot.to_owned()))?;
        state.person(person).ok_or(ActError::UnknownPerson(person))?;
        let bot = found.account.username.clone();
        drop(state);
        Ok(Self {
            simulator: simulator.clone(),
            bot,
            person,
        })
    }

    /// Who holds the phone.
    pub fn person(&self) -> i64 {
        self.person
    }

    /// The bot's username.
    pub fn bot(&self) -> &str {
        &self.bot
    }

    /// Writes a text.
    ///
    /// # Errors
    /// When the text is empty or the bot is blocked.
    pub fn write(&self, text: &str) -> Result<(), ActError> {
        if text.trim().is_empty() {
            return Err(ActError::Empty);
        }
        self.act(|scene| scene.send(Formatted::plain(text), None))
    }

    /// Presses START, or follows a link with a payload (`t.me/bot?start=payload`). Unblocks the bot.
    ///
    /// # Errors
    /// When bot or person are gone.
    pub fn start(&self, payload: Option<&str>) -> Result<(), ActError> {
        self.unblock()?;
        match payload {
            Some(payload) => self.write(&format!("/start {payload}")),
            None => self.write("/start"),
        }
    }

    /// Presses the button with this text, on the newest message that has one.
    ///
    /// # Errors
    /// When no message has it, or it does not call the bot.
    pub fn press(&self, button: &str) -> Result<(), ActError> {
        self.act(|scene| {
            let chat = scene.chat();
            let place = chat
                .messages()
                .find_map(|message| Some((message.id, position(&message.buttons, button)?)));
            let seen = || {
                chat.messages()
                    .flat_map(|message| message.button_texts())
                    .map(str::to_owned)
                    .collect()
            };
            let Some((message, (row, column))) = place else {
                return Err(ActError::NoSuchButton {
                    wanted: button.to_owned(),
                    seen: seen(),
                });
            };
            scene.press(message, row, column)
        })
    }

    /// Presses a button by its place.
    pub(crate) fn press_at(&self, message: i64, row: usize, column: usize) -> Result<(), ActError> {
        self.act(|scene| scene.press(message, row, column))
    }

    /// Presses a key of the keyboard at the bottom; a key that asks for the number shares it.
    ///
    /// # Errors
    /// When there is no such key.
    pub fn press_key(&self, key: &str) -> Result<(), ActError> {
        self.act(|scene| {
            let keys = scene
                .chat()
                .keyboard()
                .map(|keyboard| keyboard.rows.concat())
                .unwrap_or_default();
            let Some(found) = keys.iter().find(|known| known.text == key) else {
                let seen = keys.into_iter().map(|known| known.text).collect();
                return Err(ActError::NoSuchButton {
                    wanted: key.to_owned(),
                    seen,
                });
            };
            let person = scene.person.clone();
            if found.request_contact {
                scene.send(Formatted::default(), Some(contact_of(&person)))?;
            } else {
                scene.send(Formatted::plain(key), None)?;
            }
            scene.chat().key_was_pressed();
            Ok(())
        })
    }

    /// Shares the person's own number.
    ///
    /// # Errors
    /// When the bot is blocked.
    pub fn share_contact(&self) -> Result<(), ActError> {
        self.share_contact_of(self.person)
    }

    /// Shares somebody else's number, as from the address book: its `user_id` is not the sender's.
    ///
    /// # Errors
    /// When that person is unknown or the bot is blocked.
    pub fn share_contact_of(&self, other: i64) -> Result<(), ActError> {
        let contact = self
            .simulator
            .lock()
            .person(other)
            .map(contact_of)
            .ok_or(ActError::UnknownPerson(other))?;
        self.act(|scene| {
            scene.send(Formatted::default(), Some(contact))?;
            if other == scene.person.id {
                scene.chat().key_was_pressed();
            }
            Ok(())
        })
    }

    /// Changes the person's newest text.
    ///
    /// # Errors
    /// When there is none, or the new text is empty.
    pub fn edit_last(&self, text: &str) -> Result<(), ActError> {
        if text.trim().is_empty() {
            return Err(ActError::Empty);
        }
        self.act(|scene| scene.edit_last(Formatted::plain(text)))
    }

    /// Blocks the bot: what it sends is refused with 403.
    ///
    /// # Errors
    /// When bot or person are gone.
    pub fn block(&self) -> Result<(), ActError> {
        self.act(|scene| scene.set_blocked(true))
    }

    /// Lets the bot write again.
    ///
    /// # Errors
    /// When bot or person are gone.
    pub fn unblock(&self) -> Result<(), ActError> {
        self.act(|scene| scene.set_blocked(false))
    }

    /// Makes as if the person had written before, without telling the bot: it may write from now on.
    ///
    /// # Errors
    /// When bot or person are gone.
    pub fn open(&self) -> Result<(), ActError> {
        self.act(|scene| {
            scene.chat().opened = true;
            Ok(())
        })
    }

    /// The next message that the bot sends or edits in this chat ends like this. Can be called several times.
    ///
    /// # Errors
    /// When bot or person are gone.
    pub fn fail_next(&self, failure: Failure) -> Result<(), ActError> {
        self.act(|scene| {
            scene.chat().failures.push_back(failure);
            Ok(())
        })
    }

    /// Every message to this chat is refused with 429 for so many seconds.
    ///
    /// # Errors
    /// When bot or person are gone.
    pub fn storm(&self, seconds: u32) -> Result<(), ActError> {
        self.act(|scene| {
            scene.chat().storm_until = scene.now + i64::from(seconds);
            Ok(())
        })
    }

    /// The chat as it is now.
    pub fn transcript(&self) -> Transcript {
        self.act(|scene| {
            let name = scene.person.first_name.clone();
            Ok(scene.chat().transcript(&name))
        })
        .expect("`find` saw the bot and the person, and neither is ever removed")
    }

    /// The chat as soon as it looks as hoped; checked at every change, for at most ten seconds.
    ///
    /// # Errors
    /// [`WaitError`] shows what the chat looked like instead.
    pub async fn wait_for(&self, hoped: impl Fn(&Transcript) -> bool + Send) -> Result<Transcript, WaitError> {
        self.wait_at_most(PATIENCE, hoped).await
    }

    /// As [`Self::wait_for`], with a patience of one's own.
    ///
    /// # Errors
    /// [`WaitError`] shows what the chat looked like instead.
    pub async fn wait_at_most(
        &self,
        patience: Duration,
        hoped: impl Fn(&Transcript) -> bool + Send,
    ) -> Result<Transcript, WaitError> {
        let mut changes = self.changes();
        let deadline = tokio::time::Instant::now() + patience;
        loop {
            let transcript = self.transcript();
            if hoped(&transcript) {
                return Ok(transcript);
            }
            // The sender lives as long as the simulator that we hold, so only the deadline can end this.
            if !matches!(tokio::time::timeout_at(deadline, changes.changed()).await, Ok(Ok(()))) {
                return Err(WaitError {
                    patience,
                    transcript: Box::new(self.transcript()),
                });
            }
        }
    }

    /// Wakes whenever the chat changes.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.act(|scene| Ok(scene.chat().subscribe()))
            .expect("`find` saw the bot and the person, and neither is ever removed")
    }

    fn act<T>(&self, act: impl FnOnce(&mut Scene<'_>) -> Result<T, ActError>) -> Result<T, ActError> {
        let now = self.simulator.clock().now();
        let mut state = self.simulator.lock();
        let person = state
            .person(self.person)
            .cloned()
            .ok_or(ActError::UnknownPerson(self.person))?;
        let bot = state
            .bot_mut(&self.bot)
            .ok_or_else(|| ActError::UnknownBot(self.bot.clone()))?;
        act(&mut Scene { bot, person, now })
    }
}
