//! A product as data: everything the host and the tests need to know about it.

use futures::future::BoxFuture;
use karavan_kernel::Permission;
use karavan_store::{
    StoreError,
    queue::{JobDef, Schedule},
};
use utoipa_axum::router::OpenApiRouter;

use crate::{admin::Section, bots::BotDef};

/// Fills the database with believable data, once: a second call changes nothing.
pub type Demo = Box<dyn FnOnce() -> BoxFuture<'static, Result<(), StoreError>> + Send>;

/// Everything a product hands over.
pub struct Product {
    /// The word in addresses, configuration and colours.
    pub name: &'static str,
    /// A name from the icon sprite.
    pub icon: &'static str,
    /// Routes with their state applied; each path begins with `/<name>/` or `/admin/<name>/`.
    pub routes: OpenApiRouter,
    /// Its part of the panel.
    pub admin: Section,
    /// Bodies of its jobs.
    pub jobs: Vec<JobDef>,
    /// What the clock asks for.
    pub schedules: Vec<Schedule>,
    /// Its bots.
    pub bots: Vec<BotDef>,
    /// What its routes ask for.
    pub permissions: &'static [Permission],
    /// Its demo data.
    pub demo: Demo,
}
