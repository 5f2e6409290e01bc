//! The job that sends one message: rate limits, pauses and blocked chats end here.

use std::time::Duration;

use karavan_clients::telegram::{TelegramError, api::methods::EditMessageReplyMarkupParams};
use karavan_store::queue::{Done, Job, JobCx, JobError};
use karavan_web::limits::Quota;
use serde::{Deserialize, Serialize};

use super::{Bot, Bots, Message, store};

/// Telegram allows about 30 messages a second over all chats of a bot.
const PER_BOT: Quota = Quota {
    name: "telegram_bot",
    per: Duration::from_secs(1),
    burst: 30,
};
/// In one chat a short burst, then one a second.
const PER_CHAT: Quota = Quota {
    name: "telegram_chat",
    per: Duration::from_secs(3),
    burst: 3,
};

/// Sends one message of a bot to a chat.
#[derive(Debug, Serialize, Deserialize)]
pub struct Send {
    pub(crate) bot: String,
    pub(crate) chat: i64,
    pub(crate) what: Outgoing,
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
            return Err(JobError::fail(format!("the bot `{}` is switched off", self.bot)));
        };
        let known = store::chat(&mut *cx.db().read().await?, name, self.chat).await?;
        if known.is_some_and(|(_, reachable)| !reachable) {
            return cx.finish_empty().await;
        }
        self.wait_for_room(&cx.state)?;
        match self.deliver(bot).await {
            Ok(()) => cx.finish_empty().await,
            Err(TelegramError::TooManyRequests { retry_after }) => Err(JobError::Postpone(retry_after)),
            Err(TelegramError::Blocked { .. } | TelegramError::ChatGone) => {
                let mut tx = cx.begin().await?;
                store::mark_unreachable(&mut tx, name, self.chat).await?;
                cx.finish(tx).await
            }
            // Buttons of a message that the person deleted are gone anyway.
            Err(TelegramError::Rejected { .. }) if matches!(self.what, Outgoing::DropButtons { .. }) => {
                cx.finish_empty().await
            }
            Err(error) if error.is_retryable() => Err(JobError::retry(error)),
            Err(error) => Err(JobError::fail(error)),
        }
    }
}

impl Send {
    /// The node that holds the bot's lane sends everything, so limits in process are exact.
    fn wait_for_room(&self, bots: &Bots) -> Result<(), JobError> {
        let pace = &bots.pace;
        let chat = format!("{}:{}", self.bot, self.chat);
        let pause = pace
            .wait_for(PER_CHAT, &chat)
            .or_else(|| pace.wait_for(PER_BOT, &self.bot));
        pause.map_or(Ok(()), |pause| Err(JobError::Postpone(pause)))
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
