//! Composition: from a list of products to one program.
//!
//! **Always holds:** every route that is served is in the inventory with its permission; a process that stops first says it
//! is not ready, then finishes what it began.
//!
//! Start at [`Host::new`], then [`Host::run`].

mod landing;
mod router;
mod run;

use std::{sync::Arc, time::Duration};

use axum::Router;
use karavan_kernel::Permission;
use karavan_store::queue::{DuplicateJob, JobDef, Registry, Schedule};
use karavan_web::{
    WebConfig,
    health::Health,
    openapi::{DocsConfig, Inventory, InventoryError},
};
pub use run::{Role, Roles, RunError};
use utoipa::openapi::OpenApi;

use crate::{
    Demo, Platform, Product, accounts,
    admin::{self, Section},
    audit::{self, Anchors},
    bots::{Bots, HandleUpdate, Mode, Send, webhook},
    housekeeping::{self, TidyUp},
    legal,
    mail::MailSend,
};

/// How the program is reached and what it shows.
pub struct HostConfig {
    /// The HTTP side.
    pub web: WebConfig,
    /// Swagger UI and the document.
    pub docs: DocsConfig,
    /// Metrics and who may read them.
    pub health: Health,
    /// Jobs that this process runs at a time.
    pub concurrency: usize,
    /// Whether Telegram posts updates to the public address; otherwise bots poll.
    pub webhooks: bool,
    /// Where the heads of the audit log are written down.
    pub anchors: Anchors,
    /// Routes outside the inventory: the simulators' pages of a demo.
    pub demo: Option<DemoPages>,
}

/// The pages of simulators: where they begin, and their routes.
pub struct DemoPages {
    /// The chats.
    pub chats: (&'static str, Router),
    /// The inbox.
    pub mail: (&'static str, Router),
}

/// The program: everything that products and platform bring, put together.
pub struct Host {
    platform: Platform,
    config: HostConfig,
    routes: Router,
    document: OpenApi,
    inventory: Inventory,
    sections: Arc<Vec<Section>>,
    registry: Arc<Registry>,
    schedules: Vec<Schedule>,
    bots: Bots,
    products: Vec<&'static str>,
    permissions: Vec<Permission>,
    demos: Vec<Demo>,
}

/// Why the pieces do not fit.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// A route does not say who may call it.
    #[error(transparent)]
    Inventory(#[from] InventoryError),
    /// Two jobs share a name.
    #[error(transparent)]
    Jobs(#[from] DuplicateJob),
}

impl Host {
    /// Puts the products together.
    ///
    /// # Errors
    /// [`HostError`]: a defect of the program, found before anything is served.
    pub fn new(platform: Platform, products: Vec<Product>, config: HostConfig) -> Result<Self, HostError> {
        let mut routes = admin::routes(platform.clone())
            .merge(accounts::pages::routes(platform.clone()))
            .merge(legal::pages::routes(platform.clone()));
        let mut defs = Vec::new();
        let mut bots = Vec::new();
        let mut sections = Vec::new();
        let mut schedules = vec![housekeeping::schedule(), audit::anchor::schedule()];
        let mut names = Vec::new();
        let mut icons = Vec::new();
        let mut permissions = admin::PERMISSIONS.to_vec();
        let mut demos = Vec::new();
        for product in products {
            let Product {
                name,
                icon,
                routes: own,
                admin,
                jobs,
                schedules: own_schedules,
                bots: own_bots,
                ..
            } = product;
            routes = routes.merge(own);
            defs.extend(jobs);
            bots.extend(own_bots);
            sections.push(admin);
            schedules.extend(own_schedules);
            names.push(name);
            icons.push(icon);
            permissions.extend_from_slice(product.permissions);
            demos.push(product.demo);
        }
        sections.push(admin::section());
        demos.push(legal::demo(platform.clone()));
        let landing = landing::Landing::new(
            names.iter().copied().zip(icons),
            &config,
            &sections,
            platform.mail_is_on(),
        );
        routes = routes.merge(landing::routes(landing));
        let mode = if config.webhooks {
            let base = config.web.public_url.clone();
            Mode::Webhook { base }
        } else {
            Mode::Polling
        };
        let bots = Bots::new(platform.clone(), &bots).in_mode(mode);
        routes = routes.merge(webhook::routes(bots.clone()));
        defs.extend([
            JobDef::of::<HandleUpdate>(bots.clone()),
            JobDef::of::<Send>(bots.clone()),
            JobDef::of::<TidyUp>(platform.clone()),
            JobDef::of::<MailSend>(platform.clone()),
            JobDef::of::<audit::anchor::Anchor>(config.anchors.clone()),
        ]);
        let (routes, document) = routes.split_for_parts();
        Ok(Self {
            inventory: Inventory::of(&document)?,
            registry: Arc::new(Registry::new(defs)?),
            sections: Arc::new(sections),
            products: names,
            platform,
            config,
            routes,
            document,
            schedules,
            bots,
            permissions,
            demos,
        })
    }

    /// Every route with what it asks for.
    pub const fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// The bodies of all jobs.
    pub const fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// What the clock asks for.
    pub fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }

    /// How long a process that stops still takes connections.
    pub const fn linger(&self) -> Duration {
        self.config.web.linger
    }

    /// The bots that are on.
    pub const fn bots(&self) -> &Bots {
        &self.bots
    }

    /// The names of the installed products.
    pub fn products(&self) -> &[&'static str] {
        &self.products
    }

    /// Everything that a role or a token can be made of.
    pub fn permissions(&self) -> &[Permission] {
        &self.permissions
    }

    /// The demo data of every product, to be filled in once.
    pub fn take_demos(&mut self) -> Vec<Demo> {
        std::mem::take(&mut self.demos)
    }
}
