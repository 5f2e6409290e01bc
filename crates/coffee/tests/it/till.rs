//! What a barista types although the bot asked for something else, and who is no barista.

use std::time::Duration;

use insta::assert_snapshot;
use karavan_coffee::rules::Rules;
use karavan_platform::{audit::Origin, settings};
use karavan_testkit::app_test;

use crate::cafe::{Cafe, GUESTS, TILL, hide_codes, plain};

const UNKNOWN: &str = "Код не найден или уже использован. Попросите гостя открыть бота и прочитать код ещё раз.";
const EXPIRED: &str = "Срок действия кода истёк. Попросите гостя получить новый код.";

#[app_test]
async fn a_stranger_sees_only_the_own_id(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    let before = t.books().await;
    let told = t
        .anna
        .plays(
            TILL,
            &["/start", "Обработка заказа", &code, "История операций", "/language"],
        )
        .await;
    assert_snapshot!(hide_codes(&told), @"
    Anna> /start
    bot>  Этот бот для сотрудников. Ваш Telegram ID: 1001. Попросите владельца добавить его в список бариста.
    Anna> Обработка заказа
    bot>  Этот бот для сотрудников. Ваш Telegram ID: 1001. Попросите владельца добавить его в список бариста.
    Anna> [code]
    bot>  Этот бот для сотрудников. Ваш Telegram ID: 1001. Попросите владельца добавить его в список бариста.
    Anna> История операций
    bot>  Этот бот для сотрудников. Ваш Telegram ID: 1001. Попросите владельца добавить его в список бариста.
    Anna> /language
    bot>  Этот бот для сотрудников. Ваш Telegram ID: 1001. Попросите владельца добавить его в список бариста.
    ");
    assert_eq!((t.books().await, t.balance(guest).await), (before, 0));
}

#[app_test]
async fn a_barista_who_was_switched_off_cannot_finish_a_sale(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(TILL, &["/start", "[Обработка заказа]", &code, "1007", "950", "2", "1"])
        .await;
    t.lets_sell(t.barista, false).await;
    t.boris.presses(TILL, "Подтвердить").await;
    assert!(t.boris.last_from(TILL).text.starts_with("Этот бот для сотрудников."));
    assert_eq!(t.books().await.orders, 0);
    // What was entered is not waiting for them when they come back.
    t.lets_sell(t.barista, true).await;
    t.boris.writes(TILL, "1007").await;
    assert_eq!(t.boris.last_from(TILL).text, "Выберите действие.");
}

#[app_test]
async fn codes_that_are_not_good_are_refused_in_words(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    t.boris.plays(TILL, &["/start", "[Обработка заказа]"]).await;
    let first = t.shows_code(&t.anna).await;
    let newer = t.shows_code(&t.anna).await;
    let wrong = if newer == "11111" || first == "11111" {
        "22222"
    } else {
        "11111"
    };
    for wrong in [wrong, "1", "123456", "код", "-----", &first] {
        t.boris.writes(TILL, wrong).await;
        assert_eq!(t.boris.last_from(TILL).text, UNKNOWN, "{wrong}");
    }
    // Five digits in any spelling; the question stayed open.
    let (head, tail) = newer.split_at(2);
    t.boris.writes(TILL, &format!(" {head} {tail} ")).await;
    assert_snapshot!(t.boris.last_from(TILL).text, @"
    Гость: Анна
    Уровень: Стандарт, баллов: 0
    Номер чека?
    ");
    t.boris
        .plays(
            TILL,
            &["1007", "950", "2", "1", "[Подтвердить]", "[Обработка заказа]", &newer],
        )
        .await;
    assert_eq!(t.boris.last_from(TILL).text, UNKNOWN, "a used code is unknown");
    assert_eq!(t.books().await.orders, 1);
}

#[app_test]
async fn a_code_lives_ninety_seconds(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris.plays(TILL, &["/start", "[Обработка заказа]"]).await;
    t.clock.advance(Duration::from_secs(91));
    t.boris.writes(TILL, &code).await;
    assert_eq!(t.boris.last_from(TILL).text, EXPIRED);
    let fresh = t.shows_code(&t.anna).await;
    t.boris.writes(TILL, &fresh).await;
    assert!(t.boris.last_from(TILL).text.starts_with("Гость: Анна"));
}

#[app_test]
async fn sums_that_are_none_are_refused_and_nothing_is_lost(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(TILL, &["/start", "[Обработка заказа]", &code, "1007"])
        .await;
    let before = t.books().await;
    for wrong in [
        "0",
        "0,00",
        "-5",
        "abc",
        "100001",
        "100000,01",
        "9999999999999999999999",
        "1.234",
        "₽",
    ] {
        t.boris.writes(TILL, wrong).await;
        let said = plain(&t.boris.last_from(TILL).text);
        assert_eq!(said, "Сумма должна быть больше 0 и не больше 100 000 ₽.", "{wrong}");
    }
    t.boris.shares_contact(TILL).await;
    assert_eq!(t.boris.last_from(TILL).text, "Сумма, ₽?");
    assert_eq!(t.books().await, before);
    t.boris.plays(TILL, &["100 000", "2", "1", "[Подтвердить]"]).await;
    assert_eq!(t.books().await.orders, 1, "the largest sale is fine");
}

#[app_test]
async fn counts_that_are_none_are_refused_and_nothing_is_lost(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(TILL, &["/start", "[Обработка заказа]", &code, "1007", "950"])
        .await;
    for wrong in ["-1", "abc", "1000", "1.5", "99999999999999999999"] {
        t.boris.writes(TILL, wrong).await;
        assert_eq!(t.boris.last_from(TILL).text, "Введите число от 0 до 999.", "{wrong}");
    }
    t.boris.writes(TILL, "0").await;
    t.boris.writes(TILL, "-1").await;
    assert_eq!(t.boris.last_from(TILL).text, "Введите число от 0 до 999.");
    t.boris.writes(TILL, "0").await;
    assert_snapshot!(t.boris.last_from(TILL).text, @"
    В заказе должен быть хотя бы один напиток или сэндвич, каждого не больше 999.
    Сколько напитков?
    ");
    assert_eq!(t.books().await.orders, 0);
    t.boris.plays(TILL, &["1", "0", "[Подтвердить]"]).await;
    assert_eq!(t.books().await.orders, 1);
}

#[app_test]
async fn receipts_that_are_none_are_refused(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris.plays(TILL, &["/start", "[Обработка заказа]", &code]).await;
    for wrong in ["x".repeat(33), "12\u{7}34".to_owned(), "1\n2".to_owned()] {
        t.boris.writes(TILL, &wrong).await;
        assert_eq!(
            t.boris.last_from(TILL).text,
            "Номер чека: от 1 до 32 знаков.",
            "{wrong:?}"
        );
    }
    t.boris.writes(TILL, "А-1007/2").await;
    assert_eq!(t.boris.last_from(TILL).text, "Сумма, ₽?");
}

#[app_test]
async fn two_taps_on_the_last_button_sell_once(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(TILL, &["/start", "[Обработка заказа]", &code, "1007", "950", "2", "1"])
        .await;
    let chat = t.boris.with(TILL);
    chat.press("Подтвердить").unwrap();
    chat.press("Подтвердить").unwrap();
    t.settle().await;
    assert_eq!((t.books().await.orders, t.balance(guest).await), (1, 9));
    assert_eq!(t.chat(GUESTS, &t.anna).matches("Начислено").count(), 1);
    assert_snapshot!(t.boris.last_from(TILL).text, @"Выберите действие.");
}

#[app_test]
async fn the_guest_asking_for_another_code_ends_the_sale(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(TILL, &["/start", "[Обработка заказа]", &code, "1007", "950", "2", "1"])
        .await;
    t.anna.presses(GUESTS, "Сгенерировать новый код").await;
    t.boris.presses(TILL, "Подтвердить").await;
    assert_eq!(t.boris.last_from(TILL).text, UNKNOWN);
    assert_eq!(t.books().await.orders, 0);
    t.boris.presses(TILL, "Отмена").await;
    assert_eq!(t.boris.last_from(TILL).text, "Отменено, ничего не продано.");
}

#[app_test]
async fn a_sale_goes_on_with_the_guests_newer_code(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(TILL, &["/start", "[Обработка заказа]", &code, "1007", "950", "2", "1"])
        .await;
    t.clock.advance(Duration::from_secs(11 * 60));
    let newer = t.shows_code(&t.anna).await;
    let told = t
        .boris
        .plays(TILL, &["[Подтвердить]", "11", &newer, "[Подтвердить]"])
        .await;
    assert_snapshot!(hide_codes(&told), @"
    Boris> [Подтвердить]
    bot>   Код не найден или уже использован. Попросите гостя открыть бота и прочитать код ещё раз.  [Подтвердить] [Отмена]
    Boris> 11
    bot>   Нажмите одну из кнопок под сообщением выше.
    Boris> [code]
    bot>   Гость: Анна
           Чек 1007, 950 ₽
           Напитков: 2, сэндвичей: 1
           К оплате: 950 ₽
           Баллы: +9. Подтвердить заказ?  [Подтвердить] [Отмена]
    Boris> [Подтвердить]
    bot>   Заказ проведён. У гостя Анна 9 баллов.
    keys:  [Обработка заказа] / [История операций]
    ");
    assert_eq!((t.books().await.orders, t.balance(guest).await), (1, 9));
}

#[app_test]
async fn rules_that_became_stricter_meanwhile_are_kept(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(TILL, &["/start", "[Обработка заказа]", &code, "1007", "950", "2", "1"])
        .await;
    let mut tx = t.tx().await;
    let rules = Rules {
        largest_sale: 500,
        ..Rules::default()
    };
    assert!(settings::save(&mut tx, &rules, 0, Origin::nowhere()).await.unwrap());
    tx.commit().await.unwrap();
    t.boris.presses(TILL, "Подтвердить").await;
    assert_eq!(
        t.boris.last_from(TILL).text,
        "Сумма должна быть больше 0 и не больше 500 ₽."
    );
    assert_eq!(t.books().await.orders, 0);
    t.boris.presses(TILL, "Отмена").await;
}

#[app_test]
async fn words_in_place_of_a_button_are_answered_with_a_hint(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    t.earns(guest, 100).await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(
            TILL,
            &[
                "/start",
                "[Обработка заказа]",
                &code,
                "1007",
                "950",
                "2",
                "1",
                "накопить",
            ],
        )
        .await;
    assert_eq!(
        t.boris.last_from(TILL).text,
        "Нажмите одну из кнопок под сообщением выше."
    );
    t.boris.plays(TILL, &["[Накопить баллы]", "да"]).await;
    assert_eq!(
        t.boris.last_from(TILL).text,
        "Нажмите одну из кнопок под сообщением выше."
    );
    t.boris.presses(TILL, "Подтвердить").await;
    assert_eq!(t.balance(guest).await, 109);
}

#[app_test]
async fn a_name_cannot_pretend_to_be_a_message_of_the_program(t: Cafe) {
    t.joins(&t.anna, "<b>Анна</b>{ $points }").await;
    let code = t.shows_code(&t.anna).await;
    t.boris.plays(TILL, &["/start", "[Обработка заказа]", &code]).await;
    assert_snapshot!(t.boris.last_from(TILL).text, @"
    Гость: <b>Анна</b>{ $points }
    Уровень: Стандарт, баллов: 0
    Номер чека?
    ");
}
