//! What is wrong with a configuration, all of it at once.

use std::fmt;

/// Problems in the order in which they were found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Problem {
    /// `section.key`, if it is about one.
    key: Option<String>,
    /// A sentence that says what to do.
    message: String,
    /// A file or an environment variable.
    source: Option<String>,
}

impl Problems {
    /// Adds a problem of one key.
    pub fn of_key(&mut self, key: impl Into<String>, message: impl fmt::Display) {
        self.0.push(Problem {
            key: Some(key.into()),
            message: message.to_string(),
            source: None,
        });
    }

    /// Adds a problem that is about no single key.
    pub fn general(&mut self, message: impl fmt::Display) {
        self.0.push(Problem {
            key: None,
            message: message.to_string(),
            source: None,
        });
    }

    /// Takes over what another part has found.
    pub fn absorb(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The value, or nothing and one more problem.
    pub fn keep<T>(&mut self, result: Result<T, Self>) -> Option<T> {
        result.map_err(|problems| self.absorb(problems)).ok()
    }

    /// Fills in where the keys' values come from.
    pub fn locate(&mut self, source_of: impl Fn(&str) -> Option<String>) {
        for problem in &mut self.0 {
            if problem.source.is_none() {
                problem.source = problem.key.as_deref().and_then(&source_of);
            }
        }
    }

    /// True when nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `ok` when nothing is wrong.
    ///
    /// # Errors
    /// The problems.
    pub fn or<T>(self, ok: T) -> Result<T, Self> {
        if self.is_empty() { Ok(ok) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let word = if count == 1 { "problem" } else { "problems" };
        write!(out, "the configuration has {count} {word}:")?;
        for Problem { key, message, source } in &self.0 {
            out.write_str("\n  ")?;
            match (key, source) {
                (Some(key), Some(source)) => write!(out, "{key} ({source}): ")?,
                (Some(key), None) => write!(out, "{key}: ")?,
                (None, Some(source)) => write!(out, "{source}: ")?,
                (None, None) => {}
            }
            out.write_str(message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
