//! The whole path, as the people in it see it.

use insta::assert_snapshot;
use karavan_testkit::app_test;

use crate::cafe::{Basket, Cafe, GUESTS, TILL};

#[app_test]
async fn from_the_first_hello_to_the_first_points(t: Cafe) {
    let (anna, boris) = (&t.anna, &t.boris);
    t.joins(anna, "Анна").await;
    let code = t.shows_code(anna).await;
    let lines = [
        "/start",
        "[Обработка заказа]",
        &code,
        "1007",
        "950",
        "2",
        "1",
        "[Подтвердить]",
    ];
    boris.plays(TILL, &lines).await;

    assert_snapshot!(t.told(GUESTS, anna), @"
    Anna> /start
    bot>  Это программа лояльности кофейни: баллы за каждый заказ и уровни. Нажмите «Начать», регистрация займёт минуту.
    keys: [Начать]
    Anna> Начать
    bot>  Отправьте свой номер кнопкой ниже.
    keys: [Отправить номер]
    Anna> (contact Anna 70000001001)
    bot>  Как вас зовут?
    keys: (gone)
    Anna> Анна
    bot>  Когда у вас день рождения? Напишите дату так: ДД.ММ.ГГГГ
    Anna> 07.03.1990
    bot>  Проверьте, всё ли верно:
          Имя: Анна
          Телефон: +70000001001
          Дата рождения: 07.03.1990  [Подтвердить] [Заполнить заново]
    Anna> [Подтвердить]
    bot>  Анна, вы зарегистрированы. Перед оплатой нажмите «Получить код для оплаты» и назовите код бариста.
    keys: [Получить код для оплаты] / [Мой профиль]
    Anna> Получить код для оплаты
    bot>  Назовите бариста этот код: [code]
          Он действует 90 секунд и только один раз.  [Сгенерировать новый код]
    bot>  Начислено 9 баллов, всего 9.
          До уровня «Серебро» осталось 18 напитков.
    ");
    assert_snapshot!(t.told(TILL, boris), @"
    Boris> /start
    bot>   Борис, касса открыта.
    keys:  [Обработка заказа] / [История операций]
    Boris> Обработка заказа
    bot>   Введите 5-значный код гостя.
    keys:  [Отмена]
    Boris> [code]
    bot>   Гость: Анна
           Уровень: Стандарт, баллов: 0
           Номер чека?
    Boris> 1007
    bot>   Сумма, ₽?
    Boris> 950
    bot>   Сколько напитков?
    Boris> 2
    bot>   Сколько сэндвичей?
    Boris> 1
    bot>   Гость: Анна
           Чек 1007, 950 ₽
           Напитков: 2, сэндвичей: 1
           К оплате: 950 ₽
           Баллы: +9. Подтвердить заказ?  [Подтвердить] [Отмена]
    Boris> [Подтвердить]
    bot>   Заказ проведён. У гостя Анна 9 баллов.
    keys:  [Обработка заказа] / [История операций]
    ");
    let guest = t.id_of(anna).await;
    assert_eq!(t.balance(guest).await, 9);
    assert_eq!((t.books().await.orders, t.books().await.movements), (1, 1));
}

#[app_test]
async fn the_owner_and_the_machine_see_what_was_sold(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    let lines = [
        "/start",
        "[Обработка заказа]",
        &code,
        "1007",
        "950",
        "2",
        "1",
        "[Подтвердить]",
    ];
    t.boris.plays(TILL, &lines).await;

    for (page, what) in [
        ("/admin/coffee/orders", "1007"),
        ("/admin/coffee/guests", "Анна"),
        ("/admin/coffee/points", "+9"),
    ] {
        let shown = t.owner.get(page).await.expect(200).text();
        assert!(shown.contains(what), "{page} does not show {what}");
    }
    let profile = t.service.get(&format!("/coffee/users/{}", t.anna.id)).await;
    assert_snapshot!(profile, @r#"200 {"id":"[gst]","telegram_id":1001,"phone":"+70000001001","first_name":"Анна","last_name":null,"birth_date":"1990-03-07","loyalty_status":"standard","points":9,"drinks_count":2,"sandwiches_count":1,"gift_drinks":0,"gift_sandwiches":0,"is_active":true,"role":"client"}"#);
    let orders = t.service.get(&format!("/coffee/orders/user/{guest}")).await;
    assert_snapshot!(orders, @r#"200 [{"id":"[ord]","user_id":"[gst]","barista_id":"[bst]","code_id":"[cod]","receipt_number":"1007","total_sum":950,"total_minor":95000,"drinks_count":2,"sandwiches_count":1,"use_points":false,"used_points_amount":0,"points_earned":9,"date_created":"2026-11-20T09:00:09Z"}]"#);
}

#[app_test]
async fn twenty_drinks_make_a_silver_guest(t: Cafe) {
    let (anna, boris) = (&t.anna, &t.boris);
    let guest = t.joins(anna, "Анна").await;
    t.sale(
        guest,
        Basket {
            drinks: 19,
            ..Basket::default()
        },
    )
    .await
    .unwrap();
    t.settle().await;
    let code = t.shows_code(anna).await;
    let lines = [
        "/start",
        "[Обработка заказа]",
        &code,
        "1008",
        "230",
        "1",
        "0",
        "[Накопить баллы]",
        "[Подтвердить]",
    ];
    boris.plays(TILL, &lines).await;
    let told = anna.last_from(GUESTS).text;
    assert_snapshot!(told, @"
    Начислено 2 балла, всего 11.
    Ваш новый уровень: Серебро.
    ");
    let profile = anna.plays(GUESTS, &["[Мой профиль]"]).await;
    assert_snapshot!(profile, @"
    Anna> Мой профиль
    bot>  Анна
          Телефон: +70000001001
          Дата рождения: 07.03.1990
          Уровень: Серебро
          Баллы: 11
          Напитков куплено: 20
          Сэндвичей куплено: 0
          С нами с 20.11.2026
          До уровня «Золото» осталось 30 напитков.
    ");
}

#[app_test]
async fn a_barista_looks_back_at_the_own_sales(t: Cafe) {
    let guest = t.guest("Анна").await;
    let told = t.boris.plays(TILL, &["/start", "[История операций]"]).await;
    assert_snapshot!(told, @"
    Boris> /start
    bot>   Борис, касса открыта.
    keys:  [Обработка заказа] / [История операций]
    Boris> История операций
    bot>   История заказов пуста.
    ");
    for _ in 0..12 {
        t.earns(guest, 3).await;
    }
    t.boris.presses(TILL, "История операций").await;
    let text = t.boris.last_from(TILL).text;
    assert_eq!(text.lines().count(), 11, "a heading and the last ten: {text}");
    assert_snapshot!(text.lines().take(3).collect::<Vec<_>>().join("\n"), @"
    Последние продажи:
    Чек 13 · 300 ₽ · напитков 1, сэндвичей 0 · 20.11.2026, 12:00
    Чек 12 · 300 ₽ · напитков 1, сэндвичей 0 · 20.11.2026, 12:00
    ");

    let (_, vera) = t.another_barista("Вера").await;
    vera.plays(TILL, &["/start", "[История операций]"]).await;
    assert_eq!(vera.last_from(TILL).text, "История заказов пуста.");
}

#[app_test]
async fn points_below_a_hundred_roubles_are_none(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(
            TILL,
            &[
                "/start",
                "[Обработка заказа]",
                &code,
                "1",
                "99,99",
                "1",
                "0",
                "[Подтвердить]",
            ],
        )
        .await;
    assert_eq!(t.balance(guest).await, 0);
    assert_eq!((t.books().await.orders, t.books().await.movements), (1, 0));
    assert_snapshot!(t.anna.last_from(GUESTS).text, @"
    Спасибо за заказ. На счёте 0 баллов.
    До уровня «Серебро» осталось 19 напитков.
    ");
}

#[app_test]
async fn a_guest_who_blocked_the_bot_is_sold_to_all_the_same(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.anna.blocks(GUESTS).await;
    t.boris
        .plays(
            TILL,
            &[
                "/start",
                "[Обработка заказа]",
                &code,
                "1",
                "500",
                "1",
                "0",
                "[Подтвердить]",
            ],
        )
        .await;
    assert_eq!(t.balance(guest).await, 5);
    // Nothing waits for them in the queue, and they can come back.
    t.anna.starts(GUESTS).await;
    t.anna.presses(GUESTS, "Мой профиль").await;
    assert!(t.anna.last_from(GUESTS).text.contains("Баллы: 5"));
}
