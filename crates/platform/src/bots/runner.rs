//! Serves bots: one node at a time holds a bot's lease, hears (or looks after the webhook) and sends its messages.
//!
//! **Always holds:** a node that lost the lease, or that cannot ask whether it has, lets go before another may take it: it
//! hears nothing more and begins no further message. What two nodes store all the same is stored once, because the rows
//! decide. A sent message is no row: it comes twice when the process died or was frozen between sending it and writing that
//! down, or when Telegram's answer got lost.

use std::{sync::Arc, time::Duration};

use karavan_clients::telegram::TelegramError;
use karavan_store::{
    StoreError, StoreResult, lease,
    queue::{Registry, Worker, WorkerConfig},
};
use karavan_web::origin::Origin;
use tokio::{
    task::JoinSet,
    time::{Instant, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;

use super::{Bot, Bots, HearError, Mode, metrics::Serving, polling::hear, webhook::tend};

/// Renewed three times within a lease's life.
const RENEW: Duration = Duration::from_secs(5);
/// How often a node that waits looks whether the holder has given the lease back: people notice a longer silence.
const WATCH: Duration = Duration::from_millis(500);
const POLL: Duration = Duration::from_secs(25);
/// How often a webhook is looked at.
const LOOK: Duration = Duration::from_secs(60);
/// After an error: long enough not to flood, short enough not to be noticed.
const PAUSE: Duration = Duration::from_secs(2);
/// After somebody else's poll ended ours: the two would only go on ending each other's.
const CONFLICT_PAUSE: Duration = Duration::from_secs(10);
/// Messages being sent at a time, per bot: they wait for the network most of the time.
const SENDERS: usize = 8;

/// Runs every bot of this process until `stop`.
pub async fn run(bots: Bots, registry: Arc<Registry>, stop: CancellationToken) {
    let mut running = JoinSet::new();
    for (name, bot) in bots.each() {
        running.spawn(
            Runner {
                bots: bots.clone(),
                registry: registry.clone(),
                name,
                bot,
            }
            .run(stop.clone()),
        );
    }
    while running.join_next().await.is_some() {}
}

/// Hears what waits for each bot, without waiting for more and without a lease; with webhooks, registers them instead. For
/// tests of one node, which drive time themselves.
///
/// # Errors
/// When Telegram or the database does not answer.
pub async fn poll_once(bots: &Bots) -> Result<usize, HearError> {
    let mut heard = 0;
    for (name, bot) in bots.each() {
        heard += hear_once(bots, name, &bot).await?;
    }
    Ok(heard)
}

/// One step of a node among others: takes or renews the lease of the bot, and hears if it is this node's. `None`: another
/// node has it. For tests; a process does the same in [`run`].
///
/// # Errors
/// When Telegram or the database does not answer.
pub async fn step(bots: &Bots, name: &str) -> Result<Option<usize>, HearError> {
    let Some((name, bot)) = bots.get(name) else {
        return Ok(None);
    };
    if acquire(bots, name).await?.is_none() {
        return Ok(None);
    }
    hear_once(bots, name, bot).await.map(Some)
}

/// Gives the bot's lease back, so that another node need not wait for it to run out.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn give_back(bots: &Bots, name: &str) -> StoreResult<()> {
    lease::release(&bots.platform.db, &lease_of(name), &bots.platform.node).await
}

/// Gives up after [`RENEW`]: a connection that died without a word would keep us waiting for minutes.
async fn acquire(bots: &Bots, name: &str) -> StoreResult<Option<i64>> {
    let lease = lease_of(name);
    let asked = lease::acquire(&bots.platform.db, &lease, &bots.platform.node);
    timeout(RENEW, asked)
        .await
        .unwrap_or(Err(StoreError::Busy("no answer about a lease")))
}

fn lease_of(name: &str) -> String {
    format!("bot:{name}")
}

async fn hear_once(bots: &Bots, name: &'static str, bot: &Bot) -> Result<usize, HearError> {
    match &bots.mode {
        Mode::Polling => hear(bots, name, bot, Duration::ZERO).await,
        Mode::Webhook { base } => {
            tend(bots, name, bot, base).await?;
            Ok(0)
        }
    }
}

struct Runner {
    bots: Bots,
    registry: Arc<Registry>,
    name: &'static str,
    bot: Bot,
}

impl Runner {
    /// Waits for the bot's lease, serves while holding it, waits again.
    async fn run(self, stop: CancellationToken) {
        let name = self.name;
        Serving::waits(name);
        while !stop.is_cancelled() {
            match acquire(&self.bots, name).await {
                Ok(Some(_epoch)) => self.serve(&stop).await,
                Ok(None) => {}
                Err(error) => tracing::warn!(bot = name, %error, "The bot's lease cannot be asked for now"),
            }
            tokio::select! { () = stop.cancelled() => {}, () = self.wait_until_free() => {} }
        }
        if let Err(error) = give_back(&self.bots, name).await {
            tracing::warn!(bot = name, %error, "The bot's lease was not given back; it runs out by itself");
        }
    }

    /// Ends when the lease can be asked for: soon after its holder gave it back, and not too often while the database is away.
    async fn wait_until_free(&self) {
        let platform = &self.bots.platform;
        loop {
            tokio::time::sleep(WATCH).await;
            match lease::is_free(&platform.db, &lease_of(self.name), &platform.node).await {
                Ok(false) => {}
                Ok(true) => return,
                Err(_unreachable) => return tokio::time::sleep(RENEW).await,
            }
        }
    }

    /// Hears and sends until the lease is lost or the program stops.
    async fn serve(&self, stop: &CancellationToken) {
        let held = stop.child_token();
        let _shown = Serving::begins(self.name);
        let hear = async {
            match &self.bots.mode {
                Mode::Polling => self.poll(&held).await,
                Mode::Webhook { base } => self.tend(base, &held).await,
            }
        };
        tokio::join!(self.keep_lease(&held), hear, self.speak(&held));
    }

    async fn keep_lease(&self, held: &CancellationToken) {
        let (mut renewed, mut pause) = (Instant::now(), RENEW);
        loop {
            tokio::select! { () = held.cancelled() => return, () = tokio::time::sleep(pause) => {} }
            let asked = Instant::now();
            // By the time that another node may take the lease this one has let go, answers or not.
            match timeout_at(renewed + (lease::LIFE - RENEW), acquire(&self.bots, self.name)).await {
                Ok(Ok(Some(_epoch))) => (renewed, pause) = (asked, RENEW),
                Ok(Err(_unreachable)) => pause = PAUSE,
                Ok(Ok(None)) | Err(_) => break,
            }
        }
        tracing::warn!(bot = self.name, "The bot's lease is lost; another node serves it");
        held.cancel();
    }

    /// Goes back to polling first: the last holder may have used a webhook.
    async fn poll(&self, held: &CancellationToken) {
        tracing::info!(bot = self.name, "Listening to Telegram for {}", self.name);
        self.bot.confirm.forget();
        let hearing = async {
            if let Err(error) = self.bot.line.delete_webhook(false).await {
                tokio::time::sleep(self.pause_for(&error)).await;
            }
            loop {
                if let Err(error) = hear(&self.bots, self.name, &self.bot, POLL).await {
                    tokio::time::sleep(self.pause_after(&error)).await;
                }
            }
        };
        tokio::select! { () = held.cancelled() => {}, () = hearing => {} }
    }

    async fn tend(&self, base: &Origin, held: &CancellationToken) {
        self.bot.webhook.lock().await.forget();
        let tending = async {
            loop {
                let pause = match tend(&self.bots, self.name, &self.bot, base).await {
                    Ok(()) => LOOK,
                    Err(error) => self.pause_for(&error).max(CONFLICT_PAUSE),
                };
                tokio::time::sleep(pause).await;
            }
        };
        tokio::select! { () = held.cancelled() => {}, () = tending => {} }
    }

    /// Sends, except while Telegram wants the whole bot to be silent: then nothing is claimed, and the queue keeps it all.
    async fn speak(&self, held: &CancellationToken) {
        let platform = &self.bots.platform;
        let config = WorkerConfig {
            node: format!("{}/{}", platform.node, self.name),
            lane: self.name,
            concurrency: SENDERS,
        };
        let sender = Worker::new(platform.db.clone(), self.registry.clone(), config);
        while !held.is_cancelled() {
            let shift = held.child_token();
            tokio::join!(sender.run(shift.clone()), self.end_at_pause(&shift));
            if let Some(pause) = self.bots.pace.pause_of(self.name) {
                tracing::warn!(
                    bot = self.name,
                    seconds = pause.as_secs(),
                    "Telegram wants {} to be silent",
                    self.name
                );
                tokio::select! { () = held.cancelled() => {}, () = tokio::time::sleep(pause) => {} }
            }
        }
    }

    async fn end_at_pause(&self, shift: &CancellationToken) {
        let mut pauses = self.bots.pace.pauses();
        while self.bots.pace.pause_of(self.name).is_none() {
            tokio::select! { () = shift.cancelled() => return, _ = pauses.changed() => {} }
        }
        shift.cancel();
    }

    fn pause_after(&self, error: &HearError) -> Duration {
        match error {
            HearError::Telegram(error) => self.pause_for(error),
            HearError::Store(error) => {
                tracing::warn!(bot = self.name, %error, "Updates cannot be stored now");
                PAUSE
            }
        }
    }

    fn pause_for(&self, error: &TelegramError) -> Duration {
        let name = self.name;
        match error {
            TelegramError::TooManyRequests { retry_after } => *retry_after,
            // The owner must act; asking every minute is enough to notice when they have.
            TelegramError::Unauthorized => {
                tracing::error!(bot = name, "Telegram refuses the token of {name}; set a valid one");
                Duration::from_secs(60)
            }
            TelegramError::Conflict { description } => {
                tracing::error!(
                    bot = name,
                    description,
                    "Another program polls {name} with the same token: stop it, or give each a token of its own"
                );
                CONFLICT_PAUSE
            }
            TelegramError::Rejected { description, .. } => {
                tracing::error!(
                    bot = name,
                    description,
                    "Telegram refuses to serve {name}: {description}"
                );
                Duration::from_secs(60)
            }
            other => {
                tracing::warn!(bot = name, error = %other, "Telegram cannot be reached for {name} now");
                PAUSE
            }
        }
    }
}
