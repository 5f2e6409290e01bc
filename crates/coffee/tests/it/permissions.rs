//! Every route against everybody who may not call it.

use axum::http::Method;
use karavan_testkit::{Client, Response, app_test};
use karavan_web::openapi::{Access, RouteInfo};
use serde_json::json;

use crate::cafe::{Cafe, Code};

/// The product's routes with real ids in their paths, and what each asks for.
async fn routes(t: &Cafe) -> Vec<(RouteInfo, String)> {
    let guest = t.guest("Анна").await;
    let known = t.host(|host| host.inventory().clone());
    let ours = known.0.into_iter().filter(|route| {
        let path = route.path.trim_start_matches("/admin");
        path == "/coffee" || path.starts_with("/coffee/")
    });
    let filled = |route: &RouteInfo| {
        let id = if route.path.contains("/baristas/") {
            t.barista.to_string()
        } else {
            guest.to_string()
        };
        route.path.replace("{id}", &id).replace("{telegram_id}", "5001")
    };
    ours.map(|route| {
        let path = filled(&route);
        assert!(
            !path.contains('{'),
            "say here what stands for the parameter of {}",
            route.path
        );
        (route, path)
    })
    .collect()
}

async fn calls(client: &Client, route: &RouteInfo, path: &str) -> Response {
    let body = match (route.method, route.is_page()) {
        ("GET", _) => None,
        (_, true) => Some(("application/x-www-form-urlencoded", String::new())),
        (_, false) => Some(("application/json", json!({}).to_string())),
    };
    let method: Method = route.method.parse().unwrap();
    client.send(method, path, body).await
}

#[app_test]
async fn s14_every_route_asks_for_a_permission(t: Cafe) {
    let all: Vec<&str> = t.permissions().iter().map(|known| known.name()).collect();
    let routes = routes(&t).await;
    assert!(routes.len() >= 20, "the inventory lost routes: {}", routes.len());
    for (route, path) in &routes {
        let name = format!("{} {}", route.method, route.path);
        let Access::Permission(asked) = &route.access else {
            panic!(
                "{name} is open to more than the holders of a permission: {}",
                route.access
            )
        };
        let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
        assert!(
            asked.iter().all(|asked| asked.starts_with("coffee.")),
            "{name}: {asked:?}"
        );

        for stranger in [t.anonymous(), t.anonymous().browser()] {
            let status = calls(&stranger, route, path).await.status.as_u16();
            assert!([401, 303, 404].contains(&status), "{name} answers nobody with {status}");
        }
        let forged = t.anonymous().with_header(
            "authorization",
            "Bearer krv_0000000000000000000000000000000000000000000",
        );
        let status = calls(&forged, route, path).await.status.as_u16();
        assert!(
            [401, 303].contains(&status),
            "{name} answers a forged token with {status}"
        );

        let others: Vec<&str> = all.iter().copied().filter(|known| !asked.contains(known)).collect();
        let status = calls(&t.service(&others).await, route, path).await.status.as_u16();
        assert!(
            [403, 404].contains(&status),
            "{name} answers every other permission with {status}"
        );

        let status = calls(&t.service(&asked).await, route, path).await.status.as_u16();
        assert!(![401, 403].contains(&status), "{name} answers {asked:?} with {status}");
    }
}

#[app_test]
async fn the_inventory_of_coffee(t: Cafe) {
    let routes = routes(&t).await;
    let lines: Vec<String> = routes
        .iter()
        .map(|(route, _)| format!("{:4} {} {}", route.method, route.path, route.access))
        .collect();
    // If you are here because this failed: you added or changed a route. Ask of the permission whether it is the right one.
    insta::assert_snapshot!(lines.join("\n"), @"
    GET  /admin/coffee/baristas coffee.baristas.manage
    POST /admin/coffee/baristas coffee.baristas.manage
    POST /admin/coffee/baristas/{id}/start coffee.baristas.manage
    GET  /admin/coffee/baristas/{id}/stop coffee.baristas.manage
    POST /admin/coffee/baristas/{id}/stop coffee.baristas.manage
    GET  /admin/coffee/guests coffee.guests.read
    GET  /admin/coffee/guests.csv coffee.guests.read
    GET  /admin/coffee/guests/{id} coffee.guests.read
    GET  /admin/coffee/orders coffee.orders.read
    GET  /admin/coffee/orders.csv coffee.orders.read
    GET  /admin/coffee/points coffee.points.read
    GET  /admin/coffee/rules coffee.rules.manage
    POST /admin/coffee/rules coffee.rules.manage
    POST /coffee/baristas/ coffee.baristas.manage
    POST /coffee/codes/generate coffee.codes.create
    POST /coffee/codes/use coffee.codes.read
    GET  /coffee/orders/ coffee.orders.read
    POST /coffee/orders/ coffee.orders.create
    GET  /coffee/orders/recent coffee.orders.read
    GET  /coffee/orders/user/{id} coffee.orders.read
    GET  /coffee/users/ coffee.guests.read
    POST /coffee/users/ coffee.guests.create
    GET  /coffee/users/{telegram_id} coffee.guests.read
    ");
}

#[app_test]
async fn an_account_without_the_right_sees_neither_page_nor_entry(t: Cafe) {
    let clerk = t.account_with(&["coffee.orders.read"]).await;
    let page = clerk.get("/admin/coffee/orders").await.expect(200).text();
    assert!(page.contains("/admin/coffee/orders"));
    for hidden in [
        "/admin/coffee/guests",
        "/admin/coffee/points",
        "/admin/coffee/baristas",
        "/admin/coffee/rules",
    ] {
        assert!(
            !page.contains(&format!("href=\"{hidden}\"")),
            "the navigation shows {hidden}"
        );
        clerk.get(hidden).await.expect(404);
    }
    clerk
        .form("/admin/coffee/baristas", &[("name", "Вера"), ("telegram_id", "77")])
        .await
        .expect(404);
}

#[app_test]
async fn who_may_read_orders_may_not_sell(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let reader = t.service(&["coffee.orders.read", "coffee.codes.read"]).await;
    let refused = reader.post("/coffee/orders/", t.order(guest, &code)).await;
    insta::assert_snapshot!(refused, @r#"403 {"type":"about:blank","title":"Нет доступа","status":403,"code":"permission_denied","detail":"У вашей учётной записи нет такого права. Попросите администратора его добавить.","request_id":"[req]"}"#);
    let stranger = t
        .anonymous()
        .post("/coffee/orders/", t.order(guest, &Code { ..code }))
        .await;
    insta::assert_snapshot!(stranger, @r#"401 {"type":"about:blank","title":"Нужно войти","status":401,"code":"auth_required","detail":"Для этого нужна учётная запись. Войдите и повторите попытку.","request_id":"[req]"}"#);
    assert_eq!(t.books().await.orders, 0);
}
