//! What each answer of Telegram, of a proxy in front of it, and of nobody at all means to the caller.

use std::{future::pending, sync::Arc, time::Duration};

use axum::{
    Router,
    http::StatusCode,
    routing::{any, post},
};
use karavan_clients::telegram::{
    TelegramError,
    api::methods::{EditMessageTextParams, SendMessageParams},
};
use tokio::{join, sync::Notify};

use crate::harness::{Log, Server, TOKEN, bot, impatient, patient, printed, serve};

/// A Telegram that says the same to everybody.
async fn always(status: u16, body: &'static str) -> Server {
    let status = StatusCode::from_u16(status).unwrap();
    serve(Router::new().fallback(any(move || async move { (status, body) }))).await
}

fn hello() -> SendMessageParams {
    SendMessageParams::builder().chat_id(1001).text("hello").build()
}

async fn refusal(status: u16, body: &'static str) -> TelegramError {
    let server = always(status, body).await;
    bot(patient(), &server.base).send_message(&hello()).await.unwrap_err()
}

fn row(error: &TelegramError) -> String {
    let retry = if error.is_retryable() { "retry" } else { "final" };
    let chat = if error.is_unreachable() { ", chat is lost" } else { "" };
    format!("{error:?} ({retry}{chat})")
}

/// Status, body, meaning.
const TABLE: &[(u16, &str, &str)] = &[
    (
        429,
        r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}"#,
        "TooManyRequests { retry_after: 5s } (retry)",
    ),
    (
        429,
        r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 86400","parameters":{"retry_after":86400}}"#,
        "TooManyRequests { retry_after: 86400s } (retry)",
    ),
    (
        429,
        r#"{"ok":false,"error_code":429,"description":"Too Many Requests"}"#,
        "TooManyRequests { retry_after: 1s } (retry)",
    ),
    (
        429,
        "<html>slow down</html>",
        "TooManyRequests { retry_after: 1s } (retry)",
    ),
    (
        403,
        r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#,
        "Blocked { description: \"Forbidden: bot was blocked by the user\" } (final, chat is lost)",
    ),
    (
        403,
        r#"{"ok":false,"error_code":403,"description":"Forbidden: user is deactivated"}"#,
        "Blocked { description: \"Forbidden: user is deactivated\" } (final, chat is lost)",
    ),
    (
        403,
        r#"{"ok":false,"error_code":403,"description":"Forbidden: bot can't initiate conversation with a user"}"#,
        "Blocked { description: \"Forbidden: bot can't initiate conversation with a user\" } (final, chat is lost)",
    ),
    (
        400,
        r#"{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message"}"#,
        "NotModified (final)",
    ),
    (
        400,
        r#"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#,
        "ChatGone (final, chat is lost)",
    ),
    (
        400,
        r#"{"ok":false,"error_code":400,"description":"Bad Request: PEER_ID_INVALID"}"#,
        "ChatGone (final, chat is lost)",
    ),
    (
        400,
        r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001234567890}}"#,
        "Migrated { to: -1001234567890 } (final)",
    ),
    (
        400,
        r#"{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}"#,
        "Rejected { code: 400, description: \"Bad Request: message is too long\" } (final)",
    ),
    (
        400,
        r#"{"ok":false,"error_code":400}"#,
        "Rejected { code: 400, description: \"\" } (final)",
    ),
    (
        413,
        r#"{"ok":false,"error_code":413,"description":"Request Entity Too Large"}"#,
        "Rejected { code: 413, description: \"Request Entity Too Large\" } (final)",
    ),
    (
        401,
        r#"{"ok":false,"error_code":401,"description":"Unauthorized"}"#,
        "Unauthorized (final)",
    ),
    (
        404,
        r#"{"ok":false,"error_code":404,"description":"Not Found"}"#,
        "Unauthorized (final)",
    ),
    (
        409,
        r#"{"ok":false,"error_code":409,"description":"Conflict: terminated by other getUpdates request"}"#,
        "Conflict { description: \"Conflict: terminated by other getUpdates request\" } (retry)",
    ),
    (
        500,
        r#"{"ok":false,"error_code":500,"description":"Internal Server Error"}"#,
        "Server(500) (retry)",
    ),
    (502, "<html>Bad Gateway</html>", "Server(502) (retry)"),
    (503, "", "Server(503) (retry)"),
    (
        404,
        "<html>nginx</html>",
        "Malformed { status: 404, fault: Syntax, column: 1 } (final)",
    ),
    (302, "", "Malformed { status: 302, fault: Eof, column: 0 } (final)"),
    (200, "", "Malformed { status: 200, fault: Eof, column: 0 } (final)"),
    (
        200,
        "<html>Welcome to the hotel</html>",
        "Malformed { status: 200, fault: Syntax, column: 1 } (final)",
    ),
    (
        200,
        r#"{"ok":true}"#,
        "Malformed { status: 200, fault: Data, column: 11 } (final)",
    ),
    (
        200,
        r#"{"ok":true,"result":{"message_id":"+79990000001"}}"#,
        "Malformed { status: 200, fault: Data, column: 48 } (final)",
    ),
    (
        200,
        r#"{"ok":true,"result":{"mess"#,
        "Malformed { status: 200, fault: Eof, column: 26 } (final)",
    ),
];

