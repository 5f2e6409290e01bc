//! Changes of the chats on a page, as server-sent events.
//!
//! Every event carries all that a phone shows, so one that got lost costs nothing: the next one, or the first one
//! after a reconnect, brings the phone up to date.

use std::convert::Infallible;

use askama::Template;
use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::get,
};
use futures::{StreamExt, stream};
use serde::Serialize;

use super::{Pages, look::Look, phone::Phone};
use crate::telegram::PrivateChat;

/// A page has two phones; more chats than this on one stream are not ours.
const MOST_CHATS: usize = 4;

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/live", get(live))
}

#[derive(Template)]
#[template(path = "log.html")]
struct Log<'a> {
    look: &'a Look,
    phone: &'a Phone,
    back: &'a str,
}

#[derive(Template)]
#[template(path = "dock.html")]
struct Dock<'a> {
    look: &'a Look,
    phone: &'a Phone,
    back: &'a str,
}

/// What the script puts into a phone.
#[derive(Serialize)]
struct Change<'a> {
    chat: &'a str,
    mode: &'a str,
    typing: bool,
    placeholder: String,
    log: String,
    dock: String,
}

/// `GET /live?chat=bot/person&chat=bot/person`
async fn live(State(pages): State<Pages>, Query(pairs): Query<Vec<(String, String)>>, look: Look) -> Response {
    let keys = pairs.iter().filter(|(name, _)| name == "chat").map(|(_, key)| key);
    let chats = keys
        .take(MOST_CHATS)
        .filter_map(|key| pages.chat(key))
        .collect::<Vec<_>>();
    if chats.is_empty() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let stopped = pages.simulator.stopped().clone().cancelled_owned();
    let streams = chats.into_iter().map(|chat| {
        let changes = chat.changes();
        let (pages, look) = (pages.clone(), look.clone());
        stream::unfold((chat, changes, true), move |(chat, mut changes, first)| {
            let (pages, look) = (pages.clone(), look.clone());
            async move {
                // The first event is at once: the page may be older than the stream.
                if !first {
                    changes.changed().await.ok()?;
                }
                Some((Ok::<_, Infallible>(event(&pages, &chat, &look)), (chat, changes, false)))
            }
        })
        .boxed()
    });
    Sse::new(stream::select_all(streams).take_until(stopped))
        .keep_alive(KeepAlive::default())
        .into_response()
}

impl Pages {
    /// The chat that `bot/person` means.
    fn chat(&self, key: &str) -> Option<PrivateChat> {
        let (bot, person) = key.split_once('/')?;
        self.simulator.chat(bot, person.parse().ok()?).ok()
    }
}

fn event(pages: &Pages, chat: &PrivateChat, look: &Look) -> Event {
    let phone = Phone::new(&pages.simulator, chat, "live", look, None);
    let back = look.url(&format!("/chat/{}", phone.key), &[]);
    let parts = (
        Log {
            look,
            phone: &phone,
            back: &back,
        }
        .render(),
        Dock {
            look,
            phone: &phone,
            back: &back,
        }
        .render(),
    );
    let (Ok(log), Ok(dock)) = parts else {
        return Event::default().comment("not rendered");
    };
    let placeholder = phone.hint(look.words());
    let change = Change {
        chat: &phone.key,
        mode: phone.mode,
        typing: phone.typing,
        placeholder,
        log,
        dock,
    };
    Event::default()
        .json_data(change)
        .unwrap_or_else(|_| Event::default().comment("not encoded"))
}
