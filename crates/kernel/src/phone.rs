//! Phone numbers in the international form, as Telegram's contacts carry them.

use std::{fmt, str::FromStr};

/// A phone number in E.164: a plus sign and 7 to 15 digits. `Debug` hides it, because logs must not hold it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// A text that is not an international phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an international phone number")]
pub struct InvalidPhone;

impl Phone {
    /// The number with its plus sign.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with all but the first two and the last two digits hidden.
    pub fn masked(&self) -> String {
        let shown = |place: usize| place < 3 || place + 2 >= self.0.len();
        self.0
            .chars()
            .enumerate()
            .map(|(place, digit)| if shown(place) { digit } else { '•' })
            .collect()
    }
}

impl FromStr for Phone {
    type Err = InvalidPhone;

    fn from_str(text: &str) -> Result<Self, InvalidPhone> {
        let mut digits = String::with_capacity(16);
        for (place, character) in text.trim().chars().enumerate() {
            match character {
                '0'..='9' => digits.push(character),
                '+' if place == 0 => {}
                ' ' | '-' | '(' | ')' | '.' | '\u{a0}' => {}
                _ => return Err(InvalidPhone),
            }
        }
        // A national Russian or Kazakh number is written 8 9xx…; abroad nobody starts with 8 and has eleven digits.
        if digits.len() == 11 && digits.starts_with('8') {
            digits.replace_range(..1, "7");
        }
        if !(7..=15).contains(&digits.len()) || digits.starts_with('0') {
            return Err(InvalidPhone);
        }
        Ok(Self(format!("+{digits}")))
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.masked())
    }
}

crate::sql_text!(Phone);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_people_write_a_number_are_one() {
        for text in ["79161234567", "+7 (916) 123-45-67", "8 916 123 45 67"] {
            assert_eq!(text.parse::<Phone>().unwrap().as_str(), "+79161234567", "{text}");
        }
        assert_eq!("+380 44 123 45 67".parse::<Phone>().unwrap().as_str(), "+380441234567");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "123456",
            "+",
            "0123456789",
            "1234567890123456",
            "+7916abc4567",
            "7+9161234567",
        ] {
            assert_eq!(text.parse::<Phone>(), Err(InvalidPhone), "{text}");
        }
    }

    #[test]
    fn debug_hides_the_number() {
        assert_eq!(format!("{:?}", "79161234567".parse::<Phone>().unwrap()), "+79•••••••67");
    }
}
