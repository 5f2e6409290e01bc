//! Body, query, form and path as typed values; what does not fit is our own error, with the field named.
//!
//! **Always holds:** the parser's message reaches neither the client nor the log, because it quotes the input; only the
//! field's path does.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::JsonRejection},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{ApiError, FieldError};

/// A JSON body, or a JSON answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(rejection @ JsonRejection::JsonDataError(_)) => {
                let named = field_of(&rejection);
                Err(named
                    .into_iter()
                    .fold(ApiError::unprocessable("body_invalid"), ApiError::field))
            }
            Err(rejection) => Err(unreadable(rejection.status(), "body_malformed")),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.0).into_response();
        if response.status().is_success() {
            let kind = HeaderValue::from_static("application/json; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
        }
        response
    }
}

/// The query; a key may repeat (`Vec`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum_extra::extract::Query::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|rejection| {
            let error = ApiError::expected(StatusCode::BAD_REQUEST, "query_invalid");
            field_of(&rejection).into_iter().fold(error, ApiError::field)
        })
    }
}

/// A form; a key may repeat (`Vec`).
#[derive(Clone, Copy, Debug, Default)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = ApiError;
    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let form = axum_extra::extract::Form::from_request(request, state).await;
        form.map(|form| Self(form.0)).map_err(|rejection| {
            let error = match rejection.status() {
                status @ (StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNSUPPORTED_MEDIA_TYPE) => {
                    unreadable(status, "form_invalid")
                }
                _ => ApiError::unprocessable("form_invalid"),
            };
            field_of(&rejection).into_iter().fold(error, ApiError::field)
        })
    }
}

/// What the path names. An id of another shape is a thing that does not exist: 404.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let path = axum::extract::Path::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0)).map_err(|rejection| {
            // A route whose parameters do not fit its handler is our defect, not the client's.
            if rejection.status().is_server_error() {
                return ApiError::internal(rejection);
            }
            ApiError::expected(StatusCode::NOT_FOUND, "path_invalid")
        })
    }
}

fn unreadable(status: StatusCode, otherwise: &'static str) -> ApiError {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::expected(status, "body_too_large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ApiError::expected(status, "media_type_unsupported"),
        _ => ApiError::expected(StatusCode::BAD_REQUEST, otherwise),
    }
}

/// The field that a rejection is about: serde writes `path: message`, and names an absent field in the message.
fn field_of(rejection: &dyn std::error::Error) -> Option<FieldError> {
    let mut deepest = rejection;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    // The deepest source may already be the bare message; the path then stands one level above it.
    let texts = [rejection.source().map(ToString::to_string), Some(deepest.to_string())];
    texts.into_iter().flatten().find_map(|text| field_in(&text))
}

fn field_in(text: &str) -> Option<FieldError> {
    let is_path = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
    let (path, message) = match text.split_once(": ") {
        Some((path, message)) if is_path(path) => (path, message),
        _ => ("", text),
    };
    let absent = message
        .strip_prefix("missing field `")
        .and_then(|rest| rest.split('`').next());
    let code = if absent.is_some() {
        "field_missing"
    } else {
        "field_invalid"
    };
    // serde reports an absent or unknown field at its parent or at itself, depending on the format.
    let field = match absent {
        Some(name) if path.is_empty() || path == "." => name.to_owned(),
        Some(name) if path == name || path.ends_with(&format!(".{name}")) => path.to_owned(),
        Some(name) => format!("{path}.{name}"),
        None => path.to_owned(),
    };
    (!field.is_empty() && field != ".").then(|| FieldError::new(field, code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_is_found_in_what_serde_says() {
        let found = |text: &str| field_in(text).map(|error| (error.field, error.code));
        let some = |field: &str, code| Some((field.to_owned(), code));
        assert_eq!(
            found("items[2].price: invalid type: string \"x\", expected u32"),
            some("items[2].price", "field_invalid")
        );
        assert_eq!(
            found("missing field `name` at line 1 column 2"),
            some("name", "field_missing")
        );
        assert_eq!(
            found("items[0]: missing field `name`"),
            some("items[0].name", "field_missing")
        );
        assert_eq!(found("name: missing field `name`"), some("name", "field_missing"));
        assert_eq!(found("invalid type: map, expected a string"), None);
    }
}
