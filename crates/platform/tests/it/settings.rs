//! Settings: documents with a version that a change must name.

use karavan_kernel::Actor;
use karavan_platform::{
    audit::Origin,
    settings::{self, Settings, store},
};
use karavan_testkit::{TestDb, app_test};
use serde::{Deserialize, Serialize};

const OLGA: fn() -> Actor = || Actor::Account("acc_olga".into());

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Opening {
    from: u8,
    to: u8,
}

impl Default for Opening {
    fn default() -> Self {
        Self { from: 9, to: 18 }
    }
}

impl Settings for Opening {
    const NAME: &'static str = "post.opening";
}

async fn save(t: &TestDb, value: &Opening, based_on: i64) -> bool {
    let mut tx = t.begin(OLGA()).await.unwrap();
    let saved = settings::save(&mut tx, value, based_on, Origin::nowhere())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    saved
}

#[app_test]
async fn defaults_hold_until_somebody_changes_them(t: TestDb) {
    let loaded = settings::load::<Opening>(&mut t.read().await.unwrap()).await.unwrap();
    assert_eq!((loaded.value, loaded.version), (Opening::default(), 0));
    assert!(save(&t, &Opening { from: 8, to: 20 }, 0).await);
    let loaded = settings::load::<Opening>(&mut t.read().await.unwrap()).await.unwrap();
    assert_eq!((loaded.value, loaded.version), (Opening { from: 8, to: 20 }, 1));
}

#[app_test]
async fn of_two_editors_the_second_one_is_told(t: TestDb) {
    assert!(save(&t, &Opening { from: 8, to: 20 }, 0).await);
    assert!(!save(&t, &Opening { from: 7, to: 20 }, 0).await, "somebody was first");
    assert!(save(&t, &Opening { from: 7, to: 20 }, 1).await);
    let stored = store::find(&mut t.read().await.unwrap(), Opening::NAME).await.unwrap();
    assert_eq!(stored, Some((r#"{"from":7,"to":20}"#.to_owned(), 2)));
    assert_eq!(
        store::find(&mut t.read().await.unwrap(), "post.closing").await.unwrap(),
        None
    );
}

#[app_test]
async fn of_many_at_once_one_saves(t: TestDb) {
    assert!(save(&t, &Opening::default(), 0).await);
    let editors = (0..8).map(|hour| {
        let t = t.clone();
        async move { save(&t, &Opening { from: hour, to: 20 }, 1).await }
    });
    let saved = tokio::task::JoinSet::from_iter(editors).join_all().await;
    assert_eq!(saved.iter().filter(|saved| **saved).count(), 1);
}

#[app_test]
async fn a_document_of_an_older_release_gets_the_new_fields_defaults(t: TestDb) {
    let mut tx = t.begin(OLGA()).await.unwrap();
    assert!(
        store::replace(&mut tx, Opening::NAME, r#"{"from":6,"lunch":true}"#, 0)
            .await
            .unwrap()
    );
    let loaded = settings::load::<Opening>(&mut tx).await.unwrap();
    assert_eq!(loaded.value, Opening { from: 6, to: 18 });
}
