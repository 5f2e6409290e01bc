//! The questions that somebody is asked, and how their answers are read.

use std::net::IpAddr;

use karavan_kernel::Locale;
use karavan_store::{Conn, StoreResult, Tx};

use super::{Channel, Document, LegalText, TextId, store};
use crate::access::AccountId;

/// The questions on a form, in their order.
#[derive(Debug, Clone, Default)]
pub struct Asked(Vec<LegalText>);

/// An answer to one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What was on the screen.
    pub text: TextId,
    /// To what they said yes.
    pub document: Document,
}

/// What a new account is asked for.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn asked(conn: &mut Conn, locale: Locale) -> StoreResult<Asked> {
    let mut all = Vec::new();
    for document in Document::AT_SIGN_UP {
        all.extend(store::current_for(conn, document, locale).await?);
    }
    Ok(Asked(all))
}

impl Asked {
    /// The questions.
    pub fn texts(&self) -> &[LegalText] {
        &self.0
    }

    /// What was agreed to, out of the ids that the form sent back.
    ///
    /// # Errors
    /// What there can be no account without: not agreed to, or agreed to in a version that does not hold any more.
    pub fn answers(&self, sent: &[TextId]) -> Result<Vec<Answer>, Vec<Document>> {
        let said_yes = |text: &&LegalText| sent.contains(&text.id);
        let missing: Vec<Document> = self
            .0
            .iter()
            .filter(|text| text.document.is_required() && !said_yes(text))
            .map(|text| text.document)
            .collect();
        if !missing.is_empty() {
            return Err(missing);
        }
        let answer = |text: &LegalText| Answer {
            text: text.id,
            document: text.document,
        };
        Ok(self.0.iter().filter(said_yes).map(answer).collect())
    }
}

/// Writes answers down for an account.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub(crate) async fn record(tx: &mut Tx, account: AccountId, answers: &[Answer], ip: IpAddr) -> StoreResult<()> {
    for answer in answers {
        store::give(tx, account, answer.text, &ip.to_string(), Channel::Web).await?;
    }
    Ok(())
}
