//! The chat pages, as browsers with and without a script use them.

use axum::{
    Router,
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use http_body_util::BodyExt;
use karavan_simulators::telegram::PrivateChat;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::harness::{World, text};

const BASE: &str = "/demo/telegram";

fn site(world: &World) -> Router {
    Router::new().nest(BASE, world.telegram.pages_router(BASE, Some("/demo/mail")))
}

async fn get(world: &World, path: &str) -> Response<Body> {
    let request = Request::get(format!("{BASE}{path}")).body(Body::empty()).unwrap();
    site(world).oneshot(request).await.unwrap()
}

async fn page(world: &World, path: &str) -> String {
    let response = get(world, path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    text(response).await
}

/// Posts a form as a browser does (the way back) or as the script does (just the status).
async fn post(world: &World, path: &str, form: &str, script: bool) -> Response<Body> {
    let accept = if script {
        "application/json"
    } else {
        "text/html,application/xhtml+xml"
    };
    let request = Request::post(format!("{BASE}{path}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, accept)
        .body(Body::from(form.to_owned()))
        .unwrap();
    site(world).oneshot(request).await.unwrap()
}

/// A chat with everything that can be in one, all of it hostile.
async fn full() -> (World, PrivateChat) {
    let (world, anna) = World::started().await;
    anna.write("<script>alert(1)</script>\r\n\"' & <img src=x onerror=alert(1)>")
        .unwrap();
    let evil = "\"><script>alert(2)</script>";
    let buttons = json!([[{ "text": evil, "callback_data": "x" }, { "text": "site", "url": "https://example.org/\"onclick=\"x" }]]);
    let keyboard = json!({ "keyboard": [[evil, { "text": "Send number", "request_contact": true }]], "input_field_placeholder": evil });
    world.say(evil, json!({ "inline_keyboard": buttons })).await;
    world.say(&format!("{evil} https://example.org"), keyboard).await;
    anna.share_contact().unwrap();
    anna.press(evil).unwrap();
    let id = world.updates().await.last().unwrap()["callback_query"]["id"].clone();
    world
        .call("answerCallbackQuery", json!({ "callback_query_id": id, "text": evil }))
        .await
        .unwrap();
    let commands = json!({ "commands": [{ "command": "start", "description": evil }] });
    world.call("setMyCommands", commands).await.unwrap();
    (world, anna)
}

#[tokio::test]
async fn every_page_is_well_formed_and_obeys_a_strict_policy() {
    let (world, _) = full().await;
    let paths = [
        "",
        "?lang=kk&theme=dark",
        "/chat/first_bot/1001",
        "/chat/second_bot/1002?start=table-7",
        "/chats",
        "/chats?left=first_bot&as=1001&right=first_bot&right_as=1002&lang=uk",
        "/chat/first_bot/1001/contact",
    ];
    for path in paths {
        let html = page(&world, path).await;
        for once in ["<title>", "<h1>", "<main id=\"main\"", "<html lang=\""] {
            assert_eq!(html.matches(once).count(), 1, "{once} in {path}");
        }
        // Two scripts, and both come from files; nothing else runs or styles.
        assert_eq!(html.matches("<script").count(), 2, "{path}");
        assert_eq!(html.matches("<script src=\"").count(), 2, "{path}");
        for forbidden in ["style=", "<style", " onclick", "<img", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden} in {path}");
        }
    }
}

#[tokio::test]
async fn what_people_and_bots_write_is_only_text() {
    let (world, _) = full().await;
    let html = page(&world, "/chat/first_bot/1001").await;
    assert!(html.contains("&#60;script&#62;alert(1)"), "{html}");
    assert!(
        html.contains("<a href=\"https://example.org\" class=\"t-link\""),
        "{html}"
    );
    assert!(!html.contains("onclick=\"x"), "{html}");
}

#[tokio::test]
async fn without_a_script_forms_come_back_to_their_page() {
    let (world, anna) = World::started().await;
    let back = "/demo/telegram/chats?left=first_bot";
    let response = post(
        &world,
        "/chat/first_bot/1001/send",
        &format!("text=%D0%94%D0%B0&back={back}"),
        false,
    )
    .await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()[header::LOCATION], back);
    let response = post(
        &world,
        "/chat/first_bot/1001/send",
        "text=+&back=https://example.org",
        false,
    )
    .await;
    assert_eq!(response.headers()[header::LOCATION], BASE);
    insta::assert_snapshot!(anna.transcript(), @r"
    Anna> /start
    Anna> Да
    ");
}

#[tokio::test]
async fn every_form_does_what_its_person_would() {
    let (world, anna) = World::started().await;
    let id = world
        .say(
            "?",
            json!({ "inline_keyboard": [[{ "text": "Go", "callback_data": "g" }]] }),
        )
        .await["message_id"]
        .clone();
    world.say("Keys", json!({ "keyboard": [["Help"]] })).await;
    let acts = [
        ("press", format!("message={id}&at=0.0"), StatusCode::NO_CONTENT),
        ("press", format!("message={id}&at=4.0"), StatusCode::CONFLICT),
        ("press", format!("message={id}&at=x"), StatusCode::BAD_REQUEST),
        ("key", "key=Help".to_owned(), StatusCode::NO_CONTENT),
        ("contact", "of=1002".to_owned(), StatusCode::NO_CONTENT),
        ("contact", String::new(), StatusCode::NO_CONTENT),
        ("block", String::new(), StatusCode::NO_CONTENT),
        ("send", "text=a".to_owned(), StatusCode::CONFLICT),
        ("start", "payload=p-1".to_owned(), StatusCode::NO_CONTENT),
    ];
    for (verb, form, expected) in acts {
        let response = post(&world, &format!("/chat/first_bot/1001/{verb}"), &form, true).await;
        assert_eq!(response.status(), expected, "{verb} {form}");
    }
    insta::assert_snapshot!(anna.transcript(), @r"
    Anna> /start
    bot> ?  [Go]
    bot> Keys
    Anna> [Go]
    Anna> Help
    Anna> (contact Boris 79990000002)
    Anna> (contact Anna 79990000001)
    Anna> /start p-1
    keys: [Help]
    ");
}

#[tokio::test]
async fn a_live_page_gets_the_chat_at_once_and_at_every_change() {
    let (world, anna) = World::started().await;
    let response = get(&world, "/live?chat=first_bot/1001&lang=ru").await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut body = response.into_body();
    let first = event(&mut body).await;
    assert_eq!(
        (&first["chat"], &first["mode"], &first["typing"]),
        (&json!("first_bot/1001"), &json!("chat"), &json!(false))
    );
    anna.write("line\r\nbreak").unwrap();
    let second = event(&mut body).await;
    assert!(second["log"].as_str().unwrap().contains("data-key=\"m2\""), "{second}");
    world
        .call("sendChatAction", json!({ "chat_id": 1001, "action": "typing" }))
        .await
        .unwrap();
    assert_eq!(event(&mut body).await["typing"], true);
    world.telegram.stop();
    assert!(body.frame().await.is_none(), "a stopped simulator ends its streams");
}

async fn event(body: &mut Body) -> Value {
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    let frame = String::from_utf8(frame.to_vec()).unwrap();
    serde_json::from_str(frame.trim().strip_prefix("data: ").unwrap()).unwrap()
}

#[tokio::test]
async fn strangers_get_a_page_that_leads_on() {
    let world = World::new();
    for path in [
        "/chat/nobody/1001",
        "/chat/first_bot/7",
        "/chat/first_bot/x",
        "/chats?left=nobody",
    ] {
        let response = get(&world, path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(text(response).await.contains("href=\"/demo/telegram\""), "{path}");
    }
    assert_eq!(get(&world, "/live?chat=nobody/1").await.status(), StatusCode::NOT_FOUND);
    let chosen = get(&world, "/chat?left=first_bot&as=1002&theme=dark").await;
    assert_eq!(
        chosen.headers()[header::LOCATION],
        "/demo/telegram/chat/first_bot/1002?theme=dark"
    );
}

#[tokio::test]
async fn pages_speak_the_browsers_language() {
    let world = World::new();
    let request = Request::get(BASE)
        .header(header::ACCEPT_LANGUAGE, "uk-UA,en;q=0.5")
        .body(Body::empty())
        .unwrap();
    let html = text(site(&world).oneshot(request).await.unwrap()).await;
    assert!(
        html.contains("<html lang=\"uk\">") && html.contains("Чати Telegram"),
        "{html}"
    );
}

#[tokio::test]
async fn assets_are_inside_and_small() {
    let world = World::new();
    for (name, kind, most) in [
        ("chat.css", "text/css", 30_000),
        ("live.js", "text/javascript", 5_000),
        ("chat.js", "text/javascript", 15_000),
    ] {
        let response = get(&world, &format!("/assets/{name}")).await;
        assert_eq!(response.headers()[header::CONTENT_TYPE], kind);
        assert!(text(response).await.len() <= most, "{name}");
    }
    assert_eq!(get(&world, "/assets/nothing").await.status(), StatusCode::NOT_FOUND);
}
