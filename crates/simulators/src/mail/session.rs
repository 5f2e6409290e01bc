//! One connection: commands in, three digits out.
//!
//! **Always holds:** a line and a letter have a longest length; what is no command is answered, never a panic.

use std::{borrow::Cow, io};

use smtp_proto::{
    AUTH_LOGIN, AUTH_PLAIN, Error, MailFrom, RcptTo, Request,
    request::receiver::{DataReceiver, MAX_LINE_LENGTH},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::{
    MailSimulator,
    failures::{Failure, Step},
};

/// The longest letter, as `EHLO` says it.
const MOST_BYTES: usize = 1_000_000;

/// More recipients than this in one letter are not ours.
const MOST_RECIPIENTS: usize = 100;

const EHLO: &str = "250-simulator.invalid\r\n250-SIZE 1000000\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 HELP";

/// Talks until one side has had enough.
pub(super) async fn serve(simulator: &MailSimulator, stream: TcpStream) -> io::Result<()> {
    let mut session = Session {
        simulator,
        stream: BufReader::new(stream),
        sender: None,
        recipients: Vec::new(),
        signed_in: false,
    };
    session.talk().await
}

struct Session<'s> {
    simulator: &'s MailSimulator,
    stream: BufReader<TcpStream>,
    sender: Option<String>,
    recipients: Vec<String>,
    signed_in: bool,
}

/// What follows an answer.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    HangUp,
}

