//! What a code lives through: lookups, refused orders, a new one, and time.

use std::time::Duration;

use insta::assert_snapshot;
use karavan_testkit::app_test;
use serde_json::json;

use crate::cafe::{Cafe, TILL, hide_codes, with};

#[app_test]
async fn a_refused_order_keeps_the_code(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let order = t.order(guest, &code);
    for wrong in [
        json!({ "total_sum": 0 }),
        json!({ "drinks_count": 0, "sandwiches_count": 0 }),
        json!({ "receipt_number": "" }),
        json!({ "use_points": true, "used_points_amount": 5 }),
    ] {
        t.posts_order(&with(&order, &wrong)).await.expect(422);
        assert_eq!(t.books().await.orders, 0);
    }
    t.posts_order(&order).await.expect(201);
    t.run_jobs().await;
}

#[app_test]
async fn looking_a_code_up_does_not_use_it_up(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let path = format!("/coffee/codes/use?code_value={}", code.digits);
    let first = t.service.post(&path, json!({})).await;
    let second = t.service.post(&path, json!({})).await;
    assert_snapshot!(hide_codes(&first.to_string()), @r#"200 {"id":"[cod]","user_id":"[gst]","first_name":"Анна","is_used":false,"expires_at":"2026-11-20T09:01:30Z","created_at":"2026-11-20T09:00:00Z"}"#);
    assert_eq!(first.to_string(), second.to_string());
    t.posts_order(&t.order(guest, &code)).await.expect(201);
    assert_snapshot!(t.service.post(&path, json!({})).await, @r#"400 {"type":"about:blank","title":"Запрос не принят","status":400,"code":"code_unknown","detail":"Код не найден или уже использован. Попросите гостя открыть бота и прочитать код ещё раз.","request_id":"[req]"}"#);
    t.run_jobs().await;
}

#[app_test]
async fn a_code_sells_once(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    t.posts_order(&t.order(guest, &code)).await.expect(201);
    let again = with(&t.order(guest, &code), &json!({ "receipt_number": "1008" }));
    assert_snapshot!(t.posts_order(&again).await, @r#"400 {"type":"about:blank","title":"Запрос не принят","status":400,"code":"code_unknown","detail":"Код не найден или уже использован. Попросите гостя открыть бота и прочитать код ещё раз.","request_id":"[req]"}"#);
    assert_eq!((t.books().await.orders, t.balance(guest).await), (1, 9));
    t.run_jobs().await;
}

#[app_test]
async fn a_new_code_ends_the_one_before(t: Cafe) {
    let guest = t.guest("Анна").await;
    let old = t.code_over_http(guest).await;
    let new = t.code_over_http(guest).await;
    let refused = t.posts_order(&t.order(guest, &old)).await.expect(400);
    assert_eq!(refused.value("/code"), "code_unknown");
    let look = format!("/coffee/codes/use?code_value={}", old.digits);
    t.service.post(&look, json!({})).await.expect(400);
    t.posts_order(&t.order(guest, &new)).await.expect(201);
    assert_eq!(t.books().await.orders, 1);
    t.run_jobs().await;
}

#[app_test]
async fn over_the_api_ninety_seconds_are_ninety_seconds(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let look = format!("/coffee/codes/use?code_value={}", code.digits);
    t.clock.advance(Duration::from_secs(89));
    t.service.post(&look, json!({})).await.expect(200);
    t.clock.advance(Duration::from_secs(1));
    assert_snapshot!(t.service.post(&look, json!({})).await, @r#"400 {"type":"about:blank","title":"Запрос не принят","status":400,"code":"code_expired","detail":"Срок действия кода истёк. Попросите гостя получить новый код.","request_id":"[req]"}"#);
    assert_snapshot!(t.posts_order(&t.order(guest, &code)).await, @r#"400 {"type":"about:blank","title":"Запрос не принят","status":400,"code":"code_expired","detail":"Срок действия кода истёк. Попросите гостя получить новый код.","request_id":"[req]"}"#);
    assert_eq!(t.books().await.orders, 0);
}

#[app_test]
async fn a_barista_who_read_the_code_in_time_may_finish_within_ten_minutes(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris.plays(TILL, &["/start", "[Обработка заказа]", &code]).await;
    t.clock.advance(Duration::from_secs(9 * 60));
    // Nobody else may use the time that Boris has.
    let (_, vera) = t.another_barista("Вера").await;
    vera.plays(TILL, &["/start", "[Обработка заказа]", &code]).await;
    assert!(vera.last_from(TILL).text.starts_with("Срок действия кода истёк"));
    t.boris.plays(TILL, &["1007", "950", "2", "1", "[Подтвердить]"]).await;
    assert_eq!((t.books().await.orders, t.balance(guest).await), (1, 9));
}

#[app_test]
async fn after_ten_minutes_the_sale_needs_another_code(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(TILL, &["/start", "[Обработка заказа]", &code, "1007", "950", "2", "1"])
        .await;
    t.clock.advance(Duration::from_secs(10 * 60));
    t.boris.presses(TILL, "Подтвердить").await;
    assert_eq!(
        t.boris.last_from(TILL).text,
        "Срок действия кода истёк. Попросите гостя получить новый код."
    );
    assert_eq!(t.books().await.orders, 0);
}

#[app_test]
async fn a_sale_in_progress_survives_the_hourly_tidying(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    // Five minutes past the hour is when codes are marked.
    t.clock.advance(Duration::from_secs(2 * 60));
    let code = t.shows_code(&t.anna).await;
    t.boris.plays(TILL, &["/start", "[Обработка заказа]", &code]).await;
    t.advance(Duration::from_secs(5 * 60)).await;
    t.boris.plays(TILL, &["1007", "950", "2", "1", "[Подтвердить]"]).await;
    assert_eq!(t.books().await.orders, 1);
}

#[app_test]
async fn a_code_of_one_guest_does_not_sell_to_another(t: Cafe) {
    let (anna, vera) = (t.guest("Анна").await, t.guest("Вера").await);
    let code = t.code_over_http(anna).await;
    let refused = t.posts_order(&t.order(vera, &code)).await.expect(400);
    assert_eq!(refused.value("/code"), "code_unknown");
    assert_eq!(t.books().await.orders, 0);
    t.posts_order(&t.order(anna, &code)).await.expect(201);
    t.run_jobs().await;
}
