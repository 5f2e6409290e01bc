//! The documents that every installation has, and what people agreed to.

use karavan_kernel::{Locale, Timestamp, text_enum, typed_ids};

typed_ids! {
    /// One version of a document in one language.
    TextId = "ltx",
    /// One person's agreement to one text.
    ConsentId = "cns",
}

text_enum! {
    /// What an installation tells people about itself, or asks them for. What each is for: decisions.md D21.
    pub enum Document {
        /// What is known about people, why, and for how long.
        Privacy = "privacy",
        /// What the browser keeps.
        Cookies = "cookies",
        /// The rules of using the services.
        Agreement = "agreement",
        /// The offer that shops accept.
        Offer = "offer",
        /// When money comes back.
        Refunds = "refunds",
        /// Consent: personal data may be processed.
        ConsentData = "consent-data",
        /// Consent: personal data may cross borders.
        ConsentTransfer = "consent-transfer",
        /// Consent: news and offers may be sent.
        ConsentNews = "consent-news",
    }
}

text_enum! {
    /// Where somebody agreed.
    pub enum Channel {
        /// On a page.
        Web = "web",
        /// In a chat.
        Telegram = "telegram",
        /// By a program.
        Api = "api",
    }
}

impl Document {
    /// What a new account is asked for, once it is published. Each is a question of its own.
    pub const AT_SIGN_UP: [Self; 4] = [
        Self::Agreement,
        Self::ConsentData,
        Self::ConsentTransfer,
        Self::ConsentNews,
    ];

    /// Whether there can be no account without it.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Agreement | Self::ConsentData)
    }

    /// Whether a person can take it back and keep the account.
    pub const fn is_revocable(self) -> bool {
        matches!(self, Self::ConsentTransfer | Self::ConsentNews)
    }

    /// The key of its name on pages.
    pub fn title_key(self) -> String {
        format!("legal-{}", self.as_str())
    }
}

/// A published text.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LegalText {
    /// Names exactly this version in this language.
    pub id: TextId,
    /// Of which document.
    pub document: Document,
    /// In which language.
    pub locale: Locale,
    /// From 1.
    pub version: i64,
    /// The heading.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Since when it holds.
    pub published_at: Timestamp,
}

/// What a person agreed to.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Consent {
    /// Names it in the account's own list.
    pub id: ConsentId,
    /// The text as it was.
    pub text_id: TextId,
    /// Its document.
    pub document: Document,
    /// Its heading.
    pub title: String,
    /// Its version.
    pub version: i64,
    /// When.
    pub given_at: Timestamp,
    /// Until when.
    pub withdrawn_at: Option<Timestamp>,
}
