//! `/coffee/orders/` over HTTP.

use axum::http::Method;
use insta::assert_snapshot;
use karavan_coffee::orders::store;
use karavan_testkit::app_test;
use serde_json::{Value, json};

use crate::cafe::{Basket, Cafe, GUESTS, text_of, with};

#[app_test]
async fn a_sale_over_the_api(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    let code = t.code_over_http(guest).await;
    let sold = t.posts_order(&t.order(guest, &code)).await;
    assert_snapshot!(sold, @r#"201 {"id":"[ord]","user_id":"[gst]","barista_id":"[bst]","code_id":"[cod]","receipt_number":"1007","total_sum":950,"total_minor":95000,"drinks_count":2,"sandwiches_count":1,"use_points":false,"used_points_amount":0,"points_earned":9,"date_created":"2026-11-20T09:00:04Z","points_used":0,"new_points_total":9,"level_upgraded":false,"new_level":null}"#);
    t.settle().await;
    assert_snapshot!(t.anna.last_from(GUESTS).text, @"
    Начислено 9 баллов, всего 9.
    До уровня «Серебро» осталось 18 напитков.
    ");
    let by_guest = t.service.get(&format!("/coffee/orders/user/{guest}")).await.expect(200);
    let all = t.service.get("/coffee/orders/").await.expect(200);
    let recent = t.service.get("/coffee/orders/recent").await.expect(200);
    assert_eq!(by_guest.text(), all.text());
    assert_eq!(recent.text(), all.text());
    assert_eq!(all.value("/0/id"), sold.value("/id"));
}

#[app_test]
async fn a_sale_that_pays_with_points_and_reaches_a_level(t: Cafe) {
    let guest = t.guest("Анна").await;
    t.earns(guest, 100).await;
    let code = t.code_over_http(guest).await;
    let order = with(
        &t.order(guest, &code),
        &json!({ "use_points": true, "used_points_amount": 100, "drinks_count": 19 }),
    );
    let sold = t.posts_order(&order).await;
    assert_snapshot!(sold, @r#"201 {"id":"[ord]","user_id":"[gst]","barista_id":"[bst]","code_id":"[cod]","receipt_number":"1007","total_sum":950,"total_minor":95000,"drinks_count":19,"sandwiches_count":1,"use_points":true,"used_points_amount":100,"points_earned":0,"date_created":"2026-11-20T09:00:01Z","points_used":100,"new_points_total":0,"level_upgraded":true,"new_level":"silver"}"#);
    t.run_jobs().await;
}

#[app_test]
async fn orders_that_make_no_sense_are_refused_and_nothing_is_written(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let order = t.order(guest, &code);
    let before = t.books().await;
    for (wrong, refusal) in [
        (json!({ "total_sum": 0 }), "order_sum_invalid"),
        (json!({ "total_sum": -5 }), "order_sum_invalid"),
        (json!({ "total_sum": 100_001 }), "order_sum_invalid"),
        (json!({ "total_sum": i64::MAX }), "order_sum_invalid"),
        (json!({ "total_sum": i64::MIN }), "order_sum_invalid"),
        (json!({ "drinks_count": -1 }), "order_counts_invalid"),
        (
            json!({ "drinks_count": 0, "sandwiches_count": 0 }),
            "order_counts_invalid",
        ),
        (
            json!({ "drinks_count": i64::MAX, "sandwiches_count": i64::MAX }),
            "order_counts_invalid",
        ),
        (json!({ "sandwiches_count": 1_000 }), "order_counts_invalid"),
        (json!({ "receipt_number": " " }), "order_receipt_invalid"),
        (json!({ "receipt_number": "x".repeat(33) }), "order_receipt_invalid"),
        (json!({ "receipt_number": "1\u{0}2" }), "order_receipt_invalid"),
        (
            json!({ "use_points": true, "used_points_amount": 1 }),
            "order_points_over_limit",
        ),
        (
            json!({ "barista_id": "bst_01kcg3v5h0e4tn3q8w2xyzabcd" }),
            "order_barista_unknown",
        ),
        (json!({ "barista_id": guest.to_string() }), "body_invalid"),
        (json!({ "user_id": 1001 }), "body_invalid"),
        (json!({ "code_id": "12345" }), "body_invalid"),
        (json!({ "total_sum": 9.5 }), "body_invalid"),
        (json!({ "total_sum": "950" }), "body_invalid"),
        (json!({ "discount": 100 }), "body_invalid"),
    ] {
        let refused = t.posts_order(&with(&order, &wrong)).await.expect(422);
        assert_eq!(refused.value("/code"), refusal, "{wrong}");
    }
    for (wrong, refusal) in [
        (json!({ "code_id": "cod_01kcg3v5h0e4tn3q8w2xyzabcd" }), "code_unknown"),
        (json!({ "user_id": "gst_01kcg3v5h0e4tn3q8w2xyzabcd" }), "code_unknown"),
    ] {
        let refused = t.posts_order(&with(&order, &wrong)).await.expect(400);
        assert_eq!(refused.value("/code"), refusal, "{wrong}");
    }
    assert_eq!(t.books().await, before);
    assert_eq!(t.job_names().await, [""; 0], "nobody is told");
    t.posts_order(&order).await.expect(201);
    t.run_jobs().await;
}

#[app_test]
async fn refusals_say_what_to_do(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let order = t.order(guest, &code);
    assert_snapshot!(t.posts_order(&with(&order, &json!({ "total_sum": 0 }))).await, @r#"422 {"type":"about:blank","title":"Нужно кое-что исправить","status":422,"code":"order_sum_invalid","detail":"Сумма должна быть больше 0 и не больше 100 000 ₽.","request_id":"[req]"}"#);
    let english = t.service.with_header("accept-language", "en");
    let refused = english
        .post("/coffee/orders/", with(&order, &json!({ "drinks_count": "two" })))
        .await;
    assert_snapshot!(refused, @r#"422 {"type":"about:blank","title":"Something needs a correction","status":422,"code":"body_invalid","detail":"The request body does not have the expected fields. Correct the fields that are named and send it again.","request_id":"[req]","errors":[{"field":"drinks_count","code":"field_invalid","detail":"The value has another form than expected."}]}"#);
    t.lets_sell(t.barista, false).await;
    assert_snapshot!(t.posts_order(&order).await, @r#"422 {"type":"about:blank","title":"Нужно кое-что исправить","status":422,"code":"order_barista_unknown","detail":"Такого бариста нет в списке или он отключён.","request_id":"[req]"}"#);
}

#[app_test]
async fn what_is_no_json_is_refused(t: Cafe) {
    let body = Some(("application/json", "{".to_owned()));
    t.service.send(Method::POST, "/coffee/orders/", body).await.expect(400);
    t.service.send(Method::POST, "/coffee/orders/", None).await.expect(415);
    let huge = Some(("application/json", format!("\"{}\"", "x".repeat(2_000_000))));
    t.service.send(Method::POST, "/coffee/orders/", huge).await.expect(413);
}

#[app_test]
async fn the_same_request_with_the_same_key_sells_once(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let order = t.order(guest, &code);
    let keyed = t.service.with_key("till-1:1007");
    let first = keyed.post("/coffee/orders/", &order).await.expect(201);
    let again = keyed.post("/coffee/orders/", &order).await.expect(201);
    assert_eq!(first.text(), again.text());
    let other = keyed
        .post("/coffee/orders/", with(&order, &json!({ "total_sum": 951 })))
        .await;
    assert_snapshot!(other, @r#"422 {"type":"about:blank","title":"Нужно кое-что исправить","status":422,"code":"idempotency_key_reused","detail":"Этот Idempotency-Key уже использован для другого запроса. Возьмите новый ключ.","request_id":"[req]"}"#);
    assert_eq!((t.books().await.orders, t.balance(guest).await), (1, 9));
    // The key is the caller's own: another machine's is another.
    let elsewhere = t.service(&["coffee.orders.create"]).await.with_key("till-1:1007");
    let refused = elsewhere.post("/coffee/orders/", &order).await.expect(400);
    assert_eq!(text_of(&refused, "/code"), "code_unknown");
    t.run_jobs().await;
}

#[app_test]
async fn a_refusal_does_not_use_the_key_up(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let order = t.order(guest, &code);
    let keyed = t.service.with_key("k");
    keyed
        .post("/coffee/orders/", with(&order, &json!({ "total_sum": 0 })))
        .await
        .expect(422);
    keyed.post("/coffee/orders/", &order).await.expect(201);
    t.run_jobs().await;
}

#[app_test]
async fn keys_that_are_none_are_refused(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    for wrong in ["", "with space", &"k".repeat(201)] {
        let refused = t
            .service
            .with_key(wrong)
            .post("/coffee/orders/", t.order(guest, &code))
            .await
            .expect(400);
        assert_eq!(text_of(&refused, "/code"), "idempotency_key_invalid", "{wrong:?}");
    }
    assert_eq!(t.books().await.orders, 0);
}

#[app_test]
async fn lists_are_capped_and_narrowed(t: Cafe) {
    let (anna, vera) = (t.guest("Анна").await, t.guest("Вера").await);
    for number in 0..12 {
        t.earns(if number % 3 == 0 { vera } else { anna }, 1).await;
    }
    let count = |path: String| {
        let client = t.service.clone();
        async move { client.get(&path).await.expect(200).json::<Vec<Value>>().len() }
    };
    assert_eq!(count("/coffee/orders/".into()).await, 12);
    assert_eq!(count("/coffee/orders/?limit=1000".into()).await, 12);
    assert_eq!(count("/coffee/orders/?limit=5&offset=10".into()).await, 2);
    assert_eq!(count("/coffee/orders/recent".into()).await, 10);
    assert_eq!(count("/coffee/orders/recent?limit=1000".into()).await, 12);
    assert_eq!(count(format!("/coffee/orders/user/{vera}")).await, 4);
    assert_eq!(count(format!("/coffee/orders/user/{anna}?limit=3&offset=6")).await, 2);
    t.service
        .get("/coffee/orders/user/gst_01kcg3v5h0e4tn3q8w2xyzabcd")
        .await
        .expect(404);
    t.service
        .get(&format!("/coffee/orders/user/{}", t.barista))
        .await
        .expect(404);
    t.service.get("/coffee/orders/user/5001").await.expect(404);
    t.service.get("/coffee/orders/?limit=abc").await.expect(400);
    t.service.get("/coffee/orders/recent?offset=1").await.expect(400);
}

#[app_test]
async fn a_list_never_gives_more_than_a_hundred(t: Cafe) {
    let guest = t.guest("Анна").await;
    for _ in 0..101 {
        t.sale(guest, Basket::default()).await.unwrap();
    }
    t.run_jobs().await;
    for path in ["/coffee/orders/?limit=1000", "/coffee/orders/recent?limit=4000000000"] {
        let orders: Vec<Value> = t.service.get(path).await.expect(200).json();
        assert_eq!(orders.len(), 100, "{path}");
    }
    let all = store::Search::default();
    let page = store::search(
        &mut t.read().await.unwrap(),
        &all,
        karavan_store::PageRequest::new(1_000, 0),
    )
    .await
    .unwrap();
    assert_eq!((page.rows.len(), page.total), (100, 101));
}

#[app_test]
async fn nobody_sees_orders_without_the_right(t: Cafe) {
    let guest = t.guest("Анна").await;
    let seller = t.service(&["coffee.orders.create"]).await;
    for path in [
        "/coffee/orders/".to_owned(),
        "/coffee/orders/recent".to_owned(),
        format!("/coffee/orders/user/{guest}"),
    ] {
        t.anonymous().get(&path).await.expect(401);
        seller.get(&path).await.expect(403);
    }
}
