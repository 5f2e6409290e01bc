//! Pages with legal texts: for everybody, for the owner who edits them, and one's own agreements.

mod consents;
mod editor;
mod public;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::Platform;

/// The routes.
pub(crate) fn routes(platform: Platform) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(public::list_documents))
        .routes(routes!(public::show_document))
        .routes(routes!(public::show_text))
        .routes(routes!(public::dismiss_notice))
        .routes(routes!(consents::show_consents))
        .routes(routes!(consents::give_consent))
        .routes(routes!(consents::withdraw_consent))
        .routes(routes!(editor::list_texts))
        .routes(routes!(editor::edit_text, editor::publish_text))
        .with_state(platform)
}
