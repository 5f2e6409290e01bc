//! `/coffee/users/` over HTTP.

use std::time::Duration;

use axum::http::Method;
use insta::assert_snapshot;
use karavan_testkit::{Client, app_test};
use serde_json::{Value, json};

use crate::cafe::{Cafe, text_of, with};

fn anna() -> Value {
    json!({
        "telegram_id": 42,
        "phone": "+7 916 123-45-67",
        "first_name": "Анна",
        "last_name": "Петрова",
        "birth_date": "1990-03-07",
    })
}

/// Sends a text that may be no JSON.
async fn sends(client: &Client, body: &str) -> karavan_testkit::Response {
    let body = Some(("application/json", body.to_owned()));
    client.send(Method::POST, "/coffee/users/", body).await
}

#[app_test]
async fn a_guest_is_registered_and_shown(t: Cafe) {
    let made = t.service.post("/coffee/users/", anna()).await;
    assert_snapshot!(made, @r#"201 {"id":"[gst]","telegram_id":42,"phone":"+79161234567","first_name":"Анна","last_name":"Петрова","birth_date":"1990-03-07","loyalty_status":"standard","points":0,"drinks_count":0,"sandwiches_count":0,"gift_drinks":0,"gift_sandwiches":0,"is_active":true,"role":"client"}"#);
    let shown = t.service.get("/coffee/users/42").await.expect(200);
    assert_eq!(shown.text(), made.text());
    let listed = t.service.get("/coffee/users/").await.expect(200);
    assert_eq!(listed.text(), format!("[{}]", made.text()));
}

#[app_test]
async fn somebody_registered_is_refused_with_400(t: Cafe) {
    t.service.post("/coffee/users/", anna()).await.expect(201);
    assert_snapshot!(t.service.post("/coffee/users/", anna()).await, @r#"400 {"type":"about:blank","title":"Запрос не принят","status":400,"code":"guest_registered","detail":"Пользователь уже зарегистрирован.","request_id":"[req]"}"#);
    let same_number = with(&anna(), &json!({ "telegram_id": 43 }));
    assert_snapshot!(t.service.post("/coffee/users/", same_number).await, @r#"409 {"type":"about:blank","title":"Так сделать не получилось","status":409,"code":"guest_phone_taken","detail":"Этот номер уже у другого гостя. Если он ваш, обратитесь в кофейню: там помогут.","request_id":"[req]"}"#);
    assert_eq!(t.books().await.guests, 1);
}

#[app_test]
async fn fields_that_make_no_sense_are_named(t: Cafe) {
    for (wrong, code) in [
        (json!({ "phone": "12" }), "guest_phone_invalid"),
        (json!({ "phone": "+7916abc4567" }), "guest_phone_invalid"),
        (json!({ "first_name": "  " }), "guest_name_invalid"),
        (json!({ "first_name": "\u{202e}annA" }), "guest_name_invalid"),
        (json!({ "last_name": "я".repeat(65) }), "guest_name_invalid"),
        (json!({ "birth_date": "2090-01-01" }), "guest_birth_date_invalid"),
        (json!({ "birth_date": "1890-01-01" }), "guest_birth_date_invalid"),
        (json!({ "birth_date": "1990-02-31" }), "body_invalid"),
        (json!({ "birth_date": "07.03.1990" }), "body_invalid"),
        (json!({ "telegram_id": "42" }), "body_invalid"),
        (json!({ "telegram_id": null }), "body_invalid"),
        (json!({ "is_admin": true }), "body_invalid"),
    ] {
        let caller = t.service(&["coffee.guests.create"]).await;
        let refused = caller.post("/coffee/users/", with(&anna(), &wrong)).await.expect(422);
        assert_eq!(refused.value("/code"), code, "{wrong}");
    }
    let caller = t.service(&["coffee.guests.create"]).await;
    assert_snapshot!(caller.post("/coffee/users/", with(&anna(), &json!({ "points": 1_000 }))).await, @r#"422 {"type":"about:blank","title":"Нужно кое-что исправить","status":422,"code":"body_invalid","detail":"В теле запроса не те поля, которых мы ждём. Исправьте названные поля и отправьте снова.","request_id":"[req]","errors":[{"field":"points","code":"field_invalid","detail":"Значение не того вида, который нужен."}]}"#);
    assert_eq!(t.books().await.guests, 0);
}

#[app_test]
async fn accounts_of_groups_and_of_nobody_are_refused(t: Cafe) {
    for wrong in [0, -1, i64::MIN] {
        let caller = t.service(&["coffee.guests.create"]).await;
        let body = with(&anna(), &json!({ "telegram_id": wrong }));
        let refused = caller.post("/coffee/users/", body).await.expect(422);
        assert_eq!(refused.value("/errors/0/field"), "telegram_id");
    }
    assert_eq!(t.books().await.guests, 0);
}

#[app_test]
async fn what_is_no_json_is_refused(t: Cafe) {
    assert_snapshot!(sends(&t.service, "{\"telegram_id\": 42").await, @r#"400 {"type":"about:blank","title":"Запрос не принят","status":400,"code":"body_malformed","detail":"Тело запроса не читается как JSON. Проверьте синтаксис и отправьте снова.","request_id":"[req]"}"#);
    sends(&t.service, "").await.expect(400);
    sends(&t.service, "[]").await.expect(422);
    let form = Some(("application/x-www-form-urlencoded", "telegram_id=42".to_owned()));
    t.service.send(Method::POST, "/coffee/users/", form).await.expect(415);
    assert_eq!(t.books().await.guests, 0);
}

#[app_test]
async fn ids_of_another_kind_are_not_found(t: Cafe) {
    let guest = t.guest("Анна").await;
    assert_snapshot!(t.service.get("/coffee/users/77").await, @r#"404 {"type":"about:blank","title":"Здесь ничего нет","status":404,"code":"not_found","detail":"По этому адресу ничего нет или у вашей учётной записи нет к нему доступа. Проверьте адрес или вернитесь на главную страницу.","request_id":"[req]"}"#);
    t.service.get(&format!("/coffee/users/{guest}")).await.expect(404);
    t.service.get("/coffee/users/-1").await.expect(404);
    t.service.get("/coffee/users/99999999999999999999").await.expect(404);
    t.service.get("/coffee/users/%00").await.expect(404);
    t.owner
        .get(&format!("/admin/coffee/guests/{}", t.barista))
        .await
        .expect(404);
    t.owner
        .get("/admin/coffee/guests/gst_01kcg3v5h0e4tn3q8w2xyzabcd")
        .await
        .expect(404);
}

#[app_test]
async fn nobody_and_somebody_without_the_right_learn_nothing(t: Cafe) {
    t.service.post("/coffee/users/", anna()).await.expect(201);
    let stranger = t.anonymous();
    stranger.get("/coffee/users/42").await.expect(401);
    stranger.get("/coffee/users/").await.expect(401);
    stranger.post("/coffee/users/", anna()).await.expect(401);
    let till = t.service(&["coffee.orders.*"]).await;
    till.get("/coffee/users/42").await.expect(403);
    till.get("/coffee/users/").await.expect(403);
    till.post("/coffee/users/", anna()).await.expect(403);
}

#[app_test]
async fn five_registrations_a_minute(t: Cafe) {
    let caller = t.service(&["coffee.guests.*"]).await;
    let person = |number: i64| {
        with(
            &anna(),
            &json!({ "telegram_id": number, "phone": format!("+7000002{number:04}") }),
        )
    };
    for number in 1..=5 {
        caller.post("/coffee/users/", person(number)).await.expect(201);
    }
    let refused = caller.post("/coffee/users/", person(6)).await;
    assert_snapshot!(refused, @r#"429 {"type":"about:blank","title":"Слишком много запросов","status":429,"code":"rate_limited","detail":"За короткое время пришло слишком много запросов. Подождите немного и повторите.","request_id":"[req]"}"#);
    assert_eq!(refused.header("retry-after"), "12");
    assert_eq!(t.books().await.guests, 5);
    t.clock.advance(Duration::from_secs(12));
    caller.post("/coffee/users/", person(6)).await.expect(201);
    caller.post("/coffee/users/", person(7)).await.expect(429);
}

#[app_test]
async fn thirty_profiles_and_ten_lists_a_minute(t: Cafe) {
    t.guest("Анна").await;
    let caller = t.service(&["coffee.guests.read"]).await;
    for _ in 0..30 {
        caller.get("/coffee/users/5001").await.expect(200);
    }
    assert_eq!(
        caller.get("/coffee/users/5001").await.expect(429).header("retry-after"),
        "2"
    );
    let caller = t.service(&["coffee.guests.read"]).await;
    for _ in 0..10 {
        caller.get("/coffee/users/").await.expect(200);
    }
    assert_eq!(
        caller.get("/coffee/users/").await.expect(429).header("retry-after"),
        "6"
    );
}

#[app_test]
async fn lists_are_cut_at_a_hundred(t: Cafe) {
    for number in 0..105 {
        t.guest(&format!("Гость {number}")).await;
    }
    let count = |path: &'static str| {
        let client = t.service.clone();
        async move { client.get(path).await.expect(200).json::<Vec<Value>>().len() }
    };
    assert_eq!(count("/coffee/users/").await, 100);
    assert_eq!(count("/coffee/users/?limit=1000").await, 100);
    assert_eq!(count("/coffee/users/?limit=100&offset=100").await, 5);
    assert_eq!(count("/coffee/users/?limit=0").await, 1);
    assert_eq!(count("/coffee/users/?offset=9223372036854775807").await, 0);
    for wrong in ["limit=-1", "limit=abc", "offset=-1", "limit=99999999999", "page=2"] {
        let caller = t.service(&["coffee.guests.read"]).await;
        let refused = caller.get(&format!("/coffee/users/?{wrong}")).await.expect(400);
        assert_eq!(text_of(&refused, "/code"), "query_invalid", "{wrong}");
    }
}

#[app_test]
async fn an_offset_beyond_every_number_is_an_empty_page(t: Cafe) {
    t.guest("Анна").await;
    for path in ["/coffee/users/", "/coffee/orders/"] {
        let beyond = t.service.get(&format!("{path}?offset=18446744073709551615")).await;
        assert!([200, 400].contains(&beyond.status.as_u16()), "{path}: {beyond}");
    }
}
