//! `POST /coffee/orders/`.

use axum::extract::State;
use karavan_store::idempotency::{self, Claim};
use karavan_web::{ApiError, ApiResult, Can, Created, IdempotencyKey, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{NewOrder, OrderError, confirm, view::ConfirmedView};
use crate::{BaristaId, CodeId, Coffee, CreateOrders, GuestId};

/// A sale with the field names of the old API.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateOrder {
    /// The guest's `id`.
    #[schema(value_type = String)]
    user_id: GuestId,
    /// Who sells.
    #[schema(value_type = String)]
    barista_id: BaristaId,
    /// The code's `id`, from `codes/generate` or `codes/use`.
    #[schema(value_type = String)]
    code_id: CodeId,
    /// As printed on the receipt, 1 to 32 characters.
    receipt_number: String,
    /// Whole roubles before points.
    total_sum: i64,
    /// Drinks in it.
    drinks_count: i64,
    /// Sandwiches in it.
    sandwiches_count: i64,
    /// Whether points pay.
    #[serde(default)]
    use_points: bool,
    /// How many; at least 1 with `use_points`, otherwise 0.
    #[serde(default)]
    used_points_amount: i64,
}

impl CreateOrder {
    fn to_order(&self) -> Result<NewOrder, OrderError> {
        // Guessing what was meant would move somebody's points.
        if self.use_points != (self.used_points_amount != 0) {
            return Err(OrderError::Unclear);
        }
        Ok(NewOrder {
            code: self.code_id,
            guest: self.user_id,
            barista: self.barista_id,
            receipt_number: self.receipt_number.clone(),
            // A sum that does not fit is beyond the largest sale anyway.
            total_minor: self.total_sum.saturating_mul(100),
            drinks: self.drinks_count,
            sandwiches: self.sandwiches_count,
            spend: self.used_points_amount,
        })
    }
}

/// Sell.
///
/// Uses the code up, moves the points and tells the guest, or does nothing at all. Send an `Idempotency-Key`: the same
/// request with the same key gets the first answer and sells nothing more.
#[utoipa::path(post, path = "/coffee/orders/", tag = "coffee", request_body = CreateOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "1 to 200 visible ASCII characters")),
    responses((status = 201, body = ConfirmedView)), security(("permission" = ["coffee.orders.create"])))]
pub(super) async fn create_order(
    who: Can<CreateOrders>,
    State(coffee): State<Coffee>,
    key: IdempotencyKey,
    Json(body): Json<CreateOrder>,
) -> ApiResult<Created<ConfirmedView>> {
    let mut tx = coffee.platform.db.begin(who.actor()).await?;
    if let Some(key) = &key.0 {
        match idempotency::claim(&mut tx, key, &("coffee.orders.create", &body)).await? {
            Claim::Fresh => {}
            Claim::Replay(answer) => {
                tx.commit().await?;
                return Ok(Created(answer));
            }
            Claim::DifferentBody => return Err(ApiError::unprocessable("idempotency_key_reused")),
        }
    }
    let answer = ConfirmedView::from(confirm(&mut tx, &coffee, &body.to_order()?).await?);
    if let Some(key) = &key.0 {
        idempotency::remember(&mut tx, key, &answer).await?;
    }
    tx.commit().await?;
    Ok(Created(answer))
}
