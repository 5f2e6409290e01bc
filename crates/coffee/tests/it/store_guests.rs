//! `guests::store`, function by function.

use std::time::Duration;

use karavan_coffee::{
    GuestId,
    guests::{
        GuestError, Name, NewGuest,
        store::{
            self, Search, Sort, add_purchases, find, find_by_telegram, insert, names, search, standing, standings,
        },
    },
};
use karavan_kernel::Timestamp;
use karavan_store::PageRequest;
use karavan_testkit::{START, app_test};

use crate::cafe::Cafe;

async fn added(t: &Cafe, first_name: &str, last_name: Option<&str>) -> GuestId {
    let new = NewGuest {
        last_name: last_name.map(|name| Name::parse(name).unwrap()),
        ..t.application(first_name)
    };
    let mut tx = t.tx().await;
    let id = insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    t.clock.advance(Duration::from_secs(60));
    id
}

async fn bought(t: &Cafe, id: GuestId, drinks: i64) {
    let mut tx = t.tx().await;
    add_purchases(&mut tx, id, drinks, 0).await.unwrap();
    tx.commit().await.unwrap();
}

async fn found(t: &Cafe, wanted: &Search) -> Vec<String> {
    let mut read = t.read().await.unwrap();
    let page = search(&mut read, wanted, PageRequest::new(100, 0)).await.unwrap();
    assert_eq!(usize::try_from(page.total).unwrap(), page.rows.len());
    page.rows.into_iter().map(|guest| guest.first_name).collect()
}

async fn like(t: &Cafe, text: &str) -> Vec<String> {
    let text = Some(text.to_owned());
    found(
        t,
        &Search {
            text,
            ..Search::default()
        },
    )
    .await
}

