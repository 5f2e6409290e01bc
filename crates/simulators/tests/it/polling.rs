//! Updates: waiting for them, confirming them, fighting over them.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use crate::harness::{START, World};

fn texts(updates: &Value) -> Vec<&str> {
    updates
        .as_array()
        .unwrap()
        .iter()
        .map(|update| update["message"]["text"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_long_poll_wakes_when_somebody_writes() {
    let (world, anna) = World::started().await;
    let poll = world.call("getUpdates", json!({ "timeout": 50 }));
    let (updates, ()) = tokio::join!(poll, async { anna.write("hello").unwrap() });
    assert_eq!(texts(&updates.unwrap()), ["hello"]);
}

#[tokio::test]
async fn updates_stay_until_an_offset_confirms_them() {
    let (world, anna) = World::started().await;
    for word in ["one", "two", "three"] {
        anna.write(word).unwrap();
    }
    let first = world.call("getUpdates", json!({ "limit": 2 })).await.unwrap();
    assert_eq!(texts(&first), ["one", "two"]);
    assert_eq!(
        texts(&world.call("getUpdates", json!({})).await.unwrap()),
        ["one", "two", "three"]
    );
    let next = first[1]["update_id"].as_i64().unwrap() + 1;
    assert_eq!(
        texts(&world.call("getUpdates", json!({ "offset": next })).await.unwrap()),
        ["three"]
    );
    assert_eq!(world.telegram.pending_updates("first_bot"), 1);
}

#[tokio::test]
async fn a_negative_offset_keeps_only_the_newest() {
    let (world, anna) = World::started().await;
    for word in ["one", "two", "three"] {
        anna.write(word).unwrap();
    }
    assert_eq!(
        texts(&world.call("getUpdates", json!({ "offset": -1 })).await.unwrap()),
        ["three"]
    );
    assert_eq!(world.telegram.pending_updates("first_bot"), 1);
}

#[tokio::test]
async fn the_second_poll_ends_the_first() {
    let (world, anna) = World::started().await;
    let first = world.call("getUpdates", json!({ "timeout": 50 }));
    let second = async {
        let (updates, ()) = tokio::join!(world.call("getUpdates", json!({ "timeout": 50 })), async {
            anna.write("hello").unwrap()
        });
        updates
    };
    let (first, second) = tokio::join!(first, second);
    let (code, description) = first.unwrap_err();
    assert_eq!(code, 409);
    assert_eq!(
        description,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    );
    assert_eq!(texts(&second.unwrap()), ["hello"]);
}

#[tokio::test]
async fn kinds_that_were_not_asked_for_do_not_arrive() {
    let (world, anna) = World::started().await;
    world
        .call("getUpdates", json!({ "allowed_updates": ["my_chat_member"] }))
        .await
        .unwrap();
    anna.write("not wanted").unwrap();
    anna.block().unwrap();
    let updates = world.updates().await;
    assert_eq!(updates.len(), 1);
    assert_eq!(updates[0]["my_chat_member"]["new_chat_member"]["status"], "kicked");
}

#[tokio::test]
async fn a_webhook_excludes_polling_until_it_is_deleted() {
    let (world, anna) = World::started().await;
    let hook = json!({ "url": "http://127.0.0.1:1/hook", "secret_token": "s-1" });
    let (poll, set) = tokio::join!(
        world.call("getUpdates", json!({ "timeout": 50 })),
        world.call("setWebhook", hook)
    );
    assert_eq!(set.unwrap(), true);
    assert_eq!(poll.unwrap_err().1, "Conflict: terminated by setWebhook request");
    let (code, description) = world.call("getUpdates", json!({})).await.unwrap_err();
    assert_eq!(code, 409);
    assert!(
        description.starts_with("Conflict: can't use getUpdates method while webhook is active"),
        "{description}"
    );

    anna.write("kept").unwrap();
    let info = world.call("getWebhookInfo", json!({})).await.unwrap();
    assert_eq!(
        (&info["url"], &info["pending_update_count"]),
        (&json!("http://127.0.0.1:1/hook"), &json!(1))
    );
    assert_eq!(
        world.telegram.webhook("first_bot").unwrap().secret.as_deref(),
        Some("s-1")
    );

    world.call("deleteWebhook", json!({})).await.unwrap();
    assert_eq!(texts(&world.call("getUpdates", json!({})).await.unwrap()), ["kept"]);
    let bad = world
        .call("setWebhook", json!({ "url": "https://e.org", "secret_token": "ё" }))
        .await
        .unwrap_err();
    assert_eq!(bad.1, "Bad Request: secret token contains unallowed characters");
}

#[tokio::test]
async fn ids_go_on_after_a_restart() {
    let world = World::new();
    world.anna().start(None).unwrap();
    assert_eq!(world.updates().await[0]["update_id"], START);
}

#[tokio::test]
async fn over_real_http_a_waiting_poll_ends_at_shutdown() {
    let world = World::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let server = world.telegram.serve_api(listener, shutdown.clone());
    // `join!` begins in this order: a poll in process waits first, so its end proves that the one over HTTP waits now.
    let first = async {
        assert_eq!(
            world.call("getUpdates", json!({ "timeout": 50 })).await.unwrap_err().0,
            409
        );
        shutdown.cancel();
    };
    let client = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = "GET /bot700:one/getUpdates?timeout=50 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let (served, (), answer) = tokio::join!(server, first, client);
    served.unwrap();
    assert!(answer.ends_with(r#"{"ok":true,"result":[]}"#), "{answer}");
}
