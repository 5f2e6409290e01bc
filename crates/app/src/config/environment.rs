//! The environment, read once: the only place in the program that asks for variables.

use std::ffi::OsString;

/// What our variables begin with.
pub const PREFIX: &str = "KARAVAN__";

/// Variables that are ours, by name.
#[derive(Debug, Clone, Default)]
pub struct Environment(Vec<(String, OsString)>);

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
        let all = std::env::vars_os();
        Self::new(all.filter_map(|(name, value)| Some((name.into_string().ok()?, value))))
    }

    /// These variables; those that are not ours are left out.
    pub fn new(variables: impl IntoIterator<Item = (String, OsString)>) -> Self {
        let mut ours: Vec<_> = variables
            .into_iter()
            .filter(|(name, _)| name.starts_with(PREFIX))
            .collect();
        // The system gives them in no order; messages should have one.
        ours.sort();
        Self(ours)
    }

    /// Name, `section.key`, value.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, String, &OsString)> {
        self.0.iter().map(|(name, value)| {
            let path = name
                .strip_prefix(PREFIX)
                .unwrap_or(name)
                .split("__")
                .collect::<Vec<_>>()
                .join(".");
            (name.as_str(), path.to_ascii_lowercase(), value)
        })
    }
}
