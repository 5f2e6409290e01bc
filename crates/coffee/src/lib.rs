//! Loyalty for coffee shops: guests earn points with every order, two Telegram bots do the talking.
//!
//! **Always holds:** points are ledger entries and never a column; a code, its order, the points and the guest's message
//! commit together or not at all; a bot and the HTTP API run the same flow.
//!
//! [`guests`] register, [`codes`] name them at the till, [`orders`] are the sales (start at `orders::confirm`), [`rules`]
//! hold every number that an owner may change, [`bots`] are the conversations.

pub mod baristas;
pub mod bots;
pub mod codes;
mod config;
mod demo;
pub mod guests;
pub mod orders;
pub mod points;
pub mod rules;

use std::sync::Arc;

pub use config::CoffeeConfig;
pub use demo::{DEMO_BARISTA, DEMO_GUESTS};
use karavan_kernel::TimeZone;
use karavan_platform::{
    Platform, Product,
    admin::{Entry, Section},
};
use karavan_store::queue::JobDef;
use karavan_web::texts::Source;
use utoipa_axum::router::OpenApiRouter;

karavan_kernel::typed_ids! {
    /// A guest.
    GuestId = "gst",
    /// Somebody who sells.
    BaristaId = "bst",
    /// A code shown at the till.
    CodeId = "cod",
    /// A sale.
    OrderId = "ord",
}

karavan_kernel::permissions! {
    /// Register guests over the API.
    pub CreateGuests = "coffee.guests.create",
    /// See guests.
    pub ReadGuests = "coffee.guests.read",
    /// Make codes for guests over the API.
    pub CreateCodes = "coffee.codes.create",
    /// Look codes up over the API.
    pub ReadCodes = "coffee.codes.read",
    /// Sell over the API.
    pub CreateOrders = "coffee.orders.create",
    /// See orders.
    pub ReadOrders = "coffee.orders.read",
    /// See every movement of points.
    pub ReadPoints = "coffee.points.read",
    /// See and change who may sell.
    pub ManageBaristas = "coffee.baristas.manage",
    /// See and change the rules of the loyalty programme.
    pub ManageRules = "coffee.rules.manage",
}

/// The product's state.
#[derive(Clone)]
pub struct Coffee {
    pub(crate) platform: Platform,
    pub(crate) config: Arc<CoffeeConfig>,
}

impl Coffee {
    /// The state over a platform.
    pub fn new(platform: Platform, config: CoffeeConfig) -> Self {
        Self {
            platform,
            config: Arc::new(config),
        }
    }

    /// The zone of the cafés, in which birthdays and days are counted.
    pub(crate) fn time_zone(&self) -> &TimeZone {
        &self.config.time_zone
    }
}

/// The words of this crate.
pub fn texts() -> Vec<Source> {
    karavan_web::locales!("coffee").to_vec()
}

/// Everything that the host needs.
pub fn product(platform: &Platform, config: CoffeeConfig) -> Product {
    let coffee = Coffee::new(platform.clone(), config);
    Product {
        name: "coffee",
        icon: "cup",
        routes: routes(coffee.clone()),
        admin: section(),
        jobs: vec![JobDef::of::<codes::ForgetCodes>(coffee.clone())],
        schedules: vec![codes::schedule()],
        bots: vec![bots::guest_bot(&coffee), bots::barista_bot(&coffee)],
        permissions: PERMISSIONS,
        demo: Box::new(move || Box::pin(demo::fill(coffee))),
    }
}

fn routes(coffee: Coffee) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(guests::routes())
        .merge(codes::routes())
        .merge(orders::routes())
        .merge(baristas::routes())
        .merge(points::routes())
        .merge(rules::routes())
        .with_state(coffee)
}

fn section() -> Section {
    use karavan_kernel::Right as _;
    let entry = |title, href, icon, permission| Entry {
        title,
        href,
        icon,
        permission,
    };
    Section {
        product: Some("coffee"),
        title: "coffee-title",
        entries: vec![
            entry("coffee-guests", "/admin/coffee/guests", "users", ReadGuests::PERMISSION),
            entry(
                "coffee-orders",
                "/admin/coffee/orders",
                "receipt",
                ReadOrders::PERMISSION,
            ),
            entry("coffee-points", "/admin/coffee/points", "coins", ReadPoints::PERMISSION),
            entry(
                "coffee-baristas",
                "/admin/coffee/baristas",
                "id-card",
                ManageBaristas::PERMISSION,
            ),
            entry(
                "coffee-rules",
                "/admin/coffee/rules",
                "settings",
                ManageRules::PERMISSION,
            ),
        ],
    }
}
