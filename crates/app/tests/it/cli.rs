//! The command line: the commands that need no running program. Its help is an inventory beside these tests.

use crate::harness::{ended, karavan, one_line, run};

#[test]
fn a_mistake_on_the_command_line_is_status_2() {
    let data = tempfile::tempdir().unwrap();
    for wrong in [
        &["fly"][..],
        &["up", "--roles", "web,pilot"],
        &["token", "create", "x"],
        &["up", "--listen", "here"],
    ] {
        let ended = run(data.path(), wrong);
        assert_eq!(ended.status, 2, "{wrong:?}: {}", ended.err);
    }
    let nothing = ended(&mut std::process::Command::new(env!("CARGO_BIN_EXE_karavan")));
    assert_eq!(nothing.status, 2);
    assert!(nothing.err.contains("Usage: karavan"));
}

#[test]
fn config_shows_every_value_with_its_source() {
    let data = tempfile::tempdir().unwrap();
    let mut command = karavan(data.path(), &["config"]);
    let shown = ended(
        command
            .env("KARAVAN__SECRETS__MASTER", "hunter2")
            .env("KARAVAN__JOBS__CONCURRENCY", "3"),
    );
    assert_eq!(shown.status, 0, "{}", shown.err);
    let lines: Vec<String> = shown.out.lines().map(one_line).collect();
    for expected in [
        "environment \"development\" default",
        "jobs.concurrency 3 KARAVAN__JOBS__CONCURRENCY",
        "secrets.master ******** KARAVAN__SECRETS__MASTER",
    ] {
        assert!(
            lines.contains(&expected.to_owned()),
            "no `{expected}` in:\n{}",
            shown.out
        );
    }
    assert!(!shown.out.contains("hunter2"));
    let folder = lines.iter().find(|line| line.starts_with("data.folder")).unwrap();
    assert!(folder.ends_with(" --data"), "{folder}");

    let json = run(data.path(), &["config", "--json"]);
    let values: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        values[0],
        serde_json::json!({ "key": "environment", "value": "\"development\"", "source": "default" })
    );
}

#[test]
fn config_check_is_for_scripts() {
    let data = tempfile::tempdir().unwrap();
    assert_eq!(run(data.path(), &["config", "check"]).status, 0);
    let mut command = karavan(data.path(), &["config", "check"]);
    assert_eq!(ended(command.env("KARAVAN__ENVIRONMENT", "production")).status, 2);
    let missing = run(data.path(), &["config", "check", "--config", "/nowhere/karavan.toml"]);
    assert_eq!(missing.status, 2);
    assert!(missing.err.contains("/nowhere/karavan.toml"), "{}", missing.err);
}

#[test]
fn routes_and_the_document_need_no_database() {
    let data = tempfile::tempdir().unwrap();
    let routes = run(data.path(), &["routes"]);
    assert_eq!(routes.status, 0, "{}", routes.err);
    assert!(
        routes.out.lines().map(one_line).any(|line| line == "GET / public"),
        "{}",
        routes.out
    );
    let json = run(data.path(), &["routes", "--json"]);
    let listed: Vec<serde_json::Value> = serde_json::from_str(&json.out).unwrap();
    assert_eq!(listed.len(), routes.out.lines().count());
    let document = run(data.path(), &["openapi"]);
    let document: serde_json::Value = serde_json::from_str(&document.out).unwrap();
    assert!(document["paths"].as_object().is_some_and(|paths| !paths.is_empty()));
    assert_eq!(
        std::fs::read_dir(data.path()).unwrap().count(),
        0,
        "describing writes nothing"
    );

    let mut without = karavan(data.path(), &["routes"]);
    let fewer = ended(without.env("KARAVAN__PRODUCTS__COFFEE", "false"));
    assert!(fewer.out.lines().count() < routes.out.lines().count());
}

#[test]
fn tokens_are_made_shown_and_revoked() {
    let data = tempfile::tempdir().unwrap();
    let create = |permissions| run(data.path(), &["token", "create", "till", "--permissions", permissions]);
    let unknown = create("coffee.order.read");
    assert_eq!(unknown.status, 2);
    assert!(unknown.err.contains("coffee.orders.read"), "{}", unknown.err);
    let made = create("coffee.*");
    assert_eq!((made.status, made.out.lines().count()), (0, 1), "{}", made.err);
    assert!(made.out.starts_with("krv_"));
    assert_eq!(create("coffee.*").status, 2, "the name is taken");

    let list = || run(data.path(), &["token", "list"]).out;
    assert!(
        list().trim().ends_with("till  active") || list().contains("active"),
        "{}",
        list()
    );
    assert!(!list().contains(made.out.trim()), "a token is shown once");
    assert_eq!(run(data.path(), &["token", "revoke", "till"]).status, 0);
    assert!(list().contains("revoked"));
    assert_eq!(run(data.path(), &["token", "revoke", "till"]).status, 2);
}

#[test]
fn an_empty_ledger_is_in_order() {
    let data = tempfile::tempdir().unwrap();
    let checked = run(data.path(), &["ledger", "check"]);
    assert_eq!(checked.status, 0, "{}", checked.err);
}
