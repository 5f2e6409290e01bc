//! Styles, script, fonts and icons: embedded in the binary, addressed by content.
//!
//! **Always holds:** [`url`] carries a hash of the content, so browsers may keep the file for a year; the same name
//! without its hash, or with another one, is served but not kept.

use axum::{
    Router,
    extract::{Path, RawQuery},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::SafeHtml;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// The pictures of `icons.svg`: a subset of Lucide.
pub const ICONS: &[&str] = &[
    "activity",
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-up",
    "arrow-up-down",
    "award",
    "badge-percent",
    "bell",
    "book-open",
    "bot",
    "building-2",
    "calendar",
    "car",
    "chart-column",
    "check",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle-alert",
    "circle-check",
    "clapperboard",
    "clock",
    "coins",
    "copy",
    "cup",
    "download",
    "ellipsis",
    "external-link",
    "eye",
    "file-text",
    "flag",
    "funnel",
    "gift",
    "globe",
    "hash",
    "heart",
    "history",
    "house",
    "id-card",
    "image",
    "inbox",
    "key-round",
    "languages",
    "layers",
    "layout-dashboard",
    "link",
    "list",
    "lock",
    "log-in",
    "log-out",
    "mail",
    "map-pin",
    "megaphone",
    "menu",
    "message-circle",
    "message-square",
    "monitor",
    "moon",
    "package",
    "pencil",
    "phone",
    "plug",
    "plus",
    "receipt",
    "refresh-cw",
    "rotate-ccw",
    "scroll-text",
    "search",
    "send",
    "settings",
    "shield-check",
    "shirt",
    "shopping-bag",
    "sliders-horizontal",
    "smartphone",
    "sparkles",
    "star",
    "store",
    "sun",
    "tag",
    "ticket",
    "trash-2",
    "trending-up",
    "triangle-alert",
    "truck",
    "upload",
    "user",
    "user-plus",
    "users",
    "video",
    "wallet",
    "wrench",
    "x",
    "zap",
];

/// `/assets/<name>`, public and without state.
pub fn router() -> Router {
    Router::new().route("/assets/{name}", get(serve))
}

/// The address of an asset: `/assets/app.css?v=0123456789ab`.
///
/// An unknown name gives an address that answers 404; a test renders every template and follows them.
pub fn url(name: &str) -> String {
    match Files::get(name) {
        Some(file) => format!("/assets/{name}?v={}", version(&file)),
        None => format!("/assets/{name}"),
    }
}

/// A picture from the sprite, for the eye only.
pub fn icon(name: &str) -> SafeHtml {
    if !ICONS.contains(&name) {
        tracing::warn!(icon = name, "There is no such icon");
        return SafeHtml::default();
    }
    let sprite = url("icons.svg");
    SafeHtml::trusted(format!(
        "<svg class=\"icon\" width=\"20\" height=\"20\" aria-hidden=\"true\"><use href=\"{sprite}#{name}\"></use></svg>"
    ))
}

async fn serve(Path(name): Path<String>, RawQuery(query): RawQuery) -> Response {
    // The licences and the notes beside the files are embedded too, but have no type and are not served.
    let (Some(file), Some(kind)) = (Files::get(&name), content_type(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let exact = query.as_deref().and_then(|query| query.strip_prefix("v=")) == Some(version(&file).as_str());
    let keep = if exact {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, keep),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, file.data).into_response()
}

/// Twelve hexadecimal digits of the content's SHA-256.
fn version(file: &EmbeddedFile) -> String {
    file.metadata
        .sha256_hash()
        .iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("css") => Some("text/css; charset=utf-8"),
        Some("js") => Some("text/javascript; charset=utf-8"),
        Some("svg") => Some("image/svg+xml"),
        Some("woff2") => Some("font/woff2"),
        _ => None,
    }
}

/// Products that the stylesheet has a colour for, in its order.
pub fn accents() -> Vec<&'static str> {
    let Some(std::borrow::Cow::Borrowed(css)) = Files::get("app.css").map(|file| file.data) else {
        return Vec::new();
    };
    let css = std::str::from_utf8(css).unwrap_or_default();
    let names = css
        .split("[data-product=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    names.retain(|name| *name != "platform");
    names
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::{body::Body, http::Request};
    use tower::ServiceExt as _;

    use super::*;

    fn text(name: &str) -> String {
        String::from_utf8(Files::get(name).unwrap().data.into_owned()).unwrap()
    }

    async fn get(address: &str) -> Response {
        router()
            .oneshot(Request::get(address).body(Body::empty()).unwrap())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn an_exact_address_may_be_kept_for_a_year() {
        let kept = get(&url("app.css")).await;
        assert_eq!(
            kept.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert_eq!(kept.headers()[header::CONTENT_TYPE], "text/css; charset=utf-8");
        for other in ["/assets/app.css", "/assets/app.css?v=0", "/assets/app.css?x=1"] {
            assert_eq!(get(other).await.headers()[header::CACHE_CONTROL], "no-cache", "{other}");
        }
        for absent in ["/assets/nothing.css", "/assets/README.md", "/assets/..%2Fsrc%2Flib.rs"] {
            assert_eq!(get(absent).await.status(), StatusCode::NOT_FOUND, "{absent}");
        }
    }

    #[test]
    fn the_stylesheet_names_its_files_by_content() {
        // If you are here because this failed: a file changed. Write the address below into app.css.
        let css = text("app.css");
        for file in Files::iter().filter(|name| name.ends_with(".woff2") || name == "chevron.svg") {
            assert!(css.contains(&url(&file)), "app.css should say url(\"{}\")", url(&file));
        }
    }

    #[test]
    fn both_ways_to_the_dark_agree() {
        let css = text("app.css");
        let block = |start: &str| {
            let inside = css
                .split(start)
                .nth(1)
                .unwrap_or_else(|| panic!("app.css has no {start}"));
            inside
                .split('}')
                .next()
                .unwrap()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(
            block(":root:not([data-theme=\"light\"]) {"),
            block(":root[data-theme=\"dark\"] {")
        );
    }

    #[test]
    fn the_sprite_holds_the_listed_icons_and_no_others() {
        let sprite = text("icons.svg");
        let drawn: BTreeSet<&str> = sprite
            .split("<symbol id=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        assert_eq!(drawn, ICONS.iter().copied().collect());
    }

    #[test]
    fn assets_are_small_and_ask_nobody_else() {
        // Uncompressed: interface.md allows 30 KB of styles and 40 KB of scripts after compression.
        assert!(text("app.css").len() < 60_000);
        assert!(text("htmx.min.js").len() + text("app.js").len() < 70_000);
        for own in ["app.css", "app.js"] {
            assert!(
                !text(own).contains("//cdn") && !text(own).contains("://"),
                "{own} names another host"
            );
        }
    }
}
