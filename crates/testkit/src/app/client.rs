//! Programs and browsers that send requests.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header},
};
use http_body_util::BodyExt;
use serde::Serialize;
use tower::ServiceExt;

use super::{Response, TestApp};

/// Somebody who sends requests. Clones, and what the `with_…` methods make, share the cookies.
#[derive(Clone)]
pub struct Client {
    app: TestApp,
    peer: SocketAddr,
    headers: HeaderMap,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl TestApp {
    /// A client that nobody knows, with an address of its own.
    pub fn anonymous(&self) -> Client {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost"));
        Client {
            app: self.clone(),
            peer: self.address(),
            headers,
            cookies: Arc::default(),
        }
    }
}

impl Client {
    /// The same client, sending this header with every request.
    ///
    /// # Panics
    /// When name or value cannot stand in a header.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name is letters and dashes");
        let value = value.parse().expect("a header's value is printable");
        let mut client = self.clone();
        client.headers.insert(name, value);
        client
    }

    /// The same client with an `Idempotency-Key`.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        self.with_header("idempotency-key", key)
    }

    /// The same client as a browser: it asks for pages.
    #[must_use]
    pub fn browser(&self) -> Self {
        self.with_header("accept", "text/html,application/xhtml+xml")
    }

    /// The same client, whose requests reach another node of the program.
    #[must_use]
    pub fn at(&self, node: &TestApp) -> Self {
        Self {
            app: node.clone(),
            ..self.clone()
        }
    }

    /// The value of a cookie that the program has set.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar(|jar| jar.get(name).cloned())
    }

    /// Sends a GET request.
    pub async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, None).await
    }

    /// Sends a DELETE request.
    pub async fn delete(&self, path: &str) -> Response {
        self.send(Method::DELETE, path, None).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: impl Serialize) -> Response {
        self.send(Method::POST, path, Some(json(&body))).await
    }

    /// Puts JSON.
    pub async fn put(&self, path: &str, body: impl Serialize) -> Response {
        self.send(Method::PUT, path, Some(json(&body))).await
    }

    /// Patches with JSON.
    pub async fn patch(&self, path: &str, body: impl Serialize) -> Response {
        self.send(Method::PATCH, path, Some(json(&body))).await
    }

    /// Sends a form as a browser does, and does not follow the redirect.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect();
        let body = ("application/x-www-form-urlencoded", pairs.join("&"));
        self.browser().send(Method::POST, path, Some(body)).await
    }

    /// Sends any request.
    ///
    /// # Panics
    /// When the path cannot stand in a request.
    pub async fn send(&self, method: Method, path: &str, body: Option<(&str, String)>) -> Response {
        let asked = format!("{method} {path}");
        let (kind, body) = body.map_or((None, Body::empty()), |(kind, text)| (Some(kind), Body::from(text)));
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(body)
            .unwrap_or_else(|error| panic!("{asked}: {error}"));
        let headers = request.headers_mut();
        headers.extend(self.headers.clone());
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, kind.parse().expect("a media type is printable"));
        }
        if let Some(cookies) = self.cookie_header() {
            headers.insert(header::COOKIE, cookies);
        }
        request.extensions_mut().insert(ConnectInfo(self.peer));

        let router = self.app.router();
        let response = router.oneshot(request).await.unwrap_or_else(|never| match never {});
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap_or_else(|error| panic!("{asked}: {error}"));
        self.keep_cookies(&head.headers);
        Response {
            request: asked,
            status: head.status,
            headers: head.headers,
            body: body.to_bytes().to_vec(),
        }
    }

    fn cookie_header(&self) -> Option<HeaderValue> {
        let pairs = self.jar(|jar| {
            jar.iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        });
        let text = pairs.join("; ");
        (!text.is_empty()).then(|| text.parse().expect("cookies came from headers"))
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().expect("our cookies are printable");
            let mut parts = text.split(';').map(str::trim);
            let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
                continue;
            };
            let ends = parts.any(|part| part.eq_ignore_ascii_case("max-age=0"));
            self.jar(|jar| {
                if ends {
                    jar.remove(name)
                } else {
                    jar.insert(name.to_owned(), value.to_owned())
                };
            });
        }
    }

    fn jar<T>(&self, look: impl FnOnce(&mut BTreeMap<String, String>) -> T) -> T {
        look(&mut self.cookies.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn json(body: &impl Serialize) -> (&'static str, String) {
    let text = serde_json::to_string(body).expect("a test sends what can be written as JSON");
    ("application/json", text)
}

/// Percent-encoding for forms.
fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            b' ' => "+".to_owned(),
            other => format!("%{other:02X}"),
        })
        .collect()
}
