//! A Telegram that lives in memory: the Bot API on one side, people with phones on the other.
//!
//! Bots talk to [`TelegramSimulator::api_router`] exactly as they talk to `api.telegram.org`. People are played by
//! tests through [`PrivateChat`] and by humans through [`TelegramSimulator::pages_router`].
//!
//! **Invariant:** `update_id` grows per bot and `message_id` per chat; an update is kept until an offset confirms it.
//! **Invariant:** the state lock is never held over an await, and everything that grows has a limit.
//! **Absent on purpose:** groups, channels, media, Markdown, multipart bodies, and TLS on the way to a webhook. Parameters
//! that are not known are ignored, as the real server does.
//!
//! Start at [`PrivateChat`] for people and at `api` for bots; `courier` delivers to webhooks.

mod accounts; // who takes part: bots and people
mod api; // the Bot API over HTTP
mod chat; // one conversation: messages, keyboards, blocks
mod courier; // webhooks: the requests
mod deliveries; // webhooks: which update goes out when
mod error; // what a bot is answered when something is wrong
mod failures; // trouble on demand and the real rate limits
mod html; // parse_mode=HTML
mod markup; // keyboards
mod people; // what a person can do in a chat
mod scene; // an act of a person under the lock
mod state; // everything together, behind one lock
mod text; // texts with entities
mod transcript; // what a person sees, and waiting for it
mod updates; // what waits for a bot
mod weather; // trouble by chance
mod wire; // the JSON objects of the Bot API

use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use tokio::{net::TcpListener, sync::Notify};
use tokio_util::sync::CancellationToken;

use crate::{Clock, pages};

pub use accounts::{BotAccount, Person};
pub use deliveries::Delivery;
pub use failures::Failure;
pub use markup::{InlineButton, ReplyButton, ReplyKeyboard};
pub use people::{ActError, PrivateChat};
pub use text::{Entity, EntityKind};
pub(crate) use text::{is_web, runs};
pub use transcript::{Action, Author, Contact, Entry, Message, Notice, Transcript, WaitError};
pub use updates::Webhook;
pub use weather::Weather;

/// A Telegram in memory. Clones share it.
#[derive(Clone, Debug)]
pub struct TelegramSimulator(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<state::State>,
    clock: Clock,
    stopped: CancellationToken,
    /// Something may have to be delivered.
    news: Arc<Notify>,
    line: courier::Line,
}

impl TelegramSimulator {
    /// Nobody has written anything yet: bots cannot write to people before these write to them.
    pub fn new(bots: Vec<BotAccount>, people: Vec<Person>, clock: Clock) -> Self {
        let news = Arc::new(Notify::new());
        let state = state::State::new(bots, people, clock.now(), &news);
        Self(Arc::new(Shared {
            state: Mutex::new(state),
            clock,
            stopped: CancellationToken::new(),
            news,
            line: courier::line(),
        }))
    }

    /// The Bot API: `/bot<token>/<method>`. For a loopback port: a token is all that it asks for.
    pub fn api_router(&self) -> Router {
        api::router(self.clone())
    }

    /// The chat pages, to be nested at `base_path` (`"/demo/telegram"`), which their links and forms begin with. `mail` is where
    /// the pages of the inbox are, if there are any.
    pub fn pages_router(&self, base_path: &str, mail: Option<&str>) -> Router {
        pages::router(self.clone(), base_path, mail)
    }

    /// Serves [`Self::api_router`] until `shutdown`; waiting polls end at once. Nothing is delivered to webhooks by it: see
    /// [`Self::deliver`].
    ///
    /// # Errors
    /// What the listener reports.
    pub async fn serve_api(&self, listener: TcpListener, shutdown: CancellationToken) -> std::io::Result<()> {
        let simulator = self.clone();
        let stop = async move {
            shutdown.cancelled().await;
            simulator.stop();
        };
        axum::serve(listener, self.api_router())
            .with_graceful_shutdown(stop)
            .await
    }

    /// Ends every long poll and every live page, now and from now on, so that servers can shut down gracefully.
    pub fn stop(&self) {
        self.0.stopped.cancel();
    }

    /// The conversation of one person with one bot (by username, with or without `@`).
    ///
    /// # Errors
    /// When the bot or the person is unknown.
    pub fn chat(&self, bot: &str, person: i64) -> Result<PrivateChat, ActError> {
        PrivateChat::find(self, bot, person)
    }

    /// The bots, in the order they were given.
    pub fn bots(&self) -> Vec<BotAccount> {
        self.lock().bots.iter().map(|bot| bot.account.clone()).collect()
    }

    /// The people, in the order they were given.
    pub fn people(&self) -> Vec<Person> {
        self.lock().people.clone()
    }

    /// One more person. A person with the same id is replaced, the chats stay.
    pub fn add_person(&self, person: Person) {
        self.lock().add_person(person);
    }

    /// The next message that any bot sends or edits, in any chat, ends like this. Can be called several times.
    pub fn fail_next(&self, failure: Failure) {
        self.lock().trouble.failures.push_back(failure);
    }

    /// Whether the real limits hold (a burst of 3, then one message a second per chat; 30 a second per bot). Off at first.
    pub fn enforce_limits(&self, on: bool) {
        self.lock().trouble.limits = on;
    }

    /// Every message that this bot sends or edits is refused with 429 for so many seconds.
    pub fn storm(&self, bot: &str, seconds: u32) {
        let until = self.clock().now() + i64::from(seconds);
        if let Some(bot) = self.lock().bot_mut(bot) {
            bot.storm_until = until;
        }
    }

    /// From now on messages fail by chance.
    pub fn set_weather(&self, weather: Weather) {
        self.lock().trouble.weather = Some(weather);
    }

    /// The next update that is delivered to the bot's webhook for the first time is treated like this. Can be called several
    /// times; a new webhook forgets it.
    pub fn order_delivery(&self, bot: &str, delivery: Delivery) {
        if let Some(hook) = self.lock().bot_mut(bot).and_then(|bot| bot.inbox.hook.as_mut()) {
            hook.ordered.push_back(delivery);
        }
    }

    /// How many updates a bot has not confirmed yet.
    pub fn pending_updates(&self, bot: &str) -> usize {
        self.lock().bot(bot).map_or(0, |bot| bot.inbox.pending())
    }

    /// The webhook that a bot has set.
    pub fn webhook(&self, bot: &str) -> Option<Webhook> {
        self.lock().bot(bot)?.inbox.webhook().cloned()
    }

    /// The commands that a bot has published for everybody: name and description.
    pub fn commands(&self, bot: &str) -> Vec<(String, String)> {
        self.lock()
            .bot(bot)
            .map(state::Bot::default_commands)
            .unwrap_or_default()
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub(crate) fn stopped(&self) -> &CancellationToken {
        &self.0.stopped
    }

    fn news(&self) -> &Notify {
        &self.0.news
    }

    fn line(&self) -> &courier::Line {
        &self.0.line
    }

    fn lock(&self) -> MutexGuard<'_, state::State> {
        self.0
            .state
            .lock()
            .expect("a panic under the lock is a bug of the simulator, which must not be hidden")
    }
}
