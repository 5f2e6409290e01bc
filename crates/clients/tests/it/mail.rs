//! Letters over real SMTP, to the simulator.

use std::time::Duration;

use karavan_clients::mail::{Letter, Mailer, MailerConfig};
use karavan_kernel::{Secret, Timestamp};
use karavan_simulators::{Clock, mail::MailSimulator};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// What no log line and no error may contain.
pub const SECRETS: [&str; 4] = ["hunter2", "482913", "anna@", "Привет"];

/// A mail server until it is dropped.
pub struct PostOffice {
    pub inbox: MailSimulator,
    pub port: u16,
    _task: AbortOnDropHandle<()>,
}

impl PostOffice {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inbox = MailSimulator::new(Clock::from_fn(|| 1_795_165_200));
        let served = inbox.clone();
        let work = async move { served.serve(listener, CancellationToken::new()).await.unwrap() };
        #[expect(clippy::disallowed_methods, reason = "the server lives as long as its test")]
        let task = AbortOnDropHandle::new(tokio::spawn(work));
        Self {
            inbox,
            port,
            _task: task,
        }
    }

    pub fn mailer(&self) -> Mailer {
        Mailer::new(MailerConfig::local(self.port)).unwrap()
    }

    /// With a name and a password.
    pub fn known(&self) -> Mailer {
        let config = MailerConfig {
            user: "postman".to_owned(),
            password: Secret::new("hunter2"),
            ..MailerConfig::local(self.port)
        };
        Mailer::new(config).unwrap()
    }

    /// Gives up at once.
    pub fn impatient(&self) -> Mailer {
        let config = MailerConfig {
            timeout: Duration::from_millis(300),
            ..MailerConfig::local(self.port)
        };
        Mailer::new(config).unwrap()
    }
}

pub fn letter() -> Letter {
    Letter {
        id: "ltr_01kcg3v5h0e4tn3q8w2xyzabcd".to_owned(),
        to: "anna@example.org".parse().unwrap(),
        subject: "Привет, подтвердите адрес".to_owned(),
        text: "Код: 482913\n.точка в начале строки\n\nhttps://karavan.example/verify?token=a.b_c&x=1\n".to_owned(),
        html: "<p>Код: <b>482913</b></p>\n".to_owned(),
        language: "ru",
        date: Timestamp::from_micros(1_795_165_200_000_000),
    }
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let post = PostOffice::open().await;
    post.mailer().send(&letter()).await.unwrap();
    let arrived = post.inbox.letter_to("Anna@Example.org").unwrap();
    insta::assert_snapshot!(arrived, @r"
    From: no-reply@karavan.example
    To: anna@example.org
    Subject: Привет, подтвердите адрес

    Код: 482913
    .точка в начале строки

    https://karavan.example/verify?token=a.b_c&x=1
    ");
    assert_eq!(arrived.html.trim(), "<p>Код: <b>482913</b></p>");
    assert_eq!(arrived.message_id, "ltr_01kcg3v5h0e4tn3q8w2xyzabcd@karavan.example");
    assert_eq!(arrived.links(), ["https://karavan.example/verify?token=a.b_c&x=1"]);
    let headers = arrived.source.split("\r\n\r\n").next().unwrap();
    for header in [
        "From: Karavan <no-reply@karavan.example>",
        "To: anna@example.org",
        "Date: Fri, 20 Nov 2026 09:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "Content-Language: ru",
        "MIME-Version: 1.0",
    ] {
        assert!(headers.contains(header), "no `{header}` in:\n{headers}");
    }
    assert!(
        arrived.source.is_ascii(),
        "every server takes it, with or without 8BITMIME"
    );
}

#[tokio::test]
async fn who_signs_in_may_send_where_others_may_not() {
    let post = PostOffice::open().await;
    post.inbox.require_sign_in(true);
    assert!(post.mailer().send(&letter()).await.is_err());
    post.known().send(&letter()).await.unwrap();
    post.known().check().await.unwrap();
    assert_eq!(post.inbox.letters().len(), 1, "a check sends nothing");
}

#[tokio::test]
async fn many_letters_at_once_all_arrive() {
    let post = PostOffice::open().await;
    let mailer = post.mailer();
    let sends = (0..20).map(|number| {
        let mailer = mailer.clone();
        async move {
            let to = format!("person{number}@example.org").parse().unwrap();
            mailer.send(&Letter { to, ..letter() }).await.unwrap();
        }
    });
    tokio::task::JoinSet::from_iter(sends).join_all().await;
    assert_eq!(post.inbox.letters().len(), 20);
    assert!(post.inbox.letter_to("person19@example.org").is_some());
}

#[tokio::test]
async fn no_value_can_add_a_header_or_a_recipient() {
    let post = PostOffice::open().await;
    let evil = "\r\nBcc: eve@example.org\r\nX-Evil: yes\r\n\r\n<script>";
    let hostile = Letter {
        id: format!("ltr_1>{evil}"),
        subject: format!("Hello{evil}\u{2028}\u{85}Subject: two"),
        text: format!("text{evil}\r\n.\r\nMAIL FROM:<eve@example.org>\r\n"),
        html: format!("html{evil}"),
        language: "ru\r\nX-Evil: yes",
        ..letter()
    };
    post.mailer().send(&hostile).await.unwrap();
    let letters = post.inbox.letters();
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].to, ["anna@example.org"]);
    let headers = letters[0].source.split("\r\n\r\n").next().unwrap();
    let names: Vec<&str> = headers
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap())
        .collect();
    insta::assert_snapshot!(names.join(" "), @"Message-ID Date From To Subject Auto-Submitted Content-Language MIME-Version Content-Type");
    assert!(
        letters[0].text.contains("MAIL FROM:<eve@example.org>"),
        "what it says is only text"
    );
    assert!(
        letters[0].subject.starts_with("Hello Bcc: eve@example.org"),
        "{}",
        letters[0].subject
    );
}

#[test]
fn an_unencrypted_way_to_another_machine_must_be_asked_for() {
    let to = |host: &str, allow_unencrypted| {
        Mailer::new(MailerConfig {
            host: host.to_owned(),
            allow_unencrypted,
            ..MailerConfig::local(25)
        })
    };
    for host in ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]"] {
        assert!(to(host, false).is_ok(), "{host}");
    }
    for host in ["mail.example.org", "192.0.2.1", "localhost.example.org", "::2"] {
        let refused = to(host, false).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("letters would travel to {host} unencrypted")
        );
        assert!(to(host, true).is_ok(), "{host}");
    }
}
