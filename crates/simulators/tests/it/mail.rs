//! The mail server, spoken to by hand.

use karavan_simulators::{
    Clock,
    mail::{Failure, MailSimulator},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::harness::START;

/// A server and what keeps it running.
pub struct Post {
    pub inbox: MailSimulator,
    port: u16,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Post {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inbox = MailSimulator::new(Clock::from_fn(|| START));
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let (served, stopping) = (inbox.clone(), stop.clone());
        tasks.spawn(async move { served.serve(listener, stopping).await.unwrap() });
        Self {
            inbox,
            port,
            stop,
            tasks,
        }
    }

    async fn line(&self) -> Line {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        let mut line = Line(BufReader::new(stream));
        assert_eq!(line.hear().await, "220");
        line
    }

    /// Sends a whole letter.
    pub async fn deliver(&self, to: &str, source: &str) {
        let mut line = self.line().await;
        line.say("EHLO test", "250").await;
        line.say("MAIL FROM:<a@example.org>", "250").await;
        line.say(&format!("RCPT TO:<{to}>"), "250").await;
        line.say("DATA", "354").await;
        line.say(&format!("{source}\r\n."), "250").await;
    }
}

/// One connection.
struct Line(BufReader<TcpStream>);

impl Line {
    /// Says a line and hears the code of the answer.
    async fn say(&mut self, text: &str, code: &str) {
        self.0
            .get_mut()
            .write_all(format!("{text}\r\n").as_bytes())
            .await
            .unwrap();
        assert_eq!(self.hear().await, code, "{text}");
    }

    /// The code of the next answer; empty when the connection ended.
    async fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            let (code, rest) = line.split_at_checked(3).unwrap_or_default();
            if !rest.starts_with('-') {
                return code.to_owned();
            }
        }
    }
}

#[tokio::test]
async fn a_conversation_by_the_book() {
    let post = Post::open().await;
    let mut line = post.line().await;
    let steps = [
        ("MAIL", "501"),
        ("HELO old", "250"),
        ("EHLO new", "250"),
        ("RCPT TO:<b@example.org>", "503"),
        ("DATA", "503"),
        ("VRFY b", "502"),
        ("STARTTLS", "502"),
        ("NONSENSE", "500"),
        ("NOOP", "250"),
        ("AUTH PLAIN AGEAYg==", "235"),
        ("AUTH LOGIN", "334"),
        ("YQ==", "334"),
        ("Yg==", "235"),
        ("AUTH PLAIN", "334"),
        ("*", "501"),
        ("AUTH CRAM-MD5", "504"),
        ("MAIL FROM:<a@example.org> SIZE=2000000", "552"),
        ("MAIL FROM:<a@example.org> SIZE=20 BODY=8BITMIME", "250"),
        ("RCPT TO:<b@example.org>", "250"),
        ("RSET", "250"),
        ("DATA", "503"),
        ("MAIL FROM:<a@example.org>", "250"),
        ("RCPT TO:<b@example.org>", "250"),
        ("RCPT TO:<c@example.org>", "250"),
        ("DATA", "354"),
        ("Subject: Hi\r\n\r\n..begins with a dot\r\nbye\r\n.", "250"),
        ("DATA", "503"),
        ("QUIT", "221"),
    ];
    for (text, code) in steps {
        line.say(text, code).await;
    }
    assert_eq!(line.hear().await, "", "the connection is closed");
    insta::assert_snapshot!(post.inbox.letter_to("c@example.org").unwrap(), @r"
    From: a@example.org
    To: b@example.org, c@example.org
    Subject: Hi

    .begins with a dot
    bye
    ");
}

#[tokio::test]
async fn what_is_too_long_is_not_kept() {
    let post = Post::open().await;
    let mut line = post.line().await;
    line.say("EHLO test", "250").await;
    line.say("MAIL FROM:<a@example.org>", "250").await;
    line.say("RCPT TO:<b@example.org>", "250").await;
    line.say("DATA", "354").await;
    let long = "0123456789\r\n".repeat(300_000);
    line.say(&format!("{long}."), "552").await;
    // The connection goes on where the letter ended.
    line.say("NOOP", "250").await;
    assert_eq!(post.inbox.letters().len(), 0);
    for address in 0..600 {
        post.inbox.refuse(&format!("{address}@example.org"), 550);
    }
    line.say(&format!("NOOP {}", "x".repeat(5_000)), "500").await;
}

#[tokio::test]
async fn a_waiting_test_is_woken_by_its_letter() {
    let post = Post::open().await;
    let (letter, ()) = tokio::join!(
        post.inbox.wait_for_letter_to("B@example.org"),
        post.deliver("b@example.org", "Subject: Hi\r\n\r\nhello")
    );
    let letter = letter.unwrap();
    assert_eq!((letter.number, letter.at, letter.text.as_str()), (1, START, "hello"));
    assert!(post.inbox.letter_to("nobody@example.org").is_none());
}

#[tokio::test]
async fn failures_strike_at_their_step_and_once() {
    let post = Post::open().await;
    post.inbox.fail_next(Failure::TryLater);
    post.inbox.fail_next(Failure::LostAnswer);
    post.inbox.refuse("Gone@example.org", 550);
    let mut line = post.line().await;
    for (text, code) in [
        ("EHLO test", "250"),
        ("MAIL FROM:<a@example.org>", "250"),
        ("RCPT TO:<b@example.org>", "451"),
        ("RCPT TO:<b@example.org>", "250"),
        ("RCPT TO:<gone@example.org>", "550"),
        ("DATA", "354"),
        ("hello\r\n.", ""),
    ] {
        line.say(text, code).await;
    }
    assert_eq!(post.inbox.letters().len(), 1, "it was taken all the same");
}

#[tokio::test]
async fn a_server_that_stops_ends_its_connections() {
    let mut post = Post::open().await;
    let mut line = post.line().await;
    post.stop.cancel();
    assert_eq!(line.hear().await, "");
    post.tasks.join_next().await.unwrap().unwrap();
}
