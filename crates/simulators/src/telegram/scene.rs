//! One act of a person while the lock is held: it changes the chat and tells the bot.

use super::{
    accounts::Person,
    chat::Chat,
    markup::InlineButton,
    people::ActError,
    state::Bot,
    text::Formatted,
    transcript::{Author, Contact, Message},
    wire::{CallbackQuery, ChatMemberUpdated, User, WireMessage},
};

/// A chat, its bot and its person.
pub(super) struct Scene<'a> {
    pub(super) bot: &'a mut Bot,
    pub(super) person: Person,
    pub(super) now: i64,
}

impl Scene<'_> {
    pub(super) fn chat(&mut self) -> &mut Chat {
        self.bot.chat(self.person.id)
    }

    fn wire(&self, message: &Message) -> WireMessage {
        WireMessage::new(message, self.bot.user(), &self.person)
    }

    pub(super) fn send(&mut self, content: Formatted, contact: Option<Contact>) -> Result<(), ActError> {
        if self.chat().blocked {
            return Err(ActError::Blocked);
        }
        let now = self.now;
        let message = self.chat().add_from_person(content, contact, now);
        let wire = self.wire(&message);
        self.bot.inbox.push("message", self.person.id, wire);
        Ok(())
    }

    pub(super) fn press(&mut self, message: i64, row: usize, column: usize) -> Result<(), ActError> {
        let chat = self.chat();
        if chat.blocked {
            return Err(ActError::Blocked);
        }
        let message = chat.message_mut(message).map(|message| message.clone());
        let button = message
            .as_ref()
            .and_then(|message| message.buttons.get(row)?.get(column));
        let (Some(message), Some(button)) = (&message, button) else {
            return Err(ActError::NoSuchButton {
                wanted: format!("row {row}, column {column}"),
                seen: Vec::new(),
            });
        };
        let data = button
            .callback_data
            .clone()
            .ok_or_else(|| ActError::NotACallback(button.text.clone()))?;
        chat.add_press(button);
        let query = CallbackQuery {
            id: self.bot.queries.open(self.person.id, self.now),
            from: User::person(&self.person),
            message: self.wire(message),
            chat_instance: format!("{}{}", self.bot.id, self.person.id),
            data,
        };
        self.bot.inbox.push("callback_query", self.person.id, query);
        Ok(())
    }

    pub(super) fn edit_last(&mut self, content: Formatted) -> Result<(), ActError> {
        let now = self.now;
        let chat = self.chat();
        let own = |message: &&Message| message.author == Author::Person && message.contact.is_none();
        let id = chat.messages().find(own).map(|message| message.id);
        let message = id.and_then(|id| chat.message_mut(id)).ok_or(ActError::NothingToEdit)?;
        (message.text, message.entities) = (content.text, content.entities);
        message.edited_at = Some(now);
        let message = message.clone();
        chat.notify();
        let wire = self.wire(&message);
        self.bot.inbox.push("edited_message", self.person.id, wire);
        Ok(())
    }

    pub(super) fn set_blocked(&mut self, blocked: bool) -> Result<(), ActError> {
        let chat = self.chat();
        if chat.blocked == blocked {
            return Ok(());
        }
        chat.blocked = blocked;
        chat.notify();
        let news = ChatMemberUpdated::new(&self.bot.user(), &self.person, self.now, blocked);
        self.bot.inbox.push("my_chat_member", self.person.id, news);
        Ok(())
    }
}

pub(super) fn contact_of(person: &Person) -> Contact {
    Contact {
        // Most apps send the number without its plus, so bots must cope.
        phone: person.phone.trim_start_matches('+').to_owned(),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        user_id: Some(person.id),
    }
}

/// Row and column of the button with this text.
pub(super) fn position(buttons: &[Vec<InlineButton>], text: &str) -> Option<(usize, usize)> {
    buttons
        .iter()
        .enumerate()
        .find_map(|(row, keys)| Some((row, keys.iter().position(|key| key.text == text)?)))
}
