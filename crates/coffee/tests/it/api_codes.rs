//! `/coffee/codes/…` over HTTP. What a code lives through is in `codes`.

use insta::assert_snapshot;
use karavan_testkit::app_test;
use serde_json::json;

use crate::cafe::{Cafe, hide_codes, text_of};

#[app_test]
async fn a_code_is_made_for_a_guest(t: Cafe) {
    let guest = t.guest("Анна").await;
    let made = t
        .service
        .post(&format!("/coffee/codes/generate?user_id={guest}"), json!({}))
        .await;
    assert_snapshot!(hide_codes(&made.to_string()), @r#"200 {"id":"[cod]","code":"[code]","is_used":false,"expires_at":"2026-11-20T09:01:30Z","created_at":"2026-11-20T09:00:00Z"}"#);
    let code = text_of(&made, "/code");
    assert!(
        code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit()),
        "{code}"
    );
}

#[app_test]
async fn ids_that_name_no_guest_are_refused(t: Cafe) {
    let make = |id: String| {
        let client = t.service.clone();
        async move {
            client
                .post(&format!("/coffee/codes/generate?user_id={id}"), json!({}))
                .await
        }
    };
    assert_snapshot!(make("gst_01kcg3v5h0e4tn3q8w2xyzabcd".to_owned()).await, @r#"404 {"type":"about:blank","title":"Здесь ничего нет","status":404,"code":"not_found","detail":"По этому адресу ничего нет или у вашей учётной записи нет к нему доступа. Проверьте адрес или вернитесь на главную страницу.","request_id":"[req]"}"#);
    // A barista's id, and the Telegram id that old clients sent by mistake.
    assert_snapshot!(make(t.barista.to_string()).await, @r#"400 {"type":"about:blank","title":"Запрос не принят","status":400,"code":"query_invalid","detail":"У параметра в адресе неожиданное значение. Исправьте его или откройте страницу без параметров.","request_id":"[req]","errors":[{"field":"user_id","code":"field_invalid","detail":"Значение не того вида, который нужен."}]}"#);
    make("1001".to_owned()).await.expect(400);
    t.service.post("/coffee/codes/generate", json!({})).await.expect(400);
}

#[app_test]
async fn looking_up_wants_five_digits(t: Cafe) {
    let look = |code: &'static str| {
        let client = t.service.clone();
        async move {
            client
                .post(&format!("/coffee/codes/use?code_value={code}"), json!({}))
                .await
        }
    };
    for wrong in [
        "",
        "1",
        "123456",
        "abcde",
        "%D9%A4%D9%A8%D9%A2%D9%A9%D9%A1",
        "1234%00",
        "00000",
    ] {
        let refused = look(wrong).await.expect(400);
        assert_eq!(text_of(&refused, "/code"), "code_unknown", "{wrong}");
    }
    t.service.post("/coffee/codes/use", json!({})).await.expect(400);
    t.service
        .post("/coffee/codes/use?code_value=12345&x=1", json!({}))
        .await
        .expect(400);
}

#[app_test]
async fn making_and_looking_up_are_two_rights(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let (make, look) = (
        format!("/coffee/codes/generate?user_id={guest}"),
        format!("/coffee/codes/use?code_value={}", code.digits),
    );
    let maker = t.service(&["coffee.codes.create"]).await;
    let looker = t.service(&["coffee.codes.read"]).await;
    maker.post(&look, json!({})).await.expect(403);
    looker.post(&make, json!({})).await.expect(403);
    t.anonymous().post(&make, json!({})).await.expect(401);
    t.anonymous().post(&look, json!({})).await.expect(401);
    looker.post(&look, json!({})).await.expect(200);
    maker.post(&make, json!({})).await.expect(200);
}

#[app_test]
async fn a_code_shows_no_number_and_no_birthday(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let found = t
        .service
        .post(&format!("/coffee/codes/use?code_value={}", code.digits), json!({}))
        .await
        .expect(200);
    let fields: Vec<String> = found
        .json::<serde_json::Map<String, serde_json::Value>>()
        .keys()
        .cloned()
        .collect();
    assert_eq!(
        fields,
        ["created_at", "expires_at", "first_name", "id", "is_used", "user_id"]
    );
}
