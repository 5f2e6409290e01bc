//! What went wrong, said twice: a code and arguments for the client, a cause for the log.
//!
//! **Always holds:** the cause is logged once, where the answer is rendered ([`crate::problem`]), and never sent. There
//! is no `Display` on purpose, so that nobody can print a cause into an answer.

use std::{sync::Arc, time::Duration};

use axum::{
    BoxError,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::texts::Arg;

/// What handlers and extractors return.
pub type ApiResult<T> = Result<T, ApiError>;

/// An error as the client may know it: its text is the Fluent key `error-<code>`.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    args: Vec<(&'static str, Arg)>,
    cause: Option<BoxError>,
    retry_after: Option<Duration>,
    fields: Vec<FieldError>,
}

/// One field that was not accepted; its text is the Fluent key `error-<code>` too.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// The path inside the body or form, such as `items[2].price`.
    pub field: String,
    /// The stable code.
    pub code: &'static str,
    /// Arguments of the text.
    pub args: Vec<(&'static str, Arg)>,
}

impl FieldError {
    /// A field and why it was refused.
    pub fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self {
            field: field.into(),
            code,
            args: Vec::new(),
        }
    }

    /// Adds an argument of the text.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

impl ApiError {
    /// An answer that the rules foresee.
    pub fn expected(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            args: Vec::new(),
            cause: None,
            retry_after: None,
            fields: Vec::new(),
        }
    }

    /// 422: understood, and refused by a rule.
    pub fn unprocessable(code: &'static str) -> Self {
        Self::expected(StatusCode::UNPROCESSABLE_ENTITY, code)
    }

    /// 422 `fields_invalid` with the fields that were refused.
    pub fn fields(fields: Vec<FieldError>) -> Self {
        Self {
            fields,
            ..Self::unprocessable("fields_invalid")
        }
    }

    /// 404 `not_found`: absent, or not for this person to see.
    pub fn not_found() -> Self {
        Self::expected(StatusCode::NOT_FOUND, "not_found")
    }

    /// 409: the state has moved on.
    pub fn conflict(code: &'static str) -> Self {
        Self::expected(StatusCode::CONFLICT, code)
    }

    /// 401 `auth_required`: nobody is signed in.
    pub fn auth_required() -> Self {
        Self::expected(StatusCode::UNAUTHORIZED, "auth_required")
    }

    /// 403 `permission_denied`: somebody is, and may not.
    pub fn permission_denied() -> Self {
        Self::expected(StatusCode::FORBIDDEN, "permission_denied")
    }

    /// 403 `proof_required`: somebody is signed in, and has to show again who they are.
    pub fn proof_required() -> Self {
        Self::expected(StatusCode::FORBIDDEN, "proof_required")
    }

    /// 403 `second_factor_required`: somebody may, and not with a password alone.
    pub fn second_factor_required() -> Self {
        Self::expected(StatusCode::FORBIDDEN, "second_factor_required")
    }

    /// 429 `rate_limited`: come back after the pause.
    pub fn too_many(retry_after: Duration) -> Self {
        Self::expected(StatusCode::TOO_MANY_REQUESTS, "rate_limited").retry_after(retry_after)
    }

    /// 503 `unavailable`: come back after the pause.
    pub fn unavailable(retry_after: Duration) -> Self {
        Self::expected(StatusCode::SERVICE_UNAVAILABLE, "unavailable").retry_after(retry_after)
    }

    /// 500 `internal`: a defect or a broken dependency.
    pub fn internal(cause: impl Into<BoxError>) -> Self {
        Self::expected(StatusCode::INTERNAL_SERVER_ERROR, "internal").cause(cause)
    }

    /// Adds an argument of the text.
    #[must_use]
    pub fn arg(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// Keeps what the log should say.
    #[must_use]
    pub fn cause(mut self, cause: impl Into<BoxError>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Asks the client to wait that long; whole seconds, rounded up.
    #[must_use]
    pub fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    /// Adds a field that was refused.
    #[must_use]
    pub fn field(mut self, field: FieldError) -> Self {
        self.fields.push(field);
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    pub(crate) fn args(&self) -> &[(&'static str, Arg)] {
        &self.args
    }

    pub(crate) fn field_errors(&self) -> &[FieldError] {
        &self.fields
    }

    pub(crate) fn pause(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The cause and what caused it, for the log only.
    pub(crate) fn cause_chain(&self) -> Option<String> {
        let mut cause: &dyn std::error::Error = self.cause.as_deref()?;
        let mut text = cause.to_string();
        while let Some(deeper) = cause.source() {
            text.push_str(": ");
            text.push_str(&deeper.to_string());
            cause = deeper;
        }
        Some(text)
    }
}

impl IntoResponse for ApiError {
    /// Only a promise: the body is written by the render layer, which knows the person's language.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Waiting may help when the database is busy; anything else is a defect, unless the caller expected it and said so.
impl From<karavan_store::StoreError> for ApiError {
    fn from(error: karavan_store::StoreError) -> Self {
        if error.is_retryable() {
            return Self::unavailable(Duration::from_secs(1)).cause(error);
        }
        Self::internal(error)
    }
}
