//! Which value wins, and what a mistake is told. Everything that can be set is an inventory beside these tests.

use std::{fs, path::PathBuf, time::Duration};

use karavan_app::config::{Config, Problems, Sources, Variables};
use karavan_store::DbConfig;

use crate::harness::one_line;

/// Settings from a file's text and variables.
pub(crate) fn sources(text: &str, variables: &[(&str, &str)]) -> (tempfile::TempDir, Sources) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("karavan.toml");
    fs::write(&file, text).unwrap();
    let variables = Variables::new(
        variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into())),
    );
    (
        folder,
        Sources {
            file: Some(file),
            variables,
            ..Sources::default()
        },
    )
}

fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, Problems> {
    sources(text, variables).1.read()
}

pub(crate) fn problems(text: &str, variables: &[(&str, &str)]) -> String {
    let (folder, sources) = sources(text, variables);
    let problems = sources.read().unwrap_err().to_string();
    problems.replace(&folder.path().display().to_string(), "")
}

#[test]
fn the_defaults_are_a_whole_and_valid_configuration() {
    let config = read("", &[]).unwrap();
    assert!(!config.is_production());
    assert_eq!(config.server.listen().to_string(), "127.0.0.1:8080");
    assert_eq!(config.warnings(), Vec::<String>::new());
}

#[test]
fn the_environment_wins_over_the_file_and_options_over_both() {
    let text = "[server]\nlisten = \"127.0.0.1:1\"\n[jobs]\nconcurrency = 2\n";
    let (_folder, mut sources) = sources(text, &[("KARAVAN__SERVER__LISTEN", "127.0.0.1:2"), ("PATH", "/bin")]);
    assert_eq!(sources.read().unwrap().server.listen().port(), 2);
    sources
        .options
        .push(("--listen", "server.listen", "127.0.0.1:3".to_owned()));
    let config = sources.read().unwrap();
    assert_eq!((config.server.listen().port(), config.jobs.concurrency.get()), (3, 2));
}

#[test]
fn variables_are_read_as_what_the_setting_is() {
    let variables = [
        ("KARAVAN__LIMITS__ENABLED", "false"),
        ("KARAVAN__JOBS__CONCURRENCY", "3"),
        ("KARAVAN__SERVER__CORS_ORIGINS", "https://a.example, https://b.example"),
        ("KARAVAN__METRICS__TOKEN", "12345"),
        ("KARAVAN__DATABASE__URL", "postgres://localhost/k"),
        ("KARAVAN__DATABASE__STATEMENT_TIMEOUT", "1m 30s"),
    ];
    let config = read("", &variables).unwrap();
    assert!(!config.limits.enabled);
    assert_eq!(config.jobs.concurrency.get(), 3);
    assert_eq!(config.metrics.token.expose(), "12345");
    let web = config.server.web(([0, 0, 0, 0], 80).into(), false);
    assert_eq!(web.cors_origins.len(), 2);
    assert_eq!(web.public_url.as_str(), "http://localhost");
    let DbConfig::Postgres { pool, .. } = config.database.open(PathBuf::new()) else {
        panic!("a server was named")
    };
    assert_eq!(pool.statement_timeout, Duration::from_secs(90));
}

