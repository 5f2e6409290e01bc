//! The texts in one language: what a page, a chat or a mail holds.

use std::sync::Arc;

use fluent_bundle::FluentValue;
use karavan_kernel::{Date, Locale, Money, TimeZone, Timestamp};

use super::{Texts, format};

/// A value that a message shows or chooses its plural by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Shown as it is.
    Text(String),
    /// Chooses plurals; shown with its thousands grouped.
    Number(i64),
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Arg {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Arg {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Arg {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Arg {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Arg {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&'a Arg> for FluentValue<'a> {
    fn from(arg: &'a Arg) -> Self {
        match arg {
            Arg::Text(text) => FluentValue::from(text.as_str()),
            Arg::Number(number) => FluentValue::from(*number),
        }
    }
}

/// [`Texts`] in one language. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Lang {
    texts: Arc<Texts>,
    locale: Locale,
}

impl Lang {
    pub(super) fn new(texts: Arc<Texts>, locale: Locale) -> Self {
        Self { texts, locale }
    }

    /// Which language this is.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The same texts in another language.
    pub fn in_locale(&self, locale: Locale) -> Self {
        Self {
            texts: Arc::clone(&self.texts),
            locale,
        }
    }

    /// Whether this language has the message.
    pub fn has(&self, key: &str) -> bool {
        self.texts.find(self.locale, key, &[]).is_some()
    }

    /// A message without values.
    pub fn text(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// A message with its values. A key that no language has is shown as it is, and logged.
    pub fn with(&self, key: &str, args: &[(&str, Arg)]) -> String {
        if let Some(text) = self.texts.find(self.locale, key, args) {
            return text;
        }
        tracing::warn!(text.key = key, text.locale = %self.locale, "Text `{key}` is missing in `{}`", self.locale);
        [Locale::En, Locale::Ru]
            .into_iter()
            .find_map(|locale| self.texts.find(locale, key, args))
            .unwrap_or_else(|| key.to_owned())
    }

    /// `12 900`, or `12,900` in English.
    pub fn number(&self, value: i64) -> String {
        format::number(self.locale, value)
    }

    /// `950 ₽`, `12 900,50 ₽`; in English `12,900.50 ₽` and `$9.90`.
    pub fn money(&self, amount: Money) -> String {
        format::money(self.locale, amount)
    }

    /// `07.03.2026`, or `7 Mar 2026` in English.
    pub fn date(&self, date: Date) -> String {
        format::date(self.locale, date)
    }

    /// [`Lang::date`] and the wall-clock time in `zone`: `07.03.2026, 18:05`.
    pub fn moment(&self, moment: Timestamp, zone: &TimeZone) -> String {
        format::moment(self.locale, moment, zone)
    }
}
