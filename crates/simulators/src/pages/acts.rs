//! What people do on the pages. Every act is a form; it comes back to its page, or answers 204 to the script.

use axum::{
    Form, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use serde::Deserialize;

use super::Pages;
use crate::telegram::{ActError, PrivateChat};

pub(super) fn routes() -> Router<Pages> {
    // `contact` shares its path with a page, so both stand in `chats`.
    Router::new()
        .route("/chat/{bot}/{person}/send", post(send))
        .route("/chat/{bot}/{person}/start", post(start))
        .route("/chat/{bot}/{person}/press", post(press))
        .route("/chat/{bot}/{person}/key", post(key))
        .route("/chat/{bot}/{person}/block", post(block))
}

type Which = Path<(String, i64)>;

#[derive(Deserialize)]
struct SendForm {
    text: String,
    back: Option<String>,
}

/// `POST /chat/{bot}/{person}/send`
async fn send(State(pages): State<Pages>, which: Which, headers: HeaderMap, Form(form): Form<SendForm>) -> Response {
    pages.act(which, &headers, form.back.as_deref(), |chat| chat.write(&form.text))
}

#[derive(Deserialize)]
struct StartForm {
    payload: Option<String>,
    back: Option<String>,
}

/// `POST /chat/{bot}/{person}/start`
async fn start(State(pages): State<Pages>, which: Which, headers: HeaderMap, Form(form): Form<StartForm>) -> Response {
    let payload = form.payload.as_deref().filter(|payload| !payload.is_empty());
    pages.act(which, &headers, form.back.as_deref(), |chat| chat.start(payload))
}

#[derive(Deserialize)]
struct PressForm {
    message: i64,
    /// Row and column, `0.1`.
    at: String,
    back: Option<String>,
}

/// `POST /chat/{bot}/{person}/press`: a button under a message.
async fn press(State(pages): State<Pages>, which: Which, headers: HeaderMap, Form(form): Form<PressForm>) -> Response {
    let PressForm { message, at, back } = form;
    let place = at
        .split_once('.')
        .and_then(|(row, column)| Some((row.parse().ok()?, column.parse().ok()?)));
    let Some((row, column)) = place else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    pages.act(which, &headers, back.as_deref(), |chat| {
        chat.press_at(message, row, column)
    })
}

#[derive(Deserialize)]
struct KeyForm {
    key: String,
    back: Option<String>,
}

/// `POST /chat/{bot}/{person}/key`: a key of the keyboard at the bottom.
async fn key(State(pages): State<Pages>, which: Which, headers: HeaderMap, Form(form): Form<KeyForm>) -> Response {
    pages.act(which, &headers, form.back.as_deref(), |chat| chat.press_key(&form.key))
}

#[derive(Deserialize)]
pub(super) struct ContactForm {
    /// Whose, if not one's own.
    of: Option<i64>,
    back: Option<String>,
}

/// `POST /chat/{bot}/{person}/contact`
pub(super) async fn contact(
    State(pages): State<Pages>,
    which: Which,
    headers: HeaderMap,
    Form(form): Form<ContactForm>,
) -> Response {
    pages.act(which, &headers, form.back.as_deref(), |chat| match form.of {
        Some(other) => chat.share_contact_of(other),
        None => chat.share_contact(),
    })
}

#[derive(Deserialize)]
struct BlockForm {
    back: Option<String>,
}

/// `POST /chat/{bot}/{person}/block`. Starting the bot again lets it in.
async fn block(State(pages): State<Pages>, which: Which, headers: HeaderMap, Form(form): Form<BlockForm>) -> Response {
    pages.act(which, &headers, form.back.as_deref(), PrivateChat::block)
}

impl Pages {
    fn act(
        &self,
        Path((bot, person)): Which,
        headers: &HeaderMap,
        back: Option<&str>,
        act: impl FnOnce(&PrivateChat) -> Result<(), ActError>,
    ) -> Response {
        let done = self.simulator.chat(&bot, person).and_then(|chat| act(&chat));
        let accept = headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .unwrap_or_default();
        if accept.starts_with("application/json") {
            return match done {
                Ok(()) => StatusCode::NO_CONTENT.into_response(),
                Err(ActError::UnknownBot(_) | ActError::UnknownPerson(_)) => StatusCode::NOT_FOUND.into_response(),
                // The chat went on meanwhile: the button is gone, or the bot is blocked.
                Err(_) => StatusCode::CONFLICT.into_response(),
            };
        }
        // Without the script the page itself shows what is possible now.
        Redirect::to(self.safe(back).unwrap_or(&self.index())).into_response()
    }

    fn index(&self) -> String {
        if self.place.base.is_empty() {
            "/".to_owned()
        } else {
            self.place.base.clone()
        }
    }

    /// A way back that stays within these pages.
    fn safe<'a>(&self, back: Option<&'a str>) -> Option<&'a str> {
        let back = back?;
        let rest = back.strip_prefix(self.place.base.as_str())?;
        let inside = rest.is_empty() || rest.starts_with('?') || (rest.starts_with('/') && !rest.starts_with("//"));
        let plain = back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        (inside && plain && !back.is_empty()).then_some(back)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Place;
    use crate::{Clock, telegram::TelegramSimulator};

    #[test]
    fn the_way_back_stays_inside() {
        let simulator = TelegramSimulator::new(Vec::new(), Vec::new(), Clock::from_fn(|| 0));
        let pages = Pages {
            simulator: simulator.clone(),
            place: Place::new("/demo"),
        };
        for good in ["/demo", "/demo/chats?left=a", "/demo?lang=ru"] {
            assert_eq!(pages.safe(Some(good)), Some(good));
        }
        for bad in [
            "",
            "https://e.org",
            "//e.org",
            "/demonstration",
            "/demo//e.org",
            "/demo/\\e",
            "/demo/\r\nX: y",
        ] {
            assert_eq!(pages.safe(Some(bad)), None, "{bad}");
        }
        let root = Pages {
            simulator,
            place: Place::default(),
        };
        assert_eq!(root.safe(Some("//e.org")), None);
        assert_eq!(root.safe(Some("/chats")), Some("/chats"));
    }
}
