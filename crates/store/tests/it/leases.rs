//! One node at a time holds a name.

use std::time::Duration;

use karavan_store::lease;
use karavan_testkit::{TestDb, app_test};

const BOT: &str = "bot:coffee";

#[app_test]
async fn the_holder_keeps_it_until_it_stops_renewing(t: TestDb) {
    assert_eq!(lease::acquire(&t, BOT, "node-1").await.unwrap(), Some(1));
    assert_eq!(lease::acquire(&t, BOT, "node-2").await.unwrap(), None);
    t.clock.advance(lease::LIFE - Duration::from_micros(1));
    assert_eq!(
        lease::acquire(&t, BOT, "node-1").await.unwrap(),
        Some(1),
        "a renewal is no takeover"
    );
    t.clock.advance(lease::LIFE - Duration::from_micros(1));
    assert_eq!(lease::acquire(&t, BOT, "node-2").await.unwrap(), None);
    t.clock.advance(Duration::from_micros(1));
    assert_eq!(lease::acquire(&t, BOT, "node-2").await.unwrap(), Some(2));
    assert_eq!(lease::acquire(&t, BOT, "node-1").await.unwrap(), None);
}

#[app_test]
async fn a_released_lease_is_free_at_once_and_only_its_holder_can_release_it(t: TestDb) {
    lease::acquire(&t, BOT, "node-1").await.unwrap().unwrap();
    lease::release(&t, BOT, "node-2").await.unwrap();
    assert_eq!(lease::acquire(&t, BOT, "node-2").await.unwrap(), None);
    lease::release(&t, BOT, "node-1").await.unwrap();
    assert_eq!(lease::acquire(&t, BOT, "node-2").await.unwrap(), Some(2));
    lease::release(&t, "never held", "node-1").await.unwrap();
}

#[app_test]
async fn those_who_wait_see_when_it_is_free_without_taking_it(t: TestDb) {
    let free = async |node: &str| lease::is_free(&t, BOT, node).await.unwrap();
    assert!(free("node-2").await, "nobody ever held it");
    lease::acquire(&t, BOT, "node-1").await.unwrap().unwrap();
    assert!(free("node-1").await && !free("node-2").await);
    lease::release(&t, BOT, "node-1").await.unwrap();
    assert!(free("node-2").await);
    lease::acquire(&t, BOT, "node-1").await.unwrap().unwrap();
    t.clock.advance(lease::LIFE);
    assert!(free("node-2").await, "it has run out");
}

#[app_test]
async fn names_are_held_apart(t: TestDb) {
    lease::acquire(&t, BOT, "node-1").await.unwrap().unwrap();
    assert_eq!(lease::acquire(&t, "bot:barista", "node-2").await.unwrap(), Some(1));
}

#[app_test]
async fn of_many_nodes_one_gets_it(t: TestDb) {
    let nodes = (0..8).map(|number| {
        let t = t.clone();
        async move {
            lease::acquire(&t, BOT, &format!("node-{number}"))
                .await
                .unwrap()
                .is_some()
        }
    });
    let got = tokio::task::JoinSet::from_iter(nodes).join_all().await;
    assert_eq!(got.iter().filter(|got| **got).count(), 1);
}
