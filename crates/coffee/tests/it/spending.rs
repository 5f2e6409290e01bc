//! Paying with points at the till.

use insta::assert_snapshot;
use karavan_testkit::app_test;

use crate::cafe::{Basket, Cafe, GUESTS, TILL};

#[app_test]
async fn the_button_takes_as_much_as_the_limit_allows(t: Cafe) {
    let (anna, boris) = (&t.anna, &t.boris);
    let guest = t.joins(anna, "Анна").await;
    t.earns(guest, 500).await;
    let code = t.shows_code(anna).await;
    boris.starts(TILL).await;
    let lines = [
        "[Обработка заказа]",
        &code,
        "1008",
        "1000",
        "2",
        "0",
        "[Списать баллы]",
        "[Максимум: 300]",
        "[Подтвердить]",
    ];
    let told = boris.plays(TILL, &lines).await;
    assert_snapshot!(crate::cafe::hide_codes(&told), @"
    Boris> Обработка заказа
    bot>   Введите 5-значный код гостя.
    keys:  [Отмена]
    Boris> [code]
    bot>   Гость: Анна
           Уровень: Стандарт, баллов: 500
           Номер чека?
    Boris> 1008
    bot>   Сумма, ₽?
    Boris> 1000
    bot>   Сколько напитков?
    Boris> 2
    bot>   Сколько сэндвичей?
    Boris> 0
    bot>   Накопить или списать? Списать можно до 300 баллов.  [Накопить баллы] [Списать баллы]
    Boris> [Списать баллы]
    bot>   Сколько баллов списать? Не больше 300.  [Максимум: 300]
    Boris> [Максимум: 300]
    bot>   Гость: Анна
           Чек 1008, 1 000 ₽
           Напитков: 2, сэндвичей: 0
           К оплате: 700 ₽
           Баллы: −300. Подтвердить заказ?  [Подтвердить] [Отмена]
    Boris> [Подтвердить]
    bot>   Заказ проведён. У гостя Анна 200 баллов.
    keys:  [Обработка заказа] / [История операций]
    ");
    assert_snapshot!(anna.last_from(GUESTS).text, @"
    Списано 300 баллов, осталось 200.
    До уровня «Серебро» осталось 17 напитков.
    ");
    assert_eq!(t.balance(guest).await, 200, "30 % of 1000 ₽ is 300 points");
}

#[app_test]
async fn a_typed_number_of_points_pays(t: Cafe) {
    let (anna, boris) = (&t.anna, &t.boris);
    let guest = t.joins(anna, "Анна").await;
    t.earns(guest, 500).await;
    let code = t.shows_code(anna).await;
    boris.starts(TILL).await;
    let lines = [
        "[Обработка заказа]",
        &code,
        "1008",
        "1000",
        "2",
        "0",
        "[Списать баллы]",
        "150",
        "[Подтвердить]",
    ];
    boris.plays(TILL, &lines).await;
    assert_eq!(t.balance(guest).await, 350);
    let order = t.service.get("/coffee/orders/recent?limit=1").await;
    assert_snapshot!(order, @r#"200 [{"id":"[ord]","user_id":"[gst]","barista_id":"[bst]","code_id":"[cod]","receipt_number":"1008","total_sum":1000,"total_minor":100000,"drinks_count":2,"sandwiches_count":0,"use_points":true,"used_points_amount":150,"points_earned":0,"date_created":"2026-11-20T09:00:13Z"}]"#);
}

#[app_test]
async fn the_balance_limits_what_a_large_sale_takes(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    t.earns(guest, 40).await;
    let code = t.shows_code(&t.anna).await;
    t.boris.starts(TILL).await;
    t.boris
        .plays(
            TILL,
            &["[Обработка заказа]", &code, "1", "5000", "1", "0", "[Списать баллы]"],
        )
        .await;
    assert_snapshot!(t.boris.last_from(TILL).text, @"Сколько баллов списать? Не больше 40.");
    t.boris.plays(TILL, &["[Максимум: 40]", "[Подтвердить]"]).await;
    assert_eq!(t.balance(guest).await, 0);
}

#[app_test]
async fn whoever_has_no_points_is_not_asked(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris.starts(TILL).await;
    t.boris
        .plays(TILL, &["[Обработка заказа]", &code, "1", "500", "1", "0"])
        .await;
    assert!(t.boris.last_from(TILL).text.contains("Подтвердить заказ?"));
    t.boris.presses(TILL, "Отмена").await;
    assert_eq!(t.books().await.orders, 0);
}

#[app_test]
async fn points_over_the_limit_are_refused_and_the_question_stays(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    t.earns(guest, 500).await;
    let code = t.shows_code(&t.anna).await;
    t.boris.starts(TILL).await;
    t.boris
        .plays(
            TILL,
            &["[Обработка заказа]", &code, "1008", "1000", "2", "0", "[Списать баллы]"],
        )
        .await;
    let before = t.books().await;
    for wrong in ["301", "0", "-5", "abc", "99999999999999999999"] {
        t.boris.writes(TILL, wrong).await;
        let said = t.boris.last_from(TILL).text;
        assert_eq!(
            said, "Этот заказ можно оплатить баллами на сумму от 1 до 300. Укажите другое число.",
            "{wrong}"
        );
    }
    assert_eq!(t.books().await, before);
    t.boris.plays(TILL, &["300", "[Подтвердить]"]).await;
    assert_eq!(t.balance(guest).await, 200);
}

#[app_test]
async fn points_that_were_spent_elsewhere_meanwhile_are_refused(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    t.earns(guest, 300).await;
    let (_, vera) = t.another_barista("Вера").await;
    let code = t.shows_code(&t.anna).await;
    t.boris.starts(TILL).await;
    t.boris
        .plays(
            TILL,
            &[
                "[Обработка заказа]",
                &code,
                "1",
                "1000",
                "1",
                "0",
                "[Списать баллы]",
                "[Максимум: 300]",
            ],
        )
        .await;
    // The same guest pays at another till with a newer code, before Boris presses the last button.
    let newer = t.shows_code(&t.anna).await;
    vera.starts(TILL).await;
    vera.plays(
        TILL,
        &[
            "[Обработка заказа]",
            &newer,
            "2",
            "1000",
            "1",
            "0",
            "[Списать баллы]",
            "[Максимум: 300]",
            "[Подтвердить]",
        ],
    )
    .await;
    let before = t.books().await;
    let told = t.boris.plays(TILL, &["[Подтвердить]", "[Подтвердить]"]).await;
    assert_snapshot!(told, @"
    Boris> [Подтвердить]
    bot>   Гость: Анна
           Чек 1, 1 000 ₽
           Напитков: 1, сэндвичей: 0
           К оплате: 1 000 ₽
           Баллы: +10. Подтвердить заказ?  [Подтвердить] [Отмена]
    Boris> [Подтвердить]
    bot>   Код не найден или уже использован. Попросите гостя открыть бота и прочитать код ещё раз.  [Подтвердить] [Отмена]
    ");
    assert_eq!((t.books().await, t.balance(guest).await), (before, 0));
}

#[app_test]
async fn the_question_is_asked_again_with_what_is_left(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    t.earns(guest, 300).await;
    let code = t.shows_code(&t.anna).await;
    t.boris.starts(TILL).await;
    t.boris
        .plays(
            TILL,
            &[
                "[Обработка заказа]",
                &code,
                "1",
                "1000",
                "1",
                "0",
                "[Списать баллы]",
                "[Максимум: 300]",
            ],
        )
        .await;
    let elsewhere = Basket {
        sum: 1_000,
        spend: 250,
        ..Basket::default()
    };
    t.sale(guest, elsewhere).await.unwrap();
    t.settle().await;
    let newer = t.shows_code(&t.anna).await;
    let lines = [
        "[Подтвердить]",
        "[Списать баллы]",
        "[Максимум: 50]",
        "[Подтвердить]",
        &newer,
        "[Списать баллы]",
        "[Максимум: 50]",
        "[Подтвердить]",
    ];
    let told = t.boris.plays(TILL, &lines).await;
    assert_snapshot!(crate::cafe::hide_codes(&told), @"
    Boris> [Подтвердить]
    bot>   Накопить или списать? Списать можно до 50 баллов.  [Накопить баллы] [Списать баллы]
    Boris> [Списать баллы]
    bot>   Сколько баллов списать? Не больше 50.  [Максимум: 50]
    Boris> [Максимум: 50]
    bot>   Гость: Анна
           Чек 1, 1 000 ₽
           Напитков: 1, сэндвичей: 0
           К оплате: 950 ₽
           Баллы: −50. Подтвердить заказ?  [Подтвердить] [Отмена]
    Boris> [Подтвердить]
    bot>   Код не найден или уже использован. Попросите гостя открыть бота и прочитать код ещё раз.  [Подтвердить] [Отмена]
    Boris> [code]
    bot>   Накопить или списать? Списать можно до 50 баллов.  [Накопить баллы] [Списать баллы]
    Boris> [Списать баллы]
    bot>   Сколько баллов списать? Не больше 50.  [Максимум: 50]
    Boris> [Максимум: 50]
    bot>   Гость: Анна
           Чек 1, 1 000 ₽
           Напитков: 1, сэндвичей: 0
           К оплате: 950 ₽
           Баллы: −50. Подтвердить заказ?  [Подтвердить] [Отмена]
    Boris> [Подтвердить]
    bot>   Заказ проведён. У гостя Анна 0 баллов.
    keys:  [Обработка заказа] / [История операций]
    ");
    assert_eq!(t.balance(guest).await, 0);
}
