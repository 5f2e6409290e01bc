//! Words for people in four languages, from Fluent files embedded in the crates that show them.
//!
//! The composition root collects the [`Source`]s of every crate into one [`Texts`]; a request, a chat or a mail then
//! holds a [`Lang`]: the texts in one language, with numbers, money and dates written the way its readers expect.
//!
//! **Always holds:** a key exists once per language ([`Texts::new`] refuses duplicates), and a test asserts that
//! [`Texts::missing`] is empty, so the fallback (English, then Russian, then the key itself) is for accidents only.
//!
//! **Absent on purpose:** markup. A message is plain text; templates escape it like any other value.
//!
//! ```
//! use std::sync::Arc;
//! use karavan_kernel::Locale;
//! use karavan_web::texts::{Source, Texts};
//!
//! let texts = Arc::new(Texts::new(&[
//!     Source { name: "demo", locale: Locale::En, ftl: "rows = { $count ->\n    [one] { $count } row\n   *[other] { $count } rows\n}" },
//! ])?);
//! let lang = texts.lang(Locale::En);
//! assert_eq!(lang.with("rows", &[("count", 1_000.into())]), "1,000 rows");
//! # Ok::<(), karavan_web::texts::TextsError>(())
//! ```

mod check;
mod format;
mod lang;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use fluent_bundle::{FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_syntax::ast::Entry;
use intl_memoizer::concurrent::IntlLangMemoizer;
#[doc(hidden)]
pub use karavan_kernel::Locale;
use unic_langid::LanguageIdentifier;

pub use lang::{Arg, Lang};

/// One embedded Fluent file: `locales/<locale>/<name>.ftl` of some crate.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// The file's name without `.ftl`, for messages about it.
    pub name: &'static str,
    /// Its language.
    pub locale: Locale,
    /// Its content.
    pub ftl: &'static str,
}

/// The four files `locales/<locale>/<name>.ftl` of the calling crate, embedded, as `[Source; 4]`.
#[macro_export]
macro_rules! locales {
    ($name:literal) => {
        [
            $crate::locales!($name, Ru, "ru"),
            $crate::locales!($name, Uk, "uk"),
            $crate::locales!($name, Kk, "kk"),
            $crate::locales!($name, En, "en"),
        ]
    };
    ($name:literal, $locale:ident, $folder:literal) => {
        $crate::texts::Source {
            name: $name,
            locale: $crate::texts::Locale::$locale,
            ftl: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/locales/",
                $folder,
                "/",
                $name,
                ".ftl"
            )),
        }
    };
}

/// The words of this crate: its pages and its errors.
pub const OWN: [Source; 8] = {
    let [a, b, c, d] = crate::locales!("pages");
    let [e, f, g, h] = crate::locales!("errors");
    [a, b, c, d, e, f, g, h]
};

/// What is wrong with a set of [`Source`]s.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextsError {
    /// The file is not Fluent.
    #[error("locales/{locale}/{file}.ftl, line {line}: {message}")]
    Syntax {
        /// [`Source::name`].
        file: &'static str,
        /// [`Source::locale`].
        locale: Locale,
        /// Counted from 1.
        line: usize,
        /// What the parser says.
        message: String,
    },
    /// A key is written twice for one language.
    #[error("locales/{locale}/{file}.ftl: `{key}` is already defined in {earlier}.ftl")]
    Duplicate {
        /// The file of the second definition.
        file: &'static str,
        /// Its language.
        locale: Locale,
        /// The key.
        key: String,
        /// The file of the first definition.
        earlier: &'static str,
    },
}

type Bundle = FluentBundle<FluentResource>;
/// Variables of one key, by language.
type Variables = BTreeMap<Locale, BTreeSet<String>>;

/// Every message of every crate in every language.
pub struct Texts {
    bundles: BTreeMap<Locale, Bundle>,
    messages: BTreeMap<String, Variables>,
}

impl Texts {
    /// Reads the sources.
    ///
    /// # Errors
    /// [`TextsError`] names the file with a syntax error, or the key that a language defines twice.
    pub fn new(sources: &[Source]) -> Result<Self, TextsError> {
        let mut bundles: BTreeMap<Locale, Bundle> =
            Locale::ALL.iter().map(|locale| (*locale, bundle(*locale))).collect();
        let mut messages: BTreeMap<String, Variables> = BTreeMap::new();
        let mut files: BTreeMap<(Locale, String), &'static str> = BTreeMap::new();

        for source in sources {
            let resource = parse(source)?;
            for entry in resource.entries() {
                let key = match entry {
                    Entry::Message(message) => message.id.name.to_owned(),
                    Entry::Term(term) => format!("-{}", term.id.name),
                    Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => {
                        continue;
                    }
                };
                if let Some(earlier) = files.insert((source.locale, key.clone()), source.name) {
                    return Err(TextsError::Duplicate {
                        file: source.name,
                        locale: source.locale,
                        key,
                        earlier,
                    });
                }
                if let Entry::Message(message) = entry {
                    messages
                        .entry(key)
                        .or_default()
                        .insert(source.locale, check::variables(message));
                }
            }
            // Duplicates were refused above, so no message is lost here.
            if let Some(bundle) = bundles.get_mut(&source.locale) {
                bundle.add_resource_overriding(resource);
            }
        }
        Ok(Self { bundles, messages })
    }

