//! One connection, step by step: where it fails says whose fault it is.

use lettre::{
    Address,
    transport::smtp::{
        authentication::Mechanism,
        client::AsyncSmtpConnection,
        commands::{Data, Mail, Rcpt},
    },
};

use super::{
    config::{Encryption, Way},
    error::{MailError, Refusal, Step, Trouble},
};

pub(super) struct Session(AsyncSmtpConnection);

/// By the server's choice.
const MECHANISMS: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];

impl Session {
    /// Connects, encrypts and signs in.
    pub(super) async fn open(way: &Way) -> Result<Self, MailError> {
        let wrapped = way.tls.clone().filter(|_| way.encryption() == Encryption::Tls);
        let connect =
            AsyncSmtpConnection::connect_tokio1(way.server(), Some(way.connect_timeout()), &way.hello, wrapped, None);
        let mut line = connect.await.map_err(|error| match MailError::of(&error, greeting) {
            // Whatever breaks before the greeting is about the connection.
            MailError::Temporary(Trouble::Broken) => MailError::Temporary(Trouble::NoConnection),
            other => other,
        })?;
        if let Some(tls) = way.tls.clone().filter(|_| way.encryption() == Encryption::StartTls) {
            let encrypted = line.starttls(tls, &way.hello).await;
            encrypted.map_err(|error| MailError::of(&error, |_code| MailError::Setup(Step::Encryption)))?;
        }
        if let Some(credentials) = way.credentials() {
            let signed_in = line.auth(MECHANISMS, &credentials).await;
            let refused = |code: Option<u16>| MailError::Setup(code.map_or(Step::NoSignIn, Step::SignIn));
            signed_in.map_err(|error| MailError::of(&error, refused))?;
        }
        Ok(Self(line))
    }

    /// Hands a letter over.
    pub(super) async fn deliver(&mut self, from: &Address, to: &Address, letter: &[u8]) -> Result<(), MailError> {
        let line = &mut self.0;
        let sender = line.command(Mail::new(Some(from.clone()), Vec::new())).await;
        sender.map_err(|error| MailError::of(&error, |code| MailError::Setup(Step::Sender(code.unwrap_or(0)))))?;
        let recipient = line.command(Rcpt::new(to.clone(), Vec::new())).await;
        recipient.map_err(|error| {
            MailError::of(&error, |code| {
                MailError::Recipient(code.map_or(Refusal::Address, Refusal::Answered))
            })
        })?;
        let content = |code: Option<u16>| MailError::Content(code.unwrap_or(0));
        let begun = line.command(Data).await;
        begun.map_err(|error| MailError::of(&error, content))?;
        let taken = line.message(letter).await;
        taken.map_err(|error| MailError::of(&error, content))?;
        Ok(())
    }

    /// Says goodbye. The letter is taken by now, so it does not matter how that goes.
    pub(super) async fn close(mut self) {
        self.0.quit().await.map(drop).unwrap_or(());
    }
}

fn greeting(code: Option<u16>) -> MailError {
    MailError::Setup(Step::Greeting(code.unwrap_or(0)))
}
