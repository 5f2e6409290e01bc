//! Listens to Telegram: one node at a time polls a bot and sends its messages.
//!
//! **Always holds:** an update is confirmed to Telegram only after its row and its job have committed.

use std::{sync::Arc, time::Duration};

use karavan_clients::telegram::{
    RawUpdate, Telegram, TelegramError,
    api::{methods::AnswerCallbackQueryParams, types::AllowedUpdate},
};
use karavan_kernel::Actor;
use karavan_store::{
    StoreError, StoreResult, lease,
    queue::{Enqueue, Registry, Worker, WorkerConfig},
};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Bots, HandleUpdate, input, store};

/// Renewed three times within a lease's life.
const RENEW: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_secs(25);
/// After a silent week Telegram may count anew from any number, and an offset from before would confirm what nobody saw.
const COUNTING: Duration = Duration::from_secs(6 * 24 * 3_600);
/// After an error: long enough not to flood, short enough not to be noticed.
const PAUSE: Duration = Duration::from_secs(2);
/// Messages being sent at a time, per bot: they wait for the network most of the time.
const SENDERS: usize = 8;

/// Runs every bot of this process until `stop`.
pub async fn run(bots: Bots, registry: Arc<Registry>, stop: CancellationToken) {
    let mut running = JoinSet::new();
    for name in bots.names() {
        running.spawn(
            Runner {
                bots: bots.clone(),
                registry: registry.clone(),
                bot: name,
            }
            .run(stop.clone()),
        );
    }
    while running.join_next().await.is_some() {}
}

/// Fetches what waits for each bot, without waiting for more: for tests, which drive time themselves.
///
/// # Errors
/// When Telegram or the database does not answer.
pub async fn poll_once(bots: &Bots) -> Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    let mut fetched = 0;
    for name in bots.names() {
        let runner = Runner {
            bots: bots.clone(),
            registry: Arc::default(),
            bot: name,
        };
        let (_, bot) = bots.get(name).expect("the bot names itself");
        fetched += runner.fetch(&bot.line, Duration::ZERO).await?;
    }
    Ok(fetched)
}

