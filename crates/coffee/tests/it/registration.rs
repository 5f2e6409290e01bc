//! What people answer to the guests' bot although it asked for something else.

use insta::assert_snapshot;
use karavan_coffee::bots;
use karavan_platform::bots::{HandleUpdate, store as chats};
use karavan_store::queue::Enqueue;
use karavan_testkit::{Person, app_test};
use serde_json::json;

use crate::cafe::{Books, Cafe, GUESTS};

const NOTHING: Books = Books {
    guests: 0,
    orders: 0,
    movements: 0,
};

#[app_test]
async fn somebody_elses_number_is_refused(t: Cafe) {
    t.anna.plays(GUESTS, &["/start", "[Начать]"]).await;
    t.anna.shares_contact_of(GUESTS, &t.boris).await;
    assert_snapshot!(t.anna.last_from(GUESTS).text, @"Это контакт другого человека. Отправьте свой номер кнопкой ниже.");
    t.anna.plays(GUESTS, &["Анна", "07.03.1990"]).await;
    assert_snapshot!(t.anna.last_from(GUESTS).text, @"Отправьте свой номер кнопкой ниже.");
    assert_eq!(t.books().await, NOTHING);
}

#[app_test]
async fn a_contact_of_nobody_on_telegram_is_refused(t: Cafe) {
    t.anna.plays(GUESTS, &["/start", "[Начать]"]).await;
    hears_contact(
        &t,
        &t.anna,
        json!({ "phone_number": "+79990000000", "first_name": "Anna" }),
    )
    .await;
    assert_eq!(
        t.anna.last_from(GUESTS).text,
        "Это контакт другого человека. Отправьте свой номер кнопкой ниже."
    );
    // The person's own contact, with a number that is none.
    let hostile = json!({ "phone_number": "нет", "first_name": "Anna", "user_id": t.anna.id });
    hears_contact(&t, &t.anna, hostile).await;
    assert_snapshot!(t.anna.last_from(GUESTS).text, @"Этот номер не похож на международный. Нужен номер вида +7 916 123-45-67.");
    t.anna
        .plays(GUESTS, &["(contact)", "Анна", "07.03.1990", "[Подтвердить]"])
        .await;
    assert_eq!(t.books().await.guests, 1);
}

/// A message as Telegram sends it when a client forges the contact.
async fn hears_contact(t: &Cafe, person: &Person, contact: serde_json::Value) {
    let mut tx = t.tx().await;
    // Below every number that the simulator gives, so that polling is not disturbed.
    let known = [-1, -2, -3].map(|number| HandleUpdate {
        bot: bots::GUEST.to_owned(),
        update_id: number,
    });
    for job in known {
        let content = json!({ "update_id": 7, "message": {
            "message_id": 900, "date": 0, "contact": contact,
            "chat": { "id": person.id, "type": "private", "first_name": person.name },
            "from": { "id": person.id, "is_bot": false, "first_name": person.name, "language_code": "ru" },
        } });
        if chats::insert_update(&mut tx, bots::GUEST, person.id, job.update_id, &content.to_string())
            .await
            .unwrap()
        {
            tx.enqueue_with(&job, Enqueue::default()).await.unwrap();
            break;
        }
    }
    tx.commit().await.unwrap();
    t.settle().await;
}

