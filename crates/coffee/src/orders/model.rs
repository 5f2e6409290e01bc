//! What a sale is worth. Pure.

use axum::http::StatusCode;
use karavan_store::StoreError;
use karavan_web::ApiError;

use crate::{BaristaId, CodeId, GuestId, codes::CodeError, guests::Standing, rules::Rules};

/// What the barista has entered.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// The code that named the guest.
    pub code: CodeId,
    /// The guest.
    pub guest: GuestId,
    /// Who sells.
    pub barista: BaristaId,
    /// As printed on the receipt.
    pub receipt_number: String,
    /// Kopecks before points.
    pub total_minor: i64,
    /// Drinks in it.
    pub drinks: i64,
    /// Sandwiches in it.
    pub sandwiches: i64,
    /// Points to pay with; 0 earns points instead.
    pub spend: i64,
}

/// What a sale does to a guest's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    /// Paid with points.
    pub spent: i64,
    /// Added to the balance.
    pub earned: i64,
    /// Paid with money, in kopecks.
    pub paid_minor: i64,
}

/// Why nothing was sold.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The receipt's number is missing or too long.
    #[error("not a receipt number")]
    Receipt,
    /// Zero, negative, or above the largest sale (in roubles).
    #[error("the sum is not between 0 and {most} roubles")]
    Sum {
        /// The largest sale.
        most: i64,
    },
    /// Negative, both zero, or more than anybody carries.
    #[error("nothing was counted")]
    Counts,
    /// Negative points, or more than this sale may take.
    #[error("at most {most} points may pay")]
    OverLimit {
        /// The most that may pay.
        most: i64,
    },
    /// "Pay with points: none", or "do not pay with points: 50".
    #[error("the request contradicts itself about points")]
    Unclear,
    /// Whoever sells is not on the list or not active.
    #[error("not somebody who may sell")]
    Barista,
    /// The code is not good (any more).
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OrderError {
    /// The stable code; its text is `error-<code>`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Receipt => "order_receipt_invalid",
            Self::Sum { .. } => "order_sum_invalid",
            Self::Counts => "order_counts_invalid",
            Self::OverLimit { .. } => "order_points_over_limit",
            Self::Unclear => "order_points_unclear",
            Self::Barista => "order_barista_unknown",
            Self::Code(error) => error.code(),
            Self::Store(_) => "internal",
        }
    }
}

impl From<OrderError> for ApiError {
    fn from(error: OrderError) -> Self {
        let code = error.code();
        match error {
            OrderError::Receipt | OrderError::Counts | OrderError::Unclear => Self::unprocessable(code),
            OrderError::Sum { most } | OrderError::OverLimit { most } => Self::unprocessable(code).arg("most", most),
            OrderError::Barista => Self::expected(StatusCode::UNPROCESSABLE_ENTITY, code),
            OrderError::Code(error) => error.into(),
            OrderError::Store(error) => error.into(),
        }
    }
}

/// More drinks than that on one receipt is a typing mistake.
const MOST_ITEMS: i64 = 999;

/// What a sale is worth: points for the money really paid, none when points were spent.
///
/// # Errors
/// Any [`OrderError`] but those of code, barista and database.
pub fn price(order: &NewOrder, guest: Standing, rules: &Rules) -> Result<Sale, OrderError> {
    check_receipt(&order.receipt_number)?;
    check_sum(order.total_minor, rules)?;
    let counted = |count| (0..=MOST_ITEMS).contains(&count);
    if !counted(order.drinks) || !counted(order.sandwiches) || order.drinks + order.sandwiches == 0 {
        return Err(OrderError::Counts);
    }
    let most = rules.most_to_spend(order.total_minor, guest.balance);
    if !(0..=most).contains(&order.spend) {
        return Err(OrderError::OverLimit { most });
    }
    let earned = if order.spend == 0 {
        rules.earned(order.total_minor, guest.level(rules))
    } else {
        0
    };
    Ok(Sale {
        spent: order.spend,
        earned,
        paid_minor: order.total_minor - order.spend * 100,
    })
}

