//! The form of the rules.

use karavan_testkit::{Response, app_test};

use crate::cafe::{Basket, Cafe, TILL};

const PATH: &str = "/admin/coffee/rules";

/// The form as it stands in the beginning.
const DEFAULTS: [(&str, &str); 12] = [
    ("version", "0"),
    ("points_per_100", "1"),
    ("spending_limit_percent", "30"),
    ("code_seconds", "90"),
    ("largest_sale", "100000"),
    ("drinks_silver", "20"),
    ("drinks_gold", "50"),
    ("drinks_platinum", "100"),
    ("percent_standard", "100"),
    ("percent_silver", "100"),
    ("percent_gold", "100"),
    ("percent_platinum", "100"),
];

/// Sends the form with other values.
async fn saves(t: &Cafe, changes: &[(&'static str, &'static str)]) -> Response {
    let changed = DEFAULTS.map(|(name, value)| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        (name, change.map_or(value, |(_, value)| *value))
    });
    t.owner.form(PATH, &changed).await
}

/// What stands in a field of the page.
fn value_of(page: &str, name: &str) -> String {
    let input = page
        .split("<input")
        .find(|input| input.contains(&format!("name=\"{name}\"")));
    let input = input.unwrap_or_else(|| panic!("the form has no field {name}"));
    let (_, from) = input
        .split_once("value=\"")
        .unwrap_or_else(|| panic!("{name} has no value"));
    from.split('"').next().unwrap().to_owned()
}

#[app_test]
async fn the_form_shows_the_rules_and_sends_them_back(t: Cafe) {
    let page = t.owner.get(PATH).await.expect(200).text();
    for (name, value) in DEFAULTS {
        assert_eq!(value_of(&page, name), value, "{name}");
    }
    let saved = saves(&t, &[]).await.expect(303);
    assert_eq!(saved.header("location"), "/admin/coffee/rules?done=coffee-rules-saved");
    let page = t
        .owner
        .get("/admin/coffee/rules?done=coffee-rules-saved")
        .await
        .expect(200)
        .text();
    assert!(page.contains("Правила сохранены"));
    assert_eq!(value_of(&page, "version"), "1");
}

#[app_test]
async fn a_change_holds_from_the_next_sale_on(t: Cafe) {
    let guest = t.guest("Анна").await;
    let earned = |t: &Cafe| {
        let t = t.clone();
        async move { t.sale(guest, Basket::default()).await.unwrap().order.points_earned }
    };
    assert_eq!(earned(&t).await, 9);
    saves(
        &t,
        &[
            ("points_per_100", "3"),
            ("percent_standard", "150"),
            ("spending_limit_percent", "100"),
        ],
    )
    .await
    .expect(303);
    assert_eq!(
        earned(&t).await,
        40,
        "950 ₽: 9 hundreds, 3 points each, one and a half times, rounded down"
    );
    let all = Basket {
        sum: 49,
        spend: 49,
        ..Basket::default()
    };
    assert_eq!(
        t.sale(guest, all).await.unwrap().balance,
        0,
        "the whole sum may be paid with points"
    );
    t.run_jobs().await;
}

#[app_test]
async fn the_life_of_a_code_and_the_levels_follow_the_rules(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    saves(
        &t,
        &[("code_seconds", "30"), ("drinks_silver", "1"), ("largest_sale", "500")],
    )
    .await
    .expect(303);
    let code = t.shows_code(&t.anna).await;
    assert!(t.anna.last_from(crate::cafe::GUESTS).text.contains("30 секунд"));
    t.clock.advance(std::time::Duration::from_secs(31));
    t.boris.plays(TILL, &["/start", "[Обработка заказа]", &code]).await;
    assert!(t.boris.last_from(TILL).text.starts_with("Срок действия кода истёк"));
    assert!(
        t.sale(guest, Basket::default()).await.is_err(),
        "950 ₽ are more than the largest sale"
    );
    let sold = t
        .sale(
            guest,
            Basket {
                sum: 500,
                ..Basket::default()
            },
        )
        .await
        .unwrap();
    assert_eq!(sold.level_up.map(|level| level.to_string()).as_deref(), Some("silver"));
    t.settle().await;
}

#[app_test]
async fn numbers_out_of_bounds_are_kept_in_the_form_and_explained(t: Cafe) {
    for (name, wrong, said) in [
        ("points_per_100", "101", "От 0 до 100."),
        ("points_per_100", "-1", "От 0 до 100."),
        ("spending_limit_percent", "101", "От 0 до 100 %."),
        ("code_seconds", "29", "От 30 до 600 секунд."),
        ("code_seconds", "601", "От 30 до 600 секунд."),
        ("largest_sale", "0", "От 1 до 1 000 000 ₽."),
        ("largest_sale", "9223372036854775807", "От 1 до 1 000 000 ₽."),
        (
            "drinks_gold",
            "20",
            "Каждый следующий уровень должен начинаться выше предыдущего.",
        ),
        ("percent_gold", "1001", "От 0 до 1000 %."),
    ] {
        let page = saves(&t, &[(name, wrong)]).await.expect(200).text();
        assert_eq!(value_of(&page, name), wrong, "{name}");
        assert!(crate::cafe::plain(&page).contains(said), "{name}={wrong}");
    }
    let page = t.owner.get(PATH).await.expect(200).text();
    assert_eq!(value_of(&page, "version"), "0", "nothing was saved");
}

#[app_test]
async fn every_mistake_is_shown_at_once(t: Cafe) {
    let page = saves(&t, &[("points_per_100", "101"), ("code_seconds", "1")])
        .await
        .expect(200)
        .text();
    assert!(page.contains("От 0 до 100.") && page.contains("От 30 до 600 секунд."));
}

#[app_test]
async fn what_is_no_number_is_refused_and_nothing_is_saved(t: Cafe) {
    for wrong in ["", "abc", "1.5", "99999999999999999999"] {
        let refused = saves(&t, &[("points_per_100", wrong)]).await;
        assert!(
            refused.status == 422 || refused.status == 200,
            "{wrong:?}: {}",
            refused.status
        );
    }
    t.owner.form(PATH, &[("version", "0")]).await.expect(422);
    let page = t.owner.get(PATH).await.expect(200).text();
    assert_eq!(value_of(&page, "version"), "0");
}

#[app_test]
async fn two_owners_cannot_overwrite_each_other(t: Cafe) {
    saves(&t, &[("points_per_100", "2")]).await.expect(303);
    let late = saves(&t, &[("points_per_100", "3")]).await.expect(409).text();
    assert!(late.contains("Пока вы правили, настройки изменил кто-то другой."));
    assert_eq!(value_of(&t.owner.get(PATH).await.text(), "points_per_100"), "2");
    saves(&t, &[("version", "1"), ("points_per_100", "3")])
        .await
        .expect(303);
    assert_eq!(value_of(&t.owner.get(PATH).await.text(), "points_per_100"), "3");
}

#[app_test]
async fn a_form_of_another_site_changes_nothing(t: Cafe) {
    let elsewhere = t
        .owner
        .with_header("origin", "https://evil.example")
        .with_header("sec-fetch-site", "cross-site");
    elsewhere.form(PATH, &DEFAULTS).await.expect(403);
    assert_eq!(value_of(&t.owner.get(PATH).await.text(), "version"), "0");
}
