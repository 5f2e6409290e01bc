//! A small site with the real stack around it, and requests to it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};
use http_body_util::BodyExt;
use karavan_kernel::{Clock, Entropy, Timestamp};
use karavan_web::{
    AccountPrincipal, ApiError, Created, Credential, Ctx, Form, Identify, Json, Limits, Path, Principal, Proof, Proved,
    Query, Quota, ServicePrincipal, SignedIn, StackParts, WebConfig,
    access::{Anyone, Can},
    csv::Csv,
    limits,
    stack::deadline,
    texts::Texts,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::ServiceExt;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

karavan_kernel::permissions! {
    /// Read things.
    pub ReadThings = "test.things.read",
}

/// What a request to `POST /things` says.
#[derive(Debug, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Thing {
    name: String,
    sizes: Vec<u32>,
}

#[derive(Debug, Deserialize, utoipa::ToSchema, utoipa::IntoParams)]
struct Search {
    page: u32,
}

#[utoipa::path(get, path = "/open", security(()), responses((status = 200)))]
async fn open(_: Anyone) -> &'static str {
    "open to everybody, and long enough to be worth compressing"
}

#[utoipa::path(get, path = "/context", security(()), responses((status = 200)))]
async fn context(ctx: Ctx) -> Json<Value> {
    Json(
        json!({ "ip": ctx.ip, "locale": ctx.lang.locale(), "theme": ctx.theme, "tls": ctx.tls, "actor": ctx.actor().to_string() }),
    )
}

#[utoipa::path(get, path = "/things", security(("permission" = ["test.things.read"])), responses((status = 200)))]
async fn things(who: Can<ReadThings>) -> String {
    who.actor().to_string()
}

#[utoipa::path(post, path = "/things", security(()), request_body = Thing, responses((status = 201, body = Thing)))]
async fn create(_: Anyone, Json(thing): Json<Thing>) -> Created<Thing> {
    Created(thing)
}

#[utoipa::path(get, path = "/things/{number}", security(()), params(("number" = u32, Path)), responses((status = 200)))]
async fn show(_: Anyone, Path(number): Path<u32>) -> String {
    number.to_string()
}

#[utoipa::path(get, path = "/search", security(()), responses((status = 200)))]
async fn search(_: Anyone, Query(search): Query<Search>) -> String {
    search.page.to_string()
}

#[utoipa::path(post, path = "/form", tag = "pages", security(()), responses((status = 200)))]
async fn form(_: Anyone, Form(search): Form<Search>) -> String {
    search.page.to_string()
}

#[utoipa::path(get, path = "/me", tag = "pages", security(("permission" = [])), responses((status = 200)))]
async fn me(me: SignedIn) -> String {
    me.name.clone()
}

#[utoipa::path(post, path = "/dangerous", tag = "pages", security(("permission" = [])), responses((status = 200)))]
async fn dangerous(who: Proved) -> String {
    who.name.clone()
}

#[utoipa::path(get, path = "/panic", security(()), responses((status = 200)))]
async fn panic(_: Anyone) -> String {
    panic!("hunter2 is not for clients")
}

#[utoipa::path(get, path = "/broken", security(()), responses((status = 200)))]
async fn broken(_: Anyone) -> Result<String, ApiError> {
    Err(ApiError::internal("hunter2 is not for clients"))
}

#[utoipa::path(get, path = "/slow", security(()), responses((status = 200)))]
async fn slow(_: Anyone) -> String {
    std::future::pending().await
}

#[utoipa::path(get, path = "/patient", security(()), responses((status = 200)))]
async fn patient(_: Anyone) -> &'static str {
    tokio::task::yield_now().await;
    "done"
}

#[utoipa::path(get, path = "/rare", security(()), responses((status = 200)))]
async fn rare(_: Anyone) -> &'static str {
    "rare"
}

#[utoipa::path(get, path = "/table", security(()), responses((status = 200)))]
async fn table(ctx: Ctx) -> Csv {
    let mut csv = Csv::new("things", ctx.lang.locale(), ["name"]);
    csv.push(["=1+1"]);
    csv
}

pub fn routes() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(open))
        .routes(routes!(context))
        .routes(routes!(things, create))
        .routes(routes!(show))
        .routes(routes!(search))
        .routes(routes!(form))
        .routes(routes!(me))
        .routes(routes!(dangerous))
        .routes(routes!(panic))
        .routes(routes!(broken))
        .routes(routes!(slow))
        .routes(routes!(patient).layer(deadline::at_most(Duration::from_secs(60))))
        .routes(routes!(rare).layer(limits::layer(Quota::per_minute("rare", 2))))
        .routes(routes!(table))
}

