//! A violated constraint is named by its columns, alike on both databases.

use karavan_store::{OnUnique, StoreError, sql};
use karavan_testkit::{TestDb, app_test};

use crate::support::{CLERK, create_parcels};

/// Adds two parcels and says which columns the second one collides in.
async fn collision(t: &TestDb, first: (&str, i64, &str), second: (&str, i64, &str)) -> Vec<String> {
    create_parcels(t).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    let mut outcome = Ok(());
    for (id, house, phone) in [first, second] {
        let insert = sql!(
            "INSERT INTO parcels (id, town, house, phone, weight) VALUES ($1, 'Kyiv', $2, $3, 5)",
            id,
            house,
            phone
        );
        outcome = tx.execute(insert).await.and_then(|rows| rows.expect_rows(1));
    }
    match outcome {
        Err(StoreError::Unique { columns }) => columns,
        other => panic!("no collision but {other:?}"),
    }
}

#[app_test]
async fn a_primary_key(t: TestDb) {
    assert_eq!(collision(&t, ("a", 1, "+1"), ("a", 2, "+2")).await, ["parcels.id"]);
}

#[app_test]
async fn a_constraint_over_two_columns(t: TestDb) {
    assert_eq!(
        collision(&t, ("a", 1, "+1"), ("b", 1, "+2")).await,
        ["parcels.town", "parcels.house"]
    );
}

#[app_test]
async fn a_partial_index(t: TestDb) {
    assert_eq!(collision(&t, ("a", 1, "+1"), ("b", 2, "+1")).await, ["parcels.phone"]);
}

#[app_test]
async fn a_value_with_brackets_and_commas_does_not_confuse_it(t: TestDb) {
    assert_eq!(
        collision(&t, ("a", 1, ")=(, x"), ("b", 2, ")=(, x")).await,
        ["parcels.phone"]
    );
}

#[derive(Debug, PartialEq)]
enum Refused {
    PhoneTaken,
    Other(String),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Other(error.to_string())
    }
}

#[test]
fn only_the_expected_column_is_translated() {
    let violation = || {
        Err::<(), _>(StoreError::Unique {
            columns: vec!["parcels.phone".into()],
        })
    };
    assert_eq!(
        violation().on_unique("parcels.phone", || Refused::PhoneTaken),
        Err(Refused::PhoneTaken)
    );
    assert_eq!(
        violation().on_unique("parcels.id", || Refused::PhoneTaken),
        Err(Refused::Other("a row with the same parcels.phone exists".into()))
    );
}
