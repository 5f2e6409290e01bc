//! Production refuses what is unsafe (S11 and S12 of the known defects), and tells everything at once.

use crate::config::{problems, sources};

const MASTER: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

fn safe_in_production() -> Vec<(&'static str, &'static str)> {
    vec![
        ("KARAVAN__ENVIRONMENT", "production"),
        ("KARAVAN__SERVER__PUBLIC_URL", "https://karavan.example"),
        ("KARAVAN__SECRETS__MASTER", MASTER),
    ]
}

#[test]
fn s11_secrets_come_only_from_the_environment_and_files() {
    // No default is a secret: a fresh checkout holds none, and each is given from outside.
    for key in karavan_app::config::keys::known().iter().filter(|key| key.secret) {
        assert_eq!(
            key.default.as_str(),
            Some(""),
            "{} must be empty in config.default.toml",
            key.path
        );
    }
    let (_folder, sources) = sources("", &safe_in_production());
    assert_eq!(sources.read().unwrap().secrets.master.expose(), MASTER);
}

#[test]
fn s12_debug_and_cors_defaults_are_safe() {
    // What production does with the defaults: no Swagger, no foreign site, no foreign host.
    let (_folder, from) = sources("", &safe_in_production());
    let config = from.read().unwrap();
    let web = config.server.web(config.server.listen(), config.is_production());
    assert!(web.production && web.cors_origins.is_empty() && web.allowed_hosts.is_empty());

    let unsafe_file = "environment = \"production\"\n[server]\ndocs = true\nallowed_hosts = [\"*\"]\ncors_origins = [\"*\"]\n\
        [secrets]\nmaster = \"change-me\"\n[limits]\nenabled = false\n[metrics]\ntoken = \"short\"\n";
    let found = problems(unsafe_file, &[("KARAVAN__TELEGRAM__BASE_URL", "http://bots.example")]);
    assert!(!found.contains("change-me"), "{found}");
    insta::assert_snapshot!(found, @r#"
    the configuration has 8 problems:
      server.allowed_hosts (/karavan.toml): `*` is not a host's name, such as karavan.example (no `*`, no port)
      server.cors_origins (/karavan.toml): `*` is not an origin like https://example.org (no path, no `*`)
      server.public_url (default): production needs the address that people use, such as "https://karavan.example"
      server.docs (/karavan.toml): production does not publish Swagger UI; remove the line
      secrets.master (/karavan.toml): has 9 characters, production needs 64; make one with: openssl rand -hex 48
      limits.enabled (/karavan.toml): production does not run without limits; remove the line
      metrics.token (/karavan.toml): is shorter than 32 characters; make one with: openssl rand -hex 24
      telegram.base_url (KARAVAN__TELEGRAM__BASE_URL): would send the bots' tokens unencrypted; use https or a server on this machine
    "#);
}

#[test]
fn a_star_is_refused_in_development_too() {
    for key in ["cors_origins", "allowed_hosts"] {
        assert!(problems(&format!("[server]\n{key} = [\"*\"]"), &[]).contains(key));
    }
}

#[test]
fn production_needs_an_encrypted_address() {
    let with = |text: &str| {
        problems(
            &format!("environment = \"production\"\n[secrets]\nmaster = \"{MASTER}\"\n[server]\n{text}\n"),
            &[],
        )
    };
    insta::assert_snapshot!(with(""), @r#"
    the configuration has 1 problem:
      server.public_url (default): production needs the address that people use, such as "https://karavan.example"
    "#);
    insta::assert_snapshot!(with("public_url = \"http://karavan.example\"\ncors_origins = [\"http://shop.example\"]\ndocs = true"), @r"
    the configuration has 3 problems:
      server.public_url (/karavan.toml): production needs https, or the proxy that encrypts must be named in server.trusted_proxies
      server.cors_origins (/karavan.toml): `http://shop.example` is not encrypted: production accepts only https
      server.docs (/karavan.toml): production does not publish Swagger UI; remove the line
    ");
    let (_folder, behind_a_proxy) = sources(
        "environment = \"production\"\n[server]\npublic_url = \"http://karavan.example\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n",
        &[],
    );
    assert_eq!(behind_a_proxy.read().unwrap().warnings().len(), 1);
}

#[test]
fn a_shared_database_needs_a_given_secret() {
    let text = "environment = \"production\"\n[server]\npublic_url = \"https://karavan.example\"\n[database]\nurl = \"postgres://db/karavan\"\n";
    insta::assert_snapshot!(problems(text, &[]), @r"
    the configuration has 1 problem:
      secrets.master (default): must be given when PostgreSQL is used in production: every node needs the same one; make one with: openssl rand -hex 48
    ");
}

#[test]
fn webhooks_need_an_address_that_telegram_delivers_to() {
    let with = |url: &str| {
        format!(
            "environment = \"production\"\n[server]\npublic_url = \"{url}\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n\
             [telegram]\nmode = \"webhook\"\n"
        )
    };
    insta::assert_snapshot!(problems(&with("http://karavan.example"), &[]), @r"
    the configuration has 1 problem:
      telegram.mode (/karavan.toml): `webhook` needs an https address in server.public_url, which Telegram can reach; otherwise use `polling`
    ");
    insta::assert_snapshot!(problems(&with("https://karavan.example:9443"), &[]), @r"
    the configuration has 1 problem:
      telegram.mode (/karavan.toml): `webhook` needs server.public_url on port 443, 80, 88 or 8443; Telegram does not deliver to https://karavan.example:9443
    ");
    for fine in ["https://karavan.example", "https://karavan.example:8443"] {
        let (_folder, from) = sources(&with(fine), &[]);
        assert_eq!(from.read().unwrap().warnings(), [""; 0]);
    }
    // At home nothing is refused, but it is said.
    let (_folder, at_home) = sources("[telegram]\nmode = \"webhook\"\n", &[]);
    let warnings = at_home.read().unwrap().warnings().join("; ");
    assert!(warnings.contains("telegram.mode"), "{warnings}");
    let pigeon = problems("[telegram]\nmode = \"carrier pigeon\"\n", &[]);
    assert!(
        pigeon.contains("telegram.mode") && pigeon.contains("webhook"),
        "{pigeon}"
    );
}

#[test]
fn a_demo_has_no_place_in_production() {
    let (_folder, mut from) = sources("", &safe_in_production());
    from.demo = true;
    insta::assert_snapshot!(from.read().unwrap_err().to_string(), @r"
    the configuration has 1 problem:
      --demo: simulators and made-up data have no place in production; leave --demo out
    ");
}
