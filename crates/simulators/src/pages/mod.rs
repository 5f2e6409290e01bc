//! Phone-like chat pages: a person plays the people whom a test would play through
//! [`PrivateChat`](crate::telegram::PrivateChat).
//!
//! **Invariant:** every page works without JavaScript: forms post and are sent back with 303. The script only saves
//! the reloads: it posts in the background and follows `/live`.
//! **Invariant:** whatever people and bots write is hostile. Askama escapes it, and only http(s) addresses become links.
//! **Invariant:** no inline script and no inline style, so that the strictest content security policy holds.
//! **Absent on purpose:** CSRF protection, sessions and headers. The main program puts its own layers around these routes.
//!
//! Start at [`chats`] for the phones and at [`acts`] for what their forms do.

mod acts; // POST /chat/{bot}/{person}/…: write, press, share a contact, block
mod assets; // style sheet and script
mod chats; // one phone, or two side by side
mod index; // the bots and who can be played
mod live; // changes as server-sent events
mod look; // language and theme of a request
mod phone; // what one phone shows
mod words; // the words of these pages

use axum::{
    Router,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use tracing::error;

use crate::telegram::TelegramSimulator;

/// What every handler here has.
#[derive(Clone, Debug)]
struct Pages {
    simulator: TelegramSimulator,
    /// Where the router is nested, without a slash at the end.
    base: String,
}

/// The routes are relative; `base_path` is where the caller nests them.
pub(crate) fn router(simulator: TelegramSimulator, base_path: &str) -> Router {
    let pages = Pages {
        simulator,
        base: base_path.trim_end_matches('/').to_owned(),
    };
    Router::new()
        .merge(index::routes())
        .merge(chats::routes())
        .merge(acts::routes())
        .merge(live::routes())
        .merge(assets::routes())
        .with_state(pages)
}

/// A page, or a plain 500 if its template fails, which only a full memory can cause.
fn show(status: StatusCode, page: &impl askama::Template) -> Response {
    match page.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            error!(%error, "A chat page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
