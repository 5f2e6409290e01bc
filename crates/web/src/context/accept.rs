//! Page or JSON: what the `Accept` header prefers.

use axum::http::{HeaderMap, header};

/// True when `text/html` is named and no JSON type is wanted more. A wildcard names nothing: API clients send it.
pub(super) fn prefers_html(headers: &HeaderMap) -> bool {
    let mut html = 0.0_f32;
    let mut json = 0.0_f32;
    for value in headers.get_all(header::ACCEPT) {
        for part in value.to_str().unwrap_or_default().split(',') {
            let mut pieces = part.split(';').map(str::trim);
            let kind = pieces.next().unwrap_or_default().to_ascii_lowercase();
            let weight = pieces
                .find_map(|piece| piece.strip_prefix("q="))
                .map_or(1.0, |digits| digits.parse().unwrap_or(0.0));
            match kind.as_str() {
                "text/html" | "application/xhtml+xml" => html = html.max(weight),
                "application/json" | "application/problem+json" => json = json.max(weight),
                _ => {}
            }
        }
    }
    html > 0.0 && html >= json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_pages_and_programs_get_json() {
        let prefers = |accept: &str| prefers_html(&HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]));
        assert!(prefers(
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        ));
        assert!(prefers("application/json;q=0.5, text/html"));
        assert!(!prefers("*/*") && !prefers("application/json, text/html;q=0.9") && !prefers("text/html;q=0"));
        assert!(!prefers_html(&HeaderMap::new()));
    }
}
