//! What a code is and why one is refused.

use std::time::Duration;

use karavan_kernel::{Timestamp, text_enum};
use karavan_store::StoreError;
use karavan_web::ApiError;

use crate::{CodeId, GuestId};

text_enum! {
    /// Where a code stands. Only an active one can be sold with.
    pub enum CodeState {
        /// Can be used until it expires.
        Active = "active",
        /// An order was made with it.
        Used = "used",
        /// Its time ran out.
        Expired = "expired",
        /// A newer one replaced it.
        Revoked = "revoked",
    }
}

/// A code as it is shown, once.
#[derive(Debug, Clone)]
pub struct IssuedCode {
    /// Its id.
    pub id: CodeId,
    /// Five digits, with leading zeros.
    pub code: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops being good.
    pub expires_at: Timestamp,
}

/// A code in the database.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Code {
    /// Its id.
    pub id: CodeId,
    /// Whom it names.
    pub guest_id: GuestId,
    /// Where it stands.
    pub state: CodeState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops being good.
    pub expires_at: Timestamp,
}

/// Why a code is refused.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// Not five digits.
    #[error("not five digits")]
    Malformed,
    /// No active code reads like this: wrong, used or replaced. Which of them is nobody's business.
    #[error("no such code")]
    Unknown,
    /// Its time ran out.
    #[error("the code has expired")]
    Expired,
    /// Too many lookups; the pause until the next.
    #[error("too many lookups")]
    TooMany(Duration),
    /// Every code is taken: 100,000 guests show one right now.
    #[error("no free code")]
    Exhausted,
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CodeError {
    /// The stable code; its text is `error-<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed | Self::Unknown => "code_unknown",
            Self::Expired => "code_expired",
            Self::TooMany(_) => "code_too_many",
            Self::Exhausted => "unavailable",
            Self::Store(_) => "internal",
        }
    }
}

impl From<CodeError> for ApiError {
    fn from(error: CodeError) -> Self {
        match error {
            // Old clients expect 400 for a code that cannot be used.
            CodeError::Malformed | CodeError::Unknown | CodeError::Expired => {
                Self::expected(axum::http::StatusCode::BAD_REQUEST, error.code())
            }
            CodeError::TooMany(pause) => {
                Self::expected(axum::http::StatusCode::TOO_MANY_REQUESTS, error.code()).retry_after(pause)
            }
            CodeError::Exhausted => Self::unavailable(Duration::from_secs(5)),
            CodeError::Store(error) => error.into(),
        }
    }
}

/// Five digits with spaces around or between them, as people type what they read aloud.
pub fn parse(text: &str) -> Result<String, CodeError> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let fine = digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fine { Ok(digits) } else { Err(CodeError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(parse(" 04 829 ").unwrap(), "04829");
        assert_eq!(parse("482-91").unwrap(), "48291");
        for wrong in ["", "4829", "482911", "4829a", "٤٨٢٩١", "+48291"] {
            assert!(matches!(parse(wrong), Err(CodeError::Malformed)), "{wrong}");
        }
    }
}
