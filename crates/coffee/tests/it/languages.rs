//! Four languages: people switch, and the program keeps to what they chose.

use insta::assert_snapshot;
use karavan_testkit::app_test;

use crate::cafe::{Cafe, GUESTS, TILL, hide_codes};

#[app_test]
async fn a_registration_in_ukrainian(t: Cafe) {
    let person = &t.anna;
    let told = person
        .plays(
            GUESTS,
            &[
                "/start",
                "/language",
                "[Українська]",
                "[Почати]",
                "(contact)",
                "Анна",
                "07.03.1990",
                "[Підтвердити]",
            ],
        )
        .await;
    assert_snapshot!(told, @"
    Anna> /start
    bot>  Это программа лояльности кофейни: баллы за каждый заказ и уровни. Нажмите «Начать», регистрация займёт минуту.
    keys: [Начать]
    Anna> /language
    bot>  Выберите язык  [Русский] / [Українська] / [Қазақша] / [English]
    Anna> [Українська]
    bot>  Це програма лояльності кав’ярні: бали за кожне замовлення та рівні. Натисніть «Почати», реєстрація займе хвилину.
    keys: [Почати]
    Anna> Почати
    bot>  Надішліть свій номер кнопкою нижче.
    keys: [Надіслати номер]
    Anna> (contact Anna 70000001001)
    bot>  Як вас звати?
    keys: (gone)
    Anna> Анна
    bot>  Коли у вас день народження? Напишіть дату так: ДД.ММ.РРРР
    Anna> 07.03.1990
    bot>  Перевірте, чи все правильно:
          Ім’я: Анна
          Телефон: +70000001001
          Дата народження: 07.03.1990  [Підтвердити] [Заповнити знову]
    Anna> [Підтвердити]
    bot>  Анна, вас зареєстровано. Перед оплатою натисніть «Отримати код для оплати» і назвіть код баристі.
    keys: [Отримати код для оплати] / [Мій профіль]
    ");
    assert_eq!(t.books().await.guests, 1);
}

#[app_test]
async fn a_registration_in_english(t: Cafe) {
    let person = t.person_named("Vera");
    let told = person
        .plays(
            GUESTS,
            &[
                "/start",
                "/language",
                "[English]",
                "[Begin]",
                "(contact)",
                "Vera",
                "07.03.1990",
                "[Confirm]",
            ],
        )
        .await;
    assert_snapshot!(told, @"
    Vera> /start
    bot>  Это программа лояльности кофейни: баллы за каждый заказ и уровни. Нажмите «Начать», регистрация займёт минуту.
    keys: [Начать]
    Vera> /language
    bot>  Выберите язык  [Русский] / [Українська] / [Қазақша] / [English]
    Vera> [English]
    bot>  This is the coffee shop's loyalty programme: points for every order, and levels. Press “Begin”, it takes a minute.
    keys: [Begin]
    Vera> Begin
    bot>  Share your number with the button below.
    keys: [Share my number]
    Vera> (contact Vera 70000001003)
    bot>  What is your name?
    keys: (gone)
    Vera> Vera
    bot>  When is your birthday? Write the date like this: DD.MM.YYYY
    Vera> 07.03.1990
    bot>  Please check:
          Name: Vera
          Phone: +70000001003
          Birth date: 7 Mar 1990  [Confirm] [Fill in again]
    Vera> [Confirm]
    bot>  Vera, you are registered. Before you pay, press “Get a payment code” and tell the barista the code.
    keys: [Get a payment code] / [My profile]
    ");
    assert_eq!(t.books().await.guests, 1);
}

#[app_test]
async fn a_registration_in_kazakh(t: Cafe) {
    let person = t.person_named("Gulnara");
    let told = person
        .plays(
            GUESTS,
            &[
                "/start",
                "/language",
                "[Қазақша]",
                "[Бастау]",
                "(contact)",
                "Гүлнара",
                "07.03.1990",
                "[Растау]",
            ],
        )
        .await;
    assert_snapshot!(told, @"
    Gulnara> /start
    bot>     Это программа лояльности кофейни: баллы за каждый заказ и уровни. Нажмите «Начать», регистрация займёт минуту.
    keys:    [Начать]
    Gulnara> /language
    bot>     Выберите язык  [Русский] / [Українська] / [Қазақша] / [English]
    Gulnara> [Қазақша]
    bot>     Бұл — кофехананың адалдық бағдарламасы: әр тапсырысқа ұпай және деңгейлер. «Бастау» түймесін басыңыз, тіркелуге бір минут жетеді.
    keys:    [Бастау]
    Gulnara> Бастау
    bot>     Төмендегі түймемен нөміріңізді жіберіңіз.
    keys:    [Нөмірді жіберу]
    Gulnara> (contact Gulnara 70000001003)
    bot>     Есіміңіз кім?
    keys:    (gone)
    Gulnara> Гүлнара
    bot>     Туған күніңіз қашан? Күнді былай жазыңыз: КК.АА.ЖЖЖЖ
    Gulnara> 07.03.1990
    bot>     Бәрі дұрыс па, тексеріп шығыңыз:
             Есіміңіз: Гүлнара
             Телефоныңыз: +70000001003
             Туған күніңіз: 07.03.1990  [Растау] [Қайта толтыру]
    Gulnara> [Растау]
    bot>     Гүлнара, сіз тіркелдіңіз. Төлер алдында «Төлем кодын алу» түймесін басып, кодты баристаға айтыңыз.
    keys:    [Төлем кодын алу] / [Менің профилім]
    ");
    assert_eq!(t.books().await.guests, 1);
}

#[app_test]
async fn a_guest_is_told_in_the_own_language(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    for (language, receipt) in [("Українська", "1"), ("Қазақша", "2"), ("English", "3")] {
        t.anna.plays(GUESTS, &["/language", &format!("[{language}]")]).await;
        t.earns(guest, 3).await;
        t.settle().await;
        let told = t.anna.last_from(GUESTS).text;
        match receipt {
            "1" => assert_snapshot!(told, @"
            Нараховано 3 бали, усього 3.
            До рівня «Срібло» залишилося 19 напоїв.
            "),
            "2" => assert_snapshot!(told, @"
            3 ұпай қосылды, барлығы 6.
            «Күміс» деңгейіне дейін 18 сусын қалды.
            "),
            _ => assert_snapshot!(told, @"
            3 points earned, 9 in all.
            17 drinks to the level “Silver”.
            "),
        }
    }
}

#[app_test]
async fn a_barista_sells_in_english(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    t.earns(guest, 100).await;
    let code = t.shows_code(&t.anna).await;
    let lines = [
        "/language",
        "[English]",
        "[Process an order]",
        &code,
        "1007",
        "1250.50",
        "2",
        "1",
    ];
    let told = t.boris.plays(TILL, &lines).await;
    assert_snapshot!(hide_codes(&told), @"
    Boris> /language
    bot>   Выберите язык  [Русский] / [Українська] / [Қазақша] / [English]
    Boris> [English]
    bot>   Choose what to do.
    keys:  [Process an order] / [History]
    Boris> Process an order
    bot>   Enter the guest's 5-digit code.
    keys:  [Cancel]
    Boris> [code]
    bot>   Guest: Анна
           Level: Standard, points: 100
           Receipt number?
    Boris> 1007
    bot>   Sum, ₽?
    Boris> 1250.50
    bot>   How many drinks?
    Boris> 2
    bot>   How many sandwiches?
    Boris> 1
    bot>   Earn or spend? Up to 100 points can be spent.  [Earn points] [Spend points]
    ");
}

#[app_test]
async fn buttons_of_the_language_before_still_work(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    t.anna.plays(GUESTS, &["/language", "[English]"]).await;
    // Typed, because the keyboard under the chat has changed; somebody's phone may still show the old one.
    t.anna.writes(GUESTS, "Мой профиль").await;
    assert!(t.anna.last_from(GUESTS).text.starts_with("Анна"));
}
