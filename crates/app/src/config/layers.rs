//! Layers of values: which are there, which one wins, and where each value comes from.
//!
//! **Always holds:** an unknown key is a problem wherever it stands, and is reported with the nearest known one.

use std::{ffi::OsStr, fs, io, path::Path};

use figment::{
    Figment, Metadata, Profile, Provider,
    error::Kind,
    value::{Dict, Map, Value as Merged},
};
use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::{
    Problems,
    environment::Environment,
    keys::{self, Key},
};

/// The configuration file that is read when none is named.
pub const DEFAULT_FILE: &str = "karavan.toml";

/// The merged values with their sources.
#[derive(Debug, Clone)]
pub struct Layers {
    keys: Vec<Key>,
    merged: Figment,
}

/// One value as people may see it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Shown {
    /// `section.key`.
    pub key: String,
    /// As TOML; stars instead of a secret.
    pub value: String,
    /// `default`, a file, a variable or an option.
    pub source: String,
}

/// A value from one place.
struct Layer {
    source: String,
    values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.source.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

impl Layers {
    /// Only the defaults.
    pub fn defaults() -> Self {
        let keys = keys::known();
        let values = keys.iter().map(|key| (key.path.clone(), key.default.clone())).collect();
        Self {
            keys,
            merged: Figment::new(),
        }
        .with("default", values)
    }

    /// Adds `file`, or `karavan.toml` of the working folder when there is one.
    pub fn with_file(self, file: Option<&Path>, problems: &mut Problems) -> Self {
        let path = file.unwrap_or(Path::new(DEFAULT_FILE));
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound && file.is_none() => return self,
            Err(error) => {
                problems.general(format_args!("{} cannot be read: {error}", path.display()));
                return self;
            }
        };
        self.with_text(&path.display().to_string(), &text, problems)
    }

