//! Many at once: what the database has to decide.

use karavan_coffee::{
    codes::{self, CodeError},
    guests::{self, GuestError},
    orders::{self, NewOrder, OrderError},
};
use karavan_platform::{
    bots::poll_once,
    ledger::{self, Unit},
};
use karavan_store::{Db, PageRequest};
use karavan_testkit::app_test;
use serde_json::json;
use tokio::task::JoinSet;

use crate::cafe::{Basket, Cafe, GUESTS, TEST, TILL, with};

#[app_test]
async fn s17_fifty_parallel_uses_of_one_code_make_one_order(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let order = t.order(guest, &code);
    let uses = (0..50).map(|number| {
        let (t, order) = (
            t.clone(),
            with(&order, &json!({ "receipt_number": number.to_string() })),
        );
        async move { t.posts_order(&order).await }
    });
    let answers = JoinSet::from_iter(uses).join_all().await;
    let (sold, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!((sold.len(), refused.len()), (1, 49));
    for answer in refused {
        assert_eq!(
            (answer.status.as_u16(), answer.value("/code")),
            (400, json!("code_unknown")),
            "{answer}"
        );
    }
    assert_eq!((t.books().await.orders, t.balance(guest).await), (1, 9));
    t.run_jobs().await;
}

#[app_test]
async fn s15_hundred_concurrent_earns_and_spends_sum_up(t: Cafe) {
    let guest = t.guest("Анна").await;
    t.earns(guest, 100).await;
    // Every second one on another node, where there can be one: SQLite belongs to a single process.
    let second = if t.engine_name() == "postgres" {
        t.another_node().await
    } else {
        Db::clone(&t)
    };
    let nodes = [Db::clone(&t), second];
    let sales = (0..100).map(|number: i64| {
        let (t, db) = (t.clone(), nodes[usize::from(number % 4 < 2)].clone());
        let spend = if number % 2 == 0 { 0 } else { 7 + number % 11 };
        async move { sell(&t, &db, guest, spend).await }
    });
    let mut expected = 100;
    for sold in JoinSet::from_iter(sales).join_all().await {
        match sold {
            Ok(points) => expected += points,
            Err(OrderError::OverLimit { .. }) => {}
            Err(other) => panic!("{other}"),
        }
    }
    t.run_jobs().await;
    assert_eq!(t.balance(guest).await, expected);
    assert_eq!(t.wrong_in_the_books().await, [""; 0]);
    assert!(lowest_balance(&t).await >= 0);
}

#[app_test]
async fn s15_a_hundred_spends_at_once_take_what_there_is(t: Cafe) {
    let guest = t.guest("Анна").await;
    t.earns(guest, 300).await;
    let db = Db::clone(&t);
    let sales = (0..100).map(|_| {
        let (t, db) = (t.clone(), db.clone());
        async move { sell(&t, &db, guest, 10).await.is_ok() }
    });
    let sold = JoinSet::from_iter(sales).join_all().await;
    assert_eq!(sold.iter().filter(|sold| **sold).count(), 30);
    assert_eq!((t.balance(guest).await, lowest_balance(&t).await), (0, 0));
    t.run_jobs().await;
}

/// A sale of 950 ₽ in a transaction of its own. Says what it did to the balance.
async fn sell(t: &Cafe, db: &Db, guest: karavan_coffee::GuestId, spend: i64) -> Result<i64, OrderError> {
    let mut tx = db.begin(TEST).await?;
    let code = codes::issue(&mut tx, &t.coffee, guest).await?.id;
    let order = NewOrder {
        code,
        guest,
        barista: t.barista,
        receipt_number: "1".to_owned(),
        total_minor: 950_00,
        drinks: 1,
        sandwiches: 0,
        spend,
    };
    let sold = orders::confirm(&mut tx, &t.coffee, &order).await?.order;
    tx.commit().await?;
    Ok(sold.points_earned - sold.points_spent)
}

async fn lowest_balance(t: &Cafe) -> i64 {
    let mut read = t.read().await.unwrap();
    let mut lowest = i64::MAX;
    for number in 1.. {
        let page = PageRequest::numbered(number, PageRequest::MOST);
        let lines = ledger::history(&mut read, None, Unit::POINTS, page).await.unwrap().rows;
        let Some(least) = lines.iter().filter_map(|line| line.balance_after).min() else {
            break;
        };
        lowest = lowest.min(least);
    }
    lowest
}

#[app_test]
async fn s18_spending_beyond_the_balance_is_refused(t: Cafe) {
    let guest = t.guest("Анна").await;
    t.earns(guest, 50).await;
    let before = t.books().await;
    let code = t.code_over_http(guest).await;
    // 30 % of 950 ₽ would be 285: the balance is what limits.
    for (spend, refusal) in [(51, 422), (285, 422), (100_000, 422), (-1, 422), (i64::MAX, 422)] {
        let order = with(
            &t.order(guest, &code),
            &json!({ "use_points": true, "used_points_amount": spend }),
        );
        let refused = t.posts_order(&order).await.expect(refusal);
        assert_eq!(refused.value("/code"), "order_points_over_limit", "{spend}");
        assert!(refused.value("/detail").as_str().unwrap().contains("50"), "{refused}");
        assert_eq!(t.balance(guest).await, 50);
    }
    assert_eq!(t.books().await, before);
    let all = with(
        &t.order(guest, &code),
        &json!({ "use_points": true, "used_points_amount": 50 }),
    );
    t.posts_order(&all).await.expect(201);
    assert_eq!(t.balance(guest).await, 0);
    t.run_jobs().await;
}

#[app_test]
async fn s18_points_without_saying_so_are_refused(t: Cafe) {
    let guest = t.guest("Анна").await;
    t.earns(guest, 50).await;
    let code = t.code_over_http(guest).await;
    for contradiction in [
        json!({ "use_points": false, "used_points_amount": 10 }),
        json!({ "used_points_amount": 10 }),
        json!({ "use_points": true, "used_points_amount": 0 }),
        json!({ "use_points": true }),
    ] {
        let order = with(&t.order(guest, &code), &contradiction);
        let refused = t.posts_order(&order).await.expect(422);
        assert_eq!(refused.value("/code"), "order_points_unclear", "{contradiction}");
    }
    assert_eq!(t.balance(guest).await, 50);
}

#[app_test]
async fn two_baristas_confirm_one_code_and_one_sells(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    let (_, vera) = t.another_barista("Вера").await;
    let code = t.shows_code(&t.anna).await;
    for barista in [&t.boris, &vera] {
        barista.starts(TILL).await;
    }
    for barista in [&t.boris, &vera] {
        barista
            .plays(TILL, &["[Обработка заказа]", &code, "1007", "950", "2", "1"])
            .await;
    }
    t.boris.with(TILL).press("Подтвердить").unwrap();
    vera.with(TILL).press("Подтвердить").unwrap();
    let bots = t.host(|host| host.bots().clone());
    poll_once(&bots).await.unwrap();
    let workers = (0..2).map(|_| {
        let t = t.clone();
        async move { t.run_jobs().await }
    });
    JoinSet::from_iter(workers).join_all().await;
    t.settle().await;

    assert_eq!((t.books().await.orders, t.balance(guest).await), (1, 9));
    let mut said = [t.boris.last_from(TILL).text, vera.last_from(TILL).text];
    said.sort();
    assert_eq!(said[0], "Заказ проведён. У гостя Анна 9 баллов.");
    assert_eq!(
        said[1],
        "Код не найден или уже использован. Попросите гостя открыть бота и прочитать код ещё раз."
    );
    assert_eq!(t.chat(GUESTS, &t.anna).matches("Начислено").count(), 1);
}

#[app_test]
async fn two_baristas_confirm_at_the_same_moment(t: Cafe) {
    let guest = t.guest("Анна").await;
    let (other, _) = t.another_barista("Вера").await;
    for _round in 0..10 {
        let before = t.books().await.orders;
        let mut tx = t.tx().await;
        let code = codes::issue(&mut tx, &t.coffee, guest).await.unwrap().id;
        tx.commit().await.unwrap();
        let sales = [t.barista, other].map(|barista| {
            let t = t.clone();
            async move {
                let order = NewOrder {
                    code,
                    guest,
                    barista,
                    receipt_number: "1".to_owned(),
                    total_minor: 100_00,
                    drinks: 1,
                    sandwiches: 0,
                    spend: 0,
                };
                let mut tx = t.tx().await;
                orders::confirm(&mut tx, &t.coffee, &order).await?;
                tx.commit().await?;
                Ok::<(), OrderError>(())
            }
        });
        let sold = JoinSet::from_iter(sales).join_all().await;
        let refused = sold
            .iter()
            .filter(|sold| matches!(sold, Err(OrderError::Code(CodeError::Unknown))));
        assert_eq!(
            (sold.iter().filter(|sold| sold.is_ok()).count(), refused.count()),
            (1, 1),
            "{sold:?}"
        );
        assert_eq!(t.books().await.orders, before + 1);
    }
    t.run_jobs().await;
}

#[app_test]
async fn twenty_registrations_with_one_number_make_one_guest(t: Cafe) {
    let phone = t.application("Анна").phone;
    let tries = (0..20).map(|_| {
        let t = t.clone();
        let new = guests::NewGuest {
            phone: phone.clone(),
            ..t.application("Анна")
        };
        async move {
            let mut tx = t.tx().await;
            guests::register(&mut tx, &t.coffee, &new).await?;
            tx.commit().await?;
            Ok::<(), GuestError>(())
        }
    });
    let joined = JoinSet::from_iter(tries).join_all().await;
    assert_eq!(joined.iter().filter(|joined| joined.is_ok()).count(), 1);
    let taken = joined
        .iter()
        .filter(|joined| matches!(joined, Err(GuestError::PhoneTaken)));
    assert_eq!(taken.count(), 19, "{joined:?}");
    assert_eq!(t.books().await.guests, 1);
}

#[app_test]
async fn one_account_registers_once_however_often_it_tries(t: Cafe) {
    let account = t.application("Анна").telegram_id;
    let tries = (0..20).map(|_| {
        let t = t.clone();
        let new = guests::NewGuest {
            telegram_id: account,
            ..t.application("Анна")
        };
        async move {
            let mut tx = t.tx().await;
            guests::register(&mut tx, &t.coffee, &new).await?;
            tx.commit().await?;
            Ok::<(), GuestError>(())
        }
    });
    let joined = JoinSet::from_iter(tries).join_all().await;
    let known = joined
        .iter()
        .filter(|joined| matches!(joined, Err(GuestError::Registered)));
    assert_eq!((known.count(), t.books().await.guests), (19, 1));
}

#[app_test]
async fn a_guest_who_taps_for_codes_at_once_has_one(t: Cafe) {
    let guest = t.guest("Анна").await;
    let taps = (0..20).map(|_| {
        let t = t.clone();
        async move {
            let mut tx = t.tx().await;
            let issued = codes::issue(&mut tx, &t.coffee, guest).await.unwrap();
            tx.commit().await.unwrap();
            issued.id
        }
    });
    let ids = JoinSet::from_iter(taps).join_all().await;
    let mut active = 0;
    for id in ids {
        let code = codes::store::find(&mut t.read().await.unwrap(), id)
            .await
            .unwrap()
            .unwrap();
        active += u32::from(code.state == codes::CodeState::Active);
    }
    assert_eq!(active, 1);
}

#[app_test]
async fn a_request_that_is_sent_ten_times_at_once_sells_once(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let order = t.order(guest, &code);
    let tries = (0..10).map(|_| {
        let (client, order) = (t.service.with_key("till-1-1007"), order.clone());
        async move { client.post("/coffee/orders/", order).await.expect(201).text() }
    });
    let mut answers = JoinSet::from_iter(tries).join_all().await;
    answers.dedup();
    assert_eq!((answers.len(), t.books().await.orders), (1, 1));
    t.run_jobs().await;
}

#[app_test]
async fn a_level_is_reached_once_by_sales_at_once(t: Cafe) {
    let guest = t.guest("Анна").await;
    let sales = (0..25).map(|_| {
        let t = t.clone();
        async move { t.sale(guest, Basket::default()).await.unwrap().level_up }
    });
    let levels = JoinSet::from_iter(sales).join_all().await;
    assert_eq!(levels.iter().flatten().count(), 1);
    t.run_jobs().await;
}
