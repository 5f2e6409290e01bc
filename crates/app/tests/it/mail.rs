//! The section `[mail]`: empty or complete, and safe in production.

use karavan_app::config::Config;
use karavan_clients::mail::Encryption;

use crate::config::{problems, sources};

const WHOLE: &str = "[mail]\nhost = \"smtp.example.org\"\nuser = \"postman\"\npassword = \"hunter2\"\n\
    from = \"Karavan <no-reply@karavan.example>\"\n";

fn read(text: &str) -> Config {
    sources(text, &[]).1.read().unwrap()
}

#[test]
fn mail_is_off_until_its_server_is_named() {
    assert!(read("").mail.mailer().is_none());
    let config = read(WHOLE);
    let mailer = config.mail.mailer().unwrap();
    assert_eq!((mailer.host.as_str(), mailer.port), ("smtp.example.org", 587));
    assert_eq!(mailer.encryption, Encryption::StartTls);
    assert_eq!(mailer.from.domain(), "karavan.example");
    assert_eq!(config.warnings(), Vec::<String>::new());
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_half_configured_section_is_refused() {
    insta::assert_snapshot!(problems("[mail]\nfrom = \"a@karavan.example\"\nuser = \"postman\"\n", &[]), @r"
    the configuration has 1 problem:
      mail.host (default): is missing, although mail.from is set: name the mail server, or remove the other keys
    ");
    let text = "[mail]\nhost = \"smtp://example.org:25\"\nuser = \"postman\"\nfrom = \"Karavan\"\ntimeout = \"2m\"\n";
    insta::assert_snapshot!(problems(text, &[]), @r#"
    the configuration has 4 problems:
      mail.host (/karavan.toml): is not a name or an address such as smtp.example.org (no port, no `smtp:`)
      mail.password (default): is missing: the name and the password to sign in belong together
      mail.timeout (/karavan.toml): must be at most 50s, and not shorter than mail.connect_timeout, which is a part of it
      mail.from (/karavan.toml): must say who signs the letters, such as "Karavan <no-reply@karavan.example>"
    "#);
    let text = WHOLE.replace("user = \"postman\"\n", "encryption = \"ssl\"\nport = 0\n");
    let found = problems(&text, &[]);
    assert!(
        found.contains("mail.port") || found.contains("mail.encryption"),
        "{found}"
    );
    assert!(!found.contains("hunter2"), "{found}");
}

#[test]
fn production_sends_no_letter_unencrypted_to_another_machine() {
    let open = format!("{WHOLE}encryption = \"none\"\n");
    let warnings = read(&open).warnings();
    assert!(warnings[0].starts_with("mail.encryption is none"), "{warnings:?}");
    let production = [
        ("KARAVAN__ENVIRONMENT", "production"),
        ("KARAVAN__SERVER__PUBLIC_URL", "https://karavan.example"),
        (
            "KARAVAN__SECRETS__MASTER",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ),
    ];
    insta::assert_snapshot!(problems(&open, &production), @r"
    the configuration has 1 problem:
      mail.encryption (/karavan.toml): would send letters, with their codes and links, to another machine unencrypted; use starttls or tls
    ");
    for text in [WHOLE.to_owned(), open.replace("smtp.example.org", "127.0.0.1")] {
        sources(&text, &production).1.read().unwrap();
    }
}
