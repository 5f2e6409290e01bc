//! What operators see of the bots in numbers.
//!
//! **Always holds:** an update counts after its transaction has committed, so a number never runs ahead of the rows.

use karavan_kernel::metric::Metric;

use super::Mode;

/// The metrics of this crate. A new one is named here, or a test of the whole program fails.
pub const METRICS: &[Metric] = &[
    Metric::gauge(
        "bot_lease_held",
        "1 where this process serves the bot, 0 where it waits for its turn",
    ),
    Metric::counter(
        "bot_messages_total",
        "Messages that a bot tried to send, by what Telegram said",
    ),
    Metric::counter(
        "bot_updates_total",
        "Updates that came from Telegram, new ones and repeated ones",
    ),
];

/// What Telegram said to a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Sent,
    /// 429.
    TooMany,
    /// 403: the person has blocked the bot or never wrote to it.
    Unreachable,
    /// Anything else, or nothing.
    Failed,
}

pub(super) fn count_message(bot: &'static str, answer: Answer) {
    let answer = match answer {
        Answer::Sent => "sent",
        Answer::TooMany => "too_many",
        Answer::Unreachable => "unreachable",
        Answer::Failed => "failed",
    };
    metrics::counter!("bot_messages_total", "bot" => bot, "answer" => answer).increment(1);
}

/// `new` of the updates that came were stored; the others were known already.
pub(super) fn count_updates(bot: &'static str, mode: &Mode, came: usize, new: usize) {
    let mode = match mode {
        Mode::Polling => "polling",
        Mode::Webhook { .. } => "webhook",
    };
    for (kind, count) in [("new", new), ("repeated", came.saturating_sub(new))] {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        metrics::counter!("bot_updates_total", "bot" => bot, "mode" => mode, "kind" => kind).increment(count);
    }
}

/// Shows whether this process serves a bot; for as long as it exists.
pub(super) struct Serving(&'static str);

impl Serving {
    /// It waits for its turn.
    pub(super) fn waits(bot: &'static str) {
        metrics::gauge!("bot_lease_held", "bot" => bot).set(0.0);
    }

    /// It serves.
    pub(super) fn begins(bot: &'static str) -> Self {
        metrics::gauge!("bot_lease_held", "bot" => bot).set(1.0);
        Self(bot)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        Self::waits(self.0);
    }
}
