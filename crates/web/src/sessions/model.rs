//! Tokens, their hashes, and how long a session lives.

use std::{fmt, net::IpAddr, str::FromStr, sync::Arc, time::Duration};

use karavan_kernel::{Entropy, Secret, Timestamp};
use sha2::{Digest, Sha256};

use crate::Ctx;

/// Seen again sooner than this is not worth a write.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// What the browser holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionToken(Secret);

impl SessionToken {
    /// A token as a cookie presents it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Secret::new(text))
    }

    /// A fresh token of 256 bits.
    pub fn random(entropy: &Entropy) -> Self {
        Self::new(entropy.token())
    }

    /// The text for the cookie.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// What SQL holds. A fast hash is enough: nobody guesses 256 random bits.
    pub fn hash(&self) -> TokenHash {
        let digest = Sha256::digest(self.expose().as_bytes());
        TokenHash(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// SHA-256 of a token in lower-case hex: names a session without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TokenHash(String);

/// A text that is not a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not 64 hexadecimal digits")]
pub struct InvalidTokenHash;

impl fmt::Display for TokenHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for TokenHash {
    type Err = InvalidTokenHash;
    fn from_str(text: &str) -> Result<Self, InvalidTokenHash> {
        let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(is_hex) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidTokenHash)
        }
    }
}

karavan_kernel::sql_text!(TokenHash);

/// How long a session lives: unused, and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLife {
    /// Ends the session that was not used for so long.
    pub idle: Duration,
    /// Ends every session.
    pub absolute: Duration,
}

/// Where a session was started, for the person's own list of sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The client's address.
    pub ip: IpAddr,
    /// The browser's name, shortened.
    pub user_agent: Arc<str>,
}

impl Device {
    /// The device that sent this request.
    pub fn of(ctx: &Ctx) -> Self {
        Self {
            ip: ctx.ip,
            user_agent: Arc::clone(&ctx.user_agent),
        }
    }
}

/// How a session begins.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// Where.
    pub device: &'a Device,
    /// For how long.
    pub life: SessionLife,
    /// In which way its person showed who they are, in the words of whoever opens it.
    pub way: &'a str,
    /// When they did: now, or earlier if only the token is another one.
    pub proved_at: Timestamp,
}

/// A session as SQL keeps it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    /// Names the session.
    pub token_hash: TokenHash,
    /// Whose it is.
    pub subject: String,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends unless it is used.
    pub idle_expires_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// Where they signed in.
    pub ip: String,
    /// With which browser.
    pub user_agent: String,
    /// In which way its person showed who they are; `None`: begun by a release that did not write it.
    pub way: Option<String>,
    /// When they did so last; `None` as above.
    pub proved_at: Option<Timestamp>,
}

impl Session {
    /// A session that starts now.
    pub fn begin(token: &SessionToken, subject: &str, opening: Opening<'_>, now: Timestamp) -> Self {
        let Opening {
            device,
            life,
            way,
            proved_at,
        } = opening;
        let expires_at = now + life.absolute;
        Self {
            token_hash: token.hash(),
            subject: subject.to_owned(),
            created_at: now,
            seen_at: now,
            idle_expires_at: (now + life.idle).min(expires_at),
            expires_at,
            ip: device.ip.to_string(),
            user_agent: device.user_agent.to_string(),
            way: Some(way.to_owned()),
            proved_at: Some(proved_at),
        }
    }

    /// When its person last showed who they are.
    pub fn last_proof(&self) -> Timestamp {
        self.proved_at.unwrap_or(self.created_at)
    }

    /// Whether the time has come to write that it was seen; ask before a transaction is opened for it.
    pub fn is_due_for_touch(&self, now: Timestamp) -> bool {
        now.since(self.seen_at) >= TOUCH_EVERY
    }

    /// The times after it was seen now.
    pub(super) fn touched(&self, idle: Duration, now: Timestamp) -> Self {
        Self {
            seen_at: now,
            idle_expires_at: (now + idle).min(self.expires_at),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: SessionLife = SessionLife {
        idle: Duration::from_secs(1_800),
        absolute: Duration::from_secs(3_000),
    };

    fn session(now: Timestamp) -> (SessionToken, Session) {
        let token = SessionToken::random(&Entropy::seeded(7));
        let device = Device {
            ip: IpAddr::from([127, 0, 0, 1]),
            user_agent: "curl".into(),
        };
        let opening = Opening {
            device: &device,
            life: LIFE,
            way: "password",
            proved_at: now,
        };
        let session = Session::begin(&token, "account:acc_1", opening, now);
        (token, session)
    }

    #[test]
    fn the_stored_hash_is_not_the_token_and_nothing_prints_it() {
        let (token, session) = session(Timestamp::from_micros(0));
        assert_eq!(token.expose().len(), 43);
        assert_eq!(session.token_hash.to_string().len(), 64);
        assert_eq!(session.token_hash.to_string().parse(), Ok(session.token_hash.clone()));
        assert!(!format!("{token:?} {session:?}").contains(token.expose()));
        assert_eq!("x".parse::<TokenHash>(), Err(InvalidTokenHash));
    }

    #[test]
    fn use_prolongs_a_session_but_never_past_its_absolute_end() {
        let start = Timestamp::from_micros(0);
        let (_token, session) = session(start);
        assert!(!session.is_due_for_touch(start + Duration::from_secs(59)));
        let later = start + Duration::from_secs(1_000);
        assert!(session.is_due_for_touch(later));
        assert_eq!(session.touched(LIFE.idle, later).idle_expires_at, later + LIFE.idle);
        let late = start + Duration::from_secs(2_000);
        assert_eq!(session.touched(LIFE.idle, late).idle_expires_at, start + LIFE.absolute);
    }
}
