//! `GET /coffee/users/`.

use axum::extract::State;
use karavan_web::{ApiResult, Can, Json, Part, Query, Quota};

use super::{GuestView, store};
use crate::{Coffee, ReadGuests, rules};

pub(super) const PER_MINUTE: Quota = Quota::per_minute("coffee_guest_list", 10);

/// Guests, the latest registered first.
#[utoipa::path(get, path = "/coffee/users/", tag = "coffee", params(Part),
    responses((status = 200, body = Vec<GuestView>)), security(("permission" = ["coffee.guests.read"])))]
pub(super) async fn list_guests(
    _who: Can<ReadGuests>,
    State(coffee): State<Coffee>,
    Query(part): Query<Part>,
) -> ApiResult<Json<Vec<GuestView>>> {
    let mut read = coffee.platform.db.read().await?;
    let rules = rules::current(&mut read).await?;
    let guests = store::search(&mut read, &store::Search::default(), part.into()).await?;
    let standings = store::standings(&mut read, &guests.rows).await?;
    let views = guests
        .rows
        .into_iter()
        .zip(standings)
        .map(|(guest, standing)| GuestView::new(guest, standing, &rules));
    Ok(Json(views.collect()))
}
