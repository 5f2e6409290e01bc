//! What people do, and what bots learn of it.

use std::time::Duration;

use karavan_simulators::telegram::ActError;
use serde_json::{Value, json};

use crate::harness::{ANNA, BORIS, World};

#[tokio::test]
async fn a_press_reaches_the_bot_and_its_answer_the_person() {
    let (world, anna) = World::started().await;
    world
        .say(
            "Sure?",
            json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }]] }),
        )
        .await;
    anna.press("Yes").unwrap();
    let updates = world.updates().await;
    let query = &updates[0]["callback_query"];
    assert_eq!((&query["data"], &query["from"]["id"]), (&json!("y"), &json!(ANNA)));
    assert_eq!(query["message"]["text"], "Sure?");

    let answer = json!({ "callback_query_id": query["id"], "text": "Saved", "show_alert": true });
    world.call("answerCallbackQuery", answer.clone()).await.unwrap();
    assert!(
        world.call("answerCallbackQuery", answer).await.is_err(),
        "a press is answered once"
    );
    insta::assert_snapshot!(anna.transcript(), @r"
    Anna> /start
    bot> Sure?  [Yes]
    Anna> [Yes]
    bot! Saved
    ");
    assert!(anna.transcript().notices().next().unwrap().alert);
}

#[tokio::test]
async fn a_press_cannot_be_answered_for_ever() {
    let (world, anna) = World::started().await;
    world
        .say(
            "Sure?",
            json!({ "inline_keyboard": [[{ "text": "Yes", "callback_data": "y" }]] }),
        )
        .await;
    anna.press("Yes").unwrap();
    let id = world.updates().await[0]["callback_query"]["id"].clone();
    world.advance(61);
    assert!(
        world
            .call("answerCallbackQuery", json!({ "callback_query_id": id }))
            .await
            .is_err()
    );
}

#[tokio::test]
async fn the_newest_button_of_a_name_is_pressed_and_a_missing_one_is_explained() {
    let (world, anna) = World::started().await;
    for data in ["old", "new"] {
        world
            .say(
                "?",
                json!({ "inline_keyboard": [[{ "text": "Go", "callback_data": data }]] }),
            )
            .await;
    }
    world
        .say(
            "?",
            json!({ "inline_keyboard": [[{ "text": "Site", "url": "https://example.org" }]] }),
        )
        .await;
    anna.press("Go").unwrap();
    assert_eq!(world.updates().await[0]["callback_query"]["data"], "new");
    assert_eq!(anna.press("Site"), Err(ActError::NotACallback("Site".to_owned())));
    let error = anna.press("Stop").unwrap_err().to_string();
    assert_eq!(error, r#"there is no button [Stop]; there are: ["Site", "Go", "Go"]"#);
}

#[tokio::test]
async fn keys_write_their_text_and_go_away_when_they_serve_once() {
    let (world, anna) = World::started().await;
    world
        .say(
            "Menu",
            json!({ "keyboard": [["Profile", "Help"]], "resize_keyboard": true }),
        )
        .await;
    anna.press_key("Help").unwrap();
    assert_eq!(world.updates().await[0]["message"]["text"], "Help");
    assert_eq!(anna.transcript().keys(), ["Profile", "Help"]);
    world
        .say("Once", json!({ "keyboard": [["Yes"]], "one_time_keyboard": true }))
        .await;
    anna.press_key("Yes").unwrap();
    assert_eq!(anna.transcript().keyboard, None);
    assert!(matches!(anna.press_key("Yes"), Err(ActError::NoSuchButton { .. })));
    world.say("Menu", json!({ "keyboard": [["Profile"]] })).await;
    world.say("Gone", json!({ "remove_keyboard": true })).await;
    assert_eq!(anna.transcript().keyboard, None);
}

#[tokio::test]
async fn an_own_number_can_be_told_from_somebody_elses() {
    let (world, anna) = World::started().await;
    world
        .say(
            "Number?",
            json!({ "keyboard": [[{ "text": "Send", "request_contact": true }]] }),
        )
        .await;
    anna.press_key("Send").unwrap();
    anna.share_contact_of(BORIS).unwrap();
    let seen: Vec<Value> = world
        .updates()
        .await
        .iter()
        .map(|update| {
            json!([
                update["message"]["from"]["id"],
                update["message"]["contact"]["user_id"],
                update["message"]["contact"]["phone_number"]
            ])
        })
        .collect();
    assert_eq!(
        seen,
        [json!([ANNA, ANNA, "79990000001"]), json!([ANNA, BORIS, "79990000002"])]
    );
}

#[tokio::test]
async fn a_blocked_bot_cannot_write_until_it_is_started_again() {
    let (world, anna) = World::started().await;
    anna.block().unwrap();
    let (code, description) = world
        .call("sendMessage", json!({ "chat_id": ANNA, "text": "a" }))
        .await
        .unwrap_err();
    assert_eq!(
        (code, description.as_str()),
        (403, "Forbidden: bot was blocked by the user")
    );
    assert_eq!(anna.write("hello"), Err(ActError::Blocked));
    anna.start(Some("table-7")).unwrap();
    let kinds: Vec<_> = world
        .updates()
        .await
        .iter()
        .map(|update| update["message"]["text"].clone())
        .collect();
    assert_eq!(kinds, [Value::Null, Value::Null, json!("/start table-7")]);
    world
        .call("sendMessage", json!({ "chat_id": ANNA, "text": "a" }))
        .await
        .unwrap();
}

#[tokio::test]
async fn waiting_ends_when_the_bot_has_written() {
    let (world, anna) = World::started().await;
    let (seen, _) = tokio::join!(
        anna.wait_for(|chat| chat.ends_with_bot("ready")),
        world.say("All ready", Value::Null)
    );
    assert!(seen.unwrap().ends_with_bot("All ready"));
}

#[tokio::test]
async fn waiting_in_vain_shows_the_chat() {
    let (_world, anna) = World::started().await;
    let seen = anna
        .wait_at_most(Duration::ZERO, |chat| chat.ends_with_bot("never"))
        .await;
    let error = seen.unwrap_err().to_string();
    assert!(error.ends_with("it reads:\nAnna> /start\n"), "{error}");
}

#[tokio::test]
async fn a_person_may_be_known_from_before() {
    let world = World::new();
    let boris = world.telegram.chat("@first_bot", BORIS).unwrap();
    boris.open().unwrap();
    world
        .call("sendMessage", json!({ "chat_id": BORIS, "text": "Welcome back" }))
        .await
        .unwrap();
    assert!(world.updates().await.is_empty());
    insta::assert_snapshot!(boris.transcript(), @"bot> Welcome back");
}

#[test]
fn strangers_have_no_chats() {
    let world = World::new();
    assert_eq!(
        world.telegram.chat("nobody", ANNA).unwrap_err(),
        ActError::UnknownBot("nobody".to_owned())
    );
    assert_eq!(
        world.telegram.chat("first_bot", 5).unwrap_err(),
        ActError::UnknownPerson(5)
    );
}
