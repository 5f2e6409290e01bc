//! Every route, what it asks for, and what it really answers to each role.

use axum::http::Method;
use karavan_testkit::{Client, Response, app_test};
use karavan_web::openapi::{Access, Inventory as Routes, RouteInfo};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    harness::run,
    program::{Program, Samples},
    same::{Inventory, table},
};

/// Served beside the inventory: health, documents and files. Nothing here may know a person. Swagger UI, the demo and the
/// numbers are off in this program, and the list shows that off means gone.
const OUTSIDE: &[&str] = &[
    "/assets/app.css",
    "/docs",
    "/demo/mail",
    "/demo/telegram",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/openapi.json",
];

/// Where browsers that nobody knows are sent.
const SIGN_IN: [&str; 2] = ["/sign-in?next=", "/admin/sign-in?next="];

/// In the order of the columns.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Nobody in particular.
    Anonymous,
    /// A service token without a right.
    BareToken,
    /// A service token with every right.
    FullToken,
    /// An account of the panel without a right.
    BareAccount,
    /// The owner.
    Owner,
}

impl Role {
    const ALL: [Self; 5] = [
        Self::Anonymous,
        Self::BareToken,
        Self::FullToken,
        Self::BareAccount,
        Self::Owner,
    ];

    const fn title(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::BareToken => "token:none",
            Self::FullToken => "token:all",
            Self::BareAccount => "account:none",
            Self::Owner => "owner",
        }
    }

    async fn client(self, t: &Program) -> Client {
        match self {
            Self::Anonymous => t.anonymous(),
            Self::BareToken => t.service(&[]).await,
            Self::FullToken => {
                let all: Vec<&str> = t.permissions().iter().map(|permission| permission.name()).collect();
                t.service(&all).await
            }
            Self::BareAccount => t.account_with(&[]).await,
            Self::Owner => t.owner().await,
        }
    }
}

/// Sends what the route expects least: something that exists in the path, and nothing in the body. Whoever is told that the
/// body is wrong has got past the door.
async fn ask(client: &Client, route: &RouteInfo, path: &str) -> Response {
    let method: Method = route.method.parse().unwrap();
    let body = match (method == Method::GET, route.is_page()) {
        (true, _) => None,
        (false, true) => Some(("application/x-www-form-urlencoded", String::new())),
        (false, false) => Some(("application/json", "{}".to_owned())),
    };
    let client = if route.is_page() {
        client.browser()
    } else {
        client.with_header("accept", "application/json")
    };
    client.send(method, path, body).await
}

/// The status, or that the browser is sent to the sign-in page.
fn told(answer: &Response) -> String {
    let leads_to = |door: &&str| answer.header("location").starts_with(*door);
    if answer.status.is_redirection() && SIGN_IN.iter().any(leads_to) {
        "sign-in".to_owned()
    } else {
        answer.status.as_u16().to_string()
    }
}

/// Whether the answer means "not you".
fn is_refusal(told: &str) -> bool {
    ["401", "403", "sign-in"].contains(&told)
}

/// What the permission line promises, independent of what is committed.
fn contradiction(route: &RouteInfo, role: Role, told: &str) -> Option<String> {
    let may = match (&route.access, role) {
        (Access::Public, _) => true,
        (_, Role::Anonymous) => false,
        // Pages are for people: a token is welcome at the API.
        (_, Role::BareToken | Role::FullToken) if route.is_page() => return None,
        (Access::SignedIn, _) => true,
        (Access::Permission(_), Role::FullToken | Role::Owner) => true,
        (Access::Permission(_), Role::BareToken | Role::BareAccount) => false,
    };
    // To somebody known without the right a page does not exist.
    let is_hidden = told == "404" && role == Role::BareAccount && route.is_page();
    let wrong = if may {
        is_refusal(told) || told == "404"
    } else {
        !is_refusal(told) && !is_hidden
    };
    // The sample link does not exist for anybody.
    let wrong = wrong && !(route.path == "/admin/enter/{token}" && told == "404");
    // Its proof is a header that only Telegram has: no role has a right to it.
    let wrong = wrong && !(route.path == "/telegram/{bot}" && told == "401");
    wrong.then(|| {
        let (method, path, access) = (route.method, &route.path, &route.access);
        format!(
            "{method} {path} asks for `{access}` and answers {told} to {}",
            role.title()
        )
    })
}

#[app_test]
async fn every_route_answers_each_role_as_committed(t: Program) {
    let samples = Samples::make(&t).await;
    let routes = t.host(|host| host.inventory().clone());
    let mut clients = Vec::new();
    for role in Role::ALL {
        clients.push((role, role.client(&t).await));
    }
    let titles = Role::ALL.map(|role| role.title().to_owned());
    let mut rows = vec![
        ["METHOD", "PATH", "PERMISSION"]
            .map(str::to_owned)
            .into_iter()
            .chain(titles)
            .collect::<Vec<_>>(),
    ];
    let mut contradictions = Vec::new();
    for route in &routes.0 {
        let path = samples.fill(&route.path);
        let mut row = vec![route.method.to_owned(), route.path.clone(), route.access.to_string()];
        for (role, client) in &clients {
            // Whoever signs out here is signed in again for the rest.
            let client = if path.ends_with("/sign-out") {
                &role.client(&t).await
            } else {
                client
            };
            let told = told(&ask(client, route, &path).await);
            contradictions.extend(contradiction(route, *role, &told));
            row.push(told);
        }
        rows.push(row);
    }
    rows.push(Vec::new());
    for path in OUTSIDE {
        let answer = t.anonymous().get(path).await.status.as_u16().to_string();
        rows.push(["GET", path, "(outside)", &answer].map(str::to_owned).to_vec());
    }
    t.run_jobs().await;
    assert!(
        contradictions.is_empty(),
        "The line in `security(...)` and the extractor of the handler say different things:\n{}",
        contradictions.join("\n")
    );
    let inventory = Inventory {
        file: "routes_by_role.txt",
        what: "a route",
        question: "should this role really have every answer that is not 401, 403 or sign-in?",
    };
    inventory.assert_same(&table(&rows));
}

#[app_test]
async fn the_program_serves_what_is_inspected_here(t: Program) {
    let data = tempfile::tempdir().unwrap();
    let printed = run(data.path(), &["routes", "--json"]);
    let printed: Vec<serde_json::Value> = serde_json::from_str(&printed.out).unwrap();
    let printed: Vec<String> = printed
        .iter()
        .map(|route| format!("{} {} {}", route["method"], route["path"], route["permission"]))
        .collect();
    let here = t.host(|host| host.inventory().clone());
    let line = |route: &RouteInfo| format!("{:?} {:?} {:?}", route.method, route.path, route.access.to_string());
    let here: Vec<String> = here.0.iter().map(line).collect();
    assert_eq!(
        here, printed,
        "add the product to `Program` in tests/inventory/program.rs"
    );
}

#[utoipa::path(get, path = "/coffee/secrets", responses((status = 200)))]
async fn show_secrets() {}

/// The same message stops the program at its start and every test that puts it together.
#[test]
fn a_route_without_a_permission_is_refused_with_advice() {
    let router: OpenApiRouter = OpenApiRouter::new().routes(routes!(show_secrets));
    let refusal = Routes::of(router.get_openapi()).unwrap_err();
    insta::assert_snapshot!(refusal);
}
