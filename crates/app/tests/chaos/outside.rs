//! A simulated Telegram and people who write without a pause: each says the next thing as soon as the bot has answered.

use std::time::{Duration, Instant};

use karavan_simulators::{
    Clock,
    telegram::{Author, BotAccount, Person, PrivateChat, TelegramSimulator, Transcript},
};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

pub const TOKEN: &str = "4200000009:outside";
const BOT: &str = "outside_bot";

/// Longer than a lease lives, so that a late answer is told from none.
const PATIENCE: Duration = Duration::from_secs(40);

/// Telegram, in this process.
pub struct Outside {
    telegram: TelegramSimulator,
    /// Its address.
    pub base: String,
    people: i64,
    _server: JoinSet<()>,
}

impl Outside {
    pub async fn open(people: i64) -> Self {
        let bot = BotAccount {
            token: TOKEN.to_owned(),
            username: BOT.to_owned(),
            name: BOT.to_owned(),
        };
        let telegram = TelegramSimulator::new(vec![bot], (1..=people).map(Person::numbered).collect(), Clock::system());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut server = JoinSet::new();
        let served = telegram.clone();
        server.spawn(async move { served.serve_api(listener, CancellationToken::new()).await.unwrap() });
        Self {
            telegram,
            base,
            people,
            _server: server,
        }
    }

    /// A chat for each.
    pub fn chats(&self) -> Vec<PrivateChat> {
        let chats = (1..=self.people).map(|id| self.telegram.chat(BOT, id).unwrap());
        chats.collect()
    }
}

/// What the bot has said in a chat.
pub fn answers(chat: &Transcript) -> usize {
    chat.messages().filter(|message| message.author == Author::Bot).count()
}

/// What the person has said.
pub fn questions(chat: &Transcript) -> usize {
    chat.messages()
        .filter(|message| message.author == Author::Person)
        .count()
}

/// Says one thing and waits for the answer. How long it took.
pub async fn converse(chat: &PrivateChat) -> Duration {
    let begun = Instant::now();
    chat.start(None).unwrap();
    let said = questions(&chat.transcript());
    chat.wait_at_most(PATIENCE, |chat| answers(chat) >= said).await.unwrap();
    begun.elapsed()
}
