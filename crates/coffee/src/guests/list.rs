//! `GET /coffee/users/`.

use axum::extract::State;
use karavan_store::PageRequest;
use karavan_web::{ApiResult, Can, Json, Query, Quota};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{GuestView, store};
use crate::{Coffee, ReadGuests, rules};

pub(super) const PER_MINUTE: Quota = Quota::per_minute("coffee_guest_list", 10);

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// At most 100.
    #[serde(default = "most")]
    limit: u32,
    /// How many to pass over.
    #[serde(default)]
    offset: u64,
}

const fn most() -> u32 {
    PageRequest::MOST
}

/// Guests, the latest registered first.
#[utoipa::path(get, path = "/coffee/users/", tag = "coffee", params(Part),
    responses((status = 200, body = Vec<GuestView>)), security(("permission" = ["coffee.guests.read"])))]
pub(super) async fn list_guests(
    _who: Can<ReadGuests>,
    State(coffee): State<Coffee>,
    Query(Part { limit, offset }): Query<Part>,
) -> ApiResult<Json<Vec<GuestView>>> {
    let mut read = coffee.platform.db.read().await?;
    let rules = rules::current(&mut read).await?;
    let guests = store::search(&mut read, &store::Search::default(), PageRequest::new(limit, offset)).await?;
    let standings = store::standings(&mut read, &guests.rows).await?;
    let views = guests
        .rows
        .into_iter()
        .zip(standings)
        .map(|(guest, standing)| GuestView::new(guest, standing, &rules));
    Ok(Json(views.collect()))
}
