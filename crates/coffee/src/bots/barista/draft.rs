//! A sale that is being entered.

use serde::{Deserialize, Serialize};

use crate::{BaristaId, CodeId, GuestId, orders::NewOrder};

/// Where the conversation is. Stored as JSON for up to four hours; a release that changes it starts sales over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Draft {
    /// Waits for the code.
    Code,
    /// Waits for the receipt's number.
    Receipt { found: Found },
    /// Waits for the sum.
    Sum { found: Found, receipt: String },
    /// Waits for the number of drinks.
    Drinks {
        found: Found,
        receipt: String,
        total_minor: i64,
    },
    /// Waits for the number of sandwiches.
    Sandwiches {
        found: Found,
        receipt: String,
        total_minor: i64,
        drinks: i64,
    },
    /// Waits for "earn" or "spend".
    Points { cart: Cart },
    /// Waits for how many points pay.
    Amount { cart: Cart },
    /// Waits for the last button.
    Confirm { cart: Cart, spend: i64 },
}

/// The guest whom the code named.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) code: CodeId,
    pub(super) guest: GuestId,
    pub(super) name: String,
}

/// What is sold.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Cart {
    pub(super) found: Found,
    pub(super) receipt: String,
    pub(super) total_minor: i64,
    pub(super) drinks: i64,
    pub(super) sandwiches: i64,
}

impl Cart {
    pub(super) fn order(&self, barista: BaristaId, spend: i64) -> NewOrder {
        NewOrder {
            code: self.found.code,
            guest: self.found.guest,
            barista,
            receipt_number: self.receipt.clone(),
            total_minor: self.total_minor,
            drinks: self.drinks,
            sandwiches: self.sandwiches,
            spend,
        }
    }
}
