//! The known keys: read from `config.default.toml`, so that the documented example is the default.
//!
//! **Always holds:** every key has a default and a comment. A comment that begins with `Secret:` makes its value secret.

use toml::{Table, Value};

use super::Problems;

/// The embedded defaults.
pub const DEFAULTS: &str = include_str!("../../config.default.toml");

/// One setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// `section.key`.
    pub path: String,
    /// The default, which also says what kind of value it is.
    pub default: Value,
    /// The comment above it.
    pub doc: String,
    /// Whether its value is never shown.
    pub secret: bool,
}

/// All keys in the order of the file.
///
/// # Panics
/// When the embedded file is not TOML: a test reads it.
pub fn known() -> Vec<Key> {
    let table: Table = DEFAULTS.parse().expect("the embedded defaults are TOML");
    let (mut section, mut comment) = (String::new(), Vec::new());
    let mut keys = Vec::new();
    for line in DEFAULTS.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = format!("{name}.");
            comment.clear();
        } else if let Some((name, _)) = line.split_once(" = ") {
            let path = format!("{section}{name}");
            let default = find(&table, &path).expect("the line is a key of the table").clone();
            let doc = comment.join(" ");
            let secret = doc.starts_with("Secret:");
            keys.push(Key {
                path,
                default,
                doc,
                secret,
            });
            comment.clear();
        } else {
            comment.clear();
        }
    }
    keys
}

fn find<'t>(table: &'t Table, path: &str) -> Option<&'t Value> {
    match path.split_once('.') {
        Some((section, key)) => table.get(section)?.as_table()?.get(key),
        None => table.get(path),
    }
}

impl Key {
    /// Checks a value of a file against the kind of the default.
    pub(super) fn accept(&self, value: Value, problems: &mut Problems) -> Option<Value> {
        let fits = match (&self.default, &value) {
            (Value::Array(_), Value::Array(items)) => items.iter().all(Value::is_str),
            (default, value) => default.same_type(value),
        };
        if !fits {
            problems.of_key(&self.path, format_args!("must be {}", self.kind()));
        }
        fits.then_some(value)
    }

    /// Reads the text of an environment variable as the kind of the default.
    pub(super) fn read(&self, text: &str, problems: &mut Problems) -> Option<Value> {
        let text = text.trim();
        let value = match &self.default {
            Value::Boolean(_) => text.parse().ok().map(Value::Boolean),
            Value::Integer(_) => text.parse().ok().map(Value::Integer),
            Value::Array(_) => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Some(Value::Array(items.map(|item| Value::String(item.to_owned())).collect()))
            }
            _ => Some(Value::String(text.to_owned())),
        };
        if value.is_none() {
            problems.of_key(&self.path, format_args!("must be {}", self.kind()));
        }
        value
    }

    fn kind(&self) -> &'static str {
        match &self.default {
            Value::Boolean(_) => "true or false",
            Value::Integer(_) => "a whole number",
            Value::Array(_) => "a list of texts",
            _ => "a text",
        }
    }
}

/// The known key that somebody probably meant.
pub fn nearest<'k>(keys: &'k [Key], path: &str) -> &'k str {
    keys.iter()
        .min_by_key(|key| distance(&key.path, path))
        .map_or("", |key| &key.path)
}

/// How far a text is from a key: letters to change, less when the section is right or only the section is missing.
fn distance(known: &str, given: &str) -> usize {
    let ((known_section, known_name), (section, name)) = (split(known), split(given));
    let is_part = known_name.contains(name) || name.contains(known_name);
    match (known_section == section, known_name == name) {
        (true, _) if is_part => 1,
        (false, true) if section.is_empty() => 1,
        _ => strsim::damerau_levenshtein(known, given),
    }
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_documented() {
        for key in known() {
            assert!(
                !key.doc.is_empty(),
                "{} has no comment in config.default.toml",
                key.path
            );
            assert!(
                !key.path.ends_with("_file"),
                "{}: `_FILE` in the environment names a file",
                key.path
            );
        }
    }

    #[test]
    fn what_sounds_secret_is_marked() {
        let sounds_secret = |path: &str| {
            ["token", "secret", "password", "master"]
                .iter()
                .any(|word| path.contains(word))
        };
        for key in known().iter().filter(|key| sounds_secret(&key.path)) {
            assert!(
                key.secret,
                "begin the comment of {} with `Secret:`, so that it is never shown",
                key.path
            );
        }
    }

    #[test]
    fn the_nearest_key_is_named() {
        let keys = known();
        assert_eq!(nearest(&keys, "sever.listen"), "server.listen");
        assert_eq!(nearest(&keys, "job.concurency"), "jobs.concurrency");
        assert_eq!(nearest(&keys, "listen"), "server.listen");
        assert_eq!(nearest(&keys, "coffee.token"), "coffee.guest_bot_token");
    }
}
