//! The rules of the loyalty programme, changed in the panel while the program runs.

mod admin;
mod model;

use karavan_platform::settings;
use karavan_store::{Conn, StoreResult};
pub use model::{Level, RuleOutOfBounds, Rules};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Coffee;

pub(crate) fn routes() -> OpenApiRouter<Coffee> {
    OpenApiRouter::new().routes(routes!(admin::show_rules, admin::save_rules))
}

/// The rules of this moment.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn current(conn: &mut Conn) -> StoreResult<Rules> {
    Ok(settings::load::<Rules>(conn).await?.value)
}
