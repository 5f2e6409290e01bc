//! Trouble on demand.

/// How a connection goes wrong, at the step where it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// 421 instead of a greeting: too busy, come back later.
    Busy,
    /// 535: the name or the password is not accepted.
    SignInRefused,
    /// 553: the sender may not be used here.
    SenderRefused,
    /// 451 to the recipient, once, as servers do that do not know us yet.
    TryLater,
    /// Nothing is said to the recipient any more; the connection stays open.
    Silence,
    /// 554 after the content: it looks like spam.
    ContentRefused,
    /// The connection breaks in place of the last answer, and the letter is lost.
    Cut,
    /// The connection breaks in place of the last answer although the letter **was** taken.
    LostAnswer,
    /// The last answer is no SMTP.
    Nonsense,
}

/// Where in a connection a failure strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Greeting,
    SignIn,
    Sender,
    Recipient,
    Content,
}

impl Failure {
    pub(super) const fn step(self) -> Step {
        match self {
            Self::Busy => Step::Greeting,
            Self::SignInRefused => Step::SignIn,
            Self::SenderRefused => Step::Sender,
            Self::TryLater | Self::Silence => Step::Recipient,
            Self::ContentRefused | Self::Cut | Self::LostAnswer | Self::Nonsense => Step::Content,
        }
    }
}
