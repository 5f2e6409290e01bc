//! Baristas in the panel: adding, switching off, switching on.

use karavan_coffee::{BaristaId, baristas::store};
use karavan_testkit::{BORIS, app_test};

use crate::cafe::{Cafe, TILL};

const PATH: &str = "/admin/coffee/baristas";

async fn names(t: &Cafe) -> Vec<(String, bool)> {
    let list = store::list(&mut t.read().await.unwrap()).await.unwrap();
    list.into_iter()
        .map(|barista| (barista.name, barista.is_active))
        .collect()
}

#[app_test]
async fn somebody_is_added_and_may_sell(t: Cafe) {
    let vera = t.person_named("Vera");
    let id = format!(" {} ", vera.id);
    let added = t
        .owner
        .form(PATH, &[("name", "  Вера  "), ("telegram_id", &id)])
        .await
        .expect(303);
    assert_eq!(
        added.header("location"),
        "/admin/coffee/baristas?done=coffee-barista-added"
    );
    let page = t.owner.get(added.header("location")).await.expect(200).text();
    assert!(page.contains("Бариста добавлен") && page.contains("Вера"));
    vera.starts(TILL).await;
    assert_eq!(vera.last_from(TILL).text, "Вера, касса открыта.");
}

#[app_test]
async fn mistakes_are_shown_where_they_were_made_and_kept(t: Cafe) {
    let boris = BORIS.to_string();
    let not_an_id = "Telegram ID — это положительное число.";
    for (name, id, said) in [
        ("Вера", "abc", not_an_id),
        ("Вера", "-5", not_an_id),
        ("Вера", "0", not_an_id),
        ("Вера", "", not_an_id),
        ("Вера", "99999999999999999999", not_an_id),
        ("", "77", "Имя: от 1 до 64 знаков, буквами."),
        ("\u{202e}вера", "77", "Имя: от 1 до 64 знаков, буквами."),
        ("Вера", &boris, "Бариста с таким Telegram ID уже в списке."),
    ] {
        let page = t
            .owner
            .form(PATH, &[("name", name), ("telegram_id", id)])
            .await
            .expect(200)
            .text();
        assert!(page.contains(said), "{name:?} {id:?}");
        assert!(page.contains(&format!("value=\"{id}\"")), "{id:?} is still in the form");
    }
    t.owner.form(PATH, &[("name", "Вера")]).await.expect(422);
    t.owner
        .form(PATH, &[("name", "Вера"), ("telegram_id", "77"), ("is_admin", "1")])
        .await
        .expect(422);
    assert_eq!(names(&t).await, [("Борис".to_owned(), true)]);
}

#[app_test]
async fn a_barista_is_switched_off_after_a_question_and_on_again(t: Cafe) {
    let stop = format!("{PATH}/{}/stop", t.barista);
    let question = t.owner.get(&stop).await.expect(200).text();
    assert!(question.contains("Отключить бариста Борис?"));
    assert!(question.contains("Прошлые заказы останутся"));
    assert_eq!(names(&t).await, [("Борис".to_owned(), true)], "asking changes nothing");

    let stopped = t.owner.form(&stop, &[]).await.expect(303);
    assert_eq!(
        stopped.header("location"),
        "/admin/coffee/baristas?done=coffee-barista-stopped"
    );
    assert_eq!(names(&t).await, [("Борис".to_owned(), false)]);
    t.boris.starts(TILL).await;
    assert!(t.boris.last_from(TILL).text.starts_with("Этот бот для сотрудников."));
    let page = t.owner.get(PATH).await.expect(200).text();
    assert!(page.contains("Отключён") && page.contains("Вернуть доступ"));
    // A second press is no failure.
    t.owner.form(&stop, &[]).await.expect(303);

    t.owner
        .form(&format!("{PATH}/{}/start", t.barista), &[])
        .await
        .expect(303);
    t.boris.starts(TILL).await;
    assert_eq!(t.boris.last_from(TILL).text, "Борис, касса открыта.");
}

#[app_test]
async fn nobody_is_switched_who_is_not_there(t: Cafe) {
    let nobody: BaristaId = t.entropy().id(karavan_testkit::START);
    let guest = t.guest("Анна").await;
    for id in [
        nobody.to_string(),
        guest.to_string(),
        "1002".to_owned(),
        "%00".to_owned(),
    ] {
        t.owner.get(&format!("{PATH}/{id}/stop")).await.expect(404);
        t.owner.form(&format!("{PATH}/{id}/stop"), &[]).await.expect(404);
        t.owner.form(&format!("{PATH}/{id}/start"), &[]).await.expect(404);
    }
    // A link in a message cannot switch anybody on.
    t.owner.get(&format!("{PATH}/{}/start", t.barista)).await.expect(405);
}
