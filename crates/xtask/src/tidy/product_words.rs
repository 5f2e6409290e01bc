//! The floor does not know what stands on it: no words of a product in the crates under the products.
//!
//! Comments count: they are how a product gets into people's heads. Tests of the floor may name products, for example as data.

use std::sync::LazyLock;

use regex::Regex;

use crate::tidy::Problem;
use crate::workspace::SourceFile;

const FLOOR: &[&str] = &["kernel", "store", "web", "clients", "platform", "simulators"];

/// Compared without case; `_`, `-` and a change of case separate words, so `CoffeeGuest` and `coffee_guests` are found.
const WORDS: &[&str] = &[
    "autos",
    "barista",
    "baristas",
    "cart",
    "carts",
    "coffee",
    "fashion",
    "listing",
    "listings",
    "subtitle",
    "subtitles",
    "try-on",
    "try_on",
    "tryon",
    "vin",
];

static WORD: LazyLock<Regex> = LazyLock::new(|| {
    let words = WORDS.join("|");
    Regex::new(&format!("(?i)(?:^|[^a-z0-9])({words})(?:$|[^a-z0-9])")).expect("the words hold no special characters")
});

static CASE_CHANGE: LazyLock<Regex> = LazyLock::new(|| Regex::new("([a-z0-9])([A-Z])").expect("a constant pattern"));

/// The one style sheet names the accent of each product, as a token and as the attribute that selects it.
static STYLE_TOKEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"--[A-Za-z0-9_-]+|\[data-product=["']?\w+["']?\]"#).expect("a constant pattern"));

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    files
        .iter()
        .filter(|file| concerns(file))
        .flat_map(check_file)
        .collect()
}

fn concerns(file: &SourceFile) -> bool {
    let is_source = ["rs", "html", "ftl", "css"]
        .iter()
        .any(|extension| file.has_extension(extension));
    let is_floor = file.crate_name().is_some_and(|name| FLOOR.contains(&name));
    is_source && is_floor && !file.is_in_tests_folder()
}

fn check_file(file: &SourceFile) -> Vec<Problem> {
    let has_tokens = file.path.starts_with("crates/web/assets/") && file.has_extension("css");
    let mut problems = Vec::new();
    for (number, line) in file.lines() {
        let line = if has_tokens {
            STYLE_TOKEN.replace_all(line, " ")
        } else {
            line.into()
        };
        let line = CASE_CHANGE.replace_all(&line, "${1}_${2}");
        for word in WORD.captures_iter(&line).filter_map(|found| found.get(1)) {
            let word = word.as_str().to_ascii_lowercase();
            if !file.allows(number, &word) {
                problems.push(Problem::at(
                    file,
                    number,
                    format!(
                        "`{word}` is a product's word: say it without the product, move it into the product, \
                         or add `tidy:allow({word}) <reason>` in a comment on this line"
                    ),
                ));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(path: &str, text: &str) -> usize {
        check(&[SourceFile::new(path, text)]).len()
    }

    #[test]
    fn words_are_found_in_code_comments_and_names() {
        let path = "crates/platform/src/lib.rs";
        assert_eq!(
            words(
                path,
                "// A barista.\nlet coffee_guests = 1;\nstruct CoffeeGuest;\nconst X: &str = \"try-on\";\n"
            ),
            4
        );
        assert_eq!(words(path, "// moving carthage; a cartoon in covinus\n"), 0);
    }

    #[test]
    fn only_sources_of_the_floor_count() {
        assert_eq!(words("crates/coffee/src/lib.rs", "coffee"), 0);
        assert_eq!(words("crates/store/tests/it/queue.rs", "coffee"), 0);
        assert_eq!(words("crates/web/README.md", "coffee"), 0);
        assert_eq!(words("crates/web/locales/en.ftl", "x = Your cart"), 1);
    }

    #[test]
    fn an_exception_carries_its_reason() {
        let path = "crates/web/src/lib.rs";
        assert_eq!(
            words(
                path,
                "// tidy:allow(listing) a list of files, not an advertisement\n// listing"
            ),
            0
        );
        assert_eq!(words(path, "// tidy:allow(cart)\n"), 1);
    }

    #[test]
    fn accents_may_be_named_in_the_style_sheet() {
        let css = "--accent-coffee: #842; [data-product=\"coffee\"] { --accent: var(--accent-coffee); }\n";
        assert_eq!(words("crates/web/assets/app.css", css), 0);
        assert_eq!(words("crates/web/assets/app.css", ".coffee-card {}"), 1);
        assert_eq!(words("crates/platform/assets/app.css", css), 3);
    }
}
