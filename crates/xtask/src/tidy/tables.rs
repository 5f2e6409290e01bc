//! One table, one crate: SQL that names a table lives in the crate that owns it.
//!
//! A crate names a table with a string literal where the name follows FROM, JOIN, INTO, UPDATE or TABLE, or which is just the
//! name (`Alias::new("coffee_guests")`) or one of its columns (`"coffee_guests.phone"`). Folders called `tests`, unit tests at
//! the end of a file, `bench` and `xtask` do not count. Every table is named somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use crate::rust;
use crate::sql::{self, Change, Located};
use crate::tidy::Problem;
use crate::workspace::SourceFile;

static AFTER_KEYWORD: LazyLock<Regex> = LazyLock::new(|| {
    let keywords = r"FROM|JOIN|INTO|UPDATE(?:\s+ONLY)?|TABLE(?:\s+IF\s+EXISTS)?";
    Regex::new(&format!(r#"(?i)\b(?:{keywords})\s+"?([a-z_][a-z0-9_]*)"#)).expect("a constant pattern")
});

/// Table → where it was created.
type Tables = BTreeMap<String, Located<Change>>;

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    let tables = tables(files);
    let mut uses: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    for file in files.iter().filter(|file| concerns(file)) {
        for (line, table) in named_tables(file, &tables) {
            let crates = uses.entry(table).or_default();
            crates
                .entry(file.crate_name().unwrap_or_default())
                .or_insert_with(|| format!("{}:{line}", file.path));
        }
    }
    let shared = uses
        .iter()
        .filter(|(_, crates)| crates.len() > 1)
        .map(|(table, crates)| {
            let places = crates.values().cloned().collect::<Vec<_>>();
            let advice =
                "let the owner offer a function (or the other crate bring a job), or add `tidy:allow(table) <reason>`";
            Problem::new(
                places.join(", "),
                format!("table `{table}` is named by {} crates: {advice}", crates.len()),
            )
        });
    let unused = tables.iter().filter(|(table, created)| {
        let is_announced = files
            .iter()
            .any(|file| file.path == created.file && file.allows(created.line, "unused"));
        !uses.contains_key(table.as_str()) && !is_announced
    });
    let unused = unused.map(|(table, created)| {
        let advice =
            "name it in the store.rs of its owner, or drop it, or write `-- tidy:allow(unused) <reason>` above it";
        Problem::new(created.place(), format!("no crate names table `{table}`: {advice}"))
    });
    shared.chain(unused).collect()
}

/// The tables that exist after all migrations.
fn tables(files: &[SourceFile]) -> Tables {
    let mut tables = Tables::new();
    for change in files
        .iter()
        .filter(|file| sql::is_migration(file))
        .flat_map(sql::changes)
    {
        match &change.what {
            Change::CreateTable { name } => {
                tables.entry(name.clone()).or_insert(change);
            }
            Change::DropTable { name } => {
                tables.remove(name);
            }
            Change::RenameTable { from, to } => {
                let to = to.clone();
                tables.remove(from);
                tables.insert(to, change);
            }
            Change::Column { .. } | Change::Reference { .. } | Change::IndexStart { .. } => {}
        }
    }
    tables
}

fn concerns(file: &SourceFile) -> bool {
    let is_owner = file
        .crate_name()
        .is_some_and(|name| !["bench", "xtask"].contains(&name));
    file.is_rust() && is_owner && !file.is_in_tests_folder()
}

fn named_tables<'tables>(file: &SourceFile, tables: &'tables Tables) -> Vec<(usize, &'tables str)> {
    let mut found = Vec::new();
    for (line, text) in rust::string_literals(rust::without_unit_tests(&file.text)) {
        let mut names: BTreeSet<&str> = BTreeSet::new();
        names.extend(
            AFTER_KEYWORD
                .captures_iter(&text)
                .filter_map(|found| found.get(1))
                .map(|name| name.as_str()),
        );
        // "jobs" alone may be any word; a name with its owner's prefix is the table.
        names.extend(text.split('.').next().filter(|name| name.contains('_')));
        let known = names.into_iter().filter_map(|name| tables.get_key_value(name));
        found.extend(
            known
                .filter(|_| !file.allows(line, "table"))
                .map(|(table, _)| (line, table.as_str())),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIGRATION: &str = "CREATE TABLE jobs (id TEXT);\nCREATE TABLE coffee_guests (id TEXT);\n";

    fn problems(sources: &[(&str, &str)]) -> Vec<Problem> {
        let migration = SourceFile::new("migrations/202601010000_a.sql", MIGRATION);
        let own = [
            SourceFile::new("crates/store/src/queue.rs", "const Q: &str = \"DELETE FROM jobs\";"),
            SourceFile::new(
                "crates/coffee/src/guests/store.rs",
                "sql!(\"SELECT * FROM coffee_guests\")",
            ),
        ];
        let others = sources.iter().map(|(path, text)| SourceFile::new(path, text));
        check(&[migration].into_iter().chain(own).chain(others).collect::<Vec<_>>())
    }

    #[test]
    fn the_owner_may_name_its_table() {
        assert_eq!(
            problems(&[("crates/coffee/src/a.rs", "\"UPDATE coffee_guests SET x = 1\"")]),
            []
        );
    }

    #[test]
    fn a_second_crate_may_not() {
        for text in [
            "\"SELECT 1\n  FROM coffee_guests\"",
            "Alias::new(\"coffee_guests\")",
            "on_unique(\"coffee_guests.phone\")",
        ] {
            let problems = problems(&[("crates/platform/src/a.rs", text)]);
            assert_eq!(problems.len(), 1, "{text}");
            assert_eq!(
                problems[0].place,
                "crates/coffee/src/guests/store.rs:1, crates/platform/src/a.rs:1"
            );
        }
    }

    #[test]
    fn comments_tests_and_other_words_do_not_count() {
        assert_eq!(
            problems(&[("crates/web/src/a.rs", "// FROM coffee_guests\nlet a = \"jobs\";")]),
            []
        );
        assert_eq!(problems(&[("crates/web/tests/it/a.rs", "\"DELETE FROM jobs\"")]), []);
        assert_eq!(
            problems(&[(
                "crates/web/src/a.rs",
                "fn a() {}\n#[cfg(test)]\nmod tests { \"FROM jobs\" }"
            )]),
            []
        );
        assert_eq!(
            problems(&[(
                "crates/web/src/a.rs",
                "\"FROM jobs\" // tidy:allow(table) it only counts rows"
            )]),
            []
        );
    }

    #[test]
    fn a_table_that_nobody_names_is_an_error() {
        let migration = |text| check(&[SourceFile::new("migrations/202601010000_a.sql", text)]);
        assert_eq!(migration("CREATE TABLE a_b (id TEXT);\n").len(), 1);
        assert_eq!(migration("CREATE TABLE a_b (id TEXT);\nDROP TABLE a_b;\n").len(), 0);
        assert_eq!(
            migration("-- tidy:allow(unused) expand step, used from 0.2\nCREATE TABLE a_b (id TEXT);\n").len(),
            0
        );
    }
}
