//! Fields of a form.

use askama::{Template, filters::HtmlSafe};

use super::SafeHtml;

/// A value that can be chosen.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub title: String,
}

impl<V: Into<String>, T: Into<String>> From<(V, T)> for Choice {
    fn from((value, title): (V, T)) -> Self {
        Self {
            value: value.into(),
            title: title.into(),
        }
    }
}

/// How a field is filled in.
#[derive(Clone, Debug)]
pub enum FieldKind {
    /// One line; the string is the `type` of the input: `text`, `email`, `tel`, `password`, `url`, `time`, `color`.
    Line(&'static str),
    /// A whole or decimal number.
    Number {
        /// The least, if there is one.
        min: Option<i64>,
        /// The most, if there is one.
        max: Option<i64>,
        /// `1`, `0.01`, `any`.
        step: &'static str,
        /// Shown after the input: `₽`, `%`.
        unit: String,
    },
    /// A day; the value is `YYYY-MM-DD`.
    Date,
    /// A day and a time; the value is `YYYY-MM-DDTHH:MM`.
    Moment,
    /// One of several, in a menu.
    Select(Vec<Choice>),
    /// One of a few, all visible.
    Radios(Vec<Choice>),
    /// Any of a few.
    Checks(Vec<Choice>),
    /// Yes or no; sent as `true` when checked and not at all otherwise.
    Checkbox,
    /// Several lines.
    Area(u8),
    /// A file; the string lists what is accepted.
    File(&'static str),
}

/// One question of a form.
#[derive(Clone, Debug, Template)]
#[template(path = "field.html")]
pub struct Field {
    name: &'static str,
    label: String,
    kind: FieldKind,
    values: Vec<String>,
    help: Option<String>,
    error: Option<String>,
    required: bool,
    autocomplete: Option<&'static str>,
    optional_word: String,
}

impl Field {
    /// A field of any kind.
    pub fn new(name: &'static str, label: impl Into<String>, kind: FieldKind) -> Self {
        Self {
            name,
            label: label.into(),
            kind,
            values: Vec::new(),
            help: None,
            error: None,
            required: false,
            autocomplete: None,
            optional_word: String::new(),
        }
    }

    /// One line of text.
    pub fn text(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Line("text"))
    }

    /// Several lines of text.
    pub fn area(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Area(5))
    }

    /// A whole number that is not negative, with its unit (may be empty).
    pub fn number(name: &'static str, label: impl Into<String>, unit: impl Into<String>) -> Self {
        Self::new(
            name,
            label,
            FieldKind::Number {
                min: Some(0),
                max: None,
                step: "1",
                unit: unit.into(),
            },
        )
    }

    /// A day.
    pub fn date(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Date)
    }

    /// Yes or no.
    pub fn checkbox(name: &'static str, label: impl Into<String>) -> Self {
        Self::new(name, label, FieldKind::Checkbox)
    }

    /// One of several, in a menu.
    pub fn select<C: Into<Choice>>(
        name: &'static str,
        label: impl Into<String>,
        choices: impl IntoIterator<Item = C>,
    ) -> Self {
        Self::new(
            name,
            label,
            FieldKind::Select(choices.into_iter().map(Into::into).collect()),
        )
    }

    /// What is filled in: the stored value, or what the person has just sent.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.values = vec![value.into()];
        self
    }

    /// What is checked in [`FieldKind::Checks`].
    #[must_use]
    pub fn values<V: Into<String>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.values = values.into_iter().map(Into::into).collect();
        self
    }

    /// Checks a [`FieldKind::Checkbox`].
    #[must_use]
    pub fn checked(self, checked: bool) -> Self {
        if checked { self.value("true") } else { self }
    }

    /// One sentence under the field.
    #[must_use]
    pub fn help(mut self, sentence: impl Into<String>) -> Self {
        self.help = Some(sentence.into());
        self
    }

    /// What is wrong with the value, in words that say what to do.
    #[must_use]
    pub fn error(mut self, sentence: impl Into<String>) -> Self {
        self.error = Some(sentence.into());
        self
    }

    /// The same, when there may be nothing wrong.
    #[must_use]
    pub fn maybe_error(mut self, sentence: Option<impl Into<String>>) -> Self {
        self.error = sentence.map(Into::into);
        self
    }

    /// Must be filled in.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Lets the browser help: `name`, `email`, `one-time-code`.
    #[must_use]
    pub fn autocomplete(mut self, token: &'static str) -> Self {
        self.autocomplete = Some(token);
        self
    }

    pub(super) fn problem(&self) -> Option<(&'static str, &str, &str)> {
        self.error
            .as_deref()
            .map(|error| (self.name, self.label.as_str(), error))
    }

    /// Fields that may stay empty say so.
    pub(super) fn marked_optional(&self, word: &str) -> Self {
        let mut field = self.clone();
        let quiet = self.required
            || matches!(
                self.kind,
                FieldKind::Checkbox | FieldKind::Checks(_) | FieldKind::Radios(_)
            );
        field.optional_word = if quiet { String::new() } else { word.to_owned() };
        field
    }

    fn id(&self) -> String {
        format!("f-{}", self.name)
    }

    fn first(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    fn has(&self, choice: &Choice) -> bool {
        self.values.contains(&choice.value)
    }

    fn is_checked(&self) -> bool {
        self.first() == "true"
    }

    /// Attributes that every kind of input shares. Names are literals of the program, so nothing here needs escaping.
    fn state(&self) -> SafeHtml {
        let explained = [(self.error.is_some(), "error"), (self.help.is_some(), "help")];
        let ids: Vec<String> = explained
            .iter()
            .filter(|(there, _)| *there)
            .map(|(_, part)| format!("f-{}-{part}", self.name))
            .collect();
        let mut attributes = String::new();
        if !ids.is_empty() {
            attributes.push_str(&format!(" aria-describedby=\"{}\"", ids.join(" ")));
        }
        if self.error.is_some() {
            attributes.push_str(" aria-invalid=\"true\"");
        }
        if self.required {
            attributes.push_str(" required");
        }
        if let Some(token) = self.autocomplete {
            attributes.push_str(&format!(" autocomplete=\"{token}\""));
        }
        SafeHtml::trusted(attributes)
    }
}

impl HtmlSafe for Field {}
