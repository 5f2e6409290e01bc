//! One turn of a conversation: what came in, what is remembered, what goes out.

use std::time::Duration;

use karavan_kernel::Locale;
use karavan_store::{StoreError, Tx};
use karavan_web::texts::{Arg, Lang};
use serde::{Serialize, de::DeserializeOwned};

use super::{Input, Message, Person, store};

/// A conversation that nobody has touched for so long starts over.
pub const CONVERSATION_LIFE: Duration = Duration::from_secs(4 * 3600);

/// One turn. Everything done through it commits together with the answers.
pub struct Turn {
    /// The transaction of this turn; its actor is the person.
    pub tx: Tx,
    /// The texts in the person's language.
    pub lang: Lang,
    /// Who wrote.
    pub person: Person,
    /// What they did.
    pub input: Input,
    pub(super) bot: &'static str,
    pub(super) state: Option<String>,
    pub(super) replies: Vec<Message>,
}

/// What the person is told instead of what they asked for; the turn's effects are rolled back.
#[derive(Debug)]
pub struct Refusal(pub Message);

/// Why a turn did not end well.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// A rule says no: the person gets this message, and the conversation stays where it was.
    #[error("refused")]
    Refused(Box<Refusal>),
    /// The database says no: the turn is tried again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0.text)
    }
}

impl TurnError {
    /// Refuses with a text.
    pub fn refuse(text: impl Into<String>) -> Self {
        Self::Refused(Box::new(Refusal(Message::new(text))))
    }
}

impl Turn {
    /// Answers with a message.
    pub fn say(&mut self, message: Message) {
        self.replies.push(message);
    }

    /// Answers with a text of the product.
    pub fn say_text(&mut self, key: &str, args: &[(&str, Arg)]) {
        let text = self.lang.with(key, args);
        self.say(Message::new(text));
    }

    /// Where the conversation is; `None` at its start or when it is too old to be gone on with.
    pub fn state<S: DeserializeOwned>(&self) -> Option<S> {
        // A state that this release cannot read is treated as none: the person starts over instead of being stuck.
        self.state.as_deref().and_then(|text| serde_json::from_str(text).ok())
    }

    /// Remembers where the conversation goes on.
    ///
    /// # Errors
    /// When the state cannot be written as JSON.
    pub fn remember<S: Serialize>(&mut self, state: &S) -> Result<(), TurnError> {
        let text = serde_json::to_string(state).map_err(|error| StoreError::Malformed(error.to_string()))?;
        self.state = Some(text);
        Ok(())
    }

    /// Ends the conversation: the next message starts a new one.
    pub fn forget(&mut self) {
        self.state = None;
    }

    /// True when the text is the label of this button in any language: the person may have switched meanwhile.
    pub fn pressed(&self, key: &str) -> bool {
        let Input::Text(text) = &self.input else { return false };
        Locale::ALL
            .iter()
            .any(|locale| self.lang.in_locale(*locale).text(key) == *text)
    }

    /// Switches the person's language for this turn and, from now on, for this bot.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn switch_language(&mut self, locale: Locale) -> Result<(), TurnError> {
        self.lang = self.lang.in_locale(locale);
        Ok(store::set_locale(&mut self.tx, self.bot, self.person.id, locale).await?)
    }
}
