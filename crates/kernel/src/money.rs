//! Money: integers in minor units with their currency.

use crate::text_enum;

text_enum! {
    /// A currency that Karavan keeps books in. Each has two decimal places.
    #[derive(Hash, PartialOrd, Ord)]
    pub enum Currency {
        /// United States dollar.
        Usd = "USD",
        /// Euro.
        Eur = "EUR",
        /// Ukrainian hryvnia.
        Uah = "UAH",
        /// Russian rouble.
        Rub = "RUB",
        /// Kazakhstani tenge.
        Kzt = "KZT",
    }
}

/// An amount in minor units (kopecks, cents). Never a float.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Money {
    /// Minor units; negative amounts are debts.
    pub minor: i64,
    /// Their currency.
    pub currency: Currency,
}

impl Money {
    /// An amount of whole units: `Money::whole(950, Currency::Rub)` is 950 ₽. `None` when it does not fit.
    pub fn whole(units: i64, currency: Currency) -> Option<Self> {
        Some(Self {
            minor: units.checked_mul(100)?,
            currency,
        })
    }

    /// Whole units, rounded towards zero.
    pub const fn units(self) -> i64 {
        self.minor / 100
    }
}
