//! What can be written to people, and how a letter ends.

use std::{fmt, net::IpAddr, time::Duration};

use karavan_kernel::{Locale, Timestamp, text_enum, typed_ids};
use serde::{Deserialize, Serialize};

use super::Address;

typed_ids! {
    /// A letter in the outbox, and the `Message-ID` of what is sent.
    LetterId = "ltr",
}

/// What is to be written to whom.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Who gets it.
    pub to: Address,
    /// In which language.
    pub locale: Locale,
    /// What it says.
    pub template: Template,
}

/// What a letter says. Stored sealed, as JSON: fields are appended, never renamed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
pub enum Template {
    /// Proves that the address is the person's own.
    VerifyEmail {
        /// To be typed in.
        code: String,
        /// The same to be opened.
        link: String,
    },
    /// The way to a new password.
    ResetPassword {
        /// To be typed in.
        code: String,
        /// The same to be opened.
        link: String,
    },
    /// Somebody tried to sign up with an address that has an account: the person may have forgotten it.
    EmailTaken,
    /// The password is another one now.
    PasswordChanged,
    /// From now on a code is asked for after the password.
    TwoStepOn,
    /// No code is asked for any more.
    TwoStepOff,
    /// A recovery code was used in the place of a code.
    RecoveryCodeUsed {
        /// How many are still good.
        left: i64,
        /// Where from.
        ip: IpAddr,
        /// When.
        at: Timestamp,
    },
    /// Somebody signed in from somewhere new.
    SignInNotice {
        /// Such as `Firefox, Windows`; as the browser says, so not to be believed.
        device: String,
        /// Where from.
        ip: IpAddr,
        /// When.
        at: Timestamp,
    },
    /// Every sign-in of an account was ended, because one was used twice.
    SessionsEnded,
    /// Somebody asks the person to join them.
    Invitation {
        /// What they are asked to join.
        organisation: String,
        /// Who asks.
        inviter: String,
        /// The way in.
        link: String,
    },
}

text_enum! {
    /// A template without what it says: what operators see.
    #[derive(PartialOrd, Ord, Hash)]
    pub enum TemplateName {
        /// [`Template::VerifyEmail`].
        VerifyEmail = "verify-email",
        /// [`Template::ResetPassword`].
        ResetPassword = "reset-password",
        /// [`Template::EmailTaken`].
        EmailTaken = "email-taken",
        /// [`Template::PasswordChanged`].
        PasswordChanged = "password-changed",
        /// [`Template::TwoStepOn`].
        TwoStepOn = "two-step-on",
        /// [`Template::TwoStepOff`].
        TwoStepOff = "two-step-off",
        /// [`Template::RecoveryCodeUsed`].
        RecoveryCodeUsed = "recovery-code-used",
        /// [`Template::SignInNotice`].
        SignInNotice = "sign-in-notice",
        /// [`Template::SessionsEnded`].
        SessionsEnded = "sessions-ended",
        /// [`Template::Invitation`].
        Invitation = "invitation",
    }
}

text_enum! {
    /// Why a letter was given up.
    pub enum Failure {
        /// The server does not deliver to this address.
        Recipient = "recipient",
        /// The server refuses what the letter says.
        Content = "content",
        /// What it says is of no use any more.
        TooLate = "too_late",
        /// It cannot be decrypted: the master secret is another one now.
        Unreadable = "unreadable",
    }
}

/// How long a code or a link in a letter is good; see the accounts.
const CODE: Duration = Duration::from_secs(30 * 60);
/// How long news is news.
const NEWS: Duration = Duration::from_secs(3 * 24 * 3600);

impl Template {
    /// Which one it is.
    pub const fn name(&self) -> TemplateName {
        match self {
            Self::VerifyEmail { .. } => TemplateName::VerifyEmail,
            Self::ResetPassword { .. } => TemplateName::ResetPassword,
            Self::EmailTaken => TemplateName::EmailTaken,
            Self::PasswordChanged => TemplateName::PasswordChanged,
            Self::TwoStepOn => TemplateName::TwoStepOn,
            Self::TwoStepOff => TemplateName::TwoStepOff,
            Self::RecoveryCodeUsed { .. } => TemplateName::RecoveryCodeUsed,
            Self::SignInNotice { .. } => TemplateName::SignInNotice,
            Self::SessionsEnded => TemplateName::SessionsEnded,
            Self::Invitation { .. } => TemplateName::Invitation,
        }
    }

    /// How long after it was written the letter is still worth sending.
    pub(super) const fn useful_for(&self) -> Duration {
        match self {
            Self::VerifyEmail { .. } | Self::ResetPassword { .. } => CODE,
            Self::EmailTaken
            | Self::PasswordChanged
            | Self::TwoStepOn
            | Self::TwoStepOff
            | Self::RecoveryCodeUsed { .. }
            | Self::SignInNotice { .. }
            | Self::SessionsEnded
            | Self::Invitation { .. } => NEWS,
        }
    }

    /// What is to be typed in.
    pub(super) fn code(&self) -> Option<&str> {
        match self {
            Self::VerifyEmail { code, .. } | Self::ResetPassword { code, .. } => Some(code),
            _ => None,
        }
    }

    /// What is to be opened.
    pub(super) fn link(&self) -> Option<&str> {
        match self {
            Self::VerifyEmail { link, .. } | Self::ResetPassword { link, .. } | Self::Invitation { link, .. } => {
                Some(link)
            }
            _ => None,
        }
    }

    /// One of each, as believable as it gets, and one that means harm: for tests that look at every letter.
    pub fn samples() -> Vec<Self> {
        let link = |path: &str| format!("https://karavan.example/{path}");
        vec![
            Self::VerifyEmail {
                code: "482913".to_owned(),
                link: link("verify?token=kq3v-9wX"),
            },
            Self::ResetPassword {
                code: "705518".to_owned(),
                link: link("reset?token=Zr81_mE"),
            },
            Self::EmailTaken,
            Self::PasswordChanged,
            Self::TwoStepOn,
            Self::TwoStepOff,
            Self::RecoveryCodeUsed {
                left: 2,
                ip: IpAddr::from([203, 0, 113, 7]),
                at: Timestamp::from_micros(1_795_165_200_000_000),
            },
            Self::SignInNotice {
                device: "Firefox, Windows".to_owned(),
                ip: IpAddr::from([203, 0, 113, 7]),
                at: Timestamp::from_micros(1_795_165_200_000_000),
            },
            Self::SessionsEnded,
            Self::Invitation {
                organisation: "Мастерская «Север»".to_owned(),
                inviter: "Анна Смирнова".to_owned(),
                link: link("join?token=b7Yt"),
            },
            Self::Invitation {
                organisation: "<b>Bank</b>\r\nBcc: eve@example.org".to_owned(),
                inviter: "x".repeat(500),
                link: link("join?a=1&b=\"><script>"),
            },
        ]
    }
}

/// Only its name: the rest is for one person.
impl fmt::Debug for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Template({})", self.name())
    }
}
