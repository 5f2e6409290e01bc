//! A sale as the API shows one.

use karavan_kernel::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Confirmed, Order};
use crate::{BaristaId, CodeId, GuestId, OrderId, rules::Level};

/// A sale with the field names of the old API. Sums are in roubles, as they always were; kopecks follow the point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(super) struct OrderView {
    /// `ord_…`
    #[schema(value_type = String)]
    id: OrderId,
    /// Who bought.
    #[schema(value_type = String)]
    user_id: GuestId,
    /// Who sold.
    #[schema(value_type = String)]
    barista_id: BaristaId,
    /// The code that named the guest.
    #[schema(value_type = String)]
    code_id: CodeId,
    /// As printed on the receipt.
    receipt_number: String,
    /// Whole roubles before points.
    total_sum: i64,
    /// The same in kopecks.
    total_minor: i64,
    /// Drinks in it.
    drinks_count: i64,
    /// Sandwiches in it.
    sandwiches_count: i64,
    /// Whether points paid.
    use_points: bool,
    /// How many.
    used_points_amount: i64,
    /// How many it earned.
    points_earned: i64,
    /// RFC 3339.
    #[schema(value_type = String)]
    date_created: Timestamp,
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        // No `..`: a new column must decide here whether machines may see it.
        let Order {
            id,
            guest_id,
            barista_id,
            code_id,
            receipt_number,
            total_minor,
            drinks_count,
            sandwiches_count,
            points_spent,
            points_earned,
            created_at,
        } = order;
        Self {
            id,
            user_id: guest_id,
            barista_id,
            code_id,
            receipt_number,
            total_sum: total_minor / 100,
            total_minor,
            drinks_count,
            sandwiches_count,
            use_points: points_spent > 0,
            used_points_amount: points_spent,
            points_earned,
            date_created: created_at,
        }
    }
}

/// What a sale came to, with the field names of the old API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(super) struct ConfirmedView {
    /// The sale.
    #[serde(flatten)]
    order: OrderView,
    /// Points that paid.
    points_used: i64,
    /// The guest's points afterwards.
    new_points_total: i64,
    /// Whether this sale reached a level.
    level_upgraded: bool,
    /// Which.
    #[schema(value_type = Option<String>)]
    new_level: Option<Level>,
}

impl From<Confirmed> for ConfirmedView {
    fn from(
        Confirmed {
            order,
            balance,
            level_up,
        }: Confirmed,
    ) -> Self {
        Self {
            points_used: order.points_spent,
            new_points_total: balance,
            level_upgraded: level_up.is_some(),
            new_level: level_up,
            order: order.into(),
        }
    }
}