/// A number as printed: 1 to 32 characters on one line.
///
/// # Errors
/// [`OrderError::Receipt`].
pub fn check_receipt(text: &str) -> Result<&str, OrderError> {
    let text = text.trim();
    let fine = (1..=32).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fine { Ok(text) } else { Err(OrderError::Receipt) }
}

/// A sum in kopecks above zero and within the largest sale.
///
/// # Errors
/// [`OrderError::Sum`].
pub fn check_sum(total_minor: i64, rules: &Rules) -> Result<i64, OrderError> {
    let most = rules.largest_sale;
    if (1..=most * 100).contains(&total_minor) {
        Ok(total_minor)
    } else {
        Err(OrderError::Sum { most })
    }
}

#[cfg(test)]
#[expect(clippy::inconsistent_digit_grouping, reason = "the last two digits are kopecks")]
mod tests {
    use karavan_kernel::{Entropy, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn order(total_minor: i64, spend: i64) -> NewOrder {
        let (entropy, now) = (Entropy::seeded(1), Timestamp::from_micros(0));
        NewOrder {
            code: entropy.id(now),
            guest: entropy.id(now),
            barista: entropy.id(now),
            receipt_number: "1007".into(),
            total_minor,
            drinks: 1,
            sandwiches: 0,
            spend,
        }
    }

    const GUEST: Standing = Standing {
        balance: 500,
        drinks: 0,
    };

    #[test]
    fn money_earns_and_points_do_not() {
        let rules = Rules::default();
        assert_eq!(
            price(&order(950_00, 0), GUEST, &rules).unwrap(),
            Sale {
                spent: 0,
                earned: 9,
                paid_minor: 950_00
            }
        );
        assert_eq!(
            price(&order(950_00, 285), GUEST, &rules).unwrap(),
            Sale {
                spent: 285,
                earned: 0,
                paid_minor: 665_00
            }
        );
    }

    #[test]
    fn s18_more_points_than_allowed_are_refused_and_never_clamped() {
        let rules = Rules::default();
        for (sum, spend, most) in [(950_00, 286, 285), (10_000_00, 501, 500), (950_00, -1, 285)] {
            let refused = price(&order(sum, spend), GUEST, &rules);
            assert!(
                matches!(refused, Err(OrderError::OverLimit { most: said }) if said == most),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn sums_and_counts_that_are_typing_mistakes_are_refused() {
        let rules = Rules::default();
        for sum in [0, -1, 100_000_01, i64::MIN, i64::MAX] {
            assert!(
                matches!(
                    price(&order(sum, 0), GUEST, &rules),
                    Err(OrderError::Sum { most: 100_000 })
                ),
                "{sum}"
            );
        }
        for (drinks, sandwiches) in [(0, 0), (-1, 2), (1_000, 0)] {
            let order = NewOrder {
                drinks,
                sandwiches,
                ..order(100_00, 0)
            };
            assert!(matches!(price(&order, GUEST, &rules), Err(OrderError::Counts)));
        }
        assert!(matches!(
            price(
                &NewOrder {
                    receipt_number: " ".into(),
                    ..order(100_00, 0)
                },
                GUEST,
                &rules
            ),
            Err(OrderError::Receipt)
        ));
    }

    proptest! {
        #[test]
        fn a_sale_never_pays_out_more_than_it_takes(sum in -10_i64..20_000_000, spend in -10_i64..10_000, balance in 0_i64..10_000) {
            if let Ok(sale) = price(&order(sum, spend), Standing { balance, drinks: 60 }, &Rules::default()) {
                prop_assert!(sale.spent <= balance && sale.paid_minor >= 0);
                prop_assert_eq!(sale.paid_minor + sale.spent * 100, sum);
                prop_assert!(sale.earned == 0 || sale.spent == 0);
            }
        }
    }
}
