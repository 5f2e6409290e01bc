//! The style sheet and the scripts, inside the binary.

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{name}", get(show))
}

/// `GET /assets/{name}`
async fn show(Path(name): Path<String>) -> Response {
    let Some(file) = Assets::get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    // The address carries a hash of the content, so a copy never goes stale.
    let headers = [
        (header::CONTENT_TYPE, file.metadata.mimetype().to_owned()),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, file.data).into_response()
}

/// Changes with the content of an asset.
pub(super) fn version(name: &str) -> String {
    let hash = Assets::get(name)
        .map(|file| file.metadata.sha256_hash())
        .unwrap_or_default();
    hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
