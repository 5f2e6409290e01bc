//! What can go wrong, sorted by what the caller does about it.

use std::time::Duration;

use crate::http::{HttpError, StatusCode};

/// Why Telegram did not do what we asked.
#[derive(Debug, thiserror::Error)]
pub enum TelegramError {
    /// Too fast: pause this bot, or this chat, and send it again.
    #[error("Telegram asks for a pause of {} s", retry_after.as_secs())]
    TooManyRequests {
        /// The pause that Telegram asks for.
        retry_after: Duration,
    },
    /// The person blocked the bot, left Telegram or never wrote to the bot: stop writing to this chat.
    #[error("the bot may not write to this chat: {description}")]
    Blocked {
        /// Telegram's words.
        description: String,
    },
    /// The message looks like this already. Edits treat it as success.
    #[error("the message is the same already")]
    NotModified,
    /// There is no such chat (any more): stop writing to it.
    #[error("the chat does not exist")]
    ChatGone,
    /// The group has another id now: store it and send it there.
    #[error("the group moved to {to}")]
    Migrated {
        /// The new chat id.
        to: i64,
    },
    /// Somebody else polls with this token, or polling meets a webhook.
    #[error("another process uses this bot: {description}")]
    Conflict {
        /// Telegram's words, which say which of the two it is.
        description: String,
    },
    /// The token is wrong or was revoked: the bot needs its owner.
    #[error("the bot's token is not valid")]
    Unauthorized,
    /// Telegram understood and refused: the same request is refused again.
    #[error("Telegram refused with {code}: {description}")]
    Rejected {
        /// Telegram's `error_code`.
        code: u16,
        /// Telegram's words.
        description: String,
    },
    /// Telegram is broken at the moment.
    #[error("Telegram failed with {0}")]
    Server(StatusCode),
    /// No answer. The message may have been sent all the same.
    #[error("Telegram could not be reached: {0}")]
    Network(#[from] HttpError),
    /// The answer is not the Bot API's: a wrong base URL, a proxy's page, or a new format.
    #[error("the answer with status {status} is not the Bot API's: {fault:?} error in column {column}")]
    Malformed {
        /// The status of the answer.
        status: StatusCode,
        /// What is wrong with it. The parser's own message is left out: it quotes the answer, which is about people.
        fault: serde_json::error::Category,
        /// Where it is wrong.
        column: usize,
    },
}

impl TelegramError {
    /// Whether the same request may succeed later without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::TooManyRequests { .. } | Self::Conflict { .. } | Self::Server(_) => true,
            Self::Network(error) => error.is_retryable(),
            // A message whose answer cannot be read was probably sent; sending it again would only repeat it.
            Self::Malformed { .. }
            | Self::Blocked { .. }
            | Self::NotModified
            | Self::ChatGone
            | Self::Migrated { .. }
            | Self::Unauthorized
            | Self::Rejected { .. } => false,
        }
    }

    /// The pause before a retry, where Telegram asks for one.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::TooManyRequests { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// Whether there is no point in writing to this chat again until the person writes first.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Blocked { .. } | Self::ChatGone)
    }
}
