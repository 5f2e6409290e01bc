//! Who takes part: bots and people.

use std::fmt;

/// A bot as BotFather would hand it out.
#[derive(Clone, PartialEq, Eq)]
pub struct BotAccount {
    /// `123456:secret`; the number in front becomes the bot's id.
    pub token: String,
    /// Without `@`.
    pub username: String,
    /// What people see.
    pub name: String,
}

impl fmt::Debug for BotAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the token: a demo may share its logs.
        f.debug_struct("BotAccount")
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// Somebody with a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Telegram's id of the person, and of every private chat with the person.
    pub id: i64,
    /// As in the profile.
    pub first_name: String,
    /// As in the profile.
    pub last_name: Option<String>,
    /// Without `@`.
    pub username: Option<String>,
    /// International, with or without `+`.
    pub phone: String,
    /// IETF tag of the app's language, `ru` or `en`.
    pub language_code: String,
}

impl Person {
    /// One of a crowd: everything follows from the number.
    pub fn numbered(id: i64) -> Self {
        Self {
            id,
            first_name: format!("P{id}"),
            last_name: None,
            username: None,
            phone: format!("+7000000{id:04}"),
            language_code: "ru".to_owned(),
        }
    }

    /// First and last name.
    pub fn full_name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.clone(),
        }
    }
}
