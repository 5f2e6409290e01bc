//! Every text that people read, with sample values, in four languages: chats, pages and notices. Errors are in `errors`,
//! letters in `mails`.

use std::{collections::BTreeSet, sync::Arc};

use karavan_kernel::Locale;
use karavan_web::texts::{Arg, Source, Texts};

use crate::same::Inventory;

/// A value for each variable that holds words.
const WORDS: &[(&str, &str)] = &[
    ("email", "anna@example.com"),
    ("account", "anna@example.org"),
    ("birth_date", "07.03.1990"),
    ("by", "Owner"),
    ("code", "48291"),
    ("id", "4a7a1903948b5502"),
    ("level", "Gold"),
    ("name", "Анна"),
    ("paid", "950 ₽"),
    ("phone", "+7 900 000-00-01"),
    ("receipt", "1007"),
    ("since", "20.11.2026"),
    ("sum", "1 250,50 ₽"),
    ("text", "48291"),
    ("title", "Cookies"),
    ("when", "20.11.2026 12:36"),
];

/// Variables that hold numbers; they choose plurals.
const NUMBERS: &[&str] = &[
    "balance",
    "count",
    "done",
    "drinks",
    "earned",
    "first",
    "last",
    "missing",
    "version",
    "most",
    "percent",
    "points",
    "sandwiches",
    "seconds",
    "spent",
    "total",
];

/// One of each kind that Slavic plurals tell apart, and one with thousands.
const SAMPLES: [i64; 4] = [1, 2, 5, 1_000];

/// The words of every crate.
pub(crate) fn sources() -> Vec<Source> {
    [karavan_platform::texts(), karavan_coffee::texts()].concat()
}

/// A line for each language: what it says, once for each number that makes a difference.
pub(crate) fn rendered(texts: &Arc<Texts>, key: &str) -> Vec<String> {
    Locale::ALL.iter().map(|locale| line(texts, key, *locale)).collect()
}

fn line(texts: &Arc<Texts>, key: &str, locale: Locale) -> String {
    let lang = texts.lang(locale);
    let mut forms: Vec<String> = Vec::new();
    for sample in SAMPLES {
        let numbers = NUMBERS.iter().map(|name| (*name, Arg::from(sample)));
        let words = WORDS.iter().map(|(name, value)| (*name, Arg::from(*value)));
        let text = lang.with(key, &numbers.chain(words).collect::<Vec<_>>());
        assert!(
            !text.contains("{$"),
            "If you are here because this failed: {key} ({locale}) has a variable without a sample: {text}. Name it in \
             WORDS or in NUMBERS."
        );
        if !forms.contains(&text) {
            forms.push(text);
        }
    }
    format!("    {locale}  {}", forms.join(" | ").replace('\n', "\n        "))
}

#[test]
fn texts_are_as_committed() {
    let all = sources();
    let texts = Arc::new(Texts::new(&all).unwrap());
    let names: BTreeSet<&str> = all.iter().map(|source| source.name).collect();
    for (name, file) in names.iter().filter_map(|name| Some((*name, file(name)?))) {
        let mut lines = Vec::new();
        for key in keys(&all, name) {
            lines.push(key.to_owned());
            lines.extend(rendered(&texts, key));
        }
        let inventory = Inventory {
            file,
            what: "a text",
            question: "does it read well to somebody who speaks that language, for one, two, five and a thousand?",
        };
        inventory.assert_same(&lines.join("\n"));
    }
}

/// Where the texts of a Fluent file are committed.
fn file(name: &str) -> Option<&'static str> {
    match name {
        "accounts" => Some("texts/accounts.txt"),
        "coffee" => Some("texts/coffee.txt"),
        "legal" => Some("texts/legal.txt"),
        "pages" => Some("texts/pages.txt"),
        "platform" => Some("texts/platform.txt"),
        // Only errors, with their codes.
        "errors" => None,
        // Whole letters, in `mails`.
        "mail" => None,
        _ => panic!("If you are here because this failed: you added {name}.ftl. Name its inventory here."),
    }
}

/// The keys of a file in its own order, without those of errors.
fn keys<'s>(all: &'s [Source], name: &str) -> Vec<&'s str> {
    let english = all
        .iter()
        .filter(|source| source.name == name && source.locale == Locale::En);
    let lines = english.flat_map(|source| source.ftl.lines());
    let is_key = |key: &&str| key.starts_with(|c: char| c.is_ascii_lowercase()) && !key.contains(' ');
    lines
        .filter_map(|line| Some(line.split_once('=')?.0.trim_end()))
        .filter(is_key)
        .filter(|key| !key.starts_with("error-"))
        .collect()
}
