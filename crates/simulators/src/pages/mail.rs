//! The inbox: what arrived, and one letter to read.
//!
//! **Invariant:** of a letter only its text part is shown, as text; its HTML part would bring styles and pictures that the
//! policy of these pages forbids.

use std::convert::Infallible;

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::{StreamExt, stream};
use serde::Deserialize;

use super::{
    Place,
    look::Look,
    phone::{initials, times, tint},
    show,
};
use crate::{
    mail::{Letter, MailSimulator},
    telegram::is_web,
};

/// Older letters stay on the server: a change sends the whole list.
const MOST_SHOWN: usize = 100;

/// What the handlers of the inbox have.
#[derive(Clone, Debug)]
pub(super) struct Mailbox {
    pub(super) simulator: MailSimulator,
    pub(super) place: Place,
}

impl AsRef<Place> for Mailbox {
    fn as_ref(&self) -> &Place {
        &self.place
    }
}

pub(super) fn routes() -> Router<Mailbox> {
    Router::new()
        .route("/", get(list))
        .route("/letter/{number}", get(read))
        .route("/live", get(live))
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Mail {
    look: Look,
    letters: Vec<Row>,
    open: Option<Open>,
    live: String,
}

#[derive(Template)]
#[template(path = "letters.html")]
struct Letters<'a> {
    look: &'a Look,
    letters: Vec<Row>,
}

#[derive(Template)]
#[template(path = "no_letter.html")]
struct NoLetter {
    look: Look,
}

/// A letter in the list.
struct Row {
    url: String,
    subject: String,
    to: String,
    initials: String,
    tint: usize,
    clock: String,
    iso: String,
    is_open: bool,
}

/// The letter that is read.
struct Open {
    subject: String,
    from: String,
    to: String,
    clock: String,
    iso: String,
    runs: Vec<Run>,
}

/// A stretch of text, or a link.
struct Run {
    text: String,
    link: Option<String>,
}

/// `GET /`
async fn list(State(mailbox): State<Mailbox>, look: Look) -> Response {
    page(&mailbox, look, None)
}

/// `GET /letter/{number}`
async fn read(State(mailbox): State<Mailbox>, Path(number): Path<u64>, look: Look) -> Response {
    let letters = mailbox.simulator.letters();
    match letters.into_iter().find(|letter| letter.number == number) {
        Some(letter) => page(&mailbox, look, Some(&letter)),
        None => show(StatusCode::NOT_FOUND, &NoLetter { look }),
    }
}

/// Which letter the page shows beside the list.
#[derive(Deserialize)]
struct Shown {
    open: Option<u64>,
}

/// `GET /live?open=number`: the list, at once and whenever a letter arrives.
async fn live(State(mailbox): State<Mailbox>, Query(Shown { open }): Query<Shown>, look: Look) -> Response {
    let stopped = mailbox.simulator.stopped().clone().cancelled_owned();
    let arrivals = mailbox.simulator.arrivals();
    let lists = stream::unfold(
        (mailbox, look, arrivals, true),
        move |(mailbox, look, mut arrivals, first)| async move {
            // The first event is at once: the page may be older than the stream.
            if !first {
                arrivals.changed().await.ok()?;
            }
            let letters = rows(&mailbox, &look, open);
            let html = Letters { look: &look, letters }.render();
            // As JSON, because an event may not hold every character that a letter may.
            let event = html.ok().and_then(|html| Event::default().json_data(html).ok());
            let event = event.unwrap_or_else(|| Event::default().comment("not rendered"));
            Some((Ok::<_, Infallible>(event), (mailbox, look, arrivals, false)))
        },
    );
    Sse::new(lists.boxed().take_until(stopped))
        .keep_alive(KeepAlive::default())
        .into_response()
}

fn page(mailbox: &Mailbox, look: Look, open: Option<&Letter>) -> Response {
    let number = open.map(|letter| letter.number);
    let shown = number.map(|number| number.to_string());
    let query: Vec<(&str, &str)> = shown.iter().map(|number| ("open", number.as_str())).collect();
    let page = Mail {
        letters: rows(mailbox, &look, number),
        open: open.map(|letter| opened(letter, &look)),
        live: look.url("/live", &query),
        look,
    };
    show(StatusCode::OK, &page)
}

fn rows(mailbox: &Mailbox, look: &Look, open: Option<u64>) -> Vec<Row> {
    let row = |letter: Letter| {
        let to = letter.to.join(", ");
        let (clock, iso) = times(letter.at);
        Row {
            url: look.url(&format!("/letter/{}", letter.number), &[]),
            subject: subject(&letter, look),
            initials: initials(&to),
            tint: tint(&to),
            to,
            clock,
            iso,
            is_open: open == Some(letter.number),
        }
    };
    let letters = mailbox.simulator.letters().into_iter().rev();
    letters.take(MOST_SHOWN).map(row).collect()
}

fn opened(letter: &Letter, look: &Look) -> Open {
    let (clock, iso) = times(letter.at);
    Open {
        subject: subject(letter, look),
        from: letter.from.clone(),
        to: letter.to.join(", "),
        clock,
        iso,
        runs: runs(&letter.text),
    }
}

fn subject(letter: &Letter, look: &Look) -> String {
    match letter.subject.as_str() {
        "" => look.words().mail_no_subject.to_owned(),
        subject => subject.to_owned(),
    }
}

/// The text with its addresses of the web as links.
fn runs(text: &str) -> Vec<Run> {
    let words = text.split_inclusive(char::is_whitespace);
    let mut runs: Vec<Run> = Vec::new();
    for word in words {
        let bare = word.trim_end();
        let space = word.strip_prefix(bare).unwrap_or_default();
        if is_web(bare) {
            runs.push(Run {
                text: bare.to_owned(),
                link: Some(bare.to_owned()),
            });
            push(&mut runs, space);
        } else {
            push(&mut runs, word);
        }
    }
    runs
}

/// Adds plain text to the plain text before it.
fn push(runs: &mut Vec<Run>, text: &str) {
    match runs.last_mut() {
        Some(Run {
            text: before,
            link: None,
        }) => before.push_str(text),
        _ => runs.push(Run {
            text: text.to_owned(),
            link: None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        let shown = |text: &str| {
            let run = |run: Run| run.link.map_or(run.text, |link| format!("[{link}]"));
            runs(text).into_iter().map(run).collect::<String>()
        };
        assert_eq!(
            shown("Confirm:\nhttps://a.example/x?y=1\n\nBye"),
            "Confirm:\n[https://a.example/x?y=1]\n\nBye"
        );
        assert_eq!(shown("javascript:alert(1) data:x"), "javascript:alert(1) data:x");
        assert_eq!(shown(""), "");
    }
}
