//! Every function that touches a database has a contract test, which runs on SQLite and on PostgreSQL.
//!
//! The rule, as simple as it stays useful: a `pub async fn` in a `store.rs` or in a `store/` folder under a crate's `src` is
//! called in some file below that crate's `tests/`, and that file names the slice (the folder that holds `store.rs`; for a
//! `store.rs` that lies in `src` itself, any file serves). A call is the name and `(`, not after a dot: `map.insert(…)` is no
//! call of `guests::store::insert`. A `pub(super)` or `pub(crate)` function is a step inside a tested one and needs no test of
//! its own. Whether a test is a good one, people judge.

use std::sync::LazyLock;

use regex::Regex;

use crate::rust;
use crate::tidy::Problem;
use crate::workspace::SourceFile;

static FUNCTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^\s*pub async fn (\w+)").expect("a constant pattern"));

pub fn check(files: &[SourceFile]) -> Vec<Problem> {
    files.iter().flat_map(|file| check_file(file, files)).collect()
}

/// A file of a slice's store: the slice's name, or `None` for a store that is its crate's only one.
fn slice(file: &SourceFile) -> Option<Option<&str>> {
    let mut folders: Vec<&str> = file.path_in_src()?.split('/').collect();
    let name = folders.pop()?;
    if name == "store.rs" {
        return Some(folders.last().copied());
    }
    let store = folders.iter().position(|folder| *folder == "store")?;
    Some(store.checked_sub(1).and_then(|before| folders.get(before)).copied())
}

fn check_file(file: &SourceFile, files: &[SourceFile]) -> Vec<Problem> {
    let (true, false, Some(slice), Some(name)) = (
        file.is_rust(),
        file.is_in_tests_folder(),
        slice(file),
        file.crate_name(),
    ) else {
        return vec![];
    };
    let tests_folder = format!("crates/{name}/tests/");
    let tests: Vec<String> = files
        .iter()
        .filter(|test| test.is_rust() && test.path.starts_with(&tests_folder))
        .filter(|test| slice.is_none_or(|slice| test.text.contains(slice) || test.path.contains(slice)))
        .map(|test| rust::code_only(&test.text))
        .collect();
    let code = rust::code_only(&file.text);
    FUNCTION
        .captures_iter(&code)
        .filter_map(|found| found.get(1))
        .filter(|function| !tests.iter().any(|test| calls(test, function.as_str())))
        .map(|function| {
            let line = 1 + code.get(..function.start()).unwrap_or_default().matches('\n').count();
            let function = function.as_str();
            let advice =
                format!("add one to {tests_folder}it/…, in a file that names the slice, or make it pub(super) if a tested function is its only door");
            Problem::at(file, line, format!("`{function}` has no contract test: {advice}"))
        })
        .collect()
}

fn calls(code: &str, function: &str) -> bool {
    code.match_indices(function).any(|(at, _)| {
        let before = code.get(..at).unwrap_or_default();
        let after = code.get(at + function.len()..).unwrap_or_default();
        let starts_here =
            !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.') && !before.ends_with("fn ");
        starts_here && (after.starts_with('(') || after.starts_with("::<"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORE: &str = "/// A.\npub async fn insert(tx: &mut Tx) {}\npub(crate) async fn helper() {}\npub async fn find(c: &mut Conn) {}\n";

    fn untested(test: &str) -> Vec<String> {
        let files = [
            SourceFile::new("crates/coffee/src/guests/store.rs", STORE),
            SourceFile::new("crates/coffee/tests/it/contract.rs", test),
        ];
        check(&files).into_iter().map(|problem| problem.place).collect()
    }

    #[test]
    fn calls_in_tests_serve() {
        assert_eq!(
            untested("use guests::store;\nstore::insert(&mut tx); store::find(&mut tx)"),
            [""; 0]
        );
    }

    #[test]
    fn a_function_without_a_test_is_named_with_its_line() {
        assert_eq!(
            untested("guests::store::insert(tx)"),
            ["crates/coffee/src/guests/store.rs:4"]
        );
        assert_eq!(untested("").len(), 2);
    }

    #[test]
    fn what_looks_like_a_call_is_none() {
        assert_eq!(
            untested("// guests: insert(\nguests; map.insert(1); fn find() {} reinsert(); \"find(\"").len(),
            2
        );
        // Another slice's function of the same name.
        assert_eq!(untested("orders::store::insert(); orders::store::find()").len(), 2);
    }

    #[test]
    fn only_stores_need_one() {
        assert_eq!(slice(&SourceFile::new("crates/store/src/queue.rs", "")), None);
        assert_eq!(slice(&SourceFile::new("crates/web/src/store.rs", "")), Some(None));
        assert_eq!(
            slice(&SourceFile::new("crates/coffee/src/guests/store/search.rs", "")),
            Some(Some("guests"))
        );
    }
}