#[tokio::test]
async fn every_answer_has_its_meaning() {
    for (status, body, meaning) in TABLE {
        let error = refusal(*status, body).await;
        assert_eq!(row(&error), *meaning, "for {status} {body}");
        let printed = printed(&error);
        assert!(!printed.contains("very_secret"), "{printed}");
        // The parser's own messages quote values.
        assert!(!printed.contains("+7999"), "{printed}");
    }
}

#[tokio::test]
async fn an_edit_that_changes_nothing_is_done() {
    let same = r#"{"ok":false,"error_code":400,"description":"Bad Request: message is not modified: same"}"#;
    let server = always(400, same).await;
    let edit = EditMessageTextParams::builder()
        .chat_id(1001)
        .message_id(7)
        .text("hello")
        .build();
    bot(patient(), &server.base).edit_message_text(&edit).await.unwrap();
}

#[tokio::test]
async fn a_pause_is_handed_over() {
    let error = refusal(
        429,
        r#"{"ok":false,"error_code":429,"description":"","parameters":{"retry_after":7}}"#,
    )
    .await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(refusal(500, "").await.retry_after(), None);
}

#[tokio::test]
async fn silence_is_worth_a_retry_and_keeps_the_token() {
    let server = serve(Router::new().fallback(any(pending::<()>))).await;
    let error = bot(impatient(), &server.base).send_message(&hello()).await.unwrap_err();
    assert!(matches!(error, TelegramError::Network(_)), "{error:?}");
    assert!(error.is_retryable());
    assert!(!printed(&error).contains("very_secret"), "{}", printed(&error));
}

#[tokio::test]
async fn a_poll_outlives_the_usual_patience() {
    let answer = Arc::new(Notify::new());
    let wait = answer.clone();
    let poll = move || async move {
        wait.notified().await;
        r#"{"ok":true,"result":[]}"#
    };
    let router = Router::new()
        .route(&format!("/bot{TOKEN}/getUpdates"), post(poll))
        .fallback(any(pending::<()>));
    let server = serve(router).await;
    let bot = bot(impatient(), &server.base);
    let message = hello();
    // The poll begins first and is answered only after the other call was given up.
    let (updates, sent) = join!(biased; bot.get_updates(None, 100, Duration::from_secs(1), &[]), async {
        let sent = bot.send_message(&message).await;
        answer.notify_one();
        sent
    });
    assert_eq!(updates.unwrap(), []);
    assert!(sent.unwrap_err().is_retryable());
}

#[tokio::test]
async fn an_unknown_kind_of_update_does_not_make_the_bot_deaf() {
    let body = r#"{"ok":true,"result":[
        {"update_id":5,"telepathy":{"thought":"coffee"}},
        {"update_id":6,"message":{"message_id":1,"date":1790000000,"chat":{"id":1001,"type":"private"},"text":"hi"}}
    ]}"#;
    let server = always(200, body).await;
    let updates = bot(patient(), &server.base)
        .get_updates(Some(5), 100, Duration::ZERO, &[])
        .await
        .unwrap();
    assert_eq!(
        updates.iter().map(|update| update.update_id).collect::<Vec<_>>(),
        [5, 6]
    );
    updates[0].parse().unwrap_err();
    assert_eq!(updates[1].parse().unwrap().update_id, 6);
    // What is stored is what came.
    let stored: serde_json::Value = serde_json::to_value(&updates).unwrap();
    assert_eq!(
        stored,
        serde_json::from_str::<serde_json::Value>(body).unwrap()["result"]
    );
}

#[tokio::test]
async fn the_token_is_not_logged() {
    let log = Log::start();
    let server = always(500, "").await;
    let bot = bot(patient(), &server.base);
    bot.send_message(&hello()).await.unwrap_err();
    let log = log.text();
    assert!(log.contains("127.0.0.1 answered 500"), "{log}");
    assert!(!log.contains("very_secret"), "{log}");
    assert!(!format!("{bot:?}").contains("very_secret"), "{bot:?}");
}
