//! Guests: people who have registered with their phone number and birthday.
//!
//! **Always holds:** one Telegram account and one phone number belong to one guest, and the number came from Telegram's
//! contact button with the person's own contact.

mod admin;
mod list;
mod model;
mod register;
mod show;
pub mod store;
mod view;

use karavan_web::limits;
pub use model::{Guest, GuestError, Name, NewGuest, Standing, check_birth_date};
pub use register::register;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt as _},
    routes,
};
pub use view::GuestView;

use crate::Coffee;

pub(crate) fn routes() -> OpenApiRouter<Coffee> {
    OpenApiRouter::new()
        .routes(routes!(register::create_guest).layer(limits::layer(register::PER_MINUTE)))
        .routes(routes!(list::list_guests).layer(limits::layer(list::PER_MINUTE)))
        .routes(routes!(show::show_guest).layer(limits::layer(show::PER_MINUTE)))
        .routes(routes!(admin::guests_page))
        .routes(routes!(admin::guests_csv))
        .routes(routes!(admin::guest_page))
}
