//! What a guest is and what makes a registration acceptable. Pure.

use karavan_kernel::{Date, Phone, Timestamp};
use karavan_store::StoreError;
use karavan_web::ApiError;

use crate::{
    GuestId,
    rules::{Level, Rules},
};

/// A name as a person writes it: 1 to 64 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    /// Trims and checks.
    ///
    /// # Errors
    /// [`GuestError::Name`].
    pub fn parse(text: &str) -> Result<Self, GuestError> {
        let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // Marks that reverse or hide text would let a name say something else on the barista's screen.
        let is_hidden = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        };
        let fine = (1..=64).contains(&name.chars().count())
            && !name.chars().any(is_hidden)
            && name.chars().any(char::is_alphabetic);
        if fine { Ok(Self(name)) } else { Err(GuestError::Name) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A registration with every field checked.
#[derive(Debug, Clone)]
pub struct NewGuest {
    /// The Telegram account.
    pub telegram_id: i64,
    /// From Telegram's own contact.
    pub phone: Phone,
    /// What to call them.
    pub first_name: Name,
    /// Not asked for by the bot; old clients of the API send it.
    pub last_name: Option<Name>,
    /// Between 14 and 100 years ago.
    pub birth_date: Date,
}

/// Why somebody was not registered.
#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    /// Empty, too long, or not a name.
    #[error("not a name")]
    Name,
    /// Not an international number.
    #[error("not a phone number")]
    Phone,
    /// In the future, or not between 14 and 100 years ago.
    #[error("not a plausible birth date")]
    BirthDate,
    /// The Telegram account is registered.
    #[error("already registered")]
    Registered,
    /// Another guest has this number.
    #[error("the phone number belongs to another guest")]
    PhoneTaken,
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl GuestError {
    /// The stable code; its text is `error-<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name => "guest_name_invalid",
            Self::Phone => "guest_phone_invalid",
            Self::BirthDate => "guest_birth_date_invalid",
            Self::Registered => "guest_registered",
            Self::PhoneTaken => "guest_phone_taken",
            Self::Store(_) => "internal",
        }
    }
}

impl From<GuestError> for ApiError {
    fn from(error: GuestError) -> Self {
        match error {
            // Old clients expect 400 here.
            GuestError::Registered => Self::expected(axum::http::StatusCode::BAD_REQUEST, error.code()),
            GuestError::PhoneTaken => Self::conflict(error.code()),
            GuestError::Name | GuestError::Phone | GuestError::BirthDate => Self::unprocessable(error.code()),
            GuestError::Store(error) => error.into(),
        }
    }
}

/// Checks a birth date on the day `today`.
///
/// # Errors
/// [`GuestError::BirthDate`].
pub fn check_birth_date(birth_date: Date, today: Date) -> Result<Date, GuestError> {
    if (14..=100).contains(&birth_date.years_until(today)) {
        Ok(birth_date)
    } else {
        Err(GuestError::BirthDate)
    }
}

/// A registered guest.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Guest {
    /// The id.
    pub id: GuestId,
    /// The Telegram account.
    pub telegram_id: i64,
    /// The number.
    pub phone: Phone,
    /// What to call them.
    pub first_name: String,
    /// If it was given.
    pub last_name: Option<String>,
    /// The birthday.
    pub birth_date: Date,
    /// Drinks bought in all.
    pub drinks_count: i64,
    /// Sandwiches bought in all.
    pub sandwiches_count: i64,
    /// Since when.
    pub created_at: Timestamp,
}

impl Guest {
    /// First and last name.
    pub fn full_name(&self) -> String {
        match &self.last_name {
            Some(last) => format!("{} {last}", self.first_name),
            None => self.first_name.clone(),
        }
    }
}

/// What a sale needs to know about a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Points.
    pub balance: i64,
    /// Drinks bought in all.
    pub drinks: i64,
}

impl Standing {
    /// The level under these rules.
    pub fn level(self, rules: &Rules) -> Level {
        rules.level(self.drinks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_languages_are_fine_and_tricks_are_not() {
        for name in ["Анна", "  Әсел  Қайрат ", "O'Neil", "Їжак-Мар’яна", "李"] {
            assert!(Name::parse(name).is_ok(), "{name}");
        }
        for name in ["", "   ", "12345", "\u{202e}annA", "a\u{0}b", &"я".repeat(65)] {
            assert!(matches!(Name::parse(name), Err(GuestError::Name)), "{name:?}");
        }
        assert_eq!(Name::parse("  Әсел \n Қайрат ").unwrap().as_str(), "Әсел Қайрат");
    }

    #[test]
    fn birthdays_are_14_to_100_years_ago() {
        let day = |year, month, day| Date::new(year, month, day).unwrap();
        let today = day(2026, 11, 20);
        for fine in [day(2012, 11, 20), day(1926, 11, 20)] {
            assert!(check_birth_date(fine, today).is_ok(), "{fine}");
        }
        for wrong in [day(2012, 11, 21), day(2026, 11, 21), day(1925, 11, 20), day(2090, 1, 1)] {
            assert!(
                matches!(check_birth_date(wrong, today), Err(GuestError::BirthDate)),
                "{wrong}"
            );
        }
    }
}
