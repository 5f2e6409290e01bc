//! The way to PostgreSQL: which settings make sense together, what production refuses, and what is said when the server does
//! not let us in. That each mode does what it says is tested in `store`.

use std::fs;

use karavan_store::DbConfig;

use crate::{
    config::{problems, sources},
    harness::{ended, karavan},
};

/// The address as the driver gets it.
fn address(text: &str) -> String {
    let (_folder, sources) = sources(text, &[]);
    match sources.read().unwrap().database.open("unused".into()) {
        DbConfig::Postgres { url, .. } => url.expose().to_owned(),
        DbConfig::Sqlite { .. } => panic!("a server was named"),
    }
}

fn production(database: &str) -> String {
    let master = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    format!(
        "environment = \"production\"\n[server]\npublic_url = \"https://karavan.example\"\n[secrets]\nmaster = \"{master}\"\n\
         [database]\n{database}\n"
    )
}

#[test]
fn auto_trusts_nobody_on_the_way_to_another_machine() {
    let far = "url = \"postgres://me:pa%40ss@db.example/k\"";
    let near = "url = \"postgres://me@127.0.0.1/k\"";
    assert_eq!(
        address(&production(far)),
        "postgres://me:pa%40ss@db.example/k?sslmode=verify-full"
    );
    for near in [
        near,
        "url = \"postgres://%2Frun%2Fpostgresql/k\"",
        "url = \"postgres:///k?host=/run/postgresql\"",
    ] {
        let address = address(&production(near));
        assert!(address.ends_with("sslmode=prefer"), "{address}");
    }
    assert!(address(&format!("[database]\n{far}")).ends_with("?sslmode=prefer"));
    let said = "[database]\nurl = \"postgres://db/k?sslmode=require&application_name=x\"";
    assert_eq!(address(said), "postgres://db/k?application_name=x&sslmode=require");
}

#[test]
fn files_of_certificates_go_with_the_address() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, kind: &str| {
        let path = folder.path().join(name);
        fs::write(&path, format!("-----BEGIN {kind}-----\n")).unwrap();
        path.display().to_string()
    };
    let (root, cert, key) = (
        file("r", "CERTIFICATE"),
        file("c", "CERTIFICATE"),
        file("k", "PRIVATE KEY"),
    );
    let text = format!(
        "[database]\nurl = \"postgres://db/k\"\ntls_root_cert = \"{root}\"\ntls_client_cert = \"{cert}\"\ntls_client_key = \"{key}\""
    );
    let address = address(&text);
    for part in ["sslmode=verify-full", "&sslrootcert=", "&sslcert=", "&sslkey="] {
        assert!(address.contains(part), "no {part} in {address}");
    }
}

