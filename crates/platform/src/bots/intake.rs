//! The way in for updates, by polling and by webhook alike.
//!
//! **Always holds:** an update and the job that handles it are stored in one transaction, once by bot and `update_id`,
//! however often and on whichever node it arrives. Jobs of one chat run one after another, and each takes the update that
//! Telegram numbered first of those that wait by then (`update`).

use karavan_clients::telegram::RawUpdate;
use karavan_kernel::Actor;
use karavan_store::{StoreError, StoreResult, queue::Enqueue};

use super::{Bots, HandleUpdate, input, metrics::count_updates, store};

/// Stores what is new and asks for it to be handled. Once this returns, Telegram may forget the updates.
pub(super) async fn store(bots: &Bots, bot: &'static str, updates: &[RawUpdate]) -> StoreResult<()> {
    if updates.is_empty() {
        return Ok(());
    }
    let mut tx = bots.platform.db.begin(Actor::System("bots")).await?;
    let mut new = 0;
    for update in updates {
        let content = serde_json::to_string(update).map_err(|error| StoreError::Malformed(error.to_string()))?;
        let chat = chat_of(update).unwrap_or(0);
        if store::insert_update(&mut tx, bot, chat, update.update_id, &content).await? {
            new += 1;
            let job = HandleUpdate {
                bot: bot.to_owned(),
                update_id: update.update_id,
            };
            tx.enqueue_with(&job, Enqueue::default().in_order_of(format!("bot:{bot}:{chat}")))
                .await?;
        }
    }
    tx.commit().await?;
    count_updates(bot, &bots.mode, updates.len(), new);
    Ok(())
}

/// The button that was pressed and waits for an answer.
pub(super) fn press_of(update: &RawUpdate) -> Option<String> {
    let press = input::read(update.parse().ok()?)?.press?;
    Some(press.id)
}

fn chat_of(update: &RawUpdate) -> Option<i64> {
    input::read(update.parse().ok()?).map(|event| event.person.id)
}
