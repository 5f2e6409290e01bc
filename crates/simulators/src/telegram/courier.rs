//! Delivers updates to webhooks over HTTP, as Telegram's servers do.
//!
//! **Invariant:** the state lock is never held over an await; every attempt ends, by an answer or by [`PATIENCE`].
//! **Absent on purpose:** TLS. The real server insists on it; a loopback does without.

use std::time::Duration;

use axum::{
    body::Bytes,
    http::{Request, StatusCode, header},
};
use futures::future::join_all;
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio_util::sync::CancellationToken;

use super::{TelegramSimulator, api, deliveries::Parcel};

/// So long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often refused deliveries are looked at again.
const LOOK: Duration = Duration::from_millis(500);
/// An answer may carry one call of a method, and that is short.
const LONGEST_ANSWER: usize = 64 * 1024;

const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";

pub(super) type Line = Client<HttpConnector, Full<Bytes>>;

pub(super) fn line() -> Line {
    Client::builder(TokioExecutor::new()).build_http()
}

impl TelegramSimulator {
    /// Delivers to webhooks until `stop`.
    pub async fn deliver(&self, stop: CancellationToken) {
        loop {
            self.deliver_due().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.news().notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Delivers everything that may go out by now, and says how many updates were accepted. What was refused waits for the
    /// clock.
    pub async fn deliver_due(&self) -> usize {
        let mut accepted = 0;
        loop {
            let parcels = self.dispatch();
            if parcels.is_empty() {
                return accepted;
            }
            let answers = join_all(parcels.iter().map(|(_, parcel)| self.hand_over(parcel))).await;
            for ((token, parcel), answer) in parcels.iter().zip(answers) {
                let said = answer.as_ref().cloned().unwrap_or_default();
                let done = self.settle(token, parcel.update_id, answer.map(drop));
                accepted += usize::from(done);
                api::obey(self, token, &said);
            }
        }
    }

    fn dispatch(&self) -> Vec<(String, Parcel)> {
        let now = self.clock().now();
        let mut state = self.lock();
        let bots = state.bots.iter_mut();
        bots.flat_map(|bot| {
            let token = bot.account.token.clone();
            let parcels = bot.inbox.dispatch(now).into_iter();
            parcels.map(move |parcel| (token.clone(), parcel))
        })
        .collect()
    }

    fn settle(&self, token: &str, update_id: i64, outcome: Result<(), String>) -> bool {
        let now = self.clock().now();
        let mut state = self.lock();
        let bot = state.bots.iter_mut().find(|bot| bot.account.token == token);
        bot.is_some_and(|bot| bot.inbox.settle(update_id, outcome, now))
    }

    /// The body of a 2xx answer, or what Telegram would say is wrong.
    async fn hand_over(&self, parcel: &Parcel) -> Result<Bytes, String> {
        if parcel.is_refused {
            return accepted(StatusCode::SERVICE_UNAVAILABLE).map(|()| Bytes::new());
        }
        let mut request = Request::post(&parcel.webhook.url).header(header::CONTENT_TYPE, "application/json");
        if let Some(secret) = &parcel.webhook.secret {
            request = request.header(SECRET_HEADER, secret);
        }
        let request = request
            .body(Full::from(parcel.update.to_string()))
            .map_err(|error| format!("Bad webhook: {error}"))?;
        let exchange = async {
            let answer = self.line().request(request).await;
            let answer = answer.map_err(|_unreachable| "Connection refused".to_owned())?;
            let status = answer.status();
            let body = Limited::new(answer.into_body(), LONGEST_ANSWER).collect().await;
            let body = body
                .map_err(|_broken| "Connection reset by peer".to_owned())?
                .to_bytes();
            accepted(status).map(|()| body)
        };
        let in_time = tokio::time::timeout(PATIENCE, exchange).await;
        in_time.unwrap_or_else(|_elapsed| Err("Read timeout expired".to_owned()))
    }
}

fn accepted(status: StatusCode) -> Result<(), String> {
    if status.is_success() {
        return Ok(());
    }
    Err(format!("Wrong response from the webhook: {status}"))
}
