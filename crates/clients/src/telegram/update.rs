//! Updates as they arrive.

use frankenstein::updates::Update;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One update, from a poll or a webhook, not looked into yet.
///
/// Telegram adds kinds of updates without asking. If every update of a poll were parsed at once, one unknown kind would
/// fail the whole poll, again and again, and the bot would be deaf. So the update is stored as it came and parsed when
/// its turn comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawUpdate {
    /// Grows by one per update of a bot; handle each once.
    pub update_id: i64,
    /// Everything else, as it came.
    #[serde(flatten)]
    pub content: serde_json::Map<String, Value>,
}

impl RawUpdate {
    /// The update with types.
    ///
    /// # Errors
    /// When it is of a kind that this release does not know.
    pub fn parse(&self) -> Result<Update, serde_json::Error> {
        serde_json::to_value(self).and_then(serde_json::from_value)
    }
}
