//! The simulated Telegram of a test: a real server on a port of this machine.

use std::{collections::BTreeMap, net::Ipv4Addr, ops::Deref, sync::Arc};

use karavan_kernel::{Clock, Secret};
use karavan_simulators::telegram::{BotAccount, TelegramSimulator};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::chat;

/// Telegram, as far as a test needs it. Dereferences to the simulator, which can also be told to fail.
#[derive(Clone, Debug)]
pub struct TestTelegram {
    simulator: TelegramSimulator,
    address: Arc<str>,
    tokens: Arc<BTreeMap<&'static str, Secret>>,
}

impl Deref for TestTelegram {
    type Target = TelegramSimulator;
    fn deref(&self) -> &TelegramSimulator {
        &self.simulator
    }
}

impl TestTelegram {
    pub(super) async fn start(
        bots: &[&'static str],
        clock: &Clock,
        tasks: &mut JoinSet<()>,
        stop: &CancellationToken,
    ) -> Self {
        let accounts: Vec<BotAccount> = (700..)
            .zip(bots)
            .map(|(number, username)| account(number, username))
            .collect();
        let tokens = bots
            .iter()
            .copied()
            .zip(accounts.iter().map(|bot| Secret::new(&bot.token)))
            .collect();
        let clock = clock.clone();
        let clock = karavan_simulators::Clock::from_fn(move || clock.now().seconds());
        let simulator = TelegramSimulator::new(accounts, chat::people(), clock);
        // The real limits: what a bot may not do there, it may not do here.
        simulator.enforce_limits(true);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("the machine has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (served, stop) = (simulator.clone(), stop.clone());
        tasks.spawn(async move {
            served
                .serve_api(listener, stop)
                .await
                .expect("a loopback listener works");
        });
        Self {
            simulator,
            address: format!("http://{address}").into(),
            tokens: Arc::new(tokens),
        }
    }

    /// The token of a bot, by its username.
    ///
    /// # Panics
    /// When the builder was not given this bot.
    pub fn token(&self, username: &str) -> Secret {
        let Some(token) = self.tokens.get(username) else {
            panic!("there is no bot `{username}`: name it in `TestApp::builder(db).bots(&[…])`");
        };
        token.clone()
    }

    /// Where the Bot API is served.
    pub fn address(&self) -> &str {
        &self.address
    }
}

fn account(number: u32, username: &str) -> BotAccount {
    BotAccount {
        token: format!("{number}:{username}"),
        username: username.to_owned(),
        name: username.to_owned(),
    }
}
