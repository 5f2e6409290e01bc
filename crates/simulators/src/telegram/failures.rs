//! Trouble on demand, and the real rate limits behind a switch.

use std::collections::VecDeque;

use super::{error::BotError, weather::Weather};

/// What happens to a bot's next message instead of arriving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 429 with the pause that Telegram asks for.
    TooManyRequests {
        /// Seconds.
        retry_after: u32,
    },
    /// 403 as if the person had blocked the bot, once.
    Blocked,
    /// 400 as if the chat had been deleted, once.
    ChatNotFound,
    /// 500, nothing is sent.
    ServerError,
    /// The connection breaks instead of an answer, nothing is sent.
    Cut,
    /// 502 although the message **was** sent: the answer got lost on the way.
    LostAnswer,
}

pub(super) const BLOCKED: &str = "bot was blocked by the user";

/// What awaits messages in any chat.
#[derive(Debug, Default)]
pub(super) struct Trouble {
    pub(super) failures: VecDeque<Failure>,
    pub(super) limits: bool,
    pub(super) weather: Option<Weather>,
}

/// Whether the answer reaches the bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Arrives,
    GetsLost,
}

impl Answer {
    /// Turns a success into 502 if its answer gets lost.
    pub(super) fn carry<T>(self, result: T) -> Result<T, BotError> {
        match self {
            Self::Arrives => Ok(result),
            Self::GetsLost => Err(BotError::BadGateway),
        }
    }
}

impl Failure {
    /// Fails the message, or lets it through and loses only the answer.
    pub(super) fn strike(self) -> Result<Answer, BotError> {
        match self {
            Self::TooManyRequests { retry_after } => Err(BotError::TooManyRequests { retry_after }),
            Self::Blocked => Err(BotError::Forbidden(BLOCKED)),
            Self::ChatNotFound => Err(BotError::bad("chat not found")),
            Self::ServerError => Err(BotError::Internal),
            Self::Cut => Err(BotError::Cut),
            Self::LostAnswer => Ok(Answer::GetsLost),
        }
    }
}

/// Tokens that come back with time: `burst` at most, `per_second` new ones every second.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    burst: i64,
    per_second: i64,
    left: i64,
    filled_at: i64,
}

impl Bucket {
    /// About one message a second in one chat.
    pub(super) fn per_chat() -> Self {
        Self {
            burst: 3,
            per_second: 1,
            left: 3,
            filled_at: i64::MIN,
        }
    }

    /// Thirty messages a second in all chats of a bot.
    pub(super) fn per_bot() -> Self {
        Self {
            burst: 30,
            per_second: 30,
            left: 30,
            filled_at: i64::MIN,
        }
    }

    /// Takes a token, or says to come back in a second.
    pub(super) fn take(&mut self, now: i64) -> Result<(), BotError> {
        let seconds = now.saturating_sub(self.filled_at).max(0);
        self.left = self
            .left
            .saturating_add(seconds.saturating_mul(self.per_second))
            .min(self.burst);
        self.filled_at = now;
        if self.left == 0 {
            return Err(BotError::TooManyRequests { retry_after: 1 });
        }
        self.left -= 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chat_gets_a_burst_of_three_and_then_one_a_second() {
        let mut bucket = Bucket::per_chat();
        let taken = (0..5).filter(|_| bucket.take(100).is_ok()).count();
        assert_eq!(taken, 3);
        assert!(bucket.take(101).is_ok());
        assert!(bucket.take(101).is_err());
        // A long pause gives the burst back and not more.
        assert_eq!((0..9).filter(|_| bucket.take(9_999).is_ok()).count(), 3);
    }
}
