//! The `Idempotency-Key` header as an extractor.

use axum::{
    extract::FromRequestParts,
    http::{StatusCode, request::Parts},
};
use karavan_store::idempotency::Key;

use crate::ApiError;

/// The key that the client chose, if it chose one.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Option<Key>);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let key = value.to_str().ok().and_then(Key::parse);
        let key = key.ok_or_else(|| ApiError::expected(StatusCode::BAD_REQUEST, "idempotency_key_invalid"))?;
        Ok(Self(Some(key)))
    }
}
