//! Everything else that the program is made of.

use std::{fs, path::Path};

use karavan_testkit::app_test;

use crate::{harness::run, program::Program, same::Inventory};

#[app_test]
async fn permissions_are_as_committed(t: Program) {
    let mut names: Vec<&str> = t.permissions().iter().map(|permission| permission.name()).collect();
    names.sort_unstable();
    let declared = names.len();
    names.dedup();
    assert_eq!(names.len(), declared, "two permissions share a name: {names:?}");
    let inventory = Inventory {
        file: "permissions.txt",
        what: "a permission",
        question: "is a name gone or new? Roles and tokens store names: a renamed one is lost to whoever had it.",
    };
    inventory.assert_same(&names.join("\n"));
}

#[app_test]
async fn pages_are_as_committed(t: Program) {
    let routes = t.host(|host| host.inventory().clone());
    let pages = routes.0.iter().filter(|route| route.is_page() && route.method == "GET");
    let paths: Vec<&str> = pages.map(|route| route.path.as_str()).collect();
    let inventory = Inventory {
        file: "pages.txt",
        what: "a page",
        question: "does the tour in tests/browser/pages.rs look at the new page, in light and dark, wide and narrow?",
    };
    inventory.assert_same(&paths.join("\n"));
}

#[test]
fn migrations_are_as_committed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<String> = files
        .filter(|file| Path::new(file).extension().is_some_and(|kind| kind == "sql"))
        .collect();
    files.sort();
    let inventory = Inventory {
        file: "migrations.txt",
        what: "a migration",
        question: "does the new line stand last, and is every released line still there?",
    };
    inventory.assert_same(&files.join("\n"));
}

#[test]
fn the_openapi_document_is_as_committed() {
    let data = tempfile::tempdir().unwrap();
    let printed = run(data.path(), &["openapi"]);
    assert_eq!(printed.status, 0, "{}", printed.err);
    // A release alone changes nothing for those who call.
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    let document = printed.out.replace(&version, "\"version\": \"[version]\"");
    let inventory = Inventory {
        file: "openapi.json",
        what: "the API",
        question: "would a program that was written against the released document still work?",
    };
    inventory.assert_same(&document);
}
