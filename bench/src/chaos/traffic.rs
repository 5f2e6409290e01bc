//! Requests to the real program and what becomes of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use karavan_kernel::Clock;
use karavan_store::sql;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use serde_json::json;

use super::place;
use crate::{Outcome, shop};

/// The guests that a run registers.
const FIRST_GUEST: i64 = 5_000_000_000;

/// Asks for guests' lists and registers guests. Clones share the answers.
#[derive(Clone)]
pub struct Traffic {
    client: Client,
    base: String,
    token: String,
    answers: Arc<Mutex<Answers>>,
}

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    pub reads: u64,
    pub writes: u64,
    /// 503 as a problem document with Retry-After.
    pub polite: u64,
    /// Everything else, with how often.
    pub wrong: BTreeMap<String, u64>,
    /// The guests whose registration was answered with 201.
    pub registered: BTreeSet<i64>,
    /// The longest time until an answer.
    pub slowest: Duration,
}

impl Answers {
    /// How many were neither done nor refused as promised.
    pub fn failed(&self) -> u64 {
        self.wrong.values().sum()
    }

    /// The registered guests that the database at `address` does not have.
    pub async fn lost(&self, address: &str) -> Outcome<usize> {
        let db = place::open(address, Clock::system(), 1).await?;
        let guests = sql!("SELECT telegram_id FROM coffee_guests");
        let present: Vec<(i64,)> = db.read().await?.fetch_all(guests).await?;
        db.close().await;
        let present: BTreeSet<i64> = present.into_iter().map(|(guest,)| guest).collect();
        Ok(self.registered.difference(&present).count())
    }

    /// They, in words.
    pub fn complaint(&self) -> String {
        let each = self.wrong.iter().map(|(what, times)| format!("{times} × {what}"));
        each.collect::<Vec<_>>().join("; ")
    }
}

impl Traffic {
    pub fn new(client: Client, url: &str, token: String) -> Self {
        Self {
            client,
            base: format!("{url}{}", shop::KARAVAN_PREFIX),
            token,
            answers: Arc::default(),
        }
    }

    pub fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what came back, except the registered guests. What it was.
    pub fn take(&self) -> Answers {
        let mut answers = self.answers();
        let taken = answers.clone();
        *answers = Answers {
            registered: taken.registered.clone(),
            ..Answers::default()
        };
        taken
    }

    /// A list of guests. True when it was answered with 200.
    pub async fn read(&self) -> bool {
        let request = self.client.get(format!("{}{}", self.base, shop::REGISTER_GUEST));
        let begun = Instant::now();
        let status = self.send(request, begun).await;
        let read = status == Some(StatusCode::OK);
        self.answers().reads += u64::from(read);
        read
    }

    /// Registers guest number `n`. True when it was answered with 201.
    pub async fn write(&self, n: i64) -> bool {
        let guest = json!({
            "telegram_id": FIRST_GUEST + n,
            "phone": format!("+79{n:09}"),
            "first_name": "Guest",
            "birth_date": "1990-05-17",
        });
        let request = self.client.post(format!("{}{}", self.base, shop::REGISTER_GUEST));
        let begun = Instant::now();
        let status = self.send(request.json(&guest), begun).await;
        let written = status == Some(StatusCode::CREATED);
        if written {
            let mut answers = self.answers();
            answers.writes += 1;
            answers.registered.insert(FIRST_GUEST + n);
        }
        written
    }

    async fn send(&self, request: RequestBuilder, begun: Instant) -> Option<StatusCode> {
        let answer = request.bearer_auth(&self.token).send().await;
        let judged = match answer {
            Ok(response) => judge(response).await,
            Err(error) => Err(innermost(&error)),
        };
        let mut answers = self.answers();
        answers.slowest = answers.slowest.max(begun.elapsed());
        match judged {
            Ok(StatusCode::SERVICE_UNAVAILABLE) => {
                answers.polite += 1;
                None
            }
            Ok(status) => Some(status),
            Err(what) => {
                *answers.wrong.entry(what).or_default() += 1;
                None
            }
        }
    }
}

/// The status of an answer as it should be: success, or 503 as a problem with Retry-After.
async fn judge(response: Response) -> Result<StatusCode, String> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).cloned();
    let is_problem = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"application/problem+json"));
    let may_retry = response.headers().contains_key(header::RETRY_AFTER);
    let body = response.text().await.map_err(|error| innermost(&error))?;
    match status {
        StatusCode::SERVICE_UNAVAILABLE if is_problem && may_retry => Ok(status),
        StatusCode::SERVICE_UNAVAILABLE => Err(format!("503, problem: {is_problem}, Retry-After: {may_retry}")),
        _ if status.is_success() => Ok(status),
        _ => Err(format!("{status}: {}", body.chars().take(120).collect::<String>())),
    }
}

/// The last cause is the one that says something.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// Keeps its connections; nothing here takes longer than the longest request of the program.
pub fn client() -> Outcome<Client> {
    #[expect(
        clippy::disallowed_methods,
        reason = "`clients` refuses what a client of ours would see: answers that are too late, connections that break"
    )]
    let client = Client::builder().timeout(Duration::from_secs(40)).no_proxy().build()?;
    Ok(client)
}
