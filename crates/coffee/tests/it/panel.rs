//! Every page of the product in the panel, for the owner in four languages, empty and filled.

use karavan_testkit::{Client, app_test};

use crate::cafe::Cafe;

const PAGES: [&str; 5] = [
    "/admin/coffee/guests",
    "/admin/coffee/orders",
    "/admin/coffee/points",
    "/admin/coffee/baristas",
    "/admin/coffee/rules",
];

/// A page without texts that the language lacks, and without scripts that came from data.
async fn looks(client: &Client, path: &str) -> String {
    let page = client.get(path).await.expect(200).text();
    for key in ["coffee-", "admin-", "error-"] {
        let unknown = page.split(['>', '<', '"']).find(|piece| {
            piece.starts_with(key) && !piece.contains(['/', '.', ' ']) && !page.contains(&format!("=\"{piece}"))
        });
        assert_eq!(unknown, None, "{path} shows a key in place of a text");
    }
    page
}

#[app_test]
async fn every_page_in_every_language_without_data(t: Cafe) {
    t.lets_sell(t.barista, false).await;
    for (language, empty) in [
        ("ru", "Гостей пока нет"),
        ("uk", "Гостей ще немає"),
        ("kk", "Әзірге қонақ жоқ"),
        ("en", "No guests yet"),
    ] {
        let reader = t.owner.with_header("accept-language", language);
        for path in PAGES {
            let page = looks(&reader, path).await;
            assert!(
                page.contains(&format!("<html lang=\"{language}\"")),
                "{path} in {language}"
            );
        }
        let guests = looks(&reader, PAGES[0]).await;
        assert!(guests.contains(empty), "{language}");
    }
}

#[app_test]
async fn every_page_in_every_language_with_data(t: Cafe) {
    let guest = t.guest("Анна").await;
    t.earns(guest, 1_000).await;
    let card = format!("/admin/coffee/guests/{guest}");
    let stop = format!("/admin/coffee/baristas/{}/stop", t.barista);
    for language in ["ru", "uk", "kk", "en"] {
        let reader = t.owner.with_header("accept-language", language);
        for path in PAGES.iter().copied().chain([card.as_str(), &stop]) {
            looks(&reader, path).await;
        }
        let orders = looks(&reader, PAGES[1]).await;
        assert!(orders.contains("Борис") && orders.contains("Анна"), "{language}");
    }
}

#[app_test]
async fn names_that_are_markup_are_shown_as_they_are_written(t: Cafe) {
    let guest = t.guest("<script>alert(1)</script>").await;
    t.earns(guest, 5).await;
    t.another_barista("\"><img src=x onerror=alert(1)>").await;
    for path in PAGES
        .iter()
        .map(|path| (*path).to_owned())
        .chain([format!("/admin/coffee/guests/{guest}")])
    {
        let page = t.owner.get(&path).await.expect(200).text();
        assert!(!page.contains("<script>alert"), "{path}");
        assert!(!page.contains("<img src=x"), "{path}");
    }
}

#[app_test]
async fn the_card_of_a_guest_shows_everything_about_them(t: Cafe) {
    let guest = t.guest("Анна").await;
    let empty = t
        .owner
        .get(&format!("/admin/coffee/guests/{guest}"))
        .await
        .expect(200)
        .text();
    assert!(empty.contains("Заказов пока нет") && empty.contains("Движений пока нет"));
    t.earns(guest, 30).await;
    let card = t
        .owner
        .get(&format!("/admin/coffee/guests/{guest}"))
        .await
        .expect(200)
        .text();
    for shown in ["Анна", "+70000010001", "07.03.1990", "5001", "Стандарт", "+30"] {
        assert!(card.contains(shown), "{shown}");
    }
    assert!(card.contains(&format!("/admin/coffee/orders?guest={guest}")));
}

#[app_test]
async fn nobody_comes_in_without_signing_in(t: Cafe) {
    let browser = t.anonymous().browser();
    for path in PAGES {
        let answer = browser.get(path).await.expect(303);
        assert!(answer.header("location").starts_with("/admin/sign-in"), "{answer}");
    }
}