#[derive(Debug, thiserror::Error)]
enum FetchError {
    #[error(transparent)]
    Telegram(#[from] TelegramError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

struct Runner {
    bots: Bots,
    registry: Arc<Registry>,
    bot: &'static str,
}

impl Runner {
    /// Waits for the bot's lease, serves while holding it, waits again.
    async fn run(self, stop: CancellationToken) {
        let node = self.bots.platform.node.clone();
        let lease_name = format!("bot:{}", self.bot);
        let db = self.bots.platform.db.clone();
        while !stop.is_cancelled() {
            match lease::acquire(&db, &lease_name, &node).await {
                Ok(Some(_epoch)) => self.serve(&lease_name, &stop).await,
                Ok(None) => {}
                Err(error) => tracing::warn!(bot = self.bot, %error, "The bot's lease cannot be asked for now"),
            }
            tokio::select! { () = stop.cancelled() => {}, () = tokio::time::sleep(RENEW) => {} }
        }
        if let Err(error) = lease::release(&db, &lease_name, &node).await {
            tracing::warn!(bot = self.bot, %error, "The bot's lease was not given back; it runs out by itself");
        }
    }

    /// Polls and sends until the lease is lost or the program stops.
    async fn serve(&self, lease_name: &str, stop: &CancellationToken) {
        let held = stop.child_token();
        let platform = &self.bots.platform;
        let config = WorkerConfig {
            node: format!("{}/{}", platform.node, self.bot),
            lane: self.bot,
            concurrency: SENDERS,
        };
        let sender = Worker::new(platform.db.clone(), self.registry.clone(), config);
        tracing::info!(bot = self.bot, "Listening to Telegram for {}", self.bot);
        tokio::join!(
            self.keep_lease(lease_name, &held),
            self.poll(&held),
            sender.run(held.clone())
        );
    }

    async fn keep_lease(&self, lease_name: &str, held: &CancellationToken) {
        let platform = &self.bots.platform;
        let mut missed = 0;
        while missed < 2 {
            tokio::select! { () = held.cancelled() => return, () = tokio::time::sleep(RENEW) => {} }
            match lease::acquire(&platform.db, lease_name, &platform.node).await {
                Ok(Some(_epoch)) => missed = 0,
                Ok(None) => break,
                Err(_unreachable) => missed += 1,
            }
        }
        tracing::warn!(bot = self.bot, "The bot's lease is lost; another node serves it");
        held.cancel();
    }

    async fn poll(&self, held: &CancellationToken) {
        let Some((_, bot)) = self.bots.get(self.bot) else {
            return;
        };
        let line = bot.line.clone();
        while !held.is_cancelled() {
            let round = tokio::select! {
                () = held.cancelled() => return,
                round = self.poll_once(&line) => round,
            };
            if let Err(pause) = round {
                tokio::select! { () = held.cancelled() => return, () = tokio::time::sleep(pause) => {} }
            }
        }
    }

    /// One long poll. The error is how long to wait before the next.
    async fn poll_once(&self, line: &Telegram) -> Result<(), Duration> {
        match self.fetch(line, POLL).await {
            Ok(_fetched) => Ok(()),
            Err(FetchError::Telegram(error)) => Err(self.pause_for(&error)),
            Err(FetchError::Store(error)) => {
                tracing::warn!(bot = self.bot, %error, "Updates cannot be stored now");
                Err(PAUSE)
            }
        }
    }

    /// Fetches, stores, answers presses; the next fetch confirms what is stored.
    async fn fetch(&self, line: &Telegram, wait: Duration) -> Result<usize, FetchError> {
        let db = &self.bots.platform.db;
        let after = store::last_update(&mut *db.read().await?, self.bot, db.clock().now() - COUNTING).await?;
        let allowed = [AllowedUpdate::Message, AllowedUpdate::CallbackQuery];
        let updates = line
            .get_updates(after.map(|last| last + 1), 100, wait, &allowed)
            .await?;
        self.store(&updates).await?;
        answer_presses(line, &updates).await;
        Ok(updates.len())
    }

    fn pause_for(&self, error: &TelegramError) -> Duration {
        match error {
            TelegramError::TooManyRequests { retry_after } => *retry_after,
            // The owner must act; asking every minute is enough to notice when they have.
            TelegramError::Unauthorized => {
                tracing::error!(
                    bot = self.bot,
                    "Telegram refuses the token of {}; set a valid one",
                    self.bot
                );
                Duration::from_secs(60)
            }
            other => {
                tracing::warn!(bot = self.bot, error = %other, "Telegram cannot be polled now");
                PAUSE
            }
        }
    }

    async fn store(&self, updates: &[RawUpdate]) -> StoreResult<()> {
        if updates.is_empty() {
            return Ok(());
        }
        let mut tx = self.bots.platform.db.begin(Actor::System("bots")).await?;
        for update in updates {
            let content = serde_json::to_string(update).map_err(|error| StoreError::Malformed(error.to_string()))?;
            if store::insert_update(&mut tx, self.bot, update.update_id, &content).await? {
                let chat = chat_of(update).unwrap_or(0);
                let job = HandleUpdate {
                    bot: self.bot.to_owned(),
                    update_id: update.update_id,
                };
                tx.enqueue_with(&job, Enqueue::default().in_order_of(format!("bot:{}:{chat}", self.bot)))
                    .await?;
            }
        }
        tx.commit().await
    }
}

fn chat_of(update: &RawUpdate) -> Option<i64> {
    input::read(update.parse().ok()?).map(|event| event.person.id)
}

/// Ends the waiting on pressed buttons at once, best effort: the real answer is a message.
async fn answer_presses(line: &Telegram, updates: &[RawUpdate]) {
    for update in updates {
        let press = update.parse().ok().and_then(input::read).and_then(|event| event.press);
        let Some(press) = press else { continue };
        let answer = AnswerCallbackQueryParams::builder().callback_query_id(press.id).build();
        if let Err(error) = line.answer_callback_query(&answer).await {
            tracing::debug!(%error, "A pressed button was not answered");
        }
    }
}
