//! Chat bots: how a message becomes a turn of a conversation, and how the answer gets out.
//!
//! **Always holds:** an update is stored before it is confirmed and handled once; the conversation's new state, the effects
//! and the answers commit together; messages of one chat are handled and sent in order. A refusal rolls the effects back
//! and still answers.
//!
//! **Absent on purpose:** what is said. A product hands over a [`BotDef`] whose `talk` decides.
//!
//! Start at [`Turn`], then `update` (the job that runs a turn) and `runner` (polling and the lane of sends).

mod def;
mod input;
mod message;
mod runner;
mod send;
pub mod store;
mod turn;
mod update;

use std::{collections::BTreeMap, sync::Arc};

pub use def::{BotDef, Talk};
pub use input::{Input, Person};
use karavan_clients::telegram::Telegram;
use karavan_web::Limits;
pub use message::{InlineButton, Keyboard, Message, ReplyButton};
pub use runner::{poll_once, run};
pub(crate) use send::Outgoing;
pub use send::Send;
pub use turn::{Refusal, Turn, TurnError};
pub use update::HandleUpdate;

use crate::Platform;

/// The bots of this process, as the jobs see them.
#[derive(Clone)]
pub struct Bots {
    platform: Platform,
    bots: Arc<BTreeMap<&'static str, Bot>>,
    /// Telegram's limits, which hold whatever ours are set to.
    pace: Limits,
}

#[derive(Clone)]
struct Bot {
    line: Telegram,
    talk: Talk,
}

impl Bots {
    /// Collects definitions; those without a token are left out, because they are switched off.
    pub fn new(platform: Platform, defs: &[BotDef]) -> Self {
        let bots = defs.iter().filter_map(|def| {
            let line = platform.telegram(def.token.clone()?);
            Some((
                def.name,
                Bot {
                    line,
                    talk: def.talk.clone(),
                },
            ))
        });
        let bots = Arc::new(bots.collect());
        let pace = Limits::new(platform.db.clock().clone(), true);
        Self { platform, bots, pace }
    }

    /// The names of the bots that are on.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.bots.keys().copied()
    }

    fn get(&self, name: &str) -> Option<(&'static str, &Bot)> {
        self.bots.get_key_value(name).map(|(name, bot)| (*name, bot))
    }
}
