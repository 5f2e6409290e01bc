//! Reading: a connection for it cannot write, whatever the statement looks like.

use karavan_kernel::Actor;
use karavan_store::{StoreError, sql};
use karavan_testkit::{TestDb, app_test};

use crate::support::{add_parcel, create_parcels, parcels};

#[app_test]
async fn a_write_through_a_reading_connection_is_refused(t: TestDb) {
    create_parcels(&t).await;
    let insert = || sql!("INSERT INTO parcels (id, town, house, weight) VALUES ('p', 'Kyiv', 1, 5) RETURNING id");
    let mut read = t.read().await.unwrap();
    let refused = read.fetch_optional::<(String,)>(insert()).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    drop(read);
    assert_eq!(parcels(&t).await, Vec::<String>::new());

    // The same connection may be the next transaction's, and the other way round.
    let mut tx = t.begin(Actor::Anonymous).await.unwrap();
    add_parcel(&mut tx, "q", 2).await.unwrap();
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    assert!(read.fetch_optional::<(String,)>(insert()).await.is_err());
    drop(read);
    assert_eq!(parcels(&t).await, ["q"]);
}

#[app_test]
async fn connections_are_counted(t: TestDb) {
    let before = t.connections();
    let read = t.read().await.unwrap();
    let during = t.connections();
    assert!(during.open >= 1 && during.open <= during.most, "{during:?}");
    assert!(during.idle < during.open, "{during:?}");
    assert_eq!(before.most, during.most);
    drop(read);
}
