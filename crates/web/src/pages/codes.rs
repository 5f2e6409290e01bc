//! Codes that a person copies, writes down or types elsewhere.

use askama::Template;

use super::{Block, SafeHtml, html::rendered};
use crate::texts::Lang;

/// Codes, one under the other, each selected by one press.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<ul class=\"code-list\">{% for code in codes %}<li><code>{{ code }}</code></li>{% endfor %}</ul>",
    ext = "html"
)]
pub struct CodeList {
    codes: Vec<String>,
}

impl CodeList {
    /// These codes.
    pub fn new<C: Into<String>>(codes: impl IntoIterator<Item = C>) -> Self {
        Self {
            codes: codes.into_iter().map(Into::into).collect(),
        }
    }
}

impl Block for CodeList {
    fn html(&self, _lang: &Lang) -> SafeHtml {
        rendered(self)
    }
}
