//! Conversations that are interrupted, cancelled, or begun again.

use std::time::Duration;

use insta::assert_snapshot;
use karavan_clients::http::{Http, HttpConfig};
use karavan_coffee::{CoffeeConfig, GuestId};
use karavan_kernel::{Secret, TimeZone};
use karavan_platform::{
    Platform, PlatformParts,
    bots::{self, Bots, HandleUpdate, Send},
};
use karavan_store::queue::{JobDef, Registry, Worker, WorkerConfig};
use karavan_testkit::app_test;
use std::sync::Arc;

use crate::cafe::{Cafe, GUESTS, TILL};

const HOUR: Duration = Duration::from_secs(3_600);

#[app_test]
async fn a_registration_that_was_left_for_hours_starts_over(t: Cafe) {
    t.anna.plays(GUESTS, &["/start", "[Начать]", "(contact)", "Анна"]).await;
    t.clock.advance(4 * HOUR);
    t.anna.writes(GUESTS, "07.03.1990").await;
    assert_snapshot!(t.anna.last_from(GUESTS).text, @"Это программа лояльности кофейни: баллы за каждый заказ и уровни. Нажмите «Начать», регистрация займёт минуту.");
    assert_eq!(t.books().await.guests, 0);
    t.joins(&t.anna, "Анна").await;
}

#[app_test]
async fn a_sale_that_was_left_for_hours_starts_over(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let code = t.shows_code(&t.anna).await;
    t.boris
        .plays(TILL, &["/start", "[Обработка заказа]", &code, "1007", "950"])
        .await;
    t.clock.advance(4 * HOUR);
    t.boris.writes(TILL, "2").await;
    assert_eq!(t.boris.last_from(TILL).text, "Выберите действие.");
    assert_eq!(t.books().await.orders, 0);
}

#[app_test]
async fn cancelling_sells_nothing_at_any_step(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    t.earns(guest, 100).await;
    let code = t.shows_code(&t.anna).await;
    let steps = [code.as_str(), "1007", "950", "2", "1", "[Списать баллы]", "50"];
    let before = t.books().await;
    for length in 0..=steps.len() {
        t.boris.plays(TILL, &["/start", "[Обработка заказа]"]).await;
        t.boris.plays(TILL, steps.get(..length).unwrap()).await;
        t.boris.plays(TILL, &["[Отмена]"]).await;
        assert_eq!(
            t.boris.last_from(TILL).text,
            "Отменено, ничего не продано.",
            "after {length} steps"
        );
        assert_eq!(t.books().await, before);
        // The guest's code is still good, for the 90 seconds that it lives.
        if t.service
            .post(&format!("/coffee/codes/use?code_value={code}"), ())
            .await
            .status
            != 200
        {
            assert!(length > 3, "the code was lost after {length} steps");
            break;
        }
    }
}

#[app_test]
async fn filling_in_again_begins_with_the_number(t: Cafe) {
    let told = t
        .anna
        .plays(
            GUESTS,
            &[
                "/start",
                "[Начать]",
                "(contact)",
                "Анн",
                "07.03.1990",
                "[Заполнить заново]",
                "(contact)",
                "Анна",
                "08.03.1990",
                "[Подтвердить]",
            ],
        )
        .await;
    assert_snapshot!(told, @"
    Anna> /start
    bot>  Это программа лояльности кофейни: баллы за каждый заказ и уровни. Нажмите «Начать», регистрация займёт минуту.
    keys: [Начать]
    Anna> Начать
    bot>  Отправьте свой номер кнопкой ниже.
    keys: [Отправить номер]
    Anna> (contact Anna 70000001001)
    bot>  Как вас зовут?
    keys: (gone)
    Anna> Анн
    bot>  Когда у вас день рождения? Напишите дату так: ДД.ММ.ГГГГ
    Anna> 07.03.1990
    bot>  Проверьте, всё ли верно:
          Имя: Анн
          Телефон: +70000001001
          Дата рождения: 07.03.1990  [Подтвердить] [Заполнить заново]
    Anna> [Заполнить заново]
    bot>  Отправьте свой номер кнопкой ниже.
    keys: [Отправить номер]
    Anna> (contact Anna 70000001001)
    bot>  Как вас зовут?
    keys: (gone)
    Anna> Анна
    bot>  Когда у вас день рождения? Напишите дату так: ДД.ММ.ГГГГ
    Anna> 08.03.1990
    bot>  Проверьте, всё ли верно:
          Имя: Анна
          Телефон: +70000001001
          Дата рождения: 08.03.1990  [Подтвердить] [Заполнить заново]
    Anna> [Подтвердить]
    bot>  Анна, вы зарегистрированы. Перед оплатой нажмите «Получить код для оплаты» и назовите код бариста.
    keys: [Получить код для оплаты] / [Мой профиль]
    ");
    let guest: GuestId = t.id_of(&t.anna).await;
    assert_eq!(t.balance(guest).await, 0);
}

#[app_test]
async fn a_restart_goes_on_where_everybody_was(t: Cafe) {
    t.anna.plays(GUESTS, &["/start", "[Начать]", "(contact)"]).await;
    t.boris.plays(TILL, &["/start", "[Обработка заказа]"]).await;
    let after = Process::start(&t);
    t.anna.with(GUESTS).write("Анна").unwrap();
    t.boris.with(TILL).write("что-то").unwrap();
    after.works().await;
    t.settle().await;
    assert_eq!(
        t.anna.last_from(GUESTS).text,
        "Когда у вас день рождения? Напишите дату так: ДД.ММ.ГГГГ"
    );
    assert!(t.boris.last_from(TILL).text.starts_with("Код не найден"));
    t.anna.plays(GUESTS, &["07.03.1990", "[Подтвердить]"]).await;
    assert_eq!(t.books().await.guests, 1);
}

/// The program as it would be after a restart: on the same database and the same Telegram, with nothing in its memory.
struct Process {
    bots: Bots,
    worker: Worker,
}

impl Process {
    fn start(t: &Cafe) -> Self {
        let platform = Platform::new(PlatformParts {
            db: karavan_store::Db::clone(t),
            texts: t.platform.texts.clone(),
            master: Secret::new("the master secret of every test, long enough to pass for one"),
            time_zone: "Europe/Moscow".parse::<TimeZone>().unwrap(),
            node: "after-restart".to_owned(),
            http: Http::new(HttpConfig::unencrypted()).unwrap(),
            telegram_base: t.telegram.address().parse().unwrap(),
            limited: true,
            mailer: None,
            redis: None,
            public_url: "http://localhost".to_owned(),
        });
        let mut config = CoffeeConfig::for_testing("", "");
        config.guest_bot_token = t.telegram.token(GUESTS);
        config.barista_bot_token = t.telegram.token(TILL);
        let product = karavan_coffee::product(&platform, config);
        let bots = Bots::new(platform.clone(), &product.bots);
        let jobs = vec![
            JobDef::of::<HandleUpdate>(bots.clone()),
            JobDef::of::<Send>(bots.clone()),
        ];
        let config = WorkerConfig {
            node: "after-restart".to_owned(),
            lane: "",
            concurrency: 1,
        };
        let worker = Worker::new(platform.db, Arc::new(Registry::new(jobs).unwrap()), config);
        Self { bots, worker }
    }

    async fn works(&self) {
        assert_eq!(bots::poll_once(&self.bots).await.unwrap(), 2);
        self.worker.run_due().await.unwrap();
    }
}
