//! What can go wrong, sorted by what the caller does about it. The server's words are left out: they repeat addresses.

use lettre::transport::smtp::Error;

use super::InvalidAddress;

/// Why a letter was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Not now; the same letter may go out later.
    #[error("the mail server cannot take the letter now: {0}")]
    Temporary(Trouble),
    /// Never to this recipient: nobody is there, or it is no address.
    #[error("the mail server does not deliver to this recipient: {0}")]
    Recipient(Refusal),
    /// Never this letter: its content or its size is refused.
    #[error("the mail server refuses the letter with {0}")]
    Content(u16),
    /// No letter at all: the settings need their operator.
    #[error("the mail server does not work with us: {0}")]
    Setup(Step),
}

/// What is in the way for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The server asks to come back later.
    #[error("it answered {0}")]
    Answered(u16),
    /// Nothing listens there, or its name is not known.
    #[error("no connection")]
    NoConnection,
    /// The connection broke, or what came is no SMTP; the library does not tell the two apart. The letter may have been taken.
    #[error("the connection broke")]
    Broken,
    /// The time was up. The letter may have been taken.
    #[error("no answer in time")]
    TimedOut,
}

/// Why a recipient cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The server's code, such as 550.
    #[error("it answered {0}")]
    Answered(u16),
    /// It cannot be written to.
    #[error("the address is not one")]
    Address,
}

/// Where the server turned us away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Step {
    /// At the greeting.
    #[error("it does not talk to us ({0})")]
    Greeting(u16),
    /// Before the sign-in: it does not encrypt, or not for this name.
    #[error("the connection cannot be encrypted")]
    Encryption,
    /// It offers no way to sign in that we know.
    #[error("it offers no sign-in that we know")]
    NoSignIn,
    /// The name or the password.
    #[error("it refuses the sign-in ({0})")]
    SignIn(u16),
    /// The sender's address.
    #[error("it refuses the sender ({0})")]
    Sender(u16),
}

impl MailError {
    /// Whether the same letter may go out later without anybody doing anything.
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::Temporary(_))
    }

    /// What an error of the library means; `refused` says what a final no means at this step.
    pub(super) fn of(error: &Error, refused: impl FnOnce(Option<u16>) -> Self) -> Self {
        let code = error.status().map(u16::from);
        if error.is_transient() {
            Self::Temporary(code.map_or(Trouble::Broken, Trouble::Answered))
        } else if error.is_permanent() || error.is_client() {
            refused(code)
        } else if error.is_tls() {
            Self::Setup(Step::Encryption)
        } else if error.is_timeout() {
            Self::Temporary(Trouble::TimedOut)
        } else {
            Self::Temporary(Trouble::Broken)
        }
    }
}

impl From<InvalidAddress> for MailError {
    fn from(InvalidAddress: InvalidAddress) -> Self {
        Self::Recipient(Refusal::Address)
    }
}