#[app_test]
async fn a_guest_is_found_by_id_and_by_account(t: Cafe) {
    let new = NewGuest {
        last_name: Some(Name::parse("Петрова").unwrap()),
        ..t.application("Анна")
    };
    let mut tx = t.tx().await;
    let id = insert(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    let guest = find(&mut read, id).await.unwrap().unwrap();
    assert_eq!(
        (guest.id, guest.telegram_id, &guest.phone),
        (id, new.telegram_id, &new.phone)
    );
    assert_eq!(guest.full_name(), "Анна Петрова");
    assert_eq!((guest.birth_date, guest.created_at), (new.birth_date, START));
    assert_eq!((guest.drinks_count, guest.sandwiches_count), (0, 0));
    let same = find_by_telegram(&mut read, new.telegram_id).await.unwrap().unwrap();
    assert_eq!(same.id, id);
    assert!(find_by_telegram(&mut read, 1).await.unwrap().is_none());
    let nobody: GuestId = t.entropy().id(START);
    assert!(find(&mut read, nobody).await.unwrap().is_none());
}

#[app_test]
async fn an_account_and_a_number_are_taken_once(t: Cafe) {
    let first = t.application("Анна");
    let mut tx = t.tx().await;
    insert(&mut tx, &first).await.unwrap();
    tx.commit().await.unwrap();
    let same_account = NewGuest {
        phone: t.application("x").phone,
        ..first.clone()
    };
    let same_number = NewGuest {
        telegram_id: 1,
        ..first.clone()
    };
    for (again, number_only) in [(first, false), (same_account, false), (same_number, true)] {
        let mut tx = t.tx().await;
        let refused = insert(&mut tx, &again).await;
        match refused {
            Err(GuestError::PhoneTaken) if number_only => {}
            Err(GuestError::Registered) if !number_only => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(t.books().await.guests, 1);
}

#[app_test]
async fn purchases_add_up(t: Cafe) {
    let id = added(&t, "Анна", None).await;
    let mut tx = t.tx().await;
    add_purchases(&mut tx, id, 2, 1).await.unwrap();
    add_purchases(&mut tx, id, 3, 0).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    let guest = find(&mut read, id).await.unwrap().unwrap();
    assert_eq!((guest.drinks_count, guest.sandwiches_count), (5, 1));
    let nobody: GuestId = t.entropy().id(START);
    drop(read);
    assert!(add_purchases(&mut t.tx().await, nobody, 1, 1).await.is_err());
}

#[app_test]
async fn standings_come_in_the_order_of_the_guests(t: Cafe) {
    let (anna, vera) = (t.guest("Анна").await, t.guest("Вера").await);
    t.guest("Без заказов").await;
    t.earns(anna, 5).await;
    t.earns(vera, 7).await;
    t.earns(vera, 1).await;
    let mut read = t.read().await.unwrap();
    let page = search(
        &mut read,
        &Search {
            sort: Sort::Name,
            ..Search::default()
        },
        PageRequest::new(10, 0),
    )
    .await
    .unwrap();
    let all = standings(&mut read, &page.rows).await.unwrap();
    let shown: Vec<_> = page
        .rows
        .iter()
        .zip(&all)
        .map(|(guest, standing)| (guest.first_name.as_str(), standing.balance, standing.drinks))
        .collect();
    let mut sorted = shown.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [("Анна", 5, 1), ("Без заказов", 0, 0), ("Вера", 8, 2)]);
    for (guest, expected) in page.rows.iter().zip(all) {
        assert_eq!(standing(&mut read, guest).await.unwrap(), expected);
    }
    assert!(standings(&mut read, &[]).await.unwrap().is_empty());
}

#[app_test]
async fn names_are_asked_for_at_once(t: Cafe) {
    let (anna, vera) = (added(&t, "Анна", Some("Петрова")).await, added(&t, "Вера", None).await);
    let ids = [
        anna.to_string(),
        vera.to_string(),
        "gst_nobody".to_owned(),
        "coffee.points.issued".to_owned(),
    ];
    let mut read = t.read().await.unwrap();
    let first_names = names(&mut read, &ids).await.unwrap();
    assert_eq!(first_names.len(), 2);
    assert_eq!(
        (first_names[&ids[0]].as_str(), first_names[&ids[1]].as_str()),
        ("Анна", "Вера")
    );
    assert!(names(&mut read, &[]).await.unwrap().is_empty());
}

#[app_test]
async fn a_search_does_not_care_about_case_in_any_alphabet(t: Cafe) {
    added(&t, "Анна", Some("Ёлкина")).await;
    added(&t, "Әсел", None).await;
    added(&t, "Їжак", None).await;
    added(&t, "Élodie", None).await;
    for (text, found) in [
        ("анна", "Анна"),
        ("АННА", "Анна"),
        ("нн", "Анна"),
        ("ёлк", "Анна"),
        ("ЁЛКИНА анна", "Анна"),
        ("әсел", "Әсел"),
        ("ЇЖАК", "Їжак"),
        ("élo", "Élodie"),
        ("ÉLO", "Élodie"),
    ] {
        assert_eq!(like(&t, text).await, [found], "{text}");
    }
    assert_eq!(like(&t, "анна әсел").await, [""; 0], "every word has to fit");
    assert_eq!(like(&t, "   ").await.len(), 4, "nothing asked for is everybody");
}

#[app_test]
async fn a_search_finds_a_part_of_the_number(t: Cafe) {
    let id = added(&t, "Анна", None).await;
    added(&t, "Вера", None).await;
    let phone = find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap().phone;
    let tail: String = phone.as_str().chars().skip(5).collect();
    assert_eq!(like(&t, &tail).await, ["Анна"]);
    assert_eq!(like(&t, phone.as_str()).await, ["Анна"]);
}

#[app_test]
async fn signs_of_patterns_are_only_signs(t: Cafe) {
    added(&t, "100%а", None).await;
    added(&t, "Ан_на", None).await;
    added(&t, "Ан\\на", None).await;
    added(&t, "Анна", None).await;
    assert_eq!(like(&t, "%").await, ["100%а"]);
    assert_eq!(like(&t, "0%а").await, ["100%а"]);
    assert_eq!(like(&t, "н_н").await, ["Ан_на"]);
    assert_eq!(like(&t, "н\\н").await, ["Ан\\на"]);
    assert_eq!(like(&t, "'; DROP TABLE coffee_guests; --").await, [""; 0]);
    assert_eq!(t.books().await.guests, 4);
}

#[app_test]
async fn guests_are_filtered_by_drinks(t: Cafe) {
    for (name, drinks) in [("Ноль", 0), ("Девятнадцать", 19), ("Двадцать", 20), ("Сто", 100)]
    {
        let id = added(&t, name, None).await;
        bought(&t, id, drinks).await;
    }
    let wanted = |from, under| Search {
        drinks_from: from,
        drinks_under: under,
        sort: Sort::Drinks,
        reversed: true,
        ..Search::default()
    };
    assert_eq!(found(&t, &wanted(Some(0), Some(20))).await, ["Ноль", "Девятнадцать"]);
    assert_eq!(found(&t, &wanted(Some(20), Some(50))).await, ["Двадцать"]);
    assert_eq!(found(&t, &wanted(Some(100), None)).await, ["Сто"]);
    assert_eq!(found(&t, &wanted(None, Some(1))).await, ["Ноль"]);
}

#[app_test]
async fn guests_are_sorted_both_ways(t: Cafe) {
    for (name, drinks) in [("Б", 5), ("В", 1), ("А", 3)] {
        let id = added(&t, name, None).await;
        bought(&t, id, drinks).await;
    }
    for (sort, order) in [
        (Sort::Newest, ["А", "В", "Б"]),
        (Sort::Name, ["А", "Б", "В"]),
        (Sort::Drinks, ["Б", "А", "В"]),
    ] {
        let one_way = Search {
            sort,
            ..Search::default()
        };
        assert_eq!(found(&t, &one_way).await, order, "{sort:?}");
        let mut other_way = order;
        other_way.reverse();
        let reversed = Search {
            reversed: true,
            ..one_way
        };
        assert_eq!(found(&t, &reversed).await, other_way, "{sort:?}");
    }
}

#[app_test]
async fn pages_neither_lose_nor_repeat_anybody(t: Cafe) {
    // All with the same name and in the same moment: only the id tells them apart.
    let mut tx = t.tx().await;
    for _ in 0..23 {
        insert(&mut tx, &t.application("Анна")).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    let mut seen = std::collections::BTreeSet::new();
    let by_name = Search {
        sort: Sort::Name,
        ..Search::default()
    };
    for number in 1..=4 {
        let page = search(&mut read, &by_name, PageRequest::numbered(number, 10))
            .await
            .unwrap();
        assert_eq!(page.total, 23);
        seen.extend(page.rows.into_iter().map(|guest| guest.id.to_string()));
    }
    assert_eq!(seen.len(), 23);
    let beyond = PageRequest::new(10, u64::MAX >> 1);
    assert!(
        search(&mut read, &Search::default(), beyond)
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

#[app_test]
async fn a_moment_is_kept_to_the_microsecond(t: Cafe) {
    t.clock.advance(Duration::from_micros(1));
    let mut tx = t.tx().await;
    let id = store::insert(&mut tx, &t.application("Анна")).await.unwrap();
    tx.commit().await.unwrap();
    let guest = find(&mut t.read().await.unwrap(), id).await.unwrap().unwrap();
    assert_eq!(guest.created_at, Timestamp::from_micros(START.micros() + 1));
}
