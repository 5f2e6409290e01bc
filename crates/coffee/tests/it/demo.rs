//! The café of `up --demo`: believable, in order, and the same every time.

use karavan_coffee::{DEMO_BARISTA, DEMO_GUESTS, baristas, guests};
use karavan_testkit::app_test;

use crate::cafe::Cafe;

#[app_test]
async fn the_demo_is_a_cafe_in_order(t: Cafe) {
    forget_boris(&t).await;
    fill(&t).await;
    let filled = t.books().await;
    assert!(filled.guests >= 8 && filled.orders >= 100, "{filled:?}");
    let mut read = t.read().await.unwrap();
    let barista = baristas::store::find_active_by_telegram(&mut read, DEMO_BARISTA)
        .await
        .unwrap();
    assert!(barista.is_some());
    for person in DEMO_GUESTS {
        let guest = guests::store::find_by_telegram(&mut read, *person).await.unwrap();
        assert!(guest.is_none(), "{person} is to register in the chat page");
    }
    drop(read);
    assert_eq!(t.wrong_in_the_books().await, [""; 0]);
    t.run_jobs().await;
    for page in ["/admin/coffee/guests", "/admin/coffee/orders", "/admin/coffee/points"] {
        t.owner.get(page).await.expect(200);
    }
}

/// As `up --demo` does.
async fn fill(t: &Cafe) {
    for demo in t.host(|host| host.take_demos()) {
        demo().await.unwrap();
    }
}

#[app_test]
async fn a_cafe_with_a_barista_is_left_as_it_is(t: Cafe) {
    fill(&t).await;
    assert_eq!((t.books().await.guests, t.books().await.orders), (0, 0));
}

/// The demo begins with nobody on the list.
async fn forget_boris(t: &Cafe) {
    let mut tx = t.tx().await;
    let delete = karavan_store::sql!("DELETE FROM coffee_baristas WHERE id = $1", t.barista);
    tx.execute(delete).await.unwrap().expect_rows(1).unwrap();
    tx.commit().await.unwrap();
}
