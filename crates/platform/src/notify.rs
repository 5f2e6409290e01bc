//! Tells people something that they did not ask for just now: a chat message as a job of the fact's transaction.

use karavan_kernel::Locale;
use karavan_store::{
    StoreResult, Tx,
    queue::{Enqueue, Tier},
};

use crate::bots::{Kind, Message, Outgoing, Send, store};

/// Sends `message` from `bot` to a person once the transaction commits.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn telegram(tx: &mut Tx, bot: &'static str, chat: i64, message: Message) -> StoreResult<()> {
    send(tx, bot, chat, Outgoing::Say(message), Kind::Notice).await
}

/// Answers a person who waits: before the news for others, but after what was said to this person before.
pub(crate) async fn reply(tx: &mut Tx, bot: &'static str, chat: i64, message: Message) -> StoreResult<()> {
    send(tx, bot, chat, Outgoing::Say(message), Kind::Reply).await
}

/// Takes the buttons of an earlier message away, in order with what is said.
pub(crate) async fn drop_buttons(tx: &mut Tx, bot: &'static str, chat: i64, message_id: i32) -> StoreResult<()> {
    send(tx, bot, chat, Outgoing::DropButtons { message_id }, Kind::Reply).await
}

async fn send(tx: &mut Tx, bot: &'static str, chat: i64, what: Outgoing, kind: Kind) -> StoreResult<()> {
    let job = Send {
        bot: bot.to_owned(),
        chat,
        what,
        kind,
    };
    let tier = match kind {
        Kind::Reply => Tier::Urgent,
        Kind::Notice => Tier::Normal,
    };
    tx.enqueue_with(
        &job,
        Enqueue::default()
            .in_order_of(format!("send:{bot}:{chat}"))
            .on_lane(bot)
            .on_tier(tier),
    )
    .await?;
    Ok(())
}

/// The language in which a person talks to a bot; Russian for somebody who never wrote.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn language_of(tx: &mut Tx, bot: &str, chat: i64) -> StoreResult<Locale> {
    Ok(store::chat(tx, bot, chat)
        .await?
        .map_or(Locale::Ru, |(locale, _reachable)| locale))
}
