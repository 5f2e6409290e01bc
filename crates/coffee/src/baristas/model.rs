//! What a barista is. Pure.

use karavan_kernel::Timestamp;
use karavan_store::StoreError;
use karavan_web::ApiError;

use crate::BaristaId;

/// Somebody who may sell.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Barista {
    /// The id.
    pub id: BaristaId,
    /// The Telegram account.
    pub telegram_id: i64,
    /// What colleagues call them.
    pub name: String,
    /// Whether they may sell now.
    pub is_active: bool,
    /// Since when they are on the list.
    pub created_at: Timestamp,
}

/// Why somebody was not put on the list.
#[derive(Debug, thiserror::Error)]
pub enum BaristaError {
    /// Not a name.
    #[error("not a name")]
    Name,
    /// Telegram ids are positive.
    #[error("not a Telegram id")]
    TelegramId,
    /// They are on the list.
    #[error("already on the list")]
    Known,
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BaristaError {
    /// The stable code; its text is `error-<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name => "barista_name_invalid",
            Self::TelegramId => "barista_telegram_id_invalid",
            Self::Known => "barista_known",
            Self::Store(_) => "internal",
        }
    }
}

impl From<BaristaError> for ApiError {
    fn from(error: BaristaError) -> Self {
        match error {
            BaristaError::Name | BaristaError::TelegramId => Self::unprocessable(error.code()),
            BaristaError::Known => Self::conflict(error.code()),
            BaristaError::Store(error) => error.into(),
        }
    }
}
