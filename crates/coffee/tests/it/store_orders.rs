//! `orders::store`, function by function.

use std::time::Duration;

use karavan_coffee::{
    BaristaId, CodeId, GuestId, OrderId,
    codes::{self, CodeError},
    orders::{
        NewOrder, OrderError, Sale,
        store::{Search, insert, search},
    },
};
use karavan_store::PageRequest;
use karavan_testkit::{START, app_test};

use crate::cafe::Cafe;

const MINUTE: Duration = Duration::from_secs(60);

fn order(code: CodeId, guest: GuestId, barista: BaristaId, receipt: &str, total_minor: i64) -> NewOrder {
    NewOrder {
        code,
        guest,
        barista,
        receipt_number: receipt.to_owned(),
        total_minor,
        drinks: 2,
        sandwiches: 1,
        spend: 0,
    }
}

const SALE: Sale = Sale {
    spent: 3,
    earned: 0,
    paid_minor: 0,
};

/// A row by the store alone, a minute after the one before.
async fn added(t: &Cafe, guest: GuestId, barista: BaristaId, receipt: &str, total_minor: i64) -> OrderId {
    t.clock.advance(MINUTE);
    let mut tx = t.tx().await;
    let code = codes::issue(&mut tx, &t.coffee, guest).await.unwrap().id;
    let id = tx.id();
    let new = order(code, guest, barista, receipt, total_minor);
    insert(&mut tx, id, &new, SALE).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn receipts(t: &Cafe, wanted: &Search) -> Vec<String> {
    let mut read = t.read().await.unwrap();
    let page = search(&mut read, wanted, PageRequest::new(100, 0)).await.unwrap();
    assert_eq!(usize::try_from(page.total).unwrap(), page.rows.len());
    page.rows
        .into_iter()
        .map(|listed| listed.order.receipt_number)
        .collect()
}

#[app_test]
async fn a_sale_is_kept_as_it_was(t: Cafe) {
    let guest = t.guest("Анна").await;
    let mut tx = t.tx().await;
    let code = codes::issue(&mut tx, &t.coffee, guest).await.unwrap().id;
    let id = tx.id();
    let new = order(code, guest, t.barista, "А-1007", 950_50);
    let kept = insert(&mut tx, id, &new, SALE).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    let page = search(&mut read, &Search::default(), PageRequest::new(10, 0))
        .await
        .unwrap();
    let listed = &page.rows[0];
    assert_eq!(format!("{:?}", listed.order), format!("{kept:?}"));
    assert_eq!((kept.id, kept.code_id, kept.total_minor), (id, code, 950_50));
    assert_eq!((kept.points_spent, kept.points_earned, kept.created_at), (3, 0, START));
    assert_eq!(
        (listed.guest_name.as_str(), listed.barista_name.as_str()),
        ("Анна", "Борис")
    );
}

#[app_test]
async fn a_code_makes_one_order(t: Cafe) {
    let guest = t.guest("Анна").await;
    let mut tx = t.tx().await;
    let code = codes::issue(&mut tx, &t.coffee, guest).await.unwrap().id;
    let id = tx.id();
    let new = order(code, guest, t.barista, "1", 100);
    insert(&mut tx, id, &new, SALE).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = t.tx().await;
    let id = tx.id();
    let again = insert(&mut tx, id, &new, SALE).await;
    assert!(matches!(again, Err(OrderError::Code(CodeError::Unknown))), "{again:?}");
    drop(tx);
    assert_eq!(t.books().await.orders, 1);
}

#[app_test]
async fn sales_are_filtered_by_whom_and_by_receipt(t: Cafe) {
    let (anna, gulnara) = (t.guest("Анна").await, t.guest("Гүлнара").await);
    let (vera, _) = t.another_barista("Вера").await;
    added(&t, anna, t.barista, "1", 100).await;
    added(&t, anna, vera, "2", 100).await;
    added(&t, gulnara, vera, "12", 100).await;
    let all = Search::default();
    assert_eq!(receipts(&t, &all).await, ["12", "2", "1"]);
    assert_eq!(
        receipts(
            &t,
            &Search {
                guest: Some(anna),
                ..all.clone()
            }
        )
        .await,
        ["2", "1"]
    );
    assert_eq!(
        receipts(
            &t,
            &Search {
                barista: Some(vera),
                ..all.clone()
            }
        )
        .await,
        ["12", "2"]
    );
    let both = Search {
        guest: Some(anna),
        barista: Some(vera),
        ..all.clone()
    };
    assert_eq!(receipts(&t, &both).await, ["2"]);
    let receipt = |text: &str| Search {
        receipt: Some(text.to_owned()),
        ..all.clone()
    };
    assert_eq!(receipts(&t, &receipt("1")).await, ["1"], "exactly this number");
    for nothing in ["%", "_", "1%", "' OR 1=1 --"] {
        assert_eq!(receipts(&t, &receipt(nothing)).await, [""; 0], "{nothing}");
    }
}

#[app_test]
async fn a_period_begins_with_its_first_moment_and_ends_before_its_last(t: Cafe) {
    let guest = t.guest("Анна").await;
    for receipt in ["1", "2", "3"] {
        added(&t, guest, t.barista, receipt, 100).await;
    }
    let between = |from: Option<u32>, until: Option<u32>| Search {
        from: from.map(|minutes| START + MINUTE * minutes),
        until: until.map(|minutes| START + MINUTE * minutes),
        ..Search::default()
    };
    assert_eq!(receipts(&t, &between(Some(2), None)).await, ["3", "2"]);
    assert_eq!(receipts(&t, &between(None, Some(2))).await, ["1"]);
    assert_eq!(receipts(&t, &between(Some(2), Some(3))).await, ["2"]);
    assert_eq!(receipts(&t, &between(Some(3), Some(2))).await, [""; 0]);
}

#[app_test]
async fn sales_are_sorted_by_time_or_sum_both_ways(t: Cafe) {
    let guest = t.guest("Анна").await;
    for (receipt, sum) in [("1", 500), ("2", 100), ("3", 300)] {
        added(&t, guest, t.barista, receipt, sum).await;
    }
    for (by_sum, order) in [(false, ["3", "2", "1"]), (true, ["1", "3", "2"])] {
        let one_way = Search {
            by_sum,
            ..Search::default()
        };
        assert_eq!(receipts(&t, &one_way).await, order);
        let mut other_way = order;
        other_way.reverse();
        let reversed = Search {
            reversed: true,
            ..one_way
        };
        assert_eq!(receipts(&t, &reversed).await, other_way);
    }
}

#[app_test]
async fn pages_neither_lose_nor_repeat_a_sale(t: Cafe) {
    let guest = t.guest("Анна").await;
    for _ in 0..12 {
        added(&t, guest, t.barista, "7", 100).await;
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut read = t.read().await.unwrap();
    for number in 1..=3 {
        let by_sum = Search {
            by_sum: true,
            ..Search::default()
        };
        let page = search(&mut read, &by_sum, PageRequest::numbered(number, 5))
            .await
            .unwrap();
        assert_eq!(page.total, 12);
        seen.extend(page.rows.into_iter().map(|listed| listed.order.id.to_string()));
    }
    assert_eq!(seen.len(), 12);
}
