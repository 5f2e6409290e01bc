//! A form: questions in groups, what is wrong with the answers, one act.
//!
//! **Always holds:** what a person typed is never lost: the handler gives the same [`Field`]s back with their values and
//! errors. The button works once per page load, and [`Form::once`] lets the server notice a second copy.

use askama::Template;

use super::{Block, Field, SafeHtml, html::rendered};
use crate::texts::Lang;

/// Questions that belong together.
#[derive(Clone, Debug, Default)]
pub struct FieldSet {
    title: Option<String>,
    lead: Option<String>,
    fields: Vec<Field>,
}

impl FieldSet {
    /// A group with a heading.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: Some(title.into()),
            ..Self::default()
        }
    }

    /// One sentence under the heading.
    #[must_use]
    pub fn lead(mut self, sentence: impl Into<String>) -> Self {
        self.lead = Some(sentence.into());
        self
    }

    /// The next question.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }
}

/// A form that is sent by POST.
#[derive(Clone, Debug)]
pub struct Form {
    action: String,
    sets: Vec<FieldSet>,
    hidden: Vec<(&'static str, String)>,
    owner: Option<String>,
    problem: Option<String>,
    submit: String,
    danger: bool,
    multipart: bool,
    cancel: Option<String>,
}

impl Form {
    /// A form that is sent to `action`; `submit` is the verb on its button.
    pub fn post(action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            sets: Vec::new(),
            hidden: Vec::new(),
            owner: None,
            problem: None,
            submit: submit.into(),
            danger: false,
            multipart: false,
            cancel: None,
        }
    }

    /// The next question, in the group before it.
    #[must_use]
    pub fn field(mut self, field: Field) -> Self {
        match self.sets.last_mut() {
            Some(set) => set.fields.push(field),
            None => self.sets.push(FieldSet {
                fields: vec![field],
                ..FieldSet::default()
            }),
        }
        self
    }

    /// The next group.
    #[must_use]
    pub fn set(mut self, set: FieldSet) -> Self {
        self.sets.push(set);
        self
    }

    /// A value that travels with the form unseen.
    #[must_use]
    pub fn hidden(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.hidden.push((name, value.into()));
        self
    }

    /// A key that is new for every page load; the server refuses to act twice on the same one.
    #[must_use]
    pub fn once(self, key: impl Into<String>) -> Self {
        self.hidden("once", key)
    }

    /// What is wrong with the answers as a whole.
    #[must_use]
    pub fn problem(mut self, sentence: impl Into<String>) -> Self {
        self.problem = Some(sentence.into());
        self
    }

    /// Whose password is typed here, for password managers; it is not sent.
    #[must_use]
    pub fn owner(mut self, name: impl Into<String>) -> Self {
        self.owner = Some(name.into());
        self
    }

    /// The same, when there may be nothing wrong.
    #[must_use]
    pub fn maybe_problem(mut self, sentence: Option<impl Into<String>>) -> Self {
        self.problem = sentence.map(Into::into);
        self
    }

    /// The button takes something away.
    #[must_use]
    pub fn danger(mut self) -> Self {
        self.danger = true;
        self
    }

    /// Files travel with the form.
    #[must_use]
    pub fn multipart(mut self) -> Self {
        self.multipart = true;
        self
    }

    /// Where to go without sending.
    #[must_use]
    pub fn cancel(mut self, href: impl Into<String>) -> Self {
        self.cancel = Some(href.into());
        self
    }

    fn problems(&self) -> Vec<(&'static str, &str, &str)> {
        self.sets
            .iter()
            .flat_map(|set| &set.fields)
            .filter_map(Field::problem)
            .collect()
    }
}

impl Block for Form {
    fn html(&self, lang: &Lang) -> SafeHtml {
        rendered(&FormTemplate {
            form: self,
            problems: self.problems(),
            optional: lang.text("pages-form-optional"),
            lang,
        })
    }
}

#[derive(Template)]
#[template(path = "form.html")]
struct FormTemplate<'a> {
    form: &'a Form,
    problems: Vec<(&'static str, &'a str, &'a str)>,
    optional: String,
    lang: &'a Lang,
}

impl FormTemplate<'_> {
    fn summary(&self) -> String {
        self.lang
            .with("pages-form-problems", &[("count", self.problems.len().into())])
    }
}
