//! From a letter to the bytes that travel.

use std::time::{Duration, SystemTime};

use karavan_kernel::Timestamp;
use lettre::message::{
    Mailbox, Message, MultiPart, SinglePart,
    header::{ContentType, HeaderName, HeaderValue},
};

use super::{Address, MailError, config::Sender};

/// What is sent to one person. Deliberately without `Debug`: it holds codes and links.
pub struct Letter {
    /// The same for every attempt; the part of the `Message-ID` before the `@`.
    pub id: String,
    /// Who gets it.
    pub to: Address,
    /// One line. Control characters become blanks.
    pub subject: String,
    /// For those who read plain text.
    pub text: String,
    /// The same as a page.
    pub html: String,
    /// The language's tag, such as `uk`.
    pub language: &'static str,
    /// The date that the reader sees.
    pub date: Timestamp,
}

/// Says that no person wrote it, so that nobody's holiday notice answers.
const AUTOMATIC: (HeaderName, &str) = (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated");
const LANGUAGE: HeaderName = HeaderName::new_from_ascii_str("Content-Language");

impl Letter {
    /// The whole letter. No value of it can begin a header of its own.
    pub(super) fn bytes(&self, from: &Sender) -> Result<Vec<u8>, MailError> {
        let Self {
            id,
            to,
            subject,
            text,
            html,
            language,
            date,
        } = self;
        let (name, value) = AUTOMATIC;
        let part = |kind: ContentType, body: &str| SinglePart::builder().header(kind).body(body.to_owned());
        let body = MultiPart::alternative()
            .boundary(format!("=_{}", plain(id)))
            .singlepart(part(ContentType::TEXT_PLAIN, text))
            .singlepart(part(ContentType::TEXT_HTML, html));
        let message = Message::builder()
            .message_id(Some(format!("<{}@{}>", plain(id), from.domain())))
            .date(moment(*date))
            .from(from.mailbox().clone())
            .to(Mailbox::new(None, to.as_lettre().clone()))
            .subject(one_line(subject))
            .raw_header(HeaderValue::new(name, value.to_owned()))
            .raw_header(HeaderValue::new(LANGUAGE, plain(language)))
            .multipart(body);
        // Sender and recipient are there, so only a recipient that cannot be written is left.
        message
            .map(|message| message.formatted())
            .map_err(|_why| super::InvalidAddress.into())
    }
}

/// What may stand in an id: everything else could end it.
fn plain(text: &str) -> String {
    let fine = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.chars().filter(fine).collect()
}

/// A subject is one line, whatever was put into it.
fn one_line(subject: &str) -> String {
    let clean: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn moment(date: Timestamp) -> SystemTime {
    let since = u64::try_from(date.seconds()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_secs(since)
}