    /// The texts in one language.
    pub fn lang(self: &Arc<Self>, locale: Locale) -> Lang {
        Lang::new(Arc::clone(self), locale)
    }

    /// Every key that some language has, in alphabetical order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.messages.keys().map(String::as_str)
    }

    /// What a language lacks: keys, or variables that another language uses. A test asserts that this is empty.
    pub fn missing(&self) -> Vec<String> {
        self.messages
            .iter()
            .flat_map(|(key, variables)| check::differences(key, variables))
            .collect()
    }

    /// The message in exactly this language.
    fn find(&self, locale: Locale, key: &str, args: &[(&str, Arg)]) -> Option<String> {
        let bundle = self.bundles.get(&locale)?;
        let pattern = bundle.get_message(key)?.value()?;
        let args = args
            .iter()
            .map(|(name, value)| (*name, FluentValue::from(value)))
            .collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::warn!(text.key = key, text.locale = %locale, "A text could not use its values: {errors:?}");
        }
        Some(text)
    }
}

impl fmt::Debug for Texts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Texts({} keys)", self.messages.len())
    }
}

fn parse(source: &Source) -> Result<FluentResource, TextsError> {
    FluentResource::try_new(source.ftl.to_owned()).map_err(|(_partial, errors)| {
        let place = errors.first().map_or(0, |error| error.pos.start);
        TextsError::Syntax {
            file: source.name,
            locale: source.locale,
            line: source.ftl.bytes().take(place).filter(|byte| *byte == b'\n').count() + 1,
            message: errors.first().map_or_else(String::new, |error| error.kind.to_string()),
        }
    })
}

fn bundle(locale: Locale) -> Bundle {
    let language: LanguageIdentifier = locale.as_str().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Isolation marks protect right-to-left text, which none of the four languages has; in chats they show as boxes.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(if locale == Locale::En { with_commas } else { with_spaces }));
    bundle
}

fn with_commas(value: &FluentValue<'_>, _memoizer: &IntlLangMemoizer) -> Option<String> {
    grouped(value, Locale::En)
}

fn with_spaces(value: &FluentValue<'_>, _memoizer: &IntlLangMemoizer) -> Option<String> {
    grouped(value, Locale::Ru)
}

/// Whole numbers are grouped; anything else is left to Fluent.
fn grouped(value: &FluentValue<'_>, locale: Locale) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 => {
            Some(format::digits(locale, &format!("{:.0}", number.value)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &'static str, locale: Locale, ftl: &'static str) -> Source {
        Source { name, locale, ftl }
    }

    #[test]
    fn a_broken_file_is_named_with_its_line() {
        let error = Texts::new(&[source("a", Locale::Ru, "ok = да\nbroken = { $x\n")]).unwrap_err();
        assert!(error.to_string().starts_with("locales/ru/a.ftl, line "), "{error}");
    }

    #[test]
    fn a_key_is_written_once() {
        let error = Texts::new(&[source("a", Locale::En, "x = 1"), source("b", Locale::En, "x = 2")]).unwrap_err();
        assert_eq!(error.to_string(), "locales/en/b.ftl: `x` is already defined in a.ftl");
        Texts::new(&[source("a", Locale::En, "x = 1"), source("a", Locale::Ru, "x = 2")]).unwrap();
    }

    #[test]
    fn what_a_language_lacks_is_listed() {
        let all = |ftl| Locale::ALL.iter().map(move |locale| source("a", *locale, ftl));
        let complete: Vec<Source> = all("x = { $count ->\n    [one] a\n   *[other] { NUMBER($sum) }\n}").collect();
        assert_eq!(Texts::new(&complete).unwrap().missing(), Vec::<String>::new());

        let partial = Texts::new(&[
            source("a", Locale::Ru, "x = { $a }\ny = y"),
            source("a", Locale::Uk, "x = { $b }\ny = y"),
            source("a", Locale::Kk, "x = { $a }\ny = y"),
            source("a", Locale::En, "x = { $a }"),
        ]);
        assert_eq!(
            partial.unwrap().missing(),
            ["x: uk lacks $a", "x: en, kk, ru lack $b", "y: missing in en"]
        );
    }

    #[test]
    fn plurals_follow_the_language() {
        let ftl = "n = { $n ->\n    [one] { $n } строка\n    [few] { $n } строки\n   *[many] { $n } строк\n}";
        let lang = Arc::new(Texts::new(&[source("a", Locale::Ru, ftl)]).unwrap()).lang(Locale::Ru);
        let rows = |n: i64| lang.with("n", &[("n", n.into())]);
        assert_eq!([rows(1), rows(22), rows(5)], ["1 строка", "22 строки", "5 строк"]);
        assert_eq!(rows(12_000), "12\u{202f}000 строк");
    }

    #[test]
    fn an_unknown_key_falls_back_and_then_shows_itself() {
        let texts = Arc::new(Texts::new(&[source("a", Locale::En, "x = english")]).unwrap());
        assert_eq!(texts.lang(Locale::Kk).text("x"), "english");
        assert_eq!(texts.lang(Locale::Kk).text("nothing"), "nothing");
    }
}
