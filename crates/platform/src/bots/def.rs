//! A bot as a product hands it over.

use std::sync::Arc;

use futures::future::BoxFuture;
use karavan_kernel::Secret;

use super::{Turn, TurnError};

/// Decides one turn of a conversation.
pub type Talk = Arc<dyn for<'t> Fn(&'t mut Turn) -> BoxFuture<'t, Result<(), TurnError>> + Send + Sync>;

/// A bot: plain data, so that tests can list it.
#[derive(Clone)]
pub struct BotDef {
    /// The stored name, `<product>.<audience>`; also the lane of its sends.
    pub name: &'static str,
    /// Telegram's token; without one the bot is off.
    pub token: Option<Secret>,
    /// What it says.
    pub talk: Talk,
}

impl std::fmt::Debug for BotDef {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("BotDef")
            .field("name", &self.name)
            .field("on", &self.token.is_some())
            .finish_non_exhaustive()
    }
}
