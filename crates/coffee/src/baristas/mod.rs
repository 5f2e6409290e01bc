//! Baristas: people who may sell, allow-listed by their Telegram account.
//!
//! **Always holds:** whoever is not on the list, or not active, learns nothing from the barista bot and cannot sell.

mod admin;
mod create;
mod model;
pub mod store;

pub use create::create;
pub use model::{Barista, BaristaError};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Coffee;

pub(crate) fn routes() -> OpenApiRouter<Coffee> {
    OpenApiRouter::new()
        .routes(routes!(create::create_barista))
        .routes(routes!(admin::baristas_page, admin::add_barista))
        .routes(routes!(admin::confirm_stop, admin::stop_barista))
        .routes(routes!(admin::start_barista))
}
