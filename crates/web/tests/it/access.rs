//! Who asks, and what they get.

use crate::site::{failed, get, post, site};

const PAGE: &str = "text/html";

#[tokio::test]
async fn nobody_is_asked_to_sign_in() {
    let site = site();
    let api = site.ask(get("/things")).await;
    assert_eq!(api.problem(), failed(401, "auth_required"));
    assert_eq!(api.header("www-authenticate"), "Bearer");

    let page = site.ask(get("/things?page=2&x=%2F").header("accept", PAGE)).await;
    assert_eq!(page.status.as_u16(), 303);
    assert_eq!(page.header("location"), "/sign-in?next=/things%3Fpage%3D2%26x%3D%252F");
    assert!(page.bytes.is_empty());

    // A form cannot be sent again after signing in, so it gets a page that says what happened.
    let form = site
        .ask(
            post("/form")
                .header("accept", PAGE)
                .header("authorization", "Bearer wrong"),
        )
        .await;
    assert_eq!(
        (form.status.as_u16(), form.header("content-type")),
        (401, "text/html; charset=utf-8")
    );
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let site = site();
    let part = |current: &str| {
        get("/things")
            .header("hx-request", "true")
            .header("hx-current-url", current)
    };
    let leaves_to = async |current: &str| site.ask(part(current)).await.header("hx-redirect").to_owned();
    assert_eq!(
        leaves_to("http://localhost/list?page=2").await,
        "/sign-in?next=/list%3Fpage%3D2"
    );
    assert_eq!(
        leaves_to("http://localhost/admin/jobs?page=2").await,
        "/admin/sign-in?next=/admin/jobs%3Fpage%3D2",
        "the panel has a door of its own"
    );
    assert_eq!(
        leaves_to("http://localhost/administer").await,
        "/sign-in?next=/administer"
    );
    assert_eq!(leaves_to("http://evil.test/list").await, "/sign-in?next=/list");
    assert_eq!(leaves_to("http://localhost//evil.test").await, "/sign-in?next=/");
    assert_eq!(leaves_to("javascript:alert(1)").await, "/sign-in?next=/");
    let doubled = site.ask(get("//evil.test/..").header("accept", PAGE)).await;
    assert!(!doubled.header("location").contains("evil"));
}

#[tokio::test]
async fn the_right_is_asked_for() {
    let site = site();
    let reader = site.ask(get("/things").header("cookie", "__Host-sid=reader")).await;
    assert_eq!(reader.text(), "account:acc_1");
    let service = site.ask(get("/things").header("authorization", "bearer service")).await;
    assert_eq!(service.text(), "service:tok_1");

    let weak = site.ask(get("/things").header("authorization", "Bearer weak")).await;
    assert_eq!(weak.problem(), failed(403, "permission_denied"));
    let page = site
        .ask(
            get("/things")
                .header("cookie", "__Host-sid=guest")
                .header("accept", PAGE),
        )
        .await;
    assert_eq!(
        page.status.as_u16(),
        404,
        "who may not see a page need not learn that it exists"
    );
}

#[tokio::test]
async fn a_profile_is_for_people() {
    let site = site();
    assert_eq!(
        site.ask(get("/me").header("cookie", "__Host-sid=guest")).await.text(),
        "Anna"
    );
    let service = site.ask(get("/me").header("authorization", "Bearer service")).await;
    assert_eq!(service.problem(), failed(403, "permission_denied"));
}

#[tokio::test]
async fn a_wrong_bearer_token_is_never_nobody() {
    let site = site();
    for header in ["Bearer wrong", "Bearer ", "Bearer"] {
        let answer = site
            .ask(
                get("/open")
                    .header("authorization", header)
                    .header("cookie", "__Host-sid=reader"),
            )
            .await;
        assert_eq!(answer.problem(), failed(401, "token_invalid"), "{header}");
        assert_eq!(answer.header("www-authenticate"), "Bearer error=\"invalid_token\"");
    }
    assert_eq!(
        site.ask(get("/open").header("authorization", "Basic eDp5"))
            .await
            .status
            .as_u16(),
        200
    );
}

#[tokio::test]
async fn a_failed_lookup_closes_the_door() {
    let answer = site().ask(get("/open").header("cookie", "__Host-sid=outage")).await;
    assert_eq!(answer.problem(), failed(503, "unavailable"));
}

#[tokio::test]
async fn who_has_to_show_again_who_they_are_is_led_there_and_back() {
    let site = site();
    let act = |session: &str| post("/dangerous").header("cookie", &format!("__Host-sid={session}"));
    assert_eq!(site.ask(act("fresh")).await.status.as_u16(), 200);
    assert_eq!(site.ask(act("guest")).await.problem(), failed(403, "proof_required"));
    let led_to = async |referer: &str| {
        let asked = act("guest").header("accept", PAGE).header("referer", referer);
        let answer = site.ask(asked).await;
        assert_eq!(answer.status.as_u16(), 303, "{referer}");
        answer.header("location").to_owned()
    };
    let confirm = "/account/confirm?next=";
    assert_eq!(
        led_to("http://localhost/safety?x=1").await,
        format!("{confirm}/safety%3Fx%3D1")
    );
    // Only the path is taken, so nobody is led to another site.
    assert_eq!(led_to("https://evil.test/safety").await, format!("{confirm}/safety"));
    for hostile in ["https://evil.test//evil.test", "//evil.test", "javascript:alert(1)", ""] {
        assert_eq!(led_to(hostile).await, format!("{confirm}/"), "{hostile}");
    }
}

#[tokio::test]
async fn who_needs_a_second_factor_is_led_to_it() {
    let site = site();
    let asked = || get("/things").header("cookie", "__Host-sid=withheld");
    assert_eq!(site.ask(asked()).await.problem(), failed(403, "second_factor_required"));
    let page = site.ask(asked().header("accept", PAGE)).await;
    assert_eq!(
        (page.status.as_u16(), page.header("location")),
        (303, "/account/two-step")
    );
}
