//! The job that runs one turn of a conversation.

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

/// Handles an update that is stored in `bots_updates`.
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
        let content = store::update_content(&mut *cx.db().read().await?, bot, self.update_id).await?;
        let Some(event) = content.as_deref().and_then(parse) else {
            return self.close_only(&cx).await;
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
        store::close_update(&mut tx, bot, self.update_id).await?;
        cx.finish(tx).await
    }
}

impl HandleUpdate {
    /// Nothing to talk about: handled before, from a group, or of a kind that bots here do not read.
    async fn close_only(&self, cx: &JobCx<Bots>) -> Result<Done, JobError> {
        let mut tx = cx.begin().await?;
        store::close_update(&mut tx, &self.bot, self.update_id).await?;
        cx.finish(tx).await
    }
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
