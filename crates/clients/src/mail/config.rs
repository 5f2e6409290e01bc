//! How the server is reached, and by whom letters are signed.

use std::{fmt, net::IpAddr, str::FromStr, time::Duration};

use karavan_kernel::{Secret, text_enum};
use lettre::{
    message::Mailbox,
    transport::smtp::{authentication::Credentials, client::TlsParameters, extension::ClientId},
};

use super::InvalidAddress;
use crate::install_tls;

text_enum! {
    /// How what goes to the server is encrypted.
    pub enum Encryption {
        /// Not at all: for a server on this machine.
        None = "none",
        /// The connection begins in the clear and is encrypted before anything is said; otherwise nothing is sent.
        StartTls = "starttls",
        /// Encrypted from the first byte.
        Tls = "tls",
    }
}

/// Who signs the letters: `Karavan <no-reply@karavan.example>` or a bare address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender(Mailbox);

impl Sender {
    pub(super) const fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    pub(super) const fn address(&self) -> &lettre::Address {
        &self.0.email
    }

    /// What follows the `@`.
    pub fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

impl FromStr for Sender {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        if text.chars().any(char::is_control) {
            return Err(InvalidAddress);
        }
        let mailbox: Mailbox = text.parse().map_err(|_why| InvalidAddress)?;
        // The address itself is as plain as those of recipients.
        let address: &str = mailbox.email.as_ref();
        address.parse::<super::Address>()?;
        Ok(Self(mailbox))
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

/// The settings of a [`Mailer`](super::Mailer).
#[derive(Clone, Debug)]
pub struct MailerConfig {
    /// The server's name or address.
    pub host: String,
    /// Its port: usually 587 with STARTTLS and 465 with TLS.
    pub port: u16,
    /// How the way there is encrypted.
    pub encryption: Encryption,
    /// Allows [`Encryption::None`] to another machine.
    pub allow_unencrypted: bool,
    /// The name to sign in with; empty when the server wants none.
    pub user: String,
    /// Its password.
    pub password: Secret,
    /// Who signs.
    pub from: Sender,
    /// Until the connection stands.
    pub connect_timeout: Duration,
    /// Until the server has taken the letter, the connection included.
    pub timeout: Duration,
}

impl MailerConfig {
    /// A server on this machine without encryption: the simulator.
    ///
    /// # Panics
    /// Never: the sender is an address.
    pub fn local(port: u16) -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port,
            encryption: Encryption::None,
            allow_unencrypted: false,
            user: String::new(),
            password: Secret::new(""),
            from: "Karavan <no-reply@karavan.example>"
                .parse()
                .expect("this is an address"),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
        }
    }
}

impl MailerConfig {
    /// Whether nothing that is sent leaves the machine.
    pub fn stays_here(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// Why no letters can be sent this way.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// Names, passwords and letters would travel readable.
    #[error("letters would travel to {0} unencrypted")]
    Unencrypted(String),
    /// The encryption could not be prepared.
    #[error("encryption is not possible (are the system's root certificates installed?)")]
    Tls(#[source] lettre::transport::smtp::Error),
}

/// A configuration that was checked.
pub(super) struct Way {
    config: MailerConfig,
    /// With what to encrypt, unless nothing is.
    pub(super) tls: Option<TlsParameters>,
    /// How we introduce ourselves.
    pub(super) hello: ClientId,
}

impl Way {
    pub(super) fn new(config: MailerConfig) -> Result<Self, MailerError> {
        let tls = match config.encryption {
            Encryption::None if !config.allow_unencrypted && !config.stays_here() => {
                return Err(MailerError::Unencrypted(config.host));
            }
            Encryption::None => None,
            Encryption::StartTls | Encryption::Tls => {
                install_tls();
                Some(TlsParameters::new(config.host.clone()).map_err(MailerError::Tls)?)
            }
        };
        Ok(Self {
            // The machine's own name is often none that a server would believe; the sender's domain is.
            hello: ClientId::Domain(config.from.domain().to_owned()),
            tls,
            config,
        })
    }

    pub(super) fn host(&self) -> &str {
        &self.config.host
    }

    pub(super) fn server(&self) -> (&str, u16) {
        (&self.config.host, self.config.port)
    }

    pub(super) const fn sender(&self) -> &Sender {
        &self.config.from
    }

    pub(super) const fn encryption(&self) -> Encryption {
        self.config.encryption
    }

    pub(super) const fn connect_timeout(&self) -> Duration {
        self.config.connect_timeout
    }

    pub(super) const fn timeout(&self) -> Duration {
        self.config.timeout
    }

    /// With what to sign in, if at all.
    pub(super) fn credentials(&self) -> Option<Credentials> {
        let MailerConfig { user, password, .. } = &self.config;
        (!user.is_empty()).then(|| Credentials::new(user.clone(), password.expose().to_owned()))
    }
}

impl fmt::Debug for Way {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Way")
            .field("host", &self.config.host)
            .finish_non_exhaustive()
    }
}
