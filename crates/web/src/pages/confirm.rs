//! The one question before a dangerous act.

use askama::Template;

use super::{Block, SafeHtml, html::rendered};
use crate::texts::Lang;

/// Asks once, in words: what will happen, to whom, and whether it can be undone.
///
/// It is the only block of a page of its own. [`super::Act::confirm`] leads there; where scripts run, it appears as a
/// dialog over the page that the person came from.
#[derive(Clone, Debug)]
pub struct Confirm {
    action: String,
    question: String,
    consequence: String,
    submit: String,
    cancel: String,
    hidden: Vec<(String, String)>,
    danger: bool,
}

impl Confirm {
    /// A POST to `action` behind a question; `submit` repeats its verb, `cancel` is where to go instead.
    pub fn new(
        question: impl Into<String>,
        action: impl Into<String>,
        submit: impl Into<String>,
        cancel: impl Into<String>,
    ) -> Self {
        Self {
            action: action.into(),
            question: question.into(),
            consequence: String::new(),
            submit: submit.into(),
            cancel: cancel.into(),
            hidden: Vec::new(),
            danger: true,
        }
    }

    /// What happens then, and whether it can be undone.
    #[must_use]
    pub fn consequence(mut self, sentence: impl Into<String>) -> Self {
        self.consequence = sentence.into();
        self
    }

    /// A value that travels with the answer, such as the `id`s of a bulk act.
    #[must_use]
    pub fn hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.hidden.push((name.into(), value.into()));
        self
    }

    /// A weighty act that takes nothing away.
    #[must_use]
    pub fn calm(mut self) -> Self {
        self.danger = false;
        self
    }
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmTemplate<'a> {
    confirm: &'a Confirm,
    cancel_word: String,
}

impl Block for Confirm {
    fn html(&self, lang: &Lang) -> SafeHtml {
        rendered(&ConfirmTemplate {
            confirm: self,
            cancel_word: lang.text("pages-cancel"),
        })
    }
}
