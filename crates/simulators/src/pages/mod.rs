//! The pages of the simulators. Phone-like chats: a person plays the people whom a test would play through
//! [`PrivateChat`](crate::telegram::PrivateChat). An inbox: a person reads what the program has mailed.
//!
//! **Invariant:** every page works without JavaScript: forms post and are sent back with 303. The script only saves
//! the reloads: it posts in the background and follows `/live`.
//! **Invariant:** whatever people, bots and letters say is hostile. Askama escapes it, and only http(s) addresses become links.
//! **Invariant:** no inline script and no inline style, so that the strictest content security policy holds.
//! **Absent on purpose:** CSRF protection, sessions and headers. The main program puts its own layers around these routes.
//!
//! Start at [`chats`] for the phones, at [`acts`] for what their forms do, and at [`mail`] for the inbox.

mod acts; // POST /chat/{bot}/{person}/…: write, press, share a contact, block
mod assets; // style sheet and script
mod chats; // one phone, or two side by side
mod index; // the bots and who can be played
mod live; // changes as server-sent events
mod look; // language and theme of a request
mod mail; // the inbox and one letter
mod phone; // what one phone shows
mod words; // the words of these pages

use axum::{
    Router,
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use tracing::error;

use crate::{mail::MailSimulator, telegram::TelegramSimulator};

/// Where pages are, and what is beside them. No path has a slash at the end.
#[derive(Clone, Debug, Default)]
struct Place {
    /// Where the router is nested.
    base: String,
    /// Where the chats are, if these pages are others.
    chats: Option<String>,
    /// Where the inbox is, if these pages are others.
    mail: Option<String>,
}

impl Place {
    fn new(base: &str) -> Self {
        Self {
            base: without_slash(base),
            ..Self::default()
        }
    }
}

fn without_slash(path: &str) -> String {
    path.trim_end_matches('/').to_owned()
}

/// What the handlers of the chats have.
#[derive(Clone, Debug)]
struct Pages {
    simulator: TelegramSimulator,
    place: Place,
}

impl AsRef<Place> for Pages {
    fn as_ref(&self) -> &Place {
        &self.place
    }
}

/// The routes of the inbox; as [`router`].
pub(crate) fn mail_router(simulator: MailSimulator, base_path: &str, chats: Option<&str>) -> Router {
    let place = Place {
        chats: chats.map(without_slash),
        ..Place::new(base_path)
    };
    mail::routes()
        .merge(assets::routes())
        .with_state(mail::Mailbox { simulator, place })
}

/// The routes are relative; `base_path` is where the caller nests them, `mail` where the inbox is.
pub(crate) fn router(simulator: TelegramSimulator, base_path: &str, mail: Option<&str>) -> Router {
    let place = Place {
        mail: mail.map(without_slash),
        ..Place::new(base_path)
    };
    let pages = Pages { simulator, place };
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
