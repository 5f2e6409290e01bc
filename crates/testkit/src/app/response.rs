//! What a client was answered.

use std::fmt;

use axum::http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::redact::redact;

/// An answer, read to its end. Prints for snapshots as `201 {"id":"[gst]"}`.
#[derive(Clone)]
pub struct Response {
    /// What was asked, for messages.
    pub request: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The bytes.
    pub body: Vec<u8>,
}

impl Response {
    /// The body as a value.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {} answered {self}", self.request))
    }

    /// One value of a JSON body, by pointer: `response.value("/items/0/id")`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn value(&self, pointer: &str) -> serde_json::Value {
        let body: serde_json::Value = self.json();
        let found = body.pointer(pointer).cloned();
        found.unwrap_or_else(|| panic!("there is no {pointer}: {} answered {self}", self.request))
    }

    /// The body as text.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap_or_else(|error| panic!("{error}: {} answered {self}", self.request))
    }

    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap_or("(not text)"))
    }

    /// The same response, if it has this status.
    ///
    /// # Panics
    /// When it has another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{} answered {self}", self.request);
        self
    }
}

impl fmt::Display for Response {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.status.as_u16())?;
        if let Some(to) = self.headers.get(header::LOCATION) {
            write!(out, " → {}", redact(&String::from_utf8_lossy(to.as_bytes())))?;
        }
        match std::str::from_utf8(&self.body) {
            Ok("") => Ok(()),
            Ok(text) => write!(out, " {}", redact(text)),
            Err(_binary) => write!(out, " ({} bytes)", self.body.len()),
        }
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} → {self}", self.request)
    }
}
