//! The envelope of every answer: `{ok: true, result}` or `{ok: false, error_code, description, parameters}`.

use std::time::Duration;

use serde::{Deserialize, de::DeserializeOwned};

use super::TelegramError;
use crate::http::{Answer, StatusCode};

/// When a 429 names no pause, which Telegram's own always do.
const DEFAULT_PAUSE: u64 = 1;

#[derive(Deserialize)]
struct Success<T> {
    result: T,
}

/// Own and not `frankenstein`'s, whose `retry_after` ends at 18 hours.
#[derive(Deserialize)]
struct Failure {
    error_code: u16,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

/// The result, or what went wrong.
pub(super) fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T, TelegramError> {
    let status = answer.status;
    if status.is_success() {
        let success: Result<Success<T>, _> = answer.json();
        return success.map(|it| it.result).map_err(|error| malformed(status, &error));
    }
    Err(match answer.json::<Failure>() {
        Ok(failure) => failure.into_error(status),
        // A gateway's page instead of the Bot API's JSON. Only its status can be believed.
        Err(_) if status.is_server_error() => TelegramError::Server(status),
        Err(_) if status == StatusCode::TOO_MANY_REQUESTS => too_many(None),
        Err(error) => malformed(status, &error),
    })
}

fn malformed(status: StatusCode, error: &serde_json::Error) -> TelegramError {
    TelegramError::Malformed {
        status,
        fault: error.classify(),
        column: error.column(),
    }
}

fn too_many(seconds: Option<u64>) -> TelegramError {
    TelegramError::TooManyRequests {
        retry_after: Duration::from_secs(seconds.unwrap_or(DEFAULT_PAUSE)),
    }
}

impl Failure {
    /// Codes are too coarse (400 is everything from a typo to a deleted chat), so the words decide, as in every client.
    fn into_error(self, status: StatusCode) -> TelegramError {
        let Self {
            error_code: code,
            description,
            parameters,
        } = self;
        if let Some(to) = parameters.migrate_to_chat_id {
            return TelegramError::Migrated { to };
        }
        let says = |words: &str| description.to_lowercase().contains(words);
        match code {
            429 => too_many(parameters.retry_after),
            // Every method that we call exists, so 404 means that the token has the wrong form.
            401 | 404 => TelegramError::Unauthorized,
            403 => TelegramError::Blocked { description },
            409 => TelegramError::Conflict { description },
            400 if says("message is not modified") => TelegramError::NotModified,
            400 if says("chat not found") || says("peer_id_invalid") => TelegramError::ChatGone,
            500.. => TelegramError::Server(StatusCode::from_u16(code).unwrap_or(status)),
            _ => TelegramError::Rejected { code, description },
        }
    }
}
