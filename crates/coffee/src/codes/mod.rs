//! Codes by which a guest is recognised at the till: five digits, good for 90 seconds, used once.
//!
//! **Always holds:** a guest has one active code and a code names one guest (unique indexes); looking a code up never uses
//! it up, only the order's own transaction does; guessing is limited per barista and over the whole shop.

mod forget;
mod issue;
mod lookup;
mod model;
pub mod store;

pub use forget::{ForgetCodes, schedule};
pub use issue::issue;
pub use lookup::{Counted, Found, count_try_here, look_up};
pub(crate) use model::parse;
pub use model::{CodeError, CodeState, IssuedCode};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Coffee;

pub(crate) fn routes() -> OpenApiRouter<Coffee> {
    OpenApiRouter::new()
        .routes(routes!(issue::generate_code))
        .routes(routes!(lookup::use_code))
}
