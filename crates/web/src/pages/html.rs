//! The line between text and markup.

use std::fmt;

use askama::{Template, filters::HtmlSafe};

use crate::texts::Lang;

/// Markup that is written as it is. Everything else on a page is escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeHtml(String);

impl SafeHtml {
    /// Markup that the caller vouches for: the output of an escaping template, never text from outside.
    pub fn trusted(markup: impl Into<String>) -> Self {
        Self(markup.into())
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeHtml {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl HtmlSafe for SafeHtml {}

/// A part of a page that can be rendered once its language is known.
pub trait Block {
    /// Its markup.
    fn html(&self, lang: &Lang) -> SafeHtml;
}

impl Block for SafeHtml {
    fn html(&self, _lang: &Lang) -> SafeHtml {
        self.clone()
    }
}

/// The markup of a template of this crate.
pub(super) fn rendered(template: &impl Template) -> SafeHtml {
    // A template fails only when a `Display` inside it does, and none of ours does.
    SafeHtml(template.render().expect("writing into a string cannot fail"))
}

/// `address` if a browser would open it as a web page; `#` for `javascript:` and the like.
pub fn safe_href(address: &str) -> &str {
    let own = address.is_empty()
        || (address.starts_with(['/', '?', '#']) && !address.starts_with("//") && !address.starts_with("/\\"));
    let known = ["https://", "http://", "mailto:", "tel:", "tg:"]
        .iter()
        .any(|scheme| address.starts_with(scheme));
    if own || known { address } else { "#" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_links() {
        for fine in ["/admin", "?page=2", "#top", "https://example.org", ""] {
            assert_eq!(safe_href(fine), fine);
        }
        for wrong in [
            "javascript:alert(1)",
            " javascript:x",
            "//evil.example",
            "data:text/html,x",
            "JAVASCRIPT:x",
            "/\\evil.example",
        ] {
            assert_eq!(safe_href(wrong), "#", "{wrong}");
        }
    }
}
