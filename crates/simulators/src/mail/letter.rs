//! A letter as it arrived, and taken apart for people and tests.

use std::fmt;

use mail_parser::MessageParser;

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The place in the order of arrival, from 1.
    pub number: u64,
    /// When it arrived, unix seconds.
    pub at: i64,
    /// Who sent it, as the server was told.
    pub from: String,
    /// Who gets it, as the server was told.
    pub to: Vec<String>,
    /// `Message-ID` without brackets: the same in a repeated letter.
    pub message_id: String,
    /// `Subject`, decoded.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part; empty when there is none.
    pub html: String,
    /// Everything as it came.
    pub source: String,
}

impl Letter {
    pub(super) fn read(number: u64, at: i64, from: String, to: Vec<String>, source: &[u8]) -> Self {
        let message = MessageParser::default().parse(source);
        let message = message.as_ref();
        let has_html = message.is_some_and(|message| message.html_body_count() > 0);
        let text = message.and_then(|message| message.body_text(0)).unwrap_or_default();
        let html = message.filter(|_| has_html).and_then(|message| message.body_html(0));
        Self {
            number,
            at,
            from,
            to,
            message_id: message.and_then(|it| it.message_id()).unwrap_or_default().to_owned(),
            subject: message.and_then(|it| it.subject()).unwrap_or_default().to_owned(),
            text: text.replace("\r\n", "\n").trim_end().to_owned(),
            html: html.unwrap_or_default().into_owned(),
            source: String::from_utf8_lossy(source).into_owned(),
        }
    }

    /// Whether this address gets it; capitals do not count.
    pub fn is_to(&self, address: &str) -> bool {
        self.to.iter().any(|to| to.eq_ignore_ascii_case(address))
    }

    /// The addresses of the web in the text, in order.
    pub fn links(&self) -> Vec<&str> {
        let words = self.text.split_whitespace();
        words
            .filter(|word| word.starts_with("http://") || word.starts_with("https://"))
            .collect()
    }
}

/// As a person reads it, for snapshots.
impl fmt::Display for Letter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            from,
            to,
            subject,
            text,
            ..
        } = self;
        write!(out, "From: {from}\nTo: {}\nSubject: {subject}\n\n{text}", to.join(", "))
    }
}
