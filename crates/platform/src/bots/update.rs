//! The job that runs one turn of a conversation.
//!
//! **Always holds:** every update has a job, and every job handles one update: of those of its chat that wait, the one that
//! Telegram numbered first. So the turns are in order although a press may be delivered before the text before it.
//!
//! **Absent on purpose:** waiting for an update that has not come. A press that was handled before the text arrived stays
//! handled; the text is the next turn then.

use std::time::Duration;

use karavan_clients::telegram::RawUpdate;
use karavan_kernel::{Actor, Locale};
use karavan_store::queue::{Done, Job, JobCx, JobError};
use serde::{Deserialize, Serialize};

use super::{
    Bots, Message, Turn, TurnError,
    input::{self, Event},
    store,
    turn::CONVERSATION_LIFE,
};
use crate::notify;

/// A node without the bot's token leaves its jobs to others for so long.
pub(super) const NO_TOKEN_HERE: Duration = Duration::from_secs(60);

/// Handles an update that is stored in `bots_updates`: this one, or one of the same chat that comes before it.
#[derive(Debug, Serialize, Deserialize)]
pub struct HandleUpdate {
    /// The bot's name.
    pub bot: String,
    /// Telegram's number of the update.
    pub update_id: i64,
}

impl Job for HandleUpdate {
    const NAME: &'static str = "bots.update.v1";
    type State = Bots;

    async fn run(self, cx: JobCx<Bots>) -> Result<Done, JobError> {
        let Some((bot, def)) = cx.state.get(&self.bot).map(|(name, bot)| (name, bot.clone())) else {
            // Another node may have it, or this one after its next start.
            tracing::debug!(
                bot = self.bot,
                "This node has no token of the bot: its update is left to others"
            );
            return Err(JobError::Postpone(NO_TOKEN_HERE));
        };
        let next = store::next_update(&mut *cx.db().read().await?, bot, self.update_id).await?;
        let Some((update_id, content)) = next else {
            // It was too old to be kept.
            return cx.finish_empty().await;
        };
        if cx.is_last_attempt() {
            // Before it: an attempt that panics or takes too long cannot say so afterwards.
            let mut tx = cx.begin().await?;
            store::give_update_up(&mut tx, bot, update_id).await?;
            tx.commit().await?;
        }
        let Some(event) = parse(&content) else {
            return close_only(&cx, bot, update_id).await;
        };

        let mut turn = open_turn(&cx, bot, event.person, event.input).await?;
        match (def.talk)(&mut turn).await {
            Ok(()) => {}
            Err(TurnError::Store(error)) => return Err(error.into()),
            Err(TurnError::Refused(refusal)) => turn = refused(&cx, turn, refusal.0).await?,
        }
        let Turn {
            mut tx,
            person,
            state,
            replies,
            ..
        } = turn;
        let chat = person.id;
        store::save_conversation(&mut tx, bot, chat, state.as_deref()).await?;
        if let Some(message_id) = event.press.and_then(|press| press.message_id) {
            // A pressed button has done its work; left in place it would be pressed again days later.
            notify::drop_buttons(&mut tx, bot, chat, message_id).await?;
        }
        for message in replies {
            notify::reply(&mut tx, bot, chat, message).await?;
        }
        store::close_update(&mut tx, bot, update_id).await?;
        cx.finish(tx).await
    }
}

/// Nothing to talk about: from a group, or of a kind that bots here do not read.
async fn close_only(cx: &JobCx<Bots>, bot: &str, update_id: i64) -> Result<Done, JobError> {
    let mut tx = cx.begin().await?;
    store::close_update(&mut tx, bot, update_id).await?;
    cx.finish(tx).await
}

fn parse(content: &str) -> Option<Event> {
    let update = serde_json::from_str::<RawUpdate>(content).and_then(|raw| raw.parse());
    match update {
        Ok(update) => input::read(update),
        Err(error) => {
            tracing::warn!(%error, "Telegram sent an update of an unknown form");
            None
        }
    }
}

async fn open_turn(
    cx: &JobCx<Bots>,
    bot: &'static str,
    person: input::Person,
    input: input::Input,
) -> Result<Turn, JobError> {
    let mut tx = cx.db().begin(Actor::Telegram(person.id)).await?;
    let first = person.locale.unwrap_or(Locale::Ru);
    let locale = store::greet_chat(&mut tx, bot, person.id, first).await?;
    let since = tx.now() - CONVERSATION_LIFE;
    let state = store::conversation(&mut tx, bot, person.id, since).await?;
    let lang = cx.state.platform.texts.lang(locale);
    Ok(Turn {
        tx,
        lang,
        person,
        input,
        bot,
        state,
        replies: Vec::new(),
    })
}

/// The same turn again without its effects: only the refusal is said, and the conversation stays where it was.
async fn refused(cx: &JobCx<Bots>, turn: Turn, message: Message) -> Result<Turn, JobError> {
    let Turn {
        tx, person, input, bot, ..
    } = turn;
    // Rolled back before the next transaction begins: on SQLite that one would wait for this one.
    drop(tx);
    let mut turn = open_turn(cx, bot, person, input).await?;
    turn.say(message);
    Ok(turn)
}