#[test]
fn production_sends_nothing_unencrypted_to_another_machine() {
    let refused = problems(&production("url = \"postgres://db.example/k\"\ntls = \"prefer\""), &[]);
    insta::assert_snapshot!(refused, @r"
    the configuration has 1 problem:
      database.tls (/karavan.toml): is prefer: passwords and data could travel to another machine unencrypted; use verify-full (remove the line), with database.tls_root_cert if the server's certificate is signed by an authority of your own
    ");
    let (_folder, accepted) = sources(&production("url = \"postgres://db.example/k\"\ntls = \"require\""), &[]);
    let warnings = accepted.read().unwrap().warnings();
    assert!(
        warnings.iter().any(|warning| warning.contains("verify-full")),
        "{warnings:?}"
    );
}

#[test]
fn an_address_without_a_server_is_refused_because_the_driver_would_ask_the_environment() {
    let refused = problems("[database]\nurl = \"postgres:///karavan\"\n", &[]);
    insta::assert_snapshot!(refused, @r"
    the configuration has 1 problem:
      database.url (/karavan.toml): names no server; a socket is named by ?host=/run/postgresql
    ");
}

#[test]
fn settings_that_contradict_each_other_are_told() {
    let text = "[database]\nurl = \"postgres://me:hunter2@db/k?sslmode=disable\"\ntls = \"require\"\n\
        tls_root_cert = \"/nowhere/root.crt\"\ntls_client_key = \"/dev/null\"\nmin_connections = 17\n";
    let found = problems(text, &[]);
    assert!(!found.contains("hunter2"), "{found}");
    insta::assert_snapshot!(found, @r"
    the configuration has 6 problems:
      database.tls (/karavan.toml): says require, and sslmode in database.url says disable; remove one of them
      database.tls_root_cert (/karavan.toml): is not used by require: set database.tls to verify-full or verify-ca
      database.tls_client_cert (default): is missing: a client's certificate and its key belong together
      database.tls_root_cert (/karavan.toml): /nowhere/root.crt cannot be read: No such file or directory (os error 2)
      database.tls_client_key (/karavan.toml): /dev/null is not a PEM file with a private key
      database.min_connections (/karavan.toml): is more than database.max_connections, which is 16
    ");
    insta::assert_snapshot!(problems("[database]\nurl = \"postgres://db/k?sslmode=maybe\"\ntls = \"maybe\"\n", &[]), @r"
    the configuration has 1 problem:
      database.tls (/karavan.toml): `maybe` is not one of: auto, disable, prefer, require, verify-ca, verify-full
    ");
    insta::assert_snapshot!(problems("[database]\nurl = \"postgres://db/k?sslmode=maybe\"\n", &[]), @r"
    the configuration has 1 problem:
      database.url (/karavan.toml): sslmode is not one of: disable, prefer, require, verify-ca, verify-full
    ");
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the server of the tests is, not a setting of the program"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// What a command says about the server of the tests, with these settings.
fn said(settings: &[(&str, &str)], host: &str, user: &str) -> Option<String> {
    if variable("KARAVAN_TEST").as_deref() == Some("sqlite") {
        return None;
    }
    let server = variable("KARAVAN_TEST_POSTGRES").expect("bin/test starts a PostgreSQL");
    let address = server.split_once('?').map_or(server.as_str(), |(address, _)| address);
    let address = address
        .replace("127.0.0.1", host)
        .replace("postgres@", &format!("{user}@"));
    let data = tempfile::tempdir().unwrap();
    let mut command = karavan(data.path(), &["migrate"]);
    command
        .env("KARAVAN__DATABASE__URL", address)
        .envs(settings.iter().copied());
    let refused = ended(&mut command);
    assert_eq!(refused.status, 3, "{}", refused.err);
    Some(refused.err)
}

fn certificate(name: &str) -> String {
    let folder = variable("KARAVAN_TEST_POSTGRES_TLS").unwrap_or_default();
    format!("{folder}/{name}")
}

#[test]
fn a_server_that_does_not_let_us_in_is_told_with_what_to_do() {
    let (root, stranger) = (certificate("root.crt"), certificate("stranger.crt"));
    let root_of = |file| ("KARAVAN__DATABASE__TLS_ROOT_CERT", file);
    let tls = |mode| ("KARAVAN__DATABASE__TLS", mode);
    for (settings, host, user, words) in [
        (vec![root_of(&*root)], "127.0.0.1", "postgres", "for another name"),
        (
            vec![root_of(&*stranger)],
            "localhost",
            "postgres",
            "database.tls_root_cert",
        ),
        (
            vec![tls("verify-ca")],
            "localhost",
            "postgres",
            "nobody whom we trust has signed",
        ),
        (
            vec![tls("require")],
            "127.0.0.1",
            "by_certificate",
            "database.tls_client_cert",
        ),
        (
            vec![tls("disable")],
            "127.0.0.1",
            "by_certificate",
            "may ask for encryption",
        ),
    ] {
        if let Some(said) = said(&settings, host, user) {
            assert!(said.contains(words), "no `{words}` for {settings:?} in: {said}");
        }
    }
}
