//! Entries before they are booked.

use karavan_kernel::typed_ids;
use karavan_store::StoreError;

typed_ids! {
    /// An account of the ledger.
    LedgerAccountId = "lac",
    /// Something booked.
    EntryId = "ent",
    /// One side of an entry.
    PostingId = "pst",
}

/// What is counted. The word is stored: never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit(pub &'static str);

impl Unit {
    /// Loyalty points, whole.
    pub const POINTS: Self = Self("points");
}

/// Whose account it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// Somebody who cannot owe: the balance is kept and never negative.
    Guarded(String),
    /// The other side of the books, such as "points issued": any balance, summed when asked for.
    System(&'static str),
}

impl Owner {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Guarded(name) => name,
            Self::System(name) => name,
        }
    }
}

/// Something to book once: an amount moves from one account to another.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What happens: `<product>.<noun>.<act>`, stored.
    pub purpose: &'static str,
    /// To what: the id that makes it unique with the purpose.
    pub subject: String,
    /// Whose balance falls.
    pub from: LedgerAccountId,
    /// Whose balance rises.
    pub to: LedgerAccountId,
    /// How much; at least 1.
    pub amount: i64,
}

/// Why nothing was booked.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The account holds less. The transaction can go on.
    #[error("the balance is too small")]
    Insufficient,
    /// It was booked before. The transaction can go on.
    #[error("this is booked already")]
    Booked,
    /// Points cannot become credits: both accounts count the same.
    #[error("the accounts count different units")]
    Units,
    /// Zero or less cannot be moved.
    #[error("an entry moves at least 1")]
    Amount,
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}