    /// Adds TOML from `source`.
    pub fn with_text(self, source: &str, text: &str, problems: &mut Problems) -> Self {
        let table: Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                problems.general(format_args!(
                    "{source}, line {}: {}",
                    line_of(text, &error),
                    error.message()
                ));
                return self;
            }
        };
        let mut found = Problems::default();
        let mut values = Vec::new();
        for (path, value) in self.flatten(table) {
            match self.key(&path) {
                Some(key) => values.extend(key.accept(value, &mut found).map(|value| (path, value))),
                None => found.of_key(&path, self.advice(&path)),
            }
        }
        found.locate(|_key| Some(source.to_owned()));
        problems.absorb(found);
        self.with(source, values)
    }

    /// Adds what the environment says.
    pub fn with_environment(mut self, environment: &Environment, problems: &mut Problems) -> Self {
        let mut seen: Vec<(String, String)> = Vec::new();
        for (name, path, value) in environment.entries() {
            let mut found = Problems::default();
            let from_file = path.strip_suffix("_file").filter(|_| self.key(&path).is_none());
            let path = from_file.unwrap_or(&path);
            let value = match (self.key(path), from_file) {
                (None, _) => {
                    found.of_key(path, self.advice(path));
                    None
                }
                (Some(key), None) => text_of(value, key, &mut found).and_then(|text| key.read(&text, &mut found)),
                (Some(key), Some(_)) => content_of(value, key, &mut found).and_then(|text| key.read(&text, &mut found)),
            };
            if let Some((_, other)) = seen.iter().find(|(known, _)| known == path) {
                found.of_key(
                    path,
                    format_args!("is given twice, also as {other}; remove one of them"),
                );
            }
            seen.push((path.to_owned(), name.to_owned()));
            found.locate(|_key| Some(name.to_owned()));
            problems.absorb(found);
            if let Some(value) = value {
                self = self.with(name, vec![(path.to_owned(), value)]);
            }
        }
        self
    }

    /// Adds the value of a command-line option.
    #[must_use]
    pub fn with_option(self, option: &str, path: &str, value: impl Into<String>) -> Self {
        self.with(option, vec![(path.to_owned(), Value::String(value.into()))])
    }

    fn with(mut self, source: &str, values: Vec<(String, Value)>) -> Self {
        let mut dict = Dict::new();
        for (path, value) in values {
            // A value that was parsed from TOML, or is a text, has a place in the other model.
            let value = Merged::serialize(value).expect("texts, numbers and lists can be represented");
            let section = figment::util::nest(&path, value);
            if let Merged::Dict(_, section) = section {
                merge(&mut dict, section);
            }
        }
        self.merged = self.merged.merge(Layer {
            source: source.to_owned(),
            values: dict,
        });
        self
    }

    /// A section, or a single key, as its type.
    ///
    /// # Errors
    /// The first value that is wrong.
    pub fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problems> {
        self.merged.extract_inner(path).map_err(|error| {
            let mut problems = Problems::default();
            // figment puts what was asked for behind what went wrong in it.
            let mut inside = error.path.as_slice();
            if let [rest @ .., last] = inside
                && last == path
            {
                inside = rest;
            }
            let at = [&[path.to_owned()], inside].concat().join(".");
            problems.of_key(&at, self.explain(&at, error.kind));
            problems.locate(|key| self.source_of(key));
            problems
        })
    }

    /// What is wrong with a value, in words of people. A secret is not repeated.
    fn explain(&self, path: &str, kind: Kind) -> String {
        let key = self.key(path);
        match kind {
            _ if key.is_some_and(|key| key.secret) => "is not valid".to_owned(),
            _ if key.is_some_and(|key| key.default.is_integer()) => "must be a whole number above 0".to_owned(),
            Kind::UnknownVariant(found, known) => format!("`{found}` is not one of: {}", known.join(", ")),
            other => other.to_string(),
        }
    }

    /// Where the value of a key comes from.
    pub fn source_of(&self, path: &str) -> Option<String> {
        self.merged
            .find_metadata(path)
            .map(|metadata| metadata.name.to_string())
    }

    /// Whether somebody has set the key.
    pub fn is_set(&self, path: &str) -> bool {
        self.source_of(path).is_some_and(|source| source != "default")
    }

    /// Every key with its value and source.
    pub fn shown(&self) -> Vec<Shown> {
        let show = |key: &Key| Shown {
            key: key.path.clone(),
            value: self.value_of(key),
            source: self.source_of(&key.path).unwrap_or_default(),
        };
        self.keys.iter().map(show).collect()
    }

    fn value_of(&self, key: &Key) -> String {
        let value = self
            .read::<Value>(&key.path)
            .unwrap_or_else(|_never| key.default.clone());
        if key.secret && value.as_str() != Some("") {
            return "********".to_owned();
        }
        value.to_string()
    }

    fn key(&self, path: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.path == path)
    }

    fn advice(&self, path: &str) -> String {
        let section = format!("{path}.");
        if self.keys.iter().any(|key| key.path.starts_with(&section)) {
            return format!("is a section: write [{path}] and the keys below it");
        }
        format!("is unknown; did you mean {}?", keys::nearest(&self.keys, path))
    }

    /// `section.key` and value, down to known keys or the end.
    fn flatten(&self, table: Table) -> Vec<(String, Value)> {
        let mut flat = Vec::new();
        for (name, value) in table {
            match value {
                Value::Table(section) if self.key(&name).is_none() => {
                    flat.extend(section.into_iter().map(|(key, value)| (format!("{name}.{key}"), value)));
                }
                value => flat.push((name, value)),
            }
        }
        flat
    }
}

fn merge(into: &mut Dict, from: Dict) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Merged::Dict(_, section)), Merged::Dict(_, more)) => section.extend(more),
            (_, value) => drop(into.insert(name, value)),
        }
    }
}

fn line_of(text: &str, error: &toml::de::Error) -> usize {
    let start = error.span().map_or(0, |span| span.start);
    1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count()
}

fn text_of(value: &OsStr, key: &Key, problems: &mut Problems) -> Option<String> {
    let text = value.to_str().map(str::to_owned);
    if text.is_none() {
        problems.of_key(&key.path, "is not UTF-8");
    }
    text
}

fn content_of(file: &OsStr, key: &Key, problems: &mut Problems) -> Option<String> {
    match fs::read_to_string(file) {
        Ok(text) => Some(text.trim().to_owned()),
        Err(error) => {
            problems.of_key(
                &key.path,
                format_args!("{} cannot be read: {error}", Path::new(file).display()),
            );
            None
        }
    }
}
