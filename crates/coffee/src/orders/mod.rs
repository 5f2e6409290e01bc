//! Orders: sales that a code has named a guest for.
//!
//! **Always holds:** the used code, the order, the counters, the points and the guest's message are one transaction; an
//! order earns points or spends them, never both; a code makes at most one order (unique index).
//!
//! Start at [`confirm`], then [`price`] for what a sale is worth.

mod admin;
mod confirm;
mod create;
mod list;
mod model;
pub mod store;
mod view;

pub(crate) use admin::{recent_panel, signed};
pub use confirm::{Confirmed, confirm};
pub use model::{NewOrder, OrderError, Sale, check_receipt, check_sum, price};
pub use store::Order;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Coffee;

pub(crate) fn routes() -> OpenApiRouter<Coffee> {
    OpenApiRouter::new()
        .routes(routes!(create::create_order, list::list_orders))
        .routes(routes!(list::recent_orders))
        .routes(routes!(list::orders_of_guest))
        .routes(routes!(admin::orders_page))
        .routes(routes!(admin::orders_csv))
}
