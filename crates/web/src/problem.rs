//! The error document: RFC 9457 with a stable `code`.
//!
//! **Always holds:** `code` never changes its meaning; `detail` is in the person's language and may.

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{ApiError, Ctx};

/// Codes that this crate can answer with. Each has a text in four languages; products add their own.
pub const CODES: &[&str] = &[
    "auth_required",
    "body_invalid",
    "body_malformed",
    "body_too_large",
    "cross_site",
    "field_invalid",
    "field_missing",
    "fields_invalid",
    "form_invalid",
    "host_unknown",
    "internal",
    "media_type_unsupported",
    "method_not_allowed",
    "not_found",
    "path_invalid",
    "permission_denied",
    "proof_required",
    "query_invalid",
    "rate_limited",
    "request_malformed",
    "request_refused",
    "second_factor_required",
    "timeout",
    "token_invalid",
    "unavailable",
];

/// Statuses that have a title of their own, `error-title-<status>`; the others share `error-title-other`.
pub const TITLED: &[u16] = &[400, 401, 403, 404, 405, 409, 413, 415, 421, 422, 429, 500, 503];

/// What a failed request is answered with, as `application/problem+json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells problems apart.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// Stable and machine-readable.
    #[schema(value_type = String, example = "not_found")]
    pub code: &'static str,
    /// What happened and what to do next, in the person's language.
    pub detail: String,
    /// Name it when you ask for help.
    pub request_id: String,
    /// Fields that were refused.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

/// One field that was refused.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// The path inside the body, such as `items[2].price`.
    pub field: String,
    /// Stable and machine-readable.
    #[schema(value_type = String, example = "field_missing")]
    pub code: &'static str,
    /// What is expected, in the person's language.
    pub detail: String,
}

impl Problem {
    /// The error in the words of the person who asked.
    pub(crate) fn new(error: &ApiError, ctx: &Ctx) -> Self {
        let lang = &ctx.lang;
        let status = error.status();
        let text = |code: &str, args| lang.with(&format!("error-{code}"), args);
        let errors = error.field_errors().iter().map(|refused| ProblemField {
            field: refused.field.clone(),
            code: refused.code,
            detail: text(refused.code, &refused.args),
        });
        Self {
            kind: "about:blank",
            title: lang.text(&title_key(status)),
            status: status.as_u16(),
            code: error.code(),
            detail: text(error.code(), error.args()),
            request_id: ctx.request_id.to_string(),
            errors: errors.collect(),
        }
    }
}

fn title_key(status: StatusCode) -> String {
    let status = status.as_u16();
    if TITLED.contains(&status) {
        format!("error-title-{status}")
    } else {
        "error-title-other".to_owned()
    }
}

/// The code for an error that was not ours: axum's rejections, fallbacks and bare statuses.
pub(crate) fn code_of(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "request_malformed",
        401 => "auth_required",
        403 => "permission_denied",
        404 => "not_found",
        405 => "method_not_allowed",
        413 => "body_too_large",
        415 => "media_type_unsupported",
        421 => "host_unknown",
        422 => "body_invalid",
        429 => "rate_limited",
        503 => "unavailable",
        other if other < 500 => "request_refused",
        _ => "internal",
    }
}
