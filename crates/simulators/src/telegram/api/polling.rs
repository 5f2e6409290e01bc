//! getUpdates: waits until there is something, or until its time is over.

use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use super::params::Params;
use crate::telegram::{TelegramSimulator, error::BotError, updates::Inbox};

/// Telegram waits no longer than this, whatever the bot asks for.
const LONGEST_WAIT: u64 = 50;

pub(super) async fn get_updates(
    simulator: &TelegramSimulator,
    token: &str,
    params: &Params,
) -> Result<Value, BotError> {
    let limit = params
        .number("limit")
        .and_then(|limit| usize::try_from(limit).ok())
        .unwrap_or(100)
        .clamp(1, 100);
    let wait = params
        .number("timeout")
        .and_then(|wait| u64::try_from(wait).ok())
        .unwrap_or(0)
        .min(LONGEST_WAIT);
    let deadline = Instant::now() + Duration::from_secs(wait);
    let kinds = params.typed::<Vec<String>>("allowed_updates")?;
    let (poll, mut changes) = with_inbox(simulator, token, |inbox| {
        inbox.allow(kinds);
        inbox.begin(params.number("offset").unwrap_or(0))
    })?;
    loop {
        let updates = with_inbox(simulator, token, |inbox| inbox.look(poll, limit))?;
        if !updates.is_empty() || wait == 0 {
            return Ok(Value::Array(updates));
        }
        tokio::select! {
            // The sender lives in the state that `simulator` holds.
            _ = changes.changed() => {}
            () = sleep_until(deadline) => return Ok(Value::Array(Vec::new())),
            () = simulator.stopped().cancelled() => return Ok(Value::Array(Vec::new())),
        }
    }
}

fn with_inbox<T>(
    simulator: &TelegramSimulator,
    token: &str,
    use_it: impl FnOnce(&mut Inbox) -> Result<T, BotError>,
) -> Result<T, BotError> {
    let mut state = simulator.lock();
    let bot = state
        .bots
        .iter_mut()
        .find(|bot| bot.account.token == token)
        .ok_or(BotError::Unauthorized)?;
    use_it(&mut bot.inbox)
}
