//! What differs between before and after, field by field. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// A field that is another now.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// `level_drinks.1`; empty for a value without fields.
    pub(super) field: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// Every field that came, went or is another now, in alphabetical order.
pub(super) fn between(before: Option<&str>, after: Option<&str>) -> Vec<Change> {
    let (before, after) = (fields(before), fields(after));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let change = |name: &String| {
        let (before, after) = (before.get(name).cloned(), after.get(name).cloned());
        (before != after).then(|| Change {
            field: name.clone(),
            before,
            after,
        })
    };
    names.into_iter().filter_map(change).collect()
}

fn fields(json: Option<&str>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    if let Some(json) = json {
        // What is no JSON is shown as it is.
        let value = serde_json::from_str(json).unwrap_or_else(|_not_json| Value::String(json.to_owned()));
        flatten(String::new(), &value, &mut found);
    }
    found
}

fn flatten(name: String, value: &Value, found: &mut BTreeMap<String, String>) {
    let below = |part: &str| {
        if name.is_empty() {
            part.to_owned()
        } else {
            format!("{name}.{part}")
        }
    };
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (part, value) in fields {
                flatten(below(part), value, found);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (place, value) in items.iter().enumerate() {
                flatten(below(&place.to_string()), value, found);
            }
        }
        Value::Array(items) => {
            let words: Vec<String> = items.iter().map(plain).collect();
            found.insert(name, words.join(", "));
        }
        other => {
            found.insert(name, plain(other));
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(before: &str, after: &str) -> Vec<String> {
        let word = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let changes = between(Some(before), Some(after)).into_iter();
        changes
            .map(|Change { field, before, after }| format!("{field}: {} → {}", word(before), word(after)))
            .collect()
    }

    #[test]
    fn only_what_differs_is_shown() {
        let before = r#"{"a":1,"b":{"c":"x","d":[1,2]},"gone":true,"none":null}"#;
        let after = r#"{"a":1,"b":{"c":"y","d":[1,3]},"new":"z"}"#;
        assert_eq!(
            lines(before, after),
            ["b.c: x → y", "b.d: 1, 2 → 1, 3", "gone: true → –", "new: – → z"]
        );
    }

    #[test]
    fn anything_can_be_compared() {
        assert_eq!(lines("1", "2"), [": 1 → 2"]);
        assert_eq!(lines("not json", "{}"), [": not json → –"]);
        assert_eq!(
            lines(r#"{"list":[{"a":1}]}"#, r#"{"list":[{"a":2}]}"#),
            ["list.0.a: 1 → 2"]
        );
        assert_eq!(between(None, None), []);
    }
}