impl Session<'_> {
    async fn talk(&mut self) -> io::Result<()> {
        if self.strike(Step::Greeting).is_some() {
            return self.say("421 4.3.2 too busy, come back later").await;
        }
        self.say("220 simulator.invalid ESMTP").await?;
        while let Some(line) = self.line().await? {
            let next = match Request::parse(&mut line.iter()) {
                Ok(request) => self.obey(request).await?,
                Err(error) => self.answer(complaint(&error)).await?,
            };
            if next == Next::HangUp {
                break;
            }
        }
        Ok(())
    }

    async fn obey(&mut self, request: Request<Cow<'_, str>>) -> io::Result<Next> {
        match request {
            Request::Ehlo { .. } => {
                self.forget();
                self.answer(EHLO).await
            }
            Request::Helo { .. } => {
                self.forget();
                self.answer("250 simulator.invalid").await
            }
            Request::Auth {
                mechanism,
                initial_response,
            } => self.sign_in(mechanism, &initial_response).await,
            Request::Mail { from } => self.begin(from).await,
            Request::Rcpt { to } => self.address(to).await,
            Request::Data => self.receive().await,
            Request::Rset => {
                self.forget();
                self.answer("250 2.0.0 forgotten").await
            }
            Request::Noop { .. } => self.answer("250 2.0.0 here").await,
            Request::Quit => {
                self.say("221 2.0.0 bye").await?;
                Ok(Next::HangUp)
            }
            _ => self.answer("502 5.5.1 not offered here").await,
        }
    }

    /// Any name and password will do.
    async fn sign_in(&mut self, mechanism: u64, initial: &str) -> io::Result<Next> {
        // What is asked for one after another: nothing when the first line said it all.
        let questions: &[&str] = match mechanism {
            AUTH_PLAIN if initial.is_empty() => &["334 "],
            AUTH_PLAIN => &[],
            AUTH_LOGIN if initial.is_empty() => &["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"],
            AUTH_LOGIN => &["334 UGFzc3dvcmQ6"],
            _ => return self.answer("504 5.5.4 not offered here").await,
        };
        for question in questions {
            self.say(question).await?;
            match self.line().await? {
                None => return Ok(Next::HangUp),
                Some(line) if line.trim_ascii() == b"*" => return self.answer("501 5.7.0 as you wish").await,
                Some(_) => {}
            }
        }
        if self.strike(Step::SignIn).is_some() {
            return self.answer("535 5.7.8 the name or the password is wrong").await;
        }
        self.signed_in = true;
        self.answer("235 2.7.0 welcome").await
    }

    async fn begin(&mut self, from: MailFrom<Cow<'_, str>>) -> io::Result<Next> {
        if self.simulator.lock().sign_in_required && !self.signed_in {
            return self.answer("530 5.7.0 sign in first").await;
        }
        if self.strike(Step::Sender).is_some() {
            return self.answer("553 5.7.1 this sender may not be used here").await;
        }
        if from.size > MOST_BYTES {
            return self.answer("552 5.3.4 too long").await;
        }
        self.forget();
        self.sender = Some(from.address.into_owned());
        self.answer("250 2.1.0 ok").await
    }

    async fn address(&mut self, to: RcptTo<Cow<'_, str>>) -> io::Result<Next> {
        if self.sender.is_none() {
            return self.answer("503 5.5.1 MAIL first").await;
        }
        match self.strike(Step::Recipient) {
            Some(Failure::Silence) => return self.be_silent().await,
            Some(_) => return self.answer("451 4.7.1 try again later").await,
            None => {}
        }
        if self.recipients.len() >= MOST_RECIPIENTS {
            return self.answer("452 4.5.3 too many recipients").await;
        }
        let refused = self
            .simulator
            .lock()
            .refused
            .get(&to.address.to_ascii_lowercase())
            .copied();
        if let Some(code) = refused {
            // Real servers repeat the address here: nobody may write such an answer into a log.
            let answer = format!("{code} {}.1.1 <{}>: not taken here", code / 100, to.address);
            return self.answer(&answer).await;
        }
        self.recipients.push(to.address.into_owned());
        self.answer("250 2.1.5 ok").await
    }

    async fn receive(&mut self) -> io::Result<Next> {
        if self.recipients.is_empty() {
            return self.answer("503 5.5.1 RCPT first").await;
        }
        self.say("354 go ahead").await?;
        let Some(content) = self.content().await? else {
            return Ok(Next::HangUp);
        };
        let (from, to) = (
            self.sender.take().unwrap_or_default(),
            std::mem::take(&mut self.recipients),
        );
        if content.len() > MOST_BYTES {
            return self.answer("552 5.3.4 too long").await;
        }
        match self.strike(Step::Content) {
            Some(Failure::Cut) => Ok(Next::HangUp),
            Some(Failure::LostAnswer) => {
                self.simulator.take(from, to, &content);
                Ok(Next::HangUp)
            }
            Some(Failure::Nonsense) => self.answer("HTTP/1.1 200 OK").await,
            Some(_) => self.answer("554 5.7.1 this looks like spam").await,
            None => {
                self.simulator.take(from, to, &content);
                self.answer("250 2.0.0 taken").await
            }
        }
    }

    /// The lines up to the one with a single dot, without the dots that were put before others. What is too long is read to
    /// its end and cut off; `None`: the other side is gone.
    async fn content(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut receiver, mut content) = (DataReceiver::new(), Vec::new());
        // A letter may begin with a dot: its first line follows on a line, too.
        receiver.ingest(&mut b"\r\n".iter(), &mut content);
        loop {
            let bytes = self.stream.fill_buf().await?;
            if bytes.is_empty() {
                return Ok(None);
            }
            let mut rest = bytes.iter();
            let ended = receiver.ingest(&mut rest, &mut content);
            let used = bytes.len() - rest.len();
            self.stream.consume(used);
            if ended {
                return Ok(Some(content.strip_prefix(b"\r\n").unwrap_or_default().to_vec()));
            }
            // The end of what is kept is where the receiver looks for the last line.
            if content.len() > 2 * MOST_BYTES {
                content.drain(MOST_BYTES..content.len() - MOST_BYTES / 2);
            }
        }
    }

    /// Reads on and says nothing, until the other side has enough.
    async fn be_silent(&mut self) -> io::Result<Next> {
        while self.line().await?.is_some() {}
        Ok(Next::HangUp)
    }

    /// The next line with its end; a longer one than SMTP allows is read to its end and is none. `None`: the other side is gone.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let most = u64::try_from(MAX_LINE_LENGTH).unwrap_or(u64::MAX);
        let mut is_too_long = false;
        let mut read = (&mut self.stream).take(most).read_until(b'\n', &mut line).await?;
        while read == MAX_LINE_LENGTH && !line.ends_with(b"\n") {
            is_too_long = true;
            line.clear();
            read = (&mut self.stream).take(most).read_until(b'\n', &mut line).await?;
        }
        if is_too_long {
            // Its last piece must not pass for a command.
            line = b"?".to_vec();
        }
        if read > 0 && !line.ends_with(b"\n") {
            line.push(b'\n');
        }
        Ok((read > 0).then_some(line))
    }

    async fn answer(&mut self, text: &str) -> io::Result<Next> {
        self.say(text).await?;
        Ok(Next::GoOn)
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.stream.get_mut().write_all(format!("{text}\r\n").as_bytes()).await
    }

    fn strike(&self, step: Step) -> Option<Failure> {
        self.simulator.lock().strike(step)
    }

    fn forget(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }
}

const fn complaint(error: &Error) -> &'static str {
    match error {
        Error::InvalidSenderAddress => "501 5.1.7 this is no address",
        Error::InvalidRecipientAddress => "501 5.1.3 this is no address",
        Error::SyntaxError { .. } | Error::InvalidParameter { .. } => "501 5.5.4 not understood",
        Error::UnsupportedParameter { .. } => "555 5.5.4 not offered here",
        _ => "500 5.5.1 no such command",
    }
}
