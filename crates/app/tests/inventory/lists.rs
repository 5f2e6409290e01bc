//! Everything else that the program is made of.

use std::{collections::BTreeSet, fs, path::Path};

use karavan_testkit::app_test;

use crate::{
    harness::run,
    program::Program,
    same::{Inventory, table},
};

#[app_test]
async fn jobs_are_as_committed(t: Program) {
    let mut names = t.host(|host| host.registry().names().to_vec());
    names.sort_unstable();
    let inventory = Inventory {
        file: "jobs.txt",
        what: "a job",
        question: "is a name gone? Rows with it may still wait in somebody's queue: keep its handler for a release.",
    };
    inventory.assert_same(&names.join("\n"));
}

#[app_test]
async fn schedules_are_as_committed(t: Program) {
    let row = |schedule: &karavan_store::queue::Schedule| vec![schedule.name.to_owned(), schedule.cron.to_owned()];
    let mut rows: Vec<Vec<String>> = t.host(|host| host.schedules().iter().map(row).collect());
    rows.sort();
    let names: BTreeSet<&String> = rows.iter().filter_map(|row| row.first()).collect();
    assert_eq!(
        names.len(),
        rows.len(),
        "two schedules share a name, so only one of them fires: {rows:?}"
    );
    let inventory = Inventory {
        file: "schedules.txt",
        what: "a schedule",
        question: "is the hour quiet and the time zone the one of the people concerned? Names are stored: never rename.",
    };
    inventory.assert_same(&table(&rows));
}

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
fn error_codes_are_as_committed() {
    let mut sources = karavan_platform::texts();
    sources.extend(karavan_coffee::texts());
    let lines = sources.iter().flat_map(|source| source.ftl.lines());
    let keys = lines.filter_map(|line| Some(line.strip_prefix("error-")?.split_once('=')?.0.trim()));
    // The titles of statuses are no codes.
    let codes: BTreeSet<&str> = keys.filter(|key| !key.starts_with("title-")).collect();
    let inventory = Inventory {
        file: "error_codes.txt",
        what: "an error code",
        question: "is a code gone? Programs of others branch on codes: keep what has been released.",
    };
    inventory.assert_same(&codes.into_iter().collect::<Vec<_>>().join("\n"));
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
