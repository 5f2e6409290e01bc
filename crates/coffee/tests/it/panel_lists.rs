//! Filters, sorting, pages and downloads of the lists in the panel.

use std::time::Duration;

use insta::assert_snapshot;
use karavan_testkit::app_test;

use crate::cafe::{Basket, Cafe, plain};

/// In the order in which the page shows them.
fn shown<'n>(page: &str, names: &[&'n str]) -> Vec<&'n str> {
    let mut found: Vec<(usize, &str)> = names
        .iter()
        .filter_map(|name| Some((page.find(&format!(">{name}<"))?, *name)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

const NAMES: [&str; 3] = ["Анна", "Вера", "Гоша"];

/// Anna with 1 drink, Vera with 25, Gosha with none, a minute apart.
async fn three_guests(t: &Cafe) {
    for (name, drinks) in [("Анна", 1), ("Вера", 25), ("Гоша", 0)] {
        let guest = t.guest(name).await;
        if drinks > 0 {
            let basket = Basket {
                drinks,
                sum: 100 * drinks,
                spend: 0,
            };
            t.sale(guest, basket).await.unwrap();
        }
        t.clock.advance(Duration::from_secs(60));
    }
    t.run_jobs().await;
}

async fn guests(t: &Cafe, query: &str) -> Vec<&'static str> {
    let page = t
        .owner
        .get(&format!("/admin/coffee/guests{query}"))
        .await
        .expect(200)
        .text();
    shown(&page, &NAMES)
}

#[app_test]
async fn guests_are_searched_filtered_and_sorted(t: Cafe) {
    three_guests(&t).await;
    assert_eq!(guests(&t, "").await, ["Гоша", "Вера", "Анна"], "the newest first");
    assert_eq!(guests(&t, "?q=%D0%B0%D0%BD%D0%BD%D0%B0").await, ["Анна"], "q=анна");
    assert_eq!(guests(&t, "?q=0000010003").await, ["Вера"], "a part of the number");
    assert_eq!(guests(&t, "?q=%25").await, [""; 0]);
    assert_eq!(guests(&t, "?level=silver").await, ["Вера"]);
    assert_eq!(guests(&t, "?level=standard&sort=name").await, ["Анна", "Гоша"]);
    assert_eq!(guests(&t, "?level=platinum").await, [""; 0]);
    assert_eq!(guests(&t, "?sort=-name").await, ["Гоша", "Вера", "Анна"]);
    assert_eq!(guests(&t, "?sort=drinks").await, ["Гоша", "Анна", "Вера"]);
    assert_eq!(guests(&t, "?sort=-drinks").await, ["Вера", "Анна", "Гоша"]);
    assert_eq!(guests(&t, "?sort=joined").await, ["Анна", "Вера", "Гоша"]);
}

#[app_test]
async fn what_no_list_understands_does_no_harm(t: Cafe) {
    three_guests(&t).await;
    for query in [
        "?page=0",
        "?page=-1",
        "?page=abc",
        "?sort=%27%3BDROP",
        "?level=%00",
        "?page=99999999999999999999",
        "?page=4294967295",
        "?unknown=1&q=",
    ] {
        t.owner.get(&format!("/admin/coffee/guests{query}")).await.expect(200);
    }
    for query in [
        "?day_from=2026-13-01",
        "?day_to=9999-12-31",
        "?day_from=-009999-01",
        "?day_from=0000-01-01",
        "?guest=abc",
        "?barista=abc",
        "?sort=sum&page=7",
        "?day_from=2026-11-21&day_to=2026-11-19",
    ] {
        t.owner.get(&format!("/admin/coffee/orders{query}")).await.expect(200);
        t.owner
            .get(&format!("/admin/coffee/orders.csv{query}"))
            .await
            .expect(200);
    }
    t.owner.get("/admin/coffee/points?page=4294967295").await.expect(200);
}

#[app_test]
async fn orders_are_filtered_and_sorted(t: Cafe) {
    // 2026-11-20, 12:00 in Moscow.
    let (anna, vera) = (t.guest("Анна").await, t.guest("Вера").await);
    t.sale(
        anna,
        Basket {
            sum: 500,
            ..Basket::default()
        },
    )
    .await
    .unwrap();
    t.clock.advance(Duration::from_secs(13 * 3_600));
    // 2026-11-21, 01:00 in Moscow, while London still has the 20th.
    t.sale(
        vera,
        Basket {
            sum: 300,
            ..Basket::default()
        },
    )
    .await
    .unwrap();
    t.run_jobs().await;
    // The session of the morning is over by now.
    let owner = t.owner().await;
    let orders = |query: String| {
        let owner = owner.clone();
        async move {
            let page = owner
                .get(&format!("/admin/coffee/orders{query}"))
                .await
                .expect(200)
                .text();
            shown(&page, &["Анна", "Вера"])
        }
    };
    assert_eq!(orders(String::new()).await, ["Вера", "Анна"]);
    assert_eq!(orders(format!("?guest={anna}")).await, ["Анна"]);
    assert_eq!(orders(format!("?barista={}", t.barista)).await, ["Вера", "Анна"]);
    assert_eq!(orders("?day_from=2026-11-21".into()).await, ["Вера"]);
    assert_eq!(orders("?day_to=2026-11-20".into()).await, ["Анна"]);
    assert_eq!(orders("?day_from=2026-11-20&day_to=2026-11-20".into()).await, ["Анна"]);
    assert_eq!(orders("?sort=sum".into()).await, ["Вера", "Анна"]);
    assert_eq!(orders("?sort=-sum".into()).await, ["Анна", "Вера"]);
    assert_eq!(orders("?sort=when".into()).await, ["Анна", "Вера"]);
    assert_eq!(orders("?q=no-such-receipt".into()).await, [""; 0]);
}

#[app_test]
async fn the_download_of_guests_is_safe_to_open(t: Cafe) {
    let hostile = t.guest("=cmd|' /C calc'!A0").await;
    t.earns(hostile, 7).await;
    t.guest("Анна; \"Я\"").await;
    let file = t.owner.get("/admin/coffee/guests.csv?sort=drinks").await.expect(200);
    assert!(file.body.starts_with(b"\xEF\xBB\xBF"));
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"guests.csv\""
    );
    let text = file.text().replace("\r\n", "\n");
    assert_snapshot!(text.trim_start_matches('\u{feff}'), @r#"
    Имя;Фамилия;Телефон;Дата рождения;Уровень;Баллы;Напитки;Сэндвичи;С нами с
    "Анна; ""Я""";;'+70000010003;1990-03-07;Стандарт;0;0;0;2026-11-20 12:00
    '=cmd|' /C calc'!A0;;'+70000010001;1990-03-07;Стандарт;7;1;0;2026-11-20 12:00
    "#);
}

#[app_test]
async fn the_download_of_orders_in_english(t: Cafe) {
    let guest = t.guest("@Анна").await;
    t.earns(guest, 7).await;
    let file = t
        .owner
        .with_header("accept-language", "en")
        .get("/admin/coffee/orders.csv")
        .await
        .expect(200);
    assert!(file.body.starts_with(b"\xEF\xBB\xBF"));
    let text = file.text().replace("\r\n", "\n");
    assert_snapshot!(plain(text.trim_start_matches('\u{feff}')), @"
    When,Guest,Barista,Receipt,Sum,Drinks,Sandwiches,Earned by an order,Spent on an order
    2026-11-20 12:00,'@Анна,Борис,2,700.00,1,0,7,0
    ");
}

/// Where the button of a list leads.
fn download_of(page: &str) -> String {
    let (before, _) = page.split_once("\" download>").expect("the list offers a download");
    let (_, address) = before.rsplit_once("href=\"").expect("a link has an address");
    address.replace("&amp;", "&").replace("&#38;", "&")
}

#[app_test]
async fn a_download_keeps_the_filter_and_knows_no_pages(t: Cafe) {
    for number in 0..130 {
        t.guest(&format!("Гость {number}")).await;
    }
    t.guest("Анна").await;
    let all = t.owner.get("/admin/coffee/guests.csv").await.expect(200).text();
    assert_eq!(all.lines().count(), 132);
    let page = "/admin/coffee/guests?q=%D0%B0%D0%BD%D0%BD%D0%B0&page=1";
    let page = t.owner.get(page).await.expect(200).text();
    let one = t.owner.get(&download_of(&page)).await.expect(200).text();
    assert_eq!(one.lines().count(), 2, "{one}");
    let second = t.owner.get("/admin/coffee/guests?page=2").await.expect(200).text();
    assert!(second.contains("page=3"));
}

#[app_test]
async fn a_period_that_was_chosen_is_downloaded(t: Cafe) {
    let guest = t.guest("Анна").await;
    t.earns(guest, 7).await;
    t.clock.advance(Duration::from_secs(48 * 3_600));
    t.earns(guest, 8).await;
    let owner = t.owner().await;
    let page = owner
        .get("/admin/coffee/orders?day_from=2026-11-22")
        .await
        .expect(200)
        .text();
    let file = owner.get(&download_of(&page)).await.expect(200).text();
    assert_eq!(file.lines().count(), 2);
}

#[app_test]
async fn a_nul_in_a_search_is_left_out(t: Cafe) {
    three_guests(&t).await;
    for path in [
        "/admin/coffee/guests",
        "/admin/coffee/guests.csv",
        "/admin/coffee/orders",
        "/admin/coffee/orders.csv",
    ] {
        // Never stored by any database, but PostgreSQL does not even compare with it.
        t.owner.get(&format!("{path}?q=%00")).await.expect(200);
    }
}
