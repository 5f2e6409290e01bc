//! The rules of migrations/README.md that can be read off the text: names of files, types of columns, and words that would
//! break transactions which share a commit on SQLite.

use std::sync::LazyLock;

use regex::Regex;

use crate::sql::{self, Change};
use crate::tidy::Problem;
use crate::workspace::SourceFile;

static FILE_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^migrations/\d{12}_[a-z0-9_]+(\.sqlite|\.postgres)?\.sql$").expect("a constant pattern")
});

/// What both databases understand alike.
const TYPES: [&str; 4] = ["TEXT", "BIGINT", "BOOLEAN", "BYTEA"];

/// `DEFERRABLE` puts a check off to the commit, which is shared: one transaction's mistake would undo everybody's work.
/// `ROLLBACK` (in `ON CONFLICT ROLLBACK` and `RAISE(ROLLBACK, …)`) ends the whole group as well.
static FORBIDDEN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b(DEFERRABLE|ROLLBACK)\b").expect("a constant pattern"));

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    files
        .iter()
        .filter(|file| sql::is_migration(file))
        .flat_map(|file| check_file(file, files))
        .collect()
}

fn check_file(file: &SourceFile, files: &[SourceFile]) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !FILE_NAME.is_match(&file.path) {
        problems.push(Problem::new(
            &file.path,
            "name it YYYYMMDDhhmm_what_it_does.sql (see migrations/README.md)",
        ));
    }
    for (this, other) in [(".sqlite.sql", ".postgres.sql"), (".postgres.sql", ".sqlite.sql")] {
        if let Some(stem) = file.path.strip_suffix(this) {
            let missing = format!("{stem}{other}");
            if !files.iter().any(|file| file.path == missing) {
                problems.push(Problem::new(
                    &file.path,
                    format!("its pair {missing} is missing: both databases get each step"),
                ));
            }
        }
    }
    problems.extend(forbidden_words(file));
    if sql::is_for_one_database(file) {
        return problems;
    }
    for change in sql::changes(file) {
        if let Change::Column { table, name, kind } = &change.what
            && !TYPES.contains(&kind.as_str())
        {
            problems.push(Problem::new(
                change.place(),
                format!(
                    "{table}.{name} is {kind}: use one of {} (see migrations/README.md)",
                    TYPES.join(", ")
                ),
            ));
        }
    }
    problems
}

fn forbidden_words(file: &SourceFile) -> impl Iterator<Item = Problem> {
    file.text.lines().enumerate().filter_map(|(number, line)| {
        let code = line.split("--").next().unwrap_or_default();
        let word = FORBIDDEN.find(code)?.as_str();
        let place = format!("{}:{}", file.path, number + 1);
        let why = "transactions share commits on SQLite, and it would end all of them (see migrations/README.md)";
        Some(Problem::new(place, format!("{word} is not used: {why}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> usize {
        check(&[SourceFile::new(path, text)]).len()
    }

    #[test]
    fn names_sort_by_time() {
        assert_eq!(messages("migrations/202609031100_coffee_guests.sql", ""), 0);
        assert_eq!(messages("migrations/0001_init.sql", ""), 1);
    }

    #[test]
    fn only_types_that_both_databases_have() {
        let path = "migrations/202609031100_a.sql";
        assert_eq!(
            messages(path, "CREATE TABLE a (a TEXT, b BIGINT, c BOOLEAN, d BYTEA);"),
            0
        );
        assert_eq!(
            messages(
                path,
                "CREATE TABLE a (a INTEGER, b TIMESTAMPTZ);\nALTER TABLE a ADD COLUMN c REAL;"
            ),
            3
        );
    }

    #[test]
    fn nothing_ends_the_transactions_of_others() {
        let path = "migrations/202609031100_a.sql";
        let deferred = "CREATE TABLE a (b TEXT REFERENCES c (id)\n  deferrable INITIALLY DEFERRED);";
        assert_eq!(messages(path, deferred), 1);
        assert_eq!(
            messages(path, "CREATE TABLE a (b TEXT UNIQUE ON CONFLICT ROLLBACK);"),
            1
        );
        assert_eq!(
            messages(path, "-- no DEFERRABLE here\nCREATE TABLE a (rollbacks BIGINT);"),
            0
        );
    }

    #[test]
    fn a_text_for_one_database_has_a_pair() {
        assert_eq!(messages("migrations/202609031100_a.sqlite.sql", ""), 1);
        let pair = [
            "migrations/202609031100_a.sqlite.sql",
            "migrations/202609031100_a.postgres.sql",
        ];
        assert_eq!(
            check(&pair.map(|path| SourceFile::new(path, "CREATE TABLE a (x tsvector);"))),
            []
        );
    }
}
