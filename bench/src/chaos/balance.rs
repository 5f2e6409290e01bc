//! A small load balancer, as an operator would put in front of two nodes: health checks, and a second try elsewhere.
//!
//! **Always holds:** a request is tried again only when it cannot have been done (no connection) or may be repeated (GET).
//! **Absent on purpose:** everything else that a real one does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use reqwest::Client;
use tokio::{net::TcpListener, task::JoinSet, time::sleep};

use super::traffic;
use crate::{Outcome, server::READY};

/// How often nodes are asked how they are.
const CHECK: Duration = Duration::from_millis(100);

/// A node behind the balancer.
struct Upstream {
    url: String,
    healthy: AtomicBool,
    /// Taken out by the operator.
    out: AtomicBool,
    /// Requests that wait for its answer.
    under_way: AtomicUsize,
}

struct Shared {
    upstreams: Vec<Upstream>,
    client: Client,
    turn: AtomicUsize,
    /// Requests that were tried a second time.
    repeated: AtomicU64,
}

/// A balancer on a free port. Ends when dropped.
pub struct Balancer {
    pub url: String,
    shared: Arc<Shared>,
    _tasks: JoinSet<()>,
}

impl Balancer {
    /// In front of these.
    pub async fn open(urls: Vec<String>) -> Outcome<Self> {
        let upstreams = urls.into_iter().map(|url| Upstream {
            url,
            healthy: AtomicBool::new(true),
            out: AtomicBool::new(false),
            under_way: AtomicUsize::new(0),
        });
        let shared = Arc::new(Shared {
            upstreams: upstreams.collect(),
            client: traffic::client()?,
            turn: AtomicUsize::new(0),
            repeated: AtomicU64::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let router = Router::new().fallback(forward).with_state(shared.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(watch(shared.clone()));
        tasks.spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("the balancer ended: {error}");
            }
        });
        Ok(Self {
            url,
            shared,
            _tasks: tasks,
        })
    }

    /// How many requests were tried a second time.
    pub fn repeated(&self) -> u64 {
        self.shared.repeated.load(Ordering::Relaxed)
    }

    /// Sends nothing more to a node, and waits for what it has.
    pub async fn take_out(&self, url: &str) {
        for node in self.shared.upstreams.iter().filter(|node| node.url == url) {
            node.out.store(true, Ordering::SeqCst);
            while node.under_way.load(Ordering::SeqCst) > 0 {
                sleep(Duration::from_millis(5)).await;
            }
        }
    }

    /// Puts back what was taken out, and waits until every node is healthy.
    pub async fn all_healthy(&self) {
        for node in &self.shared.upstreams {
            node.out.store(false, Ordering::SeqCst);
            node.healthy.store(false, Ordering::SeqCst);
        }
        while !self
            .shared
            .upstreams
            .iter()
            .all(|node| node.healthy.load(Ordering::Relaxed))
        {
            sleep(CHECK / 4).await;
        }
    }
}

async fn watch(shared: Arc<Shared>) {
    loop {
        for node in &shared.upstreams {
            let asked = shared.client.get(format!("{}{READY}", node.url)).send().await;
            let healthy = asked.is_ok_and(|answer| answer.status() == 200);
            node.healthy.store(healthy, Ordering::Relaxed);
        }
        sleep(CHECK).await;
    }
}

async fn forward(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let first = shared.turn.fetch_add(1, Ordering::Relaxed);
    let all = shared.upstreams.len();
    // The healthy ones by turns; the others only when there is nothing better.
    let mut order: Vec<&Upstream> = (0..all)
        .filter_map(|next| shared.upstreams.get((first + next) % all))
        .collect();
    let is_out = |node: &Upstream| node.out.load(Ordering::SeqCst);
    order.sort_by_key(|node| (is_out(node), !node.healthy.load(Ordering::Relaxed)));
    for node in order {
        let mut request = shared
            .client
            .request(method.clone(), format!("{}{uri}", node.url))
            .body(body.clone());
        for name in [header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT] {
            if let Some(value) = headers.get(&name) {
                request = request.header(name, value);
            }
        }
        node.under_way.fetch_add(1, Ordering::SeqCst);
        let answer = match request.send().await {
            Ok(answer) => Ok(pass_on(answer).await),
            Err(error) => Err(error),
        };
        node.under_way.fetch_sub(1, Ordering::SeqCst);
        match answer {
            Ok(answer) => return answer,
            Err(error) if error.is_connect() || method == Method::GET => {
                node.healthy.store(false, Ordering::Relaxed);
                shared.repeated.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => return (StatusCode::BAD_GATEWAY, format!("{error:?}")).into_response(),
        }
    }
    (StatusCode::BAD_GATEWAY, "no node answers").into_response()
}

async fn pass_on(answer: reqwest::Response) -> Response {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let Ok(body) = answer.bytes().await else {
        return (StatusCode::BAD_GATEWAY, "the answer broke off").into_response();
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for name in [header::CONTENT_TYPE, header::RETRY_AFTER] {
        if let Some(value) = headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}
