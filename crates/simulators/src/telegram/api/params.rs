//! Parameters of a call, from the query and from a form or JSON body, as the real server takes them.

use axum::{
    Form,
    body::{Bytes, to_bytes},
    extract::{FromRequest, Query, Request},
    http::{Method, header},
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::telegram::error::BotError;

/// More than any call without a file needs.
const MOST_BYTES: usize = 1 << 20;

type Pairs = Vec<(String, String)>;

/// In forms every value is a text, so each reader also accepts its value written as a text.
#[derive(Debug, Default)]
pub(super) struct Params(Map<String, Value>);

impl Params {
    pub(super) async fn read(request: Request) -> Result<Self, BotError> {
        let mut params = Map::new();
        // A query that cannot be read has no parameters, so the method names the one that is missing.
        if let Ok(Query(pairs)) = Query::<Pairs>::try_from_uri(request.uri()) {
            params.extend(pairs.into_iter().map(|(name, value)| (name, Value::String(value))));
        }
        if request.method() == Method::GET {
            return Ok(Self(params));
        }
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        let kind = kind.to_ascii_lowercase();
        if kind.starts_with("application/json") {
            params.extend(object(&body(request).await?)?);
        } else if kind.starts_with("application/x-www-form-urlencoded") {
            let form = Form::<Pairs>::from_request(request, &()).await;
            let Form(pairs) = form.map_err(|error| BotError::bad(format!("can't parse the form: {error}")))?;
            params.extend(pairs.into_iter().map(|(name, value)| (name, Value::String(value))));
        } else if kind.starts_with("multipart/form-data") {
            return Err(BotError::bad("the simulator does not read multipart/form-data"));
        }
        Ok(Self(params))
    }

    /// The method and its parameters in the answer to a delivery, if there is one.
    pub(super) fn of_answer(answer: &[u8]) -> Option<(String, Self)> {
        let mut params = object(answer).ok()?;
        let method = params.remove("method")?;
        Some((method.as_str()?.to_owned(), Self(params)))
    }

    /// A text, or a number written as one.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(set)) => *set,
            Some(Value::String(text)) => text == "1" || text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    /// An object or a list, or its JSON in a text.
    pub(super) fn json(&self, name: &str) -> Result<Option<Value>, BotError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text)
                .map(Some)
                .map_err(|error| BotError::bad(format!("can't parse {name} JSON object: {error}"))),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    pub(super) fn typed<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, BotError> {
        self.json(name)?
            .map(|value| {
                serde_json::from_value(value).map_err(|error| BotError::bad(format!("can't parse {name}: {error}")))
            })
            .transpose()
    }
}

async fn body(request: Request) -> Result<Bytes, BotError> {
    to_bytes(request.into_body(), MOST_BYTES)
        .await
        .map_err(|error| BotError::bad(format!("can't read the body: {error}")))
}

fn object(body: &[u8]) -> Result<Map<String, Value>, BotError> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(body) {
        // Frameworks send `null` for a method without parameters.
        Ok(Value::Null) => Ok(Map::new()),
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(BotError::bad("object expected")),
        Err(error) => Err(BotError::bad(format!("can't parse JSON object: {error}"))),
    }
}
