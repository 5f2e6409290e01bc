//! Prefixes of ids: public, three letters, and no two kinds alike.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::same::{Inventory, table};

/// Every `Name = "prefix"` inside a `typed_ids!` of production code: the list cannot forget a crate.
fn declared(file: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let plain: Vec<&str> = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    let plain = plain.join("\n");
    let mut found = Vec::new();
    for block in plain.split("typed_ids! {").skip(1) {
        let block = block.split('}').next().unwrap_or_default();
        for entry in block.split(',') {
            if let Some((name, prefix)) = entry.split_once('=') {
                found.push((prefix.trim().trim_matches('"').to_owned(), name.trim().to_owned()));
            }
        }
    }
    found
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn prefixes_of_ids_are_unique_and_as_committed() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut rows = Vec::new();
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for entry in fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap();
        let source = folder.path().join("src");
        let owner = folder.file_name().into_string().unwrap();
        let mut files = Vec::new();
        if source.is_dir() {
            rust_files(&source, &mut files);
        }
        for (prefix, name) in files.iter().flat_map(|file| declared(file)) {
            assert!(
                prefix.len() == 3 && prefix.bytes().all(|byte| byte.is_ascii_lowercase()),
                "{name} in {owner}: the prefix `{prefix}` is not three small letters"
            );
            let here = format!("{name} in {owner}");
            if let Some(there) = owners.insert(prefix.clone(), here.clone()) {
                panic!("`{prefix}` is the prefix of {there} and of {here}: choose another for the newer one");
            }
            rows.push(vec![prefix, name, owner.clone()]);
        }
    }
    rows.sort();
    assert!(rows.len() > 5, "the declarations were not found: {rows:?}");
    let inventory = Inventory {
        file: "ids.txt",
        what: "a kind of id",
        question: "is a prefix gone or changed? Prefixes are stored and shown: append only.",
    };
    inventory.assert_same(&table(&rows));
}
