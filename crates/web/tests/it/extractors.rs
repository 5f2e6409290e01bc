//! Bodies, queries, forms and paths that do not fit.

use karavan_web::WebConfig;
use serde_json::{Value, json};

use crate::site::{failed, get, post, site, site_with};

fn named(problem: &Value) -> Vec<(String, String)> {
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    errors
        .iter()
        .map(|error| (text(&error["field"]), text(&error["code"])))
        .collect()
}

#[tokio::test]
async fn a_body_that_does_not_fit_names_the_field() {
    let site = site();
    let cases = [
        (r#"{"name":"a","sizes":[1,"hunter2"]}"#, "sizes[1]", "field_invalid"),
        (r#"{"sizes":[]}"#, "name", "field_missing"),
        (r#"{"name":7,"sizes":[]}"#, "name", "field_invalid"),
    ];
    for (body, field, code) in cases {
        let answer = site.ask(post("/things").json(body)).await;
        assert_eq!(answer.problem(), failed(422, "body_invalid"), "{body}");
        assert_eq!(named(&answer.json()), [(field.to_owned(), code.to_owned())], "{body}");
        assert!(!answer.text().contains("hunter2"));
    }
    let created = site.ask(post("/things").json(r#"{"name":"a","sizes":[1]}"#)).await;
    assert_eq!(
        (created.status.as_u16(), created.json()),
        (201, json!({ "name": "a", "sizes": [1] }))
    );
    assert_eq!(created.header("content-type"), "application/json; charset=utf-8");
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let site = site();
    assert_eq!(
        site.ask(post("/things").json("{")).await.problem(),
        failed(400, "body_malformed")
    );
    let text = site.ask(post("/things").body("text/plain", "{}")).await;
    assert_eq!(text.problem(), failed(415, "media_type_unsupported"));
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let site = site_with(WebConfig {
        body_limit: 100,
        ..WebConfig::for_testing()
    });
    let body = format!(r#"{{"name":"{}","sizes":[]}}"#, "a".repeat(100));
    assert_eq!(
        site.ask(post("/things").json(&body)).await.problem(),
        failed(413, "body_too_large")
    );
    let form = site
        .ask(post("/form").body("application/x-www-form-urlencoded", "a".repeat(101)))
        .await;
    assert_eq!(form.problem(), failed(413, "body_too_large"));
}

#[tokio::test]
async fn queries_forms_and_paths_are_checked() {
    let site = site();
    let query = site.ask(get("/search?page=hunter2")).await;
    assert_eq!(query.problem(), failed(400, "query_invalid"));
    assert_eq!(named(&query.json()), [("page".to_owned(), "field_invalid".to_owned())]);
    assert!(!query.text().contains("hunter2"));
    let absent = site.ask(get("/search")).await;
    assert_eq!(named(&absent.json()), [("page".to_owned(), "field_missing".to_owned())]);

    let form = site
        .ask(post("/form").body("application/x-www-form-urlencoded", "page=x"))
        .await;
    assert_eq!(form.problem(), failed(422, "form_invalid"));
    assert_eq!(
        site.ask(post("/form").json("{}")).await.problem(),
        failed(415, "media_type_unsupported")
    );
    assert_eq!(
        site.ask(get("/things/seven")).await.problem(),
        failed(404, "path_invalid")
    );
    assert_eq!(site.ask(get("/things/7")).await.text(), "7");
}