/// Knows one account, one service and one outage.
fn identify() -> Identify {
    Arc::new(|credential| {
        Box::pin(async move {
            let account = |permissions: &[&str]| {
                Principal::Account(AccountPrincipal {
                    id: "acc_1".into(),
                    name: "Anna".into(),
                    permissions: Arc::new(permissions.iter().copied().collect()),
                    session: None,
                    proof: Proof::default(),
                })
            };
            let with_proof = |proof: Proof| match account(&[]) {
                Principal::Account(account) => Principal::Account(AccountPrincipal { proof, ..account }),
                other => other,
            };
            match &credential {
                Credential::Session(token) => match token.expose() {
                    "reader" => Ok(account(&["test.things.read"])),
                    "guest" => Ok(account(&[])),
                    "fresh" => Ok(with_proof(Proof {
                        fresh: true,
                        ..Proof::default()
                    })),
                    "withheld" => Ok(with_proof(Proof {
                        withheld: true,
                        ..Proof::default()
                    })),
                    "outage" => Err(ApiError::unavailable(Duration::from_millis(1_500))),
                    _ => Ok(Principal::Anonymous),
                },
                Credential::Bearer(token) => match token.expose() {
                    "service" => Ok(Principal::Service(ServicePrincipal {
                        id: "tok_1".into(),
                        name: "till".into(),
                        permissions: Arc::new(["*"].into_iter().collect()),
                    })),
                    "weak" => Ok(account(&[])),
                    _ => Ok(Principal::Anonymous),
                },
            }
        })
    })
}

pub struct Site {
    router: Router,
    pub clock: Clock,
}

pub fn site() -> Site {
    site_with(WebConfig::for_testing())
}

pub fn site_with(config: WebConfig) -> Site {
    site_and(config, Router::new())
}

pub fn site_and(config: WebConfig, unguarded: Router) -> Site {
    crate::logging::listen();
    let clock = Clock::manual(Timestamp::from_micros(1_763_629_200_000_000));
    let parts = StackParts {
        config,
        texts: Arc::new(Texts::new(&karavan_web::texts::OWN).unwrap()),
        entropy: Entropy::seeded(1),
        identify: identify(),
        limits: Limits::new(clock.clone(), true),
        unguarded,
    };
    Site {
        router: karavan_web::stack(routes().into(), parts),
        clock,
    }
}

/// A request under construction: `get("/open").header("accept", "text/html")`.
pub struct Asked(Request<Body>);

pub fn request(method: &str, path: &str) -> Asked {
    let mut request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    request.headers_mut().insert("host", "localhost".parse().unwrap());
    Asked(request).peer("203.0.113.7")
}

pub fn get(path: &str) -> Asked {
    request("GET", path)
}

pub fn post(path: &str) -> Asked {
    request("POST", path)
}

impl Asked {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.0.headers_mut().insert(name, value.parse().unwrap());
        self
    }

    pub fn peer(mut self, ip: &str) -> Self {
        self.0
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(ip.parse().unwrap(), 4_000)));
        self
    }

    pub fn protocol(mut self, protocol: &'static str) -> Self {
        let protocol = hyper::ext::Protocol::from_static(protocol);
        self.0.extensions_mut().insert(protocol);
        self
    }

    pub fn body(mut self, kind: &str, body: impl Into<Body>) -> Self {
        *self.0.body_mut() = body.into();
        self.header("content-type", kind)
    }

    pub fn json(self, body: &str) -> Self {
        self.body("application/json", body.to_owned())
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Site {
    pub async fn ask(&self, asked: Asked) -> Answer {
        let response = self.router.clone().oneshot(asked.0).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        Answer {
            status: head.status,
            headers: head.headers,
            bytes,
        }
    }
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn cookies(&self) -> Vec<&str> {
        self.headers
            .get_all("set-cookie")
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect()
    }

    /// The status and the code of a problem document; fails when the answer is not one.
    #[track_caller]
    pub fn problem(&self) -> (u16, String) {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json; charset=utf-8",
            "{}",
            self.text()
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        (self.status.as_u16(), problem["code"].as_str().unwrap().to_owned())
    }
}

/// Shortens comparisons: `assert_eq!(answer.problem(), failed(404, "not_found"))`.
pub fn failed(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
