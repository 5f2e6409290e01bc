//! Words and numbers that both conversations read and write.

use karavan_kernel::{Currency, Locale, Money};
use karavan_platform::bots::{Input, Message, Turn, TurnError};
use karavan_web::texts::Lang;

/// A sum as the texts show it.
pub(super) fn money(lang: &Lang, minor: i64) -> String {
    lang.money(Money {
        minor,
        currency: Currency::Rub,
    })
}

/// A whole number as people type one: spaces between thousands are fine.
pub(super) fn number(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    digits.parse().ok()
}

/// A sum in kopecks as people type one: `950`, `1 250,50`, `950 ₽`.
pub(super) fn sum(text: &str) -> Option<i64> {
    let text = text.trim().trim_end_matches(['₽', 'р', '.', ' ']).replace(',', ".");
    let (roubles, kopecks) = text.split_once('.').unwrap_or((&text, ""));
    let kopecks = match kopecks.len() {
        0 => 0,
        1 => kopecks.parse::<u8>().ok()? * 10,
        2 => kopecks.parse::<u8>().ok()?,
        _ => return None,
    };
    number(roubles)?.checked_mul(100)?.checked_add(i64::from(kopecks))
}

/// `/language`, and the buttons that it shows. `true`: the turn is over.
pub(super) async fn language(turn: &mut Turn) -> Result<bool, TurnError> {
    match &turn.input {
        Input::Command { name, .. } if name == "language" => {
            let mut message = Message::new(turn.lang.text("coffee-language"));
            for locale in Locale::ALL {
                let data = format!("lang:{locale}");
                message = message.inline([(locale.native_name().to_owned(), data.as_str())]);
            }
            turn.say(message);
            Ok(true)
        }
        Input::Button { data } => {
            let chosen = data.strip_prefix("lang:").and_then(|word| word.parse::<Locale>().ok());
            let Some(locale) = chosen else { return Ok(false) };
            turn.switch_language(locale).await?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

#[cfg(test)]
#[expect(clippy::inconsistent_digit_grouping, reason = "the last two digits are kopecks")]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_as_people_type_them() {
        for (text, minor) in [
            ("950", 950_00),
            (" 1 250,50 ", 1_250_50),
            ("950 ₽", 950_00),
            ("12.5", 12_50),
            ("99р.", 99_00),
        ] {
            assert_eq!(sum(text), Some(minor), "{text}");
        }
        for text in ["", "abc", "1,234", "1.2.3", "9999999999999999999", "-", "1e3"] {
            assert_eq!(sum(text), None, "{text}");
        }
        assert_eq!(sum("-5"), Some(-5_00));
        assert_eq!(number("1 000"), Some(1_000));
    }
}
