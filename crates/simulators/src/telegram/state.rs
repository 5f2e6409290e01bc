//! Everything together: the bots with their chats, and the people.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use tokio::sync::Notify;

use super::{
    accounts::{BotAccount, Person},
    chat::Chat,
    failures::{Bucket, Trouble},
    updates::Inbox,
    wire::User,
};

/// Presses that nobody answers are forgotten, oldest first.
const MOST_QUERIES: usize = 1_000;

/// After so many seconds a press can no longer be answered.
const QUERY_SECONDS: i64 = 60;

#[derive(Debug)]
pub(super) struct State {
    pub(super) bots: Vec<Bot>,
    pub(super) people: Vec<Person>,
    pub(super) trouble: Trouble,
}

#[derive(Debug)]
pub(super) struct Bot {
    pub(super) id: i64,
    pub(super) account: BotAccount,
    pub(super) inbox: Inbox,
    pub(super) chats: BTreeMap<i64, Chat>,
    pub(super) queries: Queries,
    /// By scope and language, as JSON text.
    pub(super) commands: BTreeMap<(String, String), Vec<(String, String)>>,
    pub(super) bucket: Bucket,
    /// Until then every message is refused with 429.
    pub(super) storm_until: i64,
}

/// The presses that wait for `answerCallbackQuery`.
#[derive(Debug)]
pub(super) struct Queries {
    next_id: i64,
    open: VecDeque<Query>,
}

#[derive(Debug)]
struct Query {
    id: String,
    person: i64,
    at: i64,
}

impl State {
    pub(super) fn new(bots: Vec<BotAccount>, people: Vec<Person>, now: i64, news: &Arc<Notify>) -> Self {
        let bots = bots
            .into_iter()
            .zip(7_000_000_001..)
            .map(|(account, spare_id)| Bot::new(account, spare_id, now, Arc::clone(news)));
        let mut state = Self {
            bots: bots.collect(),
            people: Vec::new(),
            trouble: Trouble::default(),
        };
        for person in people {
            state.add_person(person);
        }
        state
    }

    pub(super) fn add_person(&mut self, person: Person) {
        match self.people.iter_mut().find(|known| known.id == person.id) {
            Some(known) => *known = person,
            None => self.people.push(person),
        }
    }

    pub(super) fn bot(&self, username: &str) -> Option<&Bot> {
        self.bots.iter().find(|bot| bot.is_called(username))
    }

    pub(super) fn bot_mut(&mut self, username: &str) -> Option<&mut Bot> {
        self.bots.iter_mut().find(|bot| bot.is_called(username))
    }

    pub(super) fn person(&self, id: i64) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }
}

impl Bot {
    fn new(account: BotAccount, spare_id: i64, now: i64, news: Arc<Notify>) -> Self {
        let id = account
            .token
            .split_once(':')
            .and_then(|(id, _)| id.parse().ok())
            .unwrap_or(spare_id);
        Self {
            id,
            account,
            inbox: Inbox::new(now, news),
            chats: BTreeMap::new(),
            queries: Queries {
                next_id: now.max(1) * 1_000,
                open: VecDeque::new(),
            },
            commands: BTreeMap::new(),
            bucket: Bucket::per_bot(),
            storm_until: i64::MIN,
        }
    }

    fn is_called(&self, username: &str) -> bool {
        let username = username.strip_prefix('@').unwrap_or(username);
        self.account.username.eq_ignore_ascii_case(username)
    }

    pub(super) fn user(&self) -> User {
        User::bot(self.id, &self.account)
    }

    /// The chat with a person, begun empty if there was none.
    pub(super) fn chat(&mut self, person: i64) -> &mut Chat {
        self.chats.entry(person).or_default()
    }

    pub(super) fn default_commands(&self) -> Vec<(String, String)> {
        self.commands
            .iter()
            .find(|((scope, language), _)| scope.is_empty() && language.is_empty())
            .map_or_else(Vec::new, |(_, list)| list.clone())
    }
}

impl Queries {
    /// Notes a press and names it.
    pub(super) fn open(&mut self, person: i64, now: i64) -> String {
        let id = self.next_id.to_string();
        self.next_id += 1;
        self.open.push_back(Query {
            id: id.clone(),
            person,
            at: now,
        });
        if self.open.len() > MOST_QUERIES {
            self.open.pop_front();
        }
        id
    }

    /// Who pressed, if the press can still be answered. It can be answered once.
    pub(super) fn close(&mut self, id: &str, now: i64) -> Option<i64> {
        let at = self.open.iter().position(|query| query.id == id)?;
        let query = self.open.remove(at)?;
        (now - query.at <= QUERY_SECONDS).then_some(query.person)
    }
}
