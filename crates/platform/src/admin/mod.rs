//! The admin panel: its frame, the way in and the pages that belong to no product.
//!
//! **Always holds:** a page shows only what its reader may do; a change is a POST, answered by a redirect whose `done`
//! names what was done, so that reloading repeats nothing.
//!
//! Products add a [`Section`] and take [`Panel`] in their handlers.

mod audit;
mod home;
mod jobs;
mod panel;
mod section;
mod sign_in;

pub(crate) use jobs::JobNames;
use karavan_kernel::Right as _;
pub use panel::{Panel, done};
pub(crate) use panel::{Sections, toast};
pub use section::{Entry, Section};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Platform;

karavan_kernel::permissions! {
    /// See jobs.
    pub ReadJobs = "platform.jobs.read",
    /// Replay, cancel, pause and discard jobs.
    pub ManageJobs = "platform.jobs.manage",
    /// See who did what.
    pub ReadAudit = "platform.audit.read",
    /// Write and publish legal texts.
    pub EditLegal = "platform.legal.edit",
}

/// The platform's own part of the navigation.
pub fn section() -> Section {
    Section {
        product: None,
        title: "admin-platform",
        entries: vec![
            Entry {
                title: "jobs-title",
                href: "/admin/jobs",
                icon: "activity",
                permission: ReadJobs::PERMISSION,
            },
            Entry {
                title: "audit-title",
                href: "/admin/audit",
                icon: "history",
                permission: ReadAudit::PERMISSION,
            },
            Entry {
                title: "legal-title",
                href: "/admin/legal",
                icon: "file-text",
                permission: EditLegal::PERMISSION,
            },
        ],
    }
}

/// The platform's own pages.
pub fn routes(platform: Platform) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(home::show_home))
        .merge(jobs::routes())
        .merge(audit::routes())
        .routes(routes!(sign_in::ask_for_link))
        .routes(routes!(sign_in::show_link))
        .routes(routes!(sign_in::enter))
        .routes(routes!(sign_in::sign_out))
        .with_state(platform)
}
