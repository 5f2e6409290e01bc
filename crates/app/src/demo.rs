//! `--demo`: the outside world as simulators on loopback ports, and the people who live in it.

use std::net::Ipv4Addr;

use karavan_coffee::{DEMO_BARISTA, DEMO_GUESTS};
use karavan_kernel::Secret;
use karavan_platform::host::{DemoPages, Host};
use karavan_simulators::{
    Clock,
    mail::MailSimulator,
    telegram::{BotAccount, Person, TelegramSimulator},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{instrument::WithSubscriber, subscriber::NoSubscriber};

use crate::{
    Failure,
    config::{Config, MailConfig},
};

/// Where the chats begin.
const CHATS: &str = "/demo/telegram";

/// Where the inbox is.
const MAIL: &str = "/demo/mail";

const GUEST_BOT: &str = "karavan_guest_bot";
const BARISTA_BOT: &str = "karavan_barista_bot";

/// The simulators of a demo.
#[derive(Debug)]
pub struct Simulators {
    telegram: TelegramSimulator,
    telegram_listener: TcpListener,
    mail: MailSimulator,
    mail_listener: TcpListener,
}

impl Simulators {
    /// Takes free loopback ports, and points the configuration at them.
    ///
    /// # Errors
    /// When there is no port.
    pub async fn open(config: &mut Config) -> Result<Self, Failure> {
        let bots = vec![
            bot("4200000001:demo-guest", GUEST_BOT, "Кофейня «Караван»"),
            bot("4200000002:demo-barista", BARISTA_BOT, "Караван: бариста"),
        ];
        config.coffee.guest_bot_token = Secret::new(&bots[0].token);
        config.coffee.barista_bot_token = Secret::new(&bots[1].token);
        let telegram_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = format!("http://{}", telegram_listener.local_addr()?);
        config.telegram.base_url = address.parse().expect("an address and a port make a URL");
        let mail_listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        config.mail = MailConfig::local(mail_listener.local_addr()?.port());
        Ok(Self {
            telegram: TelegramSimulator::new(bots, people(), Clock::system()),
            telegram_listener,
            mail: MailSimulator::new(Clock::system()),
            mail_listener,
        })
    }

    /// The pages of the chats and of the inbox.
    pub fn pages(&self) -> DemoPages {
        DemoPages {
            chats: (CHATS, self.telegram.pages_router(CHATS, Some(MAIL))),
            mail: (MAIL, self.mail.pages_router(MAIL, Some(CHATS))),
        }
    }

    /// What can be opened, for the banner.
    pub fn links() -> Vec<(String, String)> {
        let chat = |title: &str, bot: &str, person: i64| (title.to_owned(), format!("{CHATS}/chat/{bot}/{person}"));
        let guest = DEMO_GUESTS.first().map(|guest| chat("Guest chat", GUEST_BOT, *guest));
        let all = [("Chats".to_owned(), CHATS.to_owned())];
        all.into_iter()
            .chain(guest)
            .chain([
                chat("Barista chat", BARISTA_BOT, DEMO_BARISTA),
                ("Mail".to_owned(), MAIL.to_owned()),
            ])
            .collect()
    }

    /// Answers the bots and takes letters until `stop`.
    ///
    /// # Errors
    /// When a listener fails.
    pub async fn serve(self, stop: CancellationToken) -> Result<(), Failure> {
        let bots = self.telegram.serve_api(self.telegram_listener, stop.clone());
        let letters = self.mail.serve(self.mail_listener, stop.clone());
        // With `[telegram] mode = "webhook"` the updates go out from here.
        let (bots, letters, ()) = tokio::join!(bots, letters, self.telegram.deliver(stop));
        Ok(bots.and(letters)?)
    }
}

/// Lets every product fill in its data; what is there already stays as it is.
///
/// # Errors
/// When the database does not take it.
pub async fn fill(host: &mut Host) -> Result<(), Failure> {
    for demo in host.take_demos() {
        // Weeks of made-up work happen now; whoever reads the log looks for what really happens.
        demo().with_subscriber(NoSubscriber::default()).await?;
    }
    Ok(())
}

fn bot(token: &str, username: &str, name: &str) -> BotAccount {
    BotAccount {
        token: token.to_owned(),
        username: username.to_owned(),
        name: name.to_owned(),
    }
}

/// Neutral to products: each plays whatever part a chat gives them. The numbers belong to nobody.
fn people() -> Vec<Person> {
    let person = |id: i64, (first, last): (&str, Option<&str>), username: &str, language: &str| Person {
        id,
        first_name: first.to_owned(),
        last_name: last.map(str::to_owned),
        username: Some(username.to_owned()),
        phone: format!("+7900000{:04}", id - 1000),
        language_code: language.to_owned(),
    };
    vec![
        person(1001, ("Анна", Some("Смирнова")), "anna_demo", "ru"),
        // Second, because the page with two phones takes the first two people.
        person(DEMO_BARISTA, ("Борис", Some("(бариста)")), "boris_demo", "ru"),
        person(1002, ("Олена", Some("Шевченко")), "olena_demo", "uk"),
        person(1003, ("Айгерім", Some("Сәрсен")), "aigerim_demo", "kk"),
        person(1004, ("James", Some("Carter")), "james_demo", "en"),
    ]
}
