//! `GET /coffee/orders/` and its two narrower forms.

use axum::extract::State;
use karavan_store::PageRequest;
use karavan_web::{ApiError, ApiResult, Can, Json, Part, Path, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{store, view::OrderView};
use crate::{Coffee, GuestId, ReadOrders, guests};

/// How many of the latest.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Latest {
    /// At most 100; 10 by default.
    #[serde(default = "ten")]
    limit: u32,
}

const fn ten() -> u32 {
    10
}

async fn views(coffee: &Coffee, search: store::Search, page: PageRequest) -> ApiResult<Json<Vec<OrderView>>> {
    let orders = store::search(&mut *coffee.platform.db.read().await?, &search, page).await?;
    Ok(Json(
        orders.rows.into_iter().map(|listed| listed.order.into()).collect(),
    ))
}

/// Sales, the newest first.
#[utoipa::path(get, path = "/coffee/orders/", tag = "coffee", params(Part),
    responses((status = 200, body = Vec<OrderView>)), security(("permission" = ["coffee.orders.read"])))]
pub(super) async fn list_orders(
    _who: Can<ReadOrders>,
    State(coffee): State<Coffee>,
    Query(part): Query<Part>,
) -> ApiResult<Json<Vec<OrderView>>> {
    views(&coffee, store::Search::default(), part.into()).await
}

/// The latest sales.
#[utoipa::path(get, path = "/coffee/orders/recent", tag = "coffee", params(Latest),
    responses((status = 200, body = Vec<OrderView>)), security(("permission" = ["coffee.orders.read"])))]
pub(super) async fn recent_orders(
    _who: Can<ReadOrders>,
    State(coffee): State<Coffee>,
    Query(Latest { limit }): Query<Latest>,
) -> ApiResult<Json<Vec<OrderView>>> {
    views(&coffee, store::Search::default(), PageRequest::new(limit, 0)).await
}

/// Sales to one guest, the newest first.
#[utoipa::path(get, path = "/coffee/orders/user/{id}", tag = "coffee", params(Part, ("id" = String, Path)),
    responses((status = 200, body = Vec<OrderView>)), security(("permission" = ["coffee.orders.read"])))]
pub(super) async fn orders_of_guest(
    _who: Can<ReadOrders>,
    State(coffee): State<Coffee>,
    Path(id): Path<GuestId>,
    Query(part): Query<Part>,
) -> ApiResult<Json<Vec<OrderView>>> {
    guests::store::find(&mut *coffee.platform.db.read().await?, id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let search = store::Search {
        guest: Some(id),
        ..Default::default()
    };
    views(&coffee, search, part.into()).await
}
