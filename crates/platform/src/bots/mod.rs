//! Chat bots: how a message becomes a turn of a conversation, and how the answer gets out.
//!
//! **Always holds:** an update is stored before it is confirmed and handled once; the conversation's new state, the effects
//! and the answers commit together; messages of one chat are handled and sent in order. A refusal rolls the effects back
//! and still answers.
//!
//! **Absent on purpose:** what is said. A product hands over a [`BotDef`] whose `talk` decides.
//!
//! Start at [`Turn`], then `update` (the job that runs a turn), `intake` (how updates get there, by `polling` or `webhook`)
//! and `runner` (who serves a bot, and the lane of its sends).

mod def;
mod input;
mod intake;
mod message;
mod metrics;
mod pace;
mod polling;
mod runner;
mod send;
pub mod store;
mod turn;
mod update;
pub(crate) mod webhook;

use std::{collections::BTreeMap, sync::Arc};

pub use self::metrics::METRICS;
pub use def::{BotDef, Talk};
pub use input::{Input, Person};
use karavan_clients::telegram::{Telegram, api::types::AllowedUpdate};
use karavan_kernel::Secret;
use karavan_web::origin::Origin;
pub use message::{InlineButton, Keyboard, Message, ReplyButton};
pub(crate) use pace::Kind;
pub use polling::HearError;
pub use runner::{give_back, poll_once, run, step};
pub(crate) use send::Outgoing;
pub use send::Send;
pub use turn::{Refusal, Turn, TurnError};
pub use update::HandleUpdate;

use crate::Platform;

/// The kinds of updates that bots here understand.
const ALLOWED: [AllowedUpdate; 2] = [AllowedUpdate::Message, AllowedUpdate::CallbackQuery];

/// How bots hear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The node that holds a bot's lease asks Telegram: nothing has to be reachable from outside.
    #[default]
    Polling,
    /// Telegram posts to `<base>/telegram/<bot>`, on any node.
    Webhook {
        /// The public address.
        base: Origin,
    },
}

/// The bots of this process, as the jobs see them.
#[derive(Clone)]
pub struct Bots {
    platform: Platform,
    bots: Arc<BTreeMap<&'static str, Bot>>,
    mode: Mode,
    pace: pace::Pace,
}

#[derive(Clone)]
struct Bot {
    line: Telegram,
    token: Secret,
    talk: Talk,
    confirm: Arc<polling::Confirm>,
    webhook: Arc<tokio::sync::Mutex<webhook::LastLook>>,
}

impl Bots {
    /// Collects definitions; those without a token are left out, because they are switched off. They poll, unless
    /// [`Bots::in_mode`] says otherwise.
    pub fn new(platform: Platform, defs: &[BotDef]) -> Self {
        let bots = defs.iter().filter_map(|def| {
            let token = def.token.clone()?;
            let bot = Bot {
                line: platform.telegram(token.clone()),
                token,
                talk: def.talk.clone(),
                confirm: Arc::default(),
                webhook: Arc::default(),
            };
            Some((def.name, bot))
        });
        let bots: BTreeMap<_, _> = bots.collect();
        Self {
            pace: pace::Pace::new(platform.db.clock().clone(), bots.keys().copied()),
            platform,
            bots: Arc::new(bots),
            mode: Mode::default(),
        }
    }

    /// The same bots, hearing in this way.
    #[must_use]
    pub fn in_mode(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    /// The names of the bots that are on.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.bots.keys().copied()
    }

    fn each(&self) -> Vec<(&'static str, Bot)> {
        self.bots.iter().map(|(name, bot)| (*name, bot.clone())).collect()
    }

    fn get(&self, name: &str) -> Option<(&'static str, &Bot)> {
        self.bots.get_key_value(name).map(|(name, bot)| (*name, bot))
    }
}
