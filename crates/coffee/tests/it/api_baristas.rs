//! `/coffee/baristas/` over HTTP.

use insta::assert_snapshot;
use karavan_testkit::{BORIS, app_test};
use serde_json::json;

use crate::cafe::{Cafe, TILL, text_of};

#[app_test]
async fn a_barista_is_added_and_may_sell_at_once(t: Cafe) {
    let vera = t.person_named("Vera");
    vera.starts(TILL).await;
    assert!(vera.last_from(TILL).text.starts_with("Этот бот для сотрудников."));
    let added = t
        .service
        .post("/coffee/baristas/", json!({ "telegram_id": vera.id, "name": " Вера " }))
        .await;
    assert_snapshot!(added, @r#"201 {"id":"[bst]","telegram_id":1003}"#);
    vera.starts(TILL).await;
    assert_eq!(vera.last_from(TILL).text, "Вера, касса открыта.");
}

#[app_test]
async fn what_makes_no_sense_is_refused(t: Cafe) {
    for (body, status, code) in [
        (json!({ "telegram_id": BORIS, "name": "Борис" }), 409, "barista_known"),
        (
            json!({ "telegram_id": 0, "name": "Вера" }),
            422,
            "barista_telegram_id_invalid",
        ),
        (
            json!({ "telegram_id": -7, "name": "Вера" }),
            422,
            "barista_telegram_id_invalid",
        ),
        (json!({ "telegram_id": 77, "name": "" }), 422, "barista_name_invalid"),
        (json!({ "telegram_id": 77, "name": "1" }), 422, "barista_name_invalid"),
        (json!({ "telegram_id": 77 }), 422, "body_invalid"),
        (
            json!({ "telegram_id": 77, "name": "Вера", "is_admin": true }),
            422,
            "body_invalid",
        ),
    ] {
        let refused = t.service.post("/coffee/baristas/", &body).await.expect(status);
        assert_eq!(text_of(&refused, "/code"), code, "{body}");
    }
    let list = karavan_coffee::baristas::store::list(&mut t.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(list.len(), 1);
}

#[app_test]
async fn only_whoever_manages_baristas_adds_one(t: Cafe) {
    let body = json!({ "telegram_id": 77, "name": "Вера" });
    t.anonymous().post("/coffee/baristas/", &body).await.expect(401);
    let seller = t
        .service(&["coffee.orders.*", "coffee.guests.*", "coffee.rules.manage"])
        .await;
    seller.post("/coffee/baristas/", &body).await.expect(403);
    assert_snapshot!(seller.get("/coffee/baristas/").await, @r#"405 {"type":"about:blank","title":"Здесь так нельзя","status":405,"code":"method_not_allowed","detail":"Этот адрес не поддерживает такой запрос. Проверьте метод в документации API.","request_id":"[req]"}"#);
}
