//! Addresses that come back from a query (`?next=`) and may lead only into this site.

/// The path when it stays on this origin. Use it on every redirect target that a request names.
///
/// ```
/// use karavan_web::redirect::same_origin;
/// assert_eq!(same_origin("/admin?page=2"), Some("/admin?page=2"));
/// assert_eq!(same_origin("//evil.test"), None);
/// assert_eq!(same_origin("https://evil.test"), None);
/// ```
pub fn same_origin(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?;
    // Browsers read `\` as `/` and drop tabs and line breaks, so `/\evil` and `/<tab>/evil` would leave the site too.
    let leaves = rest.starts_with('/') || path.chars().any(|letter| letter == '\\' || letter.is_control());
    (!leaves && path.len() <= 2_000).then_some(path)
}

/// Percent-encodes a text for use as a query value.
pub fn encode(text: &str) -> String {
    use std::fmt::Write;

    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_stays_on_this_site() {
        for hostile in [
            "//evil.test",
            "/\\evil.test",
            "\\\\evil.test",
            "https://evil.test",
            "javascript:alert(1)",
            "",
            "evil.test",
            "/\t/evil.test",
            "/a\r\nSet-Cookie: x=1",
            "/a\\..\\b",
            " /x",
            "///evil.test",
        ] {
            assert_eq!(same_origin(hostile), None, "{hostile:?}");
        }
        for good in ["/", "/a/b?c=d&e=%2F", "/привет"] {
            assert_eq!(same_origin(good), Some(good));
        }
    }

    #[test]
    fn a_value_survives_the_query() {
        assert_eq!(encode("/a?b=c d&е"), "/a%3Fb%3Dc%20d%26%D0%B5");
    }
}
