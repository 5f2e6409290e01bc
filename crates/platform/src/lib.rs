//! What two or more products need, and what puts them together.
//!
//! **Always holds:** nothing here knows a product. Products hand over plain data ([`Product`]) and call down; the platform
//! calls up only by enqueueing jobs that a product has named.
//!
<<<<<<< HEAD
//! [`access`] says who may do what, [`ledger`] keeps points and money, [`settings`] what people change at run time,
//! [`bots`], [`notify`] and [`mail`] talk to people, [`admin`] is the panel, [`host`] composes it all and runs it.
=======
//! [`accounts`] lets people in, [`access`] says who may do what, [`ledger`] keeps points and money, [`settings`] what people change at run time,
//! [`bots`] and [`notify`] talk to people, [`admin`] is the panel, [`host`] composes it all and runs it.
>>>>>>> 4defe6b (platform/accounts: Sign up, in and out, prove an address, forget a password (draft))
//!
//! Start at [`Product`], then [`host::Host`].

pub mod access;
pub mod accounts;
pub mod admin;
pub mod bots;
pub mod host;
pub mod housekeeping;
pub mod ledger;
pub mod mail;
pub mod notify;
mod product;
pub mod settings;
pub mod vault;

use std::sync::Arc;

use karavan_clients::{
    http::{Http, Url},
    mail::Mailer,
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
    /// The master secret and what is derived from it.
    pub vault: Vault,
    /// The zone in which the panel shows moments.
    pub time_zone: TimeZone,
    /// This node's stable name.
    pub node: Arc<str>,
    http: Http,
    telegram_base: Url,
    mailer: Option<Mailer>,
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
        } = parts;
        let limits = Limits::new(db.clock().clone(), limited);
        Self {
            db,
            texts,
            limits,
            vault: Vault::new(master),
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
    sources
}
