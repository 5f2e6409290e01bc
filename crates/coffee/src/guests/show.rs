//! `GET /coffee/users/{telegram_id}`.

use axum::extract::State;
use karavan_web::{ApiError, ApiResult, Can, Json, Path, Quota};

use super::{GuestView, store};
use crate::{Coffee, ReadGuests, rules};

pub(super) const PER_MINUTE: Quota = Quota::per_minute("coffee_guest_profile", 30);

/// A guest by Telegram account.
#[utoipa::path(get, path = "/coffee/users/{telegram_id}", tag = "coffee",
    params(("telegram_id" = i64, Path, description = "the Telegram account, not the guest's id")),
    responses((status = 200, body = GuestView)), security(("permission" = ["coffee.guests.read"])))]
pub(super) async fn show_guest(
    _who: Can<ReadGuests>,
    State(coffee): State<Coffee>,
    Path(telegram_id): Path<i64>,
) -> ApiResult<Json<GuestView>> {
    let mut read = coffee.platform.db.read().await?;
    let guest = store::find_by_telegram(&mut read, telegram_id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let standing = store::standing(&mut read, &guest).await?;
    let rules = rules::current(&mut read).await?;
    Ok(Json(GuestView::new(guest, standing, &rules)))
}
