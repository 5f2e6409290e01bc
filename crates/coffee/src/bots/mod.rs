//! The two conversations: guests register and show codes, baristas sell.
//!
//! **Always holds:** a bot decides nothing that the HTTP API decides differently; it turns messages into calls of the same
//! flows and their errors into words.

mod barista;
mod guest;
mod words;

use std::sync::Arc;

use karavan_kernel::Secret;
use karavan_platform::bots::BotDef;

use crate::Coffee;

/// The guests' bot.
pub const GUEST: &str = "coffee.guest";
/// The baristas' bot.
pub const BARISTA: &str = "coffee.barista";

/// The guests' bot as the host runs it.
pub(crate) fn guest_bot(coffee: &Coffee) -> BotDef {
    let state = coffee.clone();
    BotDef {
        name: GUEST,
        token: given(&coffee.config.guest_bot_token),
        talk: Arc::new(move |turn| {
            let coffee = state.clone();
            Box::pin(async move { guest::talk(&coffee, turn).await })
        }),
    }
}

/// The baristas' bot as the host runs it.
pub(crate) fn barista_bot(coffee: &Coffee) -> BotDef {
    let state = coffee.clone();
    BotDef {
        name: BARISTA,
        token: given(&coffee.config.barista_bot_token),
        talk: Arc::new(move |turn| {
            let coffee = state.clone();
            Box::pin(async move { barista::talk(&coffee, turn).await })
        }),
    }
}

fn given(token: &Secret) -> Option<Secret> {
    (!token.is_empty()).then(|| token.clone())
}
