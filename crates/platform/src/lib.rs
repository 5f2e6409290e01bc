//! What two or more products need, and what puts them together.
//!
//! **Always holds:** nothing here knows a product. Products hand over plain data ([`Product`]) and call down; the platform
//! calls up only by enqueueing jobs that a product has named.
//!
//! [`accounts`] lets people in, [`access`] says who may do what, [`audit`] who did what, [`ledger`] keeps points and money,
//! [`legal`] what people read and agree to, [`settings`] what people change at run time, [`bots`], [`notify`] and [`mail`]
//! talk to people, [`admin`] is the panel, [`host`] composes it all and runs it.
//!
//! Start at [`Product`], then [`host::Host`].

pub mod access;
pub mod accounts;
pub mod admin;
pub mod audit;
pub mod bots;
pub mod host;
pub mod housekeeping;
pub mod ledger;
pub mod legal;
pub mod mail;
pub mod notify;
mod product;
pub mod settings;
mod shared_limits;
pub mod vault;

use std::sync::Arc;

use accounts::Passwords;
use karavan_clients::{
    http::{Http, Url},
    mail::Mailer,
    redis::Redis,
    telegram::Telegram,
};
use karavan_kernel::{Secret, TimeZone};
use karavan_store::Db;
use karavan_web::{
    Limits,
    texts::{Source, Texts},
};
pub use product::{Demo, Product};
use vault::Vault;

/// The handles that everything shares. Cloning it is cheap.
#[derive(Clone)]
pub struct Platform {
    /// The database, the clock and the source of ids.
    pub db: Db,
    /// The words of every crate.
    pub texts: Arc<Texts>,
    /// How often somebody may do something.
    pub limits: Limits,
    /// What processes count together, if there is one.
    pub redis: Option<Redis>,
    /// The master secret and what is derived from it.
    pub vault: Vault,
    /// The zone in which the panel shows moments.
    pub time_zone: TimeZone,
    /// This node's stable name.
    pub node: Arc<str>,
    http: Http,
    telegram_base: Url,
    mailer: Option<Mailer>,
    passwords: Passwords,
    public_url: Arc<str>,
}

/// What a [`Platform`] is made of, beside its defaults.
pub struct PlatformParts {
    /// The migrated database.
    pub db: Db,
    /// See [`Platform::texts`].
    pub texts: Arc<Texts>,
    /// The master secret.
    pub master: Secret,
    /// The zone in which the panel shows moments.
    pub time_zone: TimeZone,
    /// Whether rate limits hold.
    pub limited: bool,
    /// This node's stable name.
    pub node: String,
    /// The way out.
    pub http: Http,
    /// Where Telegram is.
    pub telegram_base: Url,
    /// The way to the mail server, if there is one.
    pub mailer: Option<Mailer>,
    /// The Redis with which processes share their limits.
    pub redis: Option<Redis>,
    /// Where people reach the program, without a slash at the end: links in letters begin with it.
    pub public_url: String,
}

impl Platform {
    /// Puts the handles together.
    pub fn new(parts: PlatformParts) -> Self {
        let PlatformParts {
            db,
            texts,
            master,
            time_zone,
            limited,
            node,
            http,
            telegram_base,
            mailer,
            redis,
            public_url,
        } = parts;
        let vault = Vault::new(master);
        let limits = shared_limits::limits(db.clock(), limited, redis.as_ref(), &vault);
        Self {
            passwords: Passwords::new(),
            public_url: public_url.into(),
            db,
            texts,
            limits,
            redis,
            vault,
            time_zone,
            node: node.into(),
            http,
            telegram_base,
            mailer,
        }
    }

    /// The same handles with another way to a mail server.
    #[must_use]
    pub fn with_mailer(self, mailer: Mailer) -> Self {
        Self {
            mailer: Some(mailer),
            ..self
        }
    }

    /// The same handles where people reach the program under another address.
    #[must_use]
    pub fn reached_at(self, public_url: &str) -> Self {
        Self {
            public_url: public_url.into(),
            ..self
        }
    }

    /// The whole address of a path of this program.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// Whether letters can be sent. What needs one is not offered otherwise.
    pub const fn mail_is_on(&self) -> bool {
        self.mailer.is_some()
    }

    /// The line of the bot with this token.
    pub fn telegram(&self, token: Secret) -> Telegram {
        Telegram::new(self.http.clone(), self.telegram_base.clone(), token)
    }
}

/// The words of this crate and of the ones below it.
pub fn texts() -> Vec<Source> {
    let mut sources = karavan_web::texts::OWN.to_vec();
    sources.extend(karavan_web::locales!("platform"));
    sources.extend(karavan_web::locales!("mail"));
    sources.extend(karavan_web::locales!("accounts"));
    sources.extend(karavan_web::locales!("legal"));
    sources
}