#[test]
fn a_secret_may_be_in_a_file() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(&secret, "  from a file\n").unwrap();
    let path = secret.path().to_str().unwrap();
    let config = read("", &[("KARAVAN__SECRETS__MASTER_FILE", path)]).unwrap();
    assert_eq!(config.secrets.master.expose(), "from a file");

    let missing = problems("", &[("KARAVAN__SECRETS__MASTER_FILE", "/nowhere/at/all")]);
    insta::assert_snapshot!(missing, @r"
    the configuration has 1 problem:
      secrets.master (KARAVAN__SECRETS__MASTER_FILE): /nowhere/at/all cannot be read: No such file or directory (os error 2)
    ");
    let twice = problems(
        "",
        &[
            ("KARAVAN__SECRETS__MASTER", "x"),
            ("KARAVAN__SECRETS__MASTER_FILE", path),
        ],
    );
    insta::assert_snapshot!(twice, @r"
    the configuration has 1 problem:
      secrets.master (KARAVAN__SECRETS__MASTER_FILE): is given twice, also as KARAVAN__SECRETS__MASTER; remove one of them
    ");
}

#[test]
fn an_unknown_key_is_named_with_its_place_and_its_nearest_neighbour() {
    let text = "listen = 1\n[sever]\nlisten = \"x\"\n[server]\nallowed_host = []\n";
    let found = problems(
        text,
        &[
            ("KARAVAN__JOBS__CONCURENCY", "1"),
            ("KARAVAN__SERVER", "x"),
            ("KARAVAN__COFFEE__TOKEN_FILE", "x"),
        ],
    );
    insta::assert_snapshot!(found, @r"
    the configuration has 6 problems:
      listen (/karavan.toml): is unknown; did you mean server.listen?
      server.allowed_host (/karavan.toml): is unknown; did you mean server.allowed_hosts?
      sever.listen (/karavan.toml): is unknown; did you mean server.listen?
      coffee.token (KARAVAN__COFFEE__TOKEN_FILE): is unknown; did you mean coffee.guest_bot_token?
      jobs.concurency (KARAVAN__JOBS__CONCURENCY): is unknown; did you mean jobs.concurrency?
      server (KARAVAN__SERVER): is a section: write [server] and the keys below it
    ");
}

#[test]
fn a_value_of_the_wrong_kind_is_a_problem_of_its_key() {
    let text = "environment = \"staging\"\n[server]\nlisten = 8080\ncors_origins = [1]\n[jobs]\nconcurrency = 0\n[log]\nformat = \"xml\"\nlevel = \"a=b=c\"\n";
    let found = problems(
        text,
        &[
            ("KARAVAN__LIMITS__ENABLED", "maybe"),
            ("KARAVAN__TIME_ZONE", "Mars/Olympus"),
            ("KARAVAN__TELEGRAM__BASE_URL", "telegram"),
        ],
    );
    insta::assert_snapshot!(found, @r"
    the configuration has 8 problems:
      server.cors_origins (/karavan.toml): must be a list of texts
      server.listen (/karavan.toml): must be a text
      limits.enabled (KARAVAN__LIMITS__ENABLED): must be true or false
      environment (/karavan.toml): `staging` is not one of: development, production
      time_zone (KARAVAN__TIME_ZONE): unknown time zone `Mars/Olympus`
      jobs.concurrency (/karavan.toml): must be a whole number above 0
      log.format (/karavan.toml): `xml` is not one of: json, text
      telegram.base_url (KARAVAN__TELEGRAM__BASE_URL): `telegram` is not an address such as https://api.telegram.org
    ");
}

#[test]
fn a_file_that_is_no_toml_is_told_with_its_line_and_without_its_content() {
    let found = problems("[secrets]\nmaster = \"hunter2\n", &[]);
    assert!(!found.contains("hunter2"), "{found}");
    insta::assert_snapshot!(found, @r#"
    the configuration has 1 problem:
      /karavan.toml, line 2: invalid basic string, expected `"`
    "#);
}

#[test]
fn the_address_of_a_database_is_never_repeated() {
    let found = problems(
        "[database]\nurl = \"mysql://me:hunter2@host/db\"\nacquire_timeout = \"soon\"\n",
        &[],
    );
    assert!(!found.contains("hunter2"), "{found}");
    let found = problems("[database]\nurl = \"mysql://me:hunter2@host/db\"\n", &[]);
    assert!(!found.contains("hunter2"), "{found}");
    insta::assert_snapshot!(one_line(&found), @"the configuration has 1 problem: database.url (/karavan.toml): must be like postgres://user:password@host/database (special characters of the password as %XX), or empty for the embedded database");
}

#[test]
fn what_is_shown_names_its_source_and_hides_secrets() {
    let text = "[secrets]\nmaster = \"hunter2\"\n[database]\nmax_connections = 3\n";
    let (folder, sources) = sources(text, &[("KARAVAN__COFFEE__GUEST_BOT_TOKEN", "hunter2")]);
    let (layers, _) = sources.merge();
    let shown: Vec<_> = layers
        .shown()
        .into_iter()
        .filter(|shown| shown.source != "default")
        .collect();
    let shown: String = shown
        .iter()
        .map(|shown| format!("{} = {}  {}\n", shown.key, shown.value, shown.source))
        .collect();
    insta::assert_snapshot!(shown.replace(&folder.path().display().to_string(), ""), @r"
    database.max_connections = 3  /karavan.toml
    secrets.master = ********  /karavan.toml
    coffee.guest_bot_token = ********  KARAVAN__COFFEE__GUEST_BOT_TOKEN
    ");
    assert!(!format!("{:?}", sources.read()).contains("hunter2"));
}
