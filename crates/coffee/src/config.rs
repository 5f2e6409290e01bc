//! What the configuration says about the coffee product. Numbers that an owner changes at run time are in `rules`.

use karavan_kernel::{Secret, TimeZone};
use serde::Deserialize;

/// The section `[coffee]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoffeeConfig {
    /// Token of the guests' bot; empty switches the bot off.
    pub guest_bot_token: Secret,
    /// Token of the baristas' bot; empty switches the bot off.
    pub barista_bot_token: Secret,
    /// Where the cafés are, as an IANA name: birthdays and days are counted there.
    pub time_zone: TimeZone,
}

impl CoffeeConfig {
    /// Both bots on, in Moscow.
    pub fn for_testing(guest_bot_token: &str, barista_bot_token: &str) -> Self {
        Self {
            guest_bot_token: Secret::new(guest_bot_token),
            barista_bot_token: Secret::new(barista_bot_token),
            time_zone: "Europe/Moscow".parse().expect("a zone of the database"),
        }
    }
}
