//! Routes as data, and the documents made of them.

use axum::Router;
use karavan_web::{
    Access, WebConfig,
    openapi::{self, DocsConfig, DocumentInfo, Inventory},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::site::{get, routes, site_and};

#[utoipa::path(get, path = "/undecided", responses((status = 200)))]
async fn undecided() {}

#[utoipa::path(get, path = "/contradictory", security((), ("permission" = ["a.b.c"])), responses((status = 200)))]
async fn contradictory() {}

#[test]
fn every_route_says_what_it_asks_for() {
    let inventory = Inventory::of(routes().get_openapi()).unwrap();
    let access = |method, path: &str| {
        let found = inventory
            .0
            .iter()
            .find(|route| route.method == method && route.path == path);
        found.map(|route| (route.access.clone(), route.is_page(), route.operation_id.as_str()))
    };
    let read = Access::Permission(vec!["test.things.read".into()]);
    assert_eq!(access("GET", "/things"), Some((read, false, "things")));
    assert_eq!(access("POST", "/things"), Some((Access::Public, false, "create")));
    assert_eq!(access("GET", "/me"), Some((Access::SignedIn, true, "me")));
    assert_eq!(inventory.0.len(), 15);
}

#[test]
fn a_route_that_does_not_say_it_is_named_with_the_line_to_write() {
    let router: OpenApiRouter = OpenApiRouter::new()
        .routes(routes!(undecided))
        .routes(routes!(contradictory));
    let message = Inventory::of(router.get_openapi()).unwrap_err().to_string();
    assert!(
        message.contains("GET /undecided (`undecided`) does not say who may call it."),
        "{message}"
    );
    assert!(message.contains("GET /contradictory"), "{message}");
    assert!(
        message.contains(r#"security(("permission" = ["<product>.<noun>.<act>"]))"#),
        "{message}"
    );
    assert!(message.contains("security(())"), "{message}");
}

fn document() -> utoipa::openapi::OpenApi {
    let info = DocumentInfo {
        title: "Test".into(),
        version: "1".into(),
        description: "A test.".into(),
        server: "https://example.org".parse().unwrap(),
    };
    openapi::public_document(routes().into_openapi(), info)
}

#[test]
fn the_public_document_leaves_pages_out() {
    let document = serde_json::to_value(document()).unwrap();
    assert!(document["paths"]["/me"].is_null() && document["paths"]["/form"].is_null());
    let read = &document["paths"]["/things"]["get"];
    assert_eq!(read["security"][0]["bearer"][0], "test.things.read");
    assert_eq!(read["security"][1]["session"][0], "test.things.read");
    let problem = &read["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
    assert_eq!(problem, "#/components/schemas/Problem");
    assert!(document["components"]["schemas"]["Problem"]["properties"]["request_id"].is_object());
    assert!(document["components"]["schemas"]["ProblemField"].is_object());
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    assert_eq!(
        document["components"]["securitySchemes"]["session"]["name"],
        "__Host-sid"
    );
    assert_eq!(document["servers"][0]["url"], "https://example.org");
    assert_eq!(document["paths"]["/open"]["get"]["security"][0], serde_json::json!({}));
}

#[tokio::test]
async fn the_documentation_runs_under_its_own_policy() {
    let docs = openapi::docs(
        &document(),
        DocsConfig {
            document: true,
            swagger: true,
        },
    );
    let site = site_and(WebConfig::for_testing(), docs);
    assert_eq!(site.ask(get("/openapi.json")).await.json()["info"]["title"], "Test");
    let page = site.ask(get("/docs/")).await;
    assert_eq!(page.status.as_u16(), 200);
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self';") && policy.contains("style-src 'self' 'unsafe-inline'"),
        "{policy}"
    );
    // Scripts are files: an inline one would be refused by the policy and the page would stay empty.
    let html = page.text().replace(char::is_whitespace, "");
    assert!(
        !html.contains("<script>") && html.matches("<script").count() == html.matches("<scriptsrc=").count(),
        "{html}"
    );
    assert!(
        site.ask(get("/docs/swagger-initializer.js"))
            .await
            .text()
            .contains("/openapi.json")
    );
    assert!(
        !site
            .ask(get("/open"))
            .await
            .header("content-security-policy")
            .contains("unsafe")
    );
}

#[tokio::test]
async fn the_documentation_can_be_switched_off() {
    for (document_on, swagger) in [(false, false), (true, false)] {
        let docs: Router = openapi::docs(
            &document(),
            DocsConfig {
                document: document_on,
                swagger,
            },
        );
        let site = site_and(WebConfig::for_testing(), docs);
        assert_eq!(site.ask(get("/docs/")).await.status.as_u16(), 404);
        assert_eq!(
            site.ask(get("/openapi.json")).await.status.as_u16(),
            if document_on { 200 } else { 404 }
        );
    }
}
