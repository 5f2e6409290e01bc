//! Screenshots, when somebody wants to look: `KARAVAN_SCREENSHOTS=<folder>`.

use std::{fs, path::PathBuf};

use serde_json::json;

use crate::chromium::Chromium;

#[expect(clippy::disallowed_methods, reason = "a switch of this test, not of the program")]
fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The language in which the pages are looked at.
pub(crate) fn language() -> String {
    env("KARAVAN_SCREENSHOTS_LANGUAGE").unwrap_or_else(|| "ru".to_owned())
}

/// Saves the whole page as `<name>.png`.
pub(crate) async fn save(browser: &Chromium, name: &str) {
    let Some(folder) = env("KARAVAN_SCREENSHOTS").map(PathBuf::from) else {
        return;
    };
    let whole = json!({ "format": "png", "captureBeyondViewport": true });
    let taken = browser.devtools("Page.captureScreenshot", whole).await;
    let picture = taken["data"].as_str().expect("a screenshot is text in base64");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{name}.png")), from_base64(picture)).unwrap();
}

/// Standard base64; what the browser sends is well formed.
fn from_base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let sextets: Vec<u32> = text.bytes().filter_map(value).map(u32::from).collect();
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    for chunk in sextets.chunks(4) {
        let joined = chunk.iter().fold(0, |joined, sextet| joined << 6 | sextet) << (6 * (4 - chunk.len()));
        let [_, whole @ ..] = joined.to_be_bytes();
        bytes.extend(&whole[..chunk.len() - 1]);
    }
    bytes
}
