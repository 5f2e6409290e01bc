//! The phones: one on its page, or two side by side.

use askama::Template;
use axum::{
    Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;

use super::{Pages, look::Look, phone::Phone, show};

pub(super) fn routes() -> Router<Pages> {
    Router::new()
        .route("/chat/{bot}/{person}", get(single))
        .route(
            "/chat/{bot}/{person}/contact",
            get(ask_contact).post(super::acts::contact),
        )
        .route("/chat", get(choose))
        .route("/chats", get(pair))
}

#[derive(Template)]
#[template(path = "chats.html")]
struct Chats {
    look: Look,
    title: String,
    /// What choosing another bot or person leads to.
    choose: String,
    pair: bool,
    phones: Vec<Phone>,
    live: String,
    /// Where the forms come back to.
    back: String,
}

#[derive(Template)]
#[template(path = "contact.html")]
struct AskContact {
    look: Look,
    phone: Phone,
    back: String,
}

#[derive(Template)]
#[template(path = "missing.html")]
struct Missing {
    look: Look,
}

/// A link `t.me/bot?start=payload` ends here.
#[derive(Deserialize)]
struct Started {
    start: Option<String>,
}

/// `GET /chat/{bot}/{person}`
async fn single(
    State(pages): State<Pages>,
    Path((bot, person)): Path<(String, String)>,
    Query(Started { start }): Query<Started>,
    look: Look,
) -> Response {
    let payload = start.filter(|payload| is_payload(payload));
    match pages.phone(&bot, &person, "one", &look, payload) {
        Some(phone) => page(look, vec![phone]),
        None => missing(look),
    }
}

/// What the selects of one phone say.
#[derive(Deserialize)]
struct Choice {
    left: Option<String>,
    #[serde(rename = "as")]
    left_as: Option<String>,
    right: Option<String>,
    right_as: Option<String>,
}

/// `GET /chat?left=bot&as=person`: the form of a single phone leads to the address of its chat.
async fn choose(Query(choice): Query<Choice>, look: Look) -> Response {
    let (Some(bot), Some(person)) = (choice.left, choice.left_as) else {
        return missing(look);
    };
    // Both become parts of a path: nothing else may be in them.
    let plain = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if !plain(&bot) || !plain(&person) {
        return missing(look);
    }
    Redirect::to(&look.url(&format!("/chat/{bot}/{person}"), &[])).into_response()
}

/// `GET /chats?left=bot&as=person&right=bot&right_as=person`: what is left out is chosen.
async fn pair(State(pages): State<Pages>, Query(choice): Query<Choice>, look: Look) -> Response {
    let bots = pages.simulator.bots();
    let people = pages.simulator.people();
    let (Some(first_bot), Some(first_person)) = (bots.first(), people.first()) else {
        return missing(look);
    };
    let second_bot = bots.get(1).unwrap_or(first_bot);
    let second_person = people.get(1).unwrap_or(first_person);
    let left = choice.left.unwrap_or_else(|| first_bot.username.clone());
    let left_as = choice.left_as.unwrap_or_else(|| first_person.id.to_string());
    let right = choice.right.unwrap_or_else(|| second_bot.username.clone());
    let right_as = choice.right_as.unwrap_or_else(|| second_person.id.to_string());
    let left = pages.phone(&left, &left_as, "left", &look, None);
    let right = pages.phone(&right, &right_as, "right", &look, None);
    match (left, right) {
        (Some(left), Some(right)) => page(look, vec![left, right]),
        _ => missing(look),
    }
}

/// `GET /chat/{bot}/{person}/contact`: the question that the script asks in a dialog.
async fn ask_contact(State(pages): State<Pages>, Path((bot, person)): Path<(String, String)>, look: Look) -> Response {
    match pages.phone(&bot, &person, "one", &look, None) {
        Some(phone) => {
            let back = look.url(&format!("/chat/{}", phone.key), &[]);
            show(StatusCode::OK, &AskContact { look, phone, back })
        }
        None => missing(look),
    }
}

fn page(look: Look, phones: Vec<Phone>) -> Response {
    let pair = phones.len() > 1;
    let title = phones
        .iter()
        .map(|phone| phone.bot_name.as_str())
        .collect::<Vec<_>>()
        .join(" · ");
    let keys = phones
        .iter()
        .map(|phone| ("chat", phone.key.as_str()))
        .collect::<Vec<_>>();
    let live = look.url("/live", &keys);
    let back = look.here();
    let choose = look.path(if pair { "/chats" } else { "/chat" });
    show(
        StatusCode::OK,
        &Chats {
            title,
            choose,
            pair,
            phones,
            live,
            back,
            look,
        },
    )
}

fn missing(look: Look) -> Response {
    show(StatusCode::NOT_FOUND, &Missing { look })
}

/// Telegram's rule for payloads.
fn is_payload(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

impl Pages {
    /// A phone, if its bot and its person exist.
    pub(super) fn phone(
        &self,
        bot: &str,
        person: &str,
        slot: &'static str,
        look: &Look,
        payload: Option<String>,
    ) -> Option<Phone> {
        let chat = self.simulator.chat(bot, person.parse().ok()?).ok()?;
        Some(Phone::new(&self.simulator, &chat, slot, look, payload))
    }
}
