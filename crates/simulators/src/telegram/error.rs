//! What a bot is answered when something is wrong, in Telegram's own words.

use std::io;

use axum::{
    Json,
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// A refusal. Bots tell refusals apart by these texts, so they are Telegram's, to the letter.
#[derive(Debug, thiserror::Error)]
pub(super) enum BotError {
    #[error("Bad Request: {0}")]
    BadRequest(String),
    #[error("Unauthorized")]
    Unauthorized,
    #[error("Forbidden: {0}")]
    Forbidden(&'static str),
    #[error("Not Found")]
    NotFound,
    #[error("Conflict: {0}")]
    Conflict(&'static str),
    #[error("Too Many Requests: retry after {retry_after}")]
    TooManyRequests { retry_after: u32 },
    #[error("Internal Server Error")]
    Internal,
    #[error("Bad Gateway")]
    BadGateway,
    /// No answer: the connection ends in the middle of one.
    #[error("the connection is cut")]
    Cut,
}

impl BotError {
    pub(super) fn bad(what: impl Into<String>) -> Self {
        Self::BadRequest(what.into())
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::BadGateway | Self::Cut => StatusCode::BAD_GATEWAY,
        }
    }
}

impl IntoResponse for BotError {
    fn into_response(self) -> Response {
        let status = self.status();
        if matches!(self, Self::Cut) {
            // A body that fails makes the server drop the connection.
            let broken =
                futures::stream::once(async { Err::<Vec<u8>, _>(io::Error::from(io::ErrorKind::ConnectionReset)) });
            return (status, Body::from_stream(broken)).into_response();
        }
        let mut body = json!({ "ok": false, "error_code": status.as_u16(), "description": self.to_string() });
        if let Self::TooManyRequests { retry_after } = self {
            body["parameters"] = json!({ "retry_after": retry_after });
        }
        (status, Json(body)).into_response()
    }
}
