//! The job that sends one message: rate limits, pauses and blocked chats end here.
//!
//! **Always holds:** a message is not given up because this node cannot speak for the bot, by whatever token.
//!
//! **Absent on purpose:** exactly once. Telegram has no key that would tell a repeated message from a new one, so a message
//! comes twice when its answer gets lost, or when this process dies or is frozen after sending and before it is written down.

use std::time::Duration;

use karavan_clients::telegram::{TelegramError, api::methods::EditMessageReplyMarkupParams};
use karavan_kernel::Timestamp;
use karavan_store::queue::{Done, Job, JobCx, JobError};
use serde::{Deserialize, Serialize};

use super::{
    Bot, Bots, Message,
    metrics::{Answer, count_message},
    pace::Kind,
    store,
    update::NO_TOKEN_HERE,
};

/// How long a message waits when Telegram does not know the token.
const TOKEN_REFUSED: Duration = Duration::from_secs(60);

/// Sends one message of a bot to a chat.
#[derive(Debug, Serialize, Deserialize)]
pub struct Send {
    pub(crate) bot: String,
    pub(crate) chat: i64,
    pub(crate) what: Outgoing,
    /// How long it may wait for others.
    #[serde(default)]
    pub(crate) kind: Kind,
}

/// What is sent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Outgoing {
    /// A new message.
    Say(Message),
    /// Takes the buttons of an earlier message away.
    DropButtons {
        /// The earlier message.
        message_id: i32,
    },
}

impl Job for Send {
    const NAME: &'static str = "bots.send.v1";
    const TIMEOUT: Duration = Duration::from_secs(45);
    // An outage of Telegram should be outlived: ten attempts take about a quarter of an hour.
    const MAX_ATTEMPTS: u32 = 10;
    type State = Bots;

    async fn run(self, cx: JobCx<Bots>) -> Result<Done, JobError> {
        let Some((name, bot)) = cx.state.get(&self.bot) else {
            return Err(JobError::Postpone(NO_TOKEN_HERE));
        };
        let known = store::chat(&mut *cx.db().read().await?, name, self.chat).await?;
        if known.is_some_and(|(_, reachable)| !reachable) {
            return cx.finish_empty().await;
        }
        if let Some(pause) = cx.state.pace.wait_for_room(name, self.chat, self.kind) {
            return Err(JobError::Postpone(pause));
        }
        if cx.is_cancelled() {
            // Somebody else sends it by now, or nobody is to.
            return Err(JobError::Postpone(Duration::ZERO));
        }
        let begun = cx.db().clock().now();
        let delivered = self.deliver(bot).await;
        count_message(name, answer_of(&delivered));
        match delivered {
            Ok(()) => cx.finish_empty().await,
            Err(TelegramError::TooManyRequests { retry_after }) => {
                cx.state.pace.refused(name, self.chat, retry_after);
                Err(JobError::Postpone(retry_after))
            }
            Err(error) if error.is_unreachable() => self.give_up(&cx, name, begun).await,
            // Buttons of a message that the person deleted are gone anyway.
            Err(TelegramError::Rejected { .. }) if matches!(self.what, Outgoing::DropButtons { .. }) => {
                cx.finish_empty().await
            }
            // The token was revoked or is being changed: that is no fault of the message, and all of them keep their order.
            Err(TelegramError::Unauthorized) => Err(JobError::Postpone(TOKEN_REFUSED)),
            Err(error) if error.is_retryable() => Err(JobError::retry(error)),
            Err(error) => Err(JobError::fail(error)),
        }
    }
}

fn answer_of(delivered: &Result<(), TelegramError>) -> Answer {
    match delivered {
        Ok(()) => Answer::Sent,
        Err(TelegramError::TooManyRequests { .. }) => Answer::TooMany,
        Err(error) if error.is_unreachable() => Answer::Unreachable,
        Err(_) => Answer::Failed,
    }
}

impl Send {
    /// Nobody is there: the chat is left alone until the person writes. That is an end and no failure.
    async fn give_up(&self, cx: &JobCx<Bots>, bot: &str, begun: Timestamp) -> Result<Done, JobError> {
        let mut tx = cx.begin().await?;
        store::mark_unreachable(&mut tx, bot, self.chat, begun).await?;
        cx.finish(tx).await
    }

    async fn deliver(&self, bot: &Bot) -> Result<(), TelegramError> {
        match &self.what {
            Outgoing::Say(message) => bot.line.send_message(&message.to_params(self.chat)).await.map(drop),
            Outgoing::DropButtons { message_id } => {
                let edit = EditMessageReplyMarkupParams::builder()
                    .chat_id(self.chat)
                    .message_id(*message_id)
                    .build();
                bot.line.edit_message_reply_markup(&edit).await
            }
        }
    }
}
