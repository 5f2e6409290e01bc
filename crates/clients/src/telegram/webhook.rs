//! How the delivery of updates goes, as Telegram sees it.

use serde::Deserialize;

/// The answer of `getWebhookInfo`, as far as we look at it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct WebhookInfo {
    /// The address; empty when none is set.
    #[serde(default)]
    pub url: String,
    /// How many updates have not been accepted yet.
    #[serde(default)]
    pub pending_update_count: u64,
    /// When the last delivery failed, in unix seconds.
    #[serde(default)]
    pub last_error_date: Option<i64>,
    /// Why, in words for people.
    #[serde(default)]
    pub last_error_message: Option<String>,
}