#[app_test]
async fn a_typed_number_is_no_contact(t: Cafe) {
    t.anna.plays(GUESTS, &["/start", "[Начать]"]).await;
    let told = t.anna.plays(GUESTS, &["+79161234567", "Анна"]).await;
    assert_snapshot!(told, @"
    Anna> +79161234567
    bot>  Отправьте свой номер кнопкой ниже.
    Anna> Анна
    bot>  Отправьте свой номер кнопкой ниже.
    ");
    assert_eq!(t.books().await, NOTHING);
}

#[app_test]
async fn names_that_are_none_are_refused(t: Cafe) {
    t.anna.plays(GUESTS, &["/start", "[Начать]", "(contact)"]).await;
    let long = "я".repeat(65);
    for wrong in ["12345", "...", &long, "\u{202e}annA", "Ан\u{200b}на", "\u{1f600}", "--"] {
        t.anna.writes(GUESTS, wrong).await;
        let said = t.anna.last_from(GUESTS).text;
        assert_eq!(
            said, "Имя: от 1 до 64 знаков, буквами. Напишите его ещё раз.",
            "{wrong:?}"
        );
    }
    t.anna.shares_contact(GUESTS).await;
    assert_eq!(t.anna.last_from(GUESTS).text, "Как вас зовут?");
    // Sixty-four are fine, and so are words of other alphabets.
    t.anna.writes(GUESTS, &"я".repeat(64)).await;
    assert!(t.anna.last_from(GUESTS).text.starts_with("Когда у вас день рождения?"));
    assert_eq!(t.books().await, NOTHING);
}

#[app_test]
async fn birth_dates_that_cannot_be_are_refused(t: Cafe) {
    t.anna.plays(GUESTS, &["/start", "[Начать]", "(contact)", "Анна"]).await;
    for (wrong, said) in [
        (
            "31.02.1990",
            "Не получилось прочитать дату. Напишите её так: 07.03.1990",
        ),
        (
            "29.02.2001",
            "Не получилось прочитать дату. Напишите её так: 07.03.1990",
        ),
        (
            "1990-03-07",
            "Не получилось прочитать дату. Напишите её так: 07.03.1990",
        ),
        ("07.03.90", "Не получилось прочитать дату. Напишите её так: 07.03.1990"),
        ("вчера", "Не получилось прочитать дату. Напишите её так: 07.03.1990"),
        (
            "21.11.2026",
            "Дата рождения должна быть от 14 до 100 лет назад. Проверьте год.",
        ),
        (
            "07.03.2990",
            "Дата рождения должна быть от 14 до 100 лет назад. Проверьте год.",
        ),
        (
            "20.11.2013",
            "Дата рождения должна быть от 14 до 100 лет назад. Проверьте год.",
        ),
        (
            "21.11.2012",
            "Дата рождения должна быть от 14 до 100 лет назад. Проверьте год.",
        ),
        (
            "07.03.1890",
            "Дата рождения должна быть от 14 до 100 лет назад. Проверьте год.",
        ),
    ] {
        t.anna.writes(GUESTS, wrong).await;
        assert_eq!(t.anna.last_from(GUESTS).text, said, "{wrong}");
    }
    assert_eq!(t.books().await, NOTHING);
    // Fourteen today.
    t.anna.plays(GUESTS, &["20.11.2012", "[Подтвердить]"]).await;
    assert_eq!(t.books().await.guests, 1);
}

#[app_test]
async fn words_in_place_of_the_last_button_do_not_register(t: Cafe) {
    t.anna
        .plays(GUESTS, &["/start", "[Начать]", "(contact)", "Анна", "07.03.1990", "да"])
        .await;
    assert_eq!(
        t.anna.last_from(GUESTS).text,
        "Нажмите одну из кнопок под сообщением выше."
    );
    assert_eq!(t.books().await, NOTHING);
    t.anna.presses(GUESTS, "Подтвердить").await;
    assert_eq!(t.books().await.guests, 1);
}

#[app_test]
async fn a_number_belongs_to_one_guest(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    // The same SIM card in another account.
    let mut twin = t
        .telegram
        .people()
        .into_iter()
        .find(|person| person.id == t.anna.id)
        .unwrap();
    twin.id = 3_000;
    twin.first_name = "Twin".to_owned();
    let twin = t.person_like(twin);
    let before = t.books().await;
    twin.plays(
        GUESTS,
        &[
            "/start",
            "[Начать]",
            "(contact)",
            "Двойник",
            "07.03.1990",
            "[Подтвердить]",
        ],
    )
    .await;
    assert_snapshot!(twin.last_from(GUESTS).text, @"Этот номер уже у другого гостя. Если он ваш, обратитесь в кофейню: там помогут.");
    assert_eq!(t.books().await, before);
    // And the bot still does not take them for a guest.
    twin.writes(GUESTS, "Мой профиль").await;
    assert!(!twin.last_from(GUESTS).text.contains("Баллы"));
    // They can begin again, with another number.
    twin.presses(GUESTS, "Заполнить заново").await;
    assert_eq!(twin.last_from(GUESTS).text, "Отправьте свой номер кнопкой ниже.");
}

#[app_test]
async fn pressing_confirm_twice_registers_once(t: Cafe) {
    t.anna
        .plays(GUESTS, &["/start", "[Начать]", "(contact)", "Анна", "07.03.1990"])
        .await;
    let chat = t.anna.with(GUESTS);
    chat.press("Подтвердить").unwrap();
    chat.press("Подтвердить").unwrap();
    t.settle().await;
    assert_eq!(t.books().await.guests, 1);
    assert_eq!(t.chat(GUESTS, &t.anna).matches("вы зарегистрированы").count(), 1);
    assert_snapshot!(t.anna.last_from(GUESTS).text, @"Выберите, что показать.");
}

#[app_test]
async fn a_guest_who_starts_again_stays_who_they_are(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    t.anna.starts(GUESTS).await;
    assert_snapshot!(t.anna.last_from(GUESTS).text, @"Рады вас видеть, Анна. Что показать?");
    t.anna.shares_contact(GUESTS).await;
    t.anna.writes(GUESTS, "Другое имя").await;
    assert_eq!(t.id_of(&t.anna).await, guest);
    assert_eq!(t.books().await.guests, 1);
}

#[app_test]
async fn a_stranger_gets_no_code_and_no_profile(t: Cafe) {
    for asked in ["/code", "/profile", "Получить код для оплаты", "Мой профиль", "code"] {
        t.anna.writes(GUESTS, asked).await;
        let said = t.anna.last_from(GUESTS).text;
        assert!(said.starts_with("Это программа лояльности"), "{asked}: {said}");
    }
    assert_eq!(t.books().await, NOTHING);
}
