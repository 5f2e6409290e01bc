//! The first page: every bot, and everybody who can write to it.

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};

use super::{Pages, look::Look, phone, show};

pub(super) fn routes() -> Router<Pages> {
    Router::new().route("/", get(index))
}

#[derive(Template)]
#[template(path = "index.html")]
struct Index {
    look: Look,
    pair: Option<String>,
    bots: Vec<BotCard>,
}

struct BotCard {
    name: String,
    username: String,
    initials: String,
    tint: usize,
    people: Vec<PersonLink>,
}

struct PersonLink {
    name: String,
    url: String,
    initials: String,
    tint: usize,
    /// The newest message, or the phone number if there is none.
    last: String,
}

/// `GET /`
async fn index(State(pages): State<Pages>, look: Look) -> Response {
    let bots = pages.simulator.bots();
    let people = pages.simulator.people();
    let cards = bots.iter().map(|bot| BotCard {
        name: bot.name.clone(),
        username: bot.username.clone(),
        initials: phone::initials(&bot.name),
        tint: phone::tint(&bot.username),
        people: people
            .iter()
            .map(|person| PersonLink {
                name: person.full_name(),
                url: look.url(&format!("/chat/{}/{}", bot.username, person.id), &[]),
                initials: phone::initials(&person.full_name()),
                tint: phone::tint(&person.id.to_string()),
                last: last_message(&pages, &bot.username, person.id).unwrap_or_else(|| person.phone.clone()),
            })
            .collect(),
    });
    let bots = cards.collect::<Vec<_>>();
    let pair = (!bots.is_empty() && !people.is_empty()).then(|| look.url("/chats", &[]));
    show(StatusCode::OK, &Index { pair, bots, look })
}

fn last_message(pages: &Pages, bot: &str, person: i64) -> Option<String> {
    let transcript = pages.simulator.chat(bot, person).ok()?.transcript();
    let last = transcript.messages().next_back()?;
    Some(match &last.contact {
        Some(contact) => contact.phone.clone(),
        None => last.text.clone(),
    })
}
