//! Hearing by long polls.
//!
//! **Always holds:** an update is confirmed to Telegram only after its row and its job have committed. An offset only
//! confirms what this process has just stored; it is no bookmark, because Telegram itself remembers what was confirmed. So a
//! node that takes over is told everything that is not confirmed, updates that a webhook could not deliver are not skipped,
//! and it does no harm that Telegram counts anew after a silent week.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use futures::{StreamExt, stream};
use karavan_clients::telegram::{RawUpdate, Telegram, TelegramError, api::methods::AnswerCallbackQueryParams};
use karavan_store::StoreError;
use tokio::time::timeout;

use super::{ALLOWED, Bot, Bots, intake};

const MOST_UPDATES: u32 = 100;
/// Pressed buttons being answered at a time …
const MOST_ANSWERS: usize = 8;
/// … for so long each: the next poll waits for them.
const ANSWER: Duration = Duration::from_secs(5);

/// Why a bot could not hear.
#[derive(Debug, thiserror::Error)]
pub enum HearError {
    /// Telegram says no or nothing.
    #[error(transparent)]
    Telegram(#[from] TelegramError),
    /// What was heard could not be stored; Telegram keeps it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The offset that the next poll confirms with; zero is none.
#[derive(Debug, Default)]
pub(super) struct Confirm(AtomicI64);

impl Confirm {
    fn offset(&self) -> Option<i64> {
        Some(self.0.load(Ordering::SeqCst)).filter(|offset| *offset != 0)
    }

    fn set(&self, offset: i64) {
        self.0.store(offset, Ordering::SeqCst);
    }

    /// Somebody else may have polled meanwhile.
    pub(super) fn forget(&self) {
        self.set(0);
    }
}

/// Waits up to `wait` for updates, stores them and answers pressed buttons; the next call confirms. Says how many came.
pub(super) async fn hear(bots: &Bots, name: &'static str, bot: &Bot, wait: Duration) -> Result<usize, HearError> {
    let updates = match poll(bot, wait).await {
        Err(TelegramError::Conflict { description }) if description.contains("ebhook") => {
            tracing::warn!(
                bot = name,
                "A webhook is set for {name}, but this program is to poll: the webhook is deleted"
            );
            bot.line.delete_webhook(false).await?;
            poll(bot, wait).await?
        }
        polled => polled?,
    };
    intake::store(bots, name, &updates).await?;
    let last = updates.iter().map(|update| update.update_id).max();
    bot.confirm.set(last.map_or(0, |last| last + 1));
    answer_presses(&bot.line, &updates).await;
    Ok(updates.len())
}

async fn poll(bot: &Bot, wait: Duration) -> Result<Vec<RawUpdate>, TelegramError> {
    bot.line
        .get_updates(bot.confirm.offset(), MOST_UPDATES, wait, &ALLOWED)
        .await
}

/// Ends the waiting on pressed buttons at once, best effort: the real answer is a message.
async fn answer_presses(line: &Telegram, updates: &[RawUpdate]) {
    let presses = stream::iter(updates.iter().filter_map(intake::press_of));
    presses.for_each_concurrent(MOST_ANSWERS, |id| answer(line, id)).await;
}

async fn answer(line: &Telegram, id: String) {
    let answer = AnswerCallbackQueryParams::builder().callback_query_id(id).build();
    match timeout(ANSWER, line.answer_callback_query(&answer)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "A pressed button was not answered"),
        Err(_elapsed) => tracing::debug!("A pressed button was not answered in {ANSWER:?}"),
    }
}
