//! What people type: addresses, names, passwords.

use std::{fmt, str::FromStr};

use karavan_kernel::Secret;

use crate::mail::{Address, InvalidAddress};

const LONGEST_NAME: usize = 80;
/// By characters, as people count.
const SHORTEST_PASSWORD: usize = 8;
const LONGEST_PASSWORD: usize = 128;

/// The address under which somebody is known. `Debug` hides it, because logs must not hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(Address);

impl Email {
    /// As it was typed.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// For letters.
    pub const fn address(&self) -> &Address {
        &self.0
    }

    /// The form under which it is found: nobody has two mailboxes that differ in capital letters.
    pub fn key(&self) -> String {
        self.as_str().to_lowercase()
    }
}

impl FromStr for Email {
    type Err = InvalidAddress;
    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let address: Address = text.trim().parse()?;
        // The name of a machine is no place for letters.
        if address.domain().contains('.') {
            Ok(Self(address))
        } else {
            Err(InvalidAddress)
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

karavan_kernel::sql_text!(Email);

/// What a person wants to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// The name without what nobody sees; `None` when nothing is left, or too much.
    pub fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let name = words.join(" ");
        let length = name.chars().count();
        let visible = !name.contains(is_invisible);
        (visible && (1..=LONGEST_NAME).contains(&length)).then_some(Self(name))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters that let a name look like another one, or turn the text around it.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A password that somebody wants to have.
#[derive(Clone, Debug)]
pub struct Password(Secret);

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than eight characters.
    #[error("the password is too short")]
    Short,
    /// More than anybody types.
    #[error("the password is too long")]
    Long,
    /// Among the first that somebody would try.
    #[error("the password is easy to guess")]
    Guessable,
}

impl WeakPassword {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Short => "password_short",
            Self::Long => "password_long",
            Self::Guessable => "password_guessable",
        }
    }
}

impl Password {
    /// A password as it is, spaces and all. `about` is what a guesser knows of its owner: the address, the name.
    ///
    /// # Errors
    /// [`WeakPassword`].
    pub fn choose(text: &str, about: &[&str]) -> Result<Self, WeakPassword> {
        match text.chars().count() {
            ..SHORTEST_PASSWORD => Err(WeakPassword::Short),
            SHORTEST_PASSWORD..=LONGEST_PASSWORD => {
                let guessable = zxcvbn::zxcvbn(text, about).score() < zxcvbn::Score::Two;
                if guessable {
                    Err(WeakPassword::Guessable)
                } else {
                    Ok(Self(Secret::new(text)))
                }
            }
            _ => Err(WeakPassword::Long),
        }
    }

    /// What is hashed.
    pub const fn secret(&self) -> &Secret {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_that_a_letter_reaches() {
        for good in ["anna@example.com", " Anna.S+karavan@mail.example.kz "] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "anna",
            "anna@localhost",
            "Anna <anna@example.com>",
            "a@b@example.com",
        ] {
            assert_eq!(bad.parse::<Email>(), Err(InvalidAddress), "{bad:?}");
        }
    }

    #[test]
    fn capitals_do_not_make_another_address_and_nothing_prints_it() {
        let email: Email = "Anna@Example.COM".parse().unwrap();
        assert_eq!(
            (email.as_str(), email.key().as_str()),
            ("Anna@Example.COM", "anna@example.com")
        );
        assert!(!format!("{email:?}").contains("nna"));
    }

    #[test]
    fn a_name_is_visible() {
        assert_eq!(
            PersonName::parse("  Анна \n Смирнова ").unwrap().as_str(),
            "Анна Смирнова"
        );
        assert!(PersonName::parse("👩‍🚀").is_none(), "a joiner is invisible");
        for bad in ["", " \t", "a\u{202e}b", "a\u{0}b", &"я".repeat(81)] {
            assert!(PersonName::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn a_password_is_long_enough_and_no_common_one_and_nothing_else_is_asked() {
        let about = ["anna.smirnova@example.com", "Anna Smirnova"];
        let chosen = |text: &str| Password::choose(text, &about).map(drop);
        for good in [
            "correct horse battery staple",
            "жёлтый чайник поёт",
            " spaces at both ends ",
            "🐪🐫🐪🐫 через пустыню",
            "kdjfhgkqpzm",
        ] {
            assert_eq!(chosen(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("", WeakPassword::Short),
            ("q7#Kz!9", WeakPassword::Short),
            ("password", WeakPassword::Guessable),
            ("12345678", WeakPassword::Guessable),
            ("qwertyuiop", WeakPassword::Guessable),
            ("Password1", WeakPassword::Guessable),
            ("iloveyou1", WeakPassword::Guessable),
            ("annasmirnova", WeakPassword::Guessable),
            ("aaaaaaaaaaaa", WeakPassword::Guessable),
        ] {
            assert_eq!(chosen(bad), Err(why), "{bad}");
        }
        let longest = "жираф и камень ".repeat(9).chars().take(128).collect::<String>();
        assert_eq!(chosen(&longest), Ok(()));
        assert_eq!(chosen(&format!("{longest}!")), Err(WeakPassword::Long));
    }
}
