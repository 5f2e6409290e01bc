//! Whether the mail server takes letters from us. None is sent.

use karavan_clients::mail::{MailError, Mailer, Step};

use super::Finding;
use crate::config::Config;

const CHECK: &str = "mail";

pub(super) async fn check(config: &Config) -> Finding {
    let Some(mailer) = config.mail.mailer() else {
        return Finding::warn(
            CHECK,
            "off: no mail server is set",
            "set it in [mail], or do without: what needs letters is not offered",
        );
    };
    let host = mailer.host.clone();
    match Mailer::new(mailer.clone()) {
        Err(error) => Finding::fail(CHECK, error.to_string(), "install the system's root certificates"),
        Ok(mailer) => match mailer.check().await {
            Ok(()) => Finding::pass(CHECK, format!("{host} lets us in")),
            Err(error) => Finding::fail(CHECK, error.to_string(), advice(error)),
        },
    }
}

const fn advice(error: MailError) -> &'static str {
    match error {
        MailError::Setup(Step::SignIn(_) | Step::NoSignIn) => "check mail.user and mail.password",
        MailError::Setup(Step::Encryption) => {
            "check mail.encryption and mail.port (587 with starttls, 465 with tls), and that the server's certificate is \
             valid for mail.host"
        }
        _ => "check mail.host and mail.port, and that this machine reaches them",
    }
}
