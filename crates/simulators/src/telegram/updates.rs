//! What waits for a bot: updates until an offset confirms them, and how they are fetched. How they are delivered instead
//! is in `deliveries`.
//!
//! **Invariant:** one poll at a time. A new one, or a webhook, ends the one that waits.

use std::{collections::VecDeque, sync::Arc};

use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{Notify, watch};
use tracing::warn;

use super::{
    deliveries::{Hook, Line, Waiting},
    error::BotError,
};

/// Telegram keeps updates for a day; so many are more than a day of any demo.
const MOST_UPDATES: usize = 10_000;

/// Where updates would be delivered instead of being polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The address.
    pub url: String,
    /// What the header `X-Telegram-Bot-Api-Secret-Token` is to say.
    pub secret: Option<String>,
    /// At most so many requests at a time.
    pub max_connections: i64,
}

/// The updates of one bot.
#[derive(Debug)]
pub(super) struct Inbox {
    next_id: i64,
    pub(super) waiting: VecDeque<Waiting>,
    /// The kinds that the bot asked for; `None` is Telegram's default, which contains all that we send.
    allowed: Option<Vec<String>>,
    pub(super) hook: Option<Hook>,
    poll: Poll,
    changed: watch::Sender<u64>,
    /// Wakes whoever delivers.
    news: Arc<Notify>,
}

/// Which poll may go on waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Poll {
    number: u64,
    ended_by: &'static str,
}

const BY_POLL: &str = "terminated by other getUpdates request; make sure that only one bot instance is running";
const BY_WEBHOOK: &str = "terminated by setWebhook request";
const WEBHOOK_ACTIVE: &str =
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

impl Inbox {
    /// Ids begin at the time of the start, so that a restarted simulator does not repeat ids a bot has seen.
    pub(super) fn new(now: i64, news: Arc<Notify>) -> Self {
        let changed = watch::Sender::new(0);
        let poll = Poll {
            number: 0,
            ended_by: BY_POLL,
        };
        Self {
            next_id: now.max(1),
            waiting: VecDeque::new(),
            allowed: None,
            hook: None,
            poll,
            changed,
            news,
        }
    }

    /// Files an update of a chat under its kind, if the bot wants that kind.
    pub(super) fn push(&mut self, kind: &str, chat: i64, content: impl Serialize) {
        if self
            .allowed
            .as_ref()
            .is_some_and(|allowed| !allowed.iter().any(|wanted| wanted == kind))
        {
            return;
        }
        let content = serde_json::to_value(content).expect("our own types have string keys and no failing Serialize");
        let id = self.next_id;
        self.next_id += 1;
        let update = json!({ "update_id": id, kind: content });
        let line = match kind {
            "callback_query" => Line::Presses(chat),
            _ => Line::Chat(chat),
        };
        self.waiting.push_back(Waiting::new(id, line, update));
        if self.waiting.len() > MOST_UPDATES {
            self.waiting.pop_front();
            warn!("A bot has not fetched {MOST_UPDATES} updates, the oldest is dropped");
        }
        self.notify();
    }

    pub(super) fn pending(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn webhook(&self) -> Option<&Webhook> {
        self.hook.as_ref().map(|hook| &hook.webhook)
    }

    pub(super) fn allowed(&self) -> Option<&[String]> {
        self.allowed.as_deref()
    }

    /// An empty list means the default again, no list means as before.
    pub(super) fn allow(&mut self, kinds: Option<Vec<String>>) {
        if let Some(kinds) = kinds {
            self.allowed = (!kinds.is_empty()).then_some(kinds);
        }
    }

    pub(super) fn set_webhook(&mut self, webhook: Option<Webhook>, drop_pending: bool) {
        if drop_pending {
            self.waiting.clear();
        }
        self.hook = webhook.map(Hook::new);
        self.waiting.iter_mut().for_each(Waiting::start_over);
        self.poll = Poll {
            number: self.poll.number + 1,
            ended_by: BY_WEBHOOK,
        };
        self.notify();
    }

    /// Begins a poll: confirms what `offset` has passed and ends the poll that waits.
    pub(super) fn begin(&mut self, offset: i64) -> Result<(Poll, watch::Receiver<u64>), BotError> {
        if self.hook.is_some() {
            return Err(BotError::Conflict(WEBHOOK_ACTIVE));
        }
        if offset < 0 {
            let keep = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
            self.waiting.drain(..self.waiting.len().saturating_sub(keep));
        } else {
            self.waiting.retain(|waiting| waiting.id >= offset);
        }
        self.poll = Poll {
            number: self.poll.number + 1,
            ended_by: BY_POLL,
        };
        self.notify();
        // Subscribed after our own notification, so that it does not wake us.
        Ok((self.poll, self.changed.subscribe()))
    }

    /// The first updates, or the news that this poll was ended.
    pub(super) fn look(&self, poll: Poll, limit: usize) -> Result<Vec<Value>, BotError> {
        if self.poll.number != poll.number {
            return Err(BotError::Conflict(self.poll.ended_by));
        }
        Ok(self
            .waiting
            .iter()
            .take(limit)
            .map(|waiting| waiting.update.clone())
            .collect())
    }

    pub(super) fn notify(&self) {
        self.changed.send_modify(|version| *version += 1);
        self.news.notify_one();
    }
}
