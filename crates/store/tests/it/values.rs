//! One `FromRow` reads what one statement wrote, on both databases.

use karavan_kernel::{Currency, Phone, Timestamp, typed_ids};
use karavan_store::{Sql, StoreError, sql};
use karavan_testkit::{START, TestDb, app_test};
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::support::CLERK;

typed_ids! { CrateId = "crt" }

#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
struct Crate {
    id: CrateId,
    label: String,
    count: i64,
    sealed: bool,
    content: Vec<u8>,
    currency: Currency,
    phone: Option<Phone>,
    opened_at: Option<Timestamp>,
    note: Option<String>,
    fragile: Option<bool>,
    picture: Option<Vec<u8>>,
}

async fn create(t: &TestDb) {
    let mut tx = t.begin(CLERK).await.unwrap();
    let create = sql!(
        "CREATE TABLE crates (id TEXT NOT NULL PRIMARY KEY, label TEXT NOT NULL, count BIGINT NOT NULL,
             sealed BOOLEAN NOT NULL, content BYTEA NOT NULL, currency TEXT NOT NULL, phone TEXT, opened_at BIGINT,
             note TEXT, fragile BOOLEAN, picture BYTEA)"
    );
    assert_eq!(tx.execute(create).await.unwrap().count(), 0);
    tx.commit().await.unwrap();
}

async fn write(t: &TestDb, row: &Crate) {
    let Crate {
        id,
        label,
        count,
        sealed,
        content,
        currency,
        phone,
        opened_at,
        note,
        fragile,
        picture,
    } = row.clone();
    let mut tx = t.begin(CLERK).await.unwrap();
    let insert = sql!(
        "INSERT INTO crates (id, label, count, sealed, content, currency, phone, opened_at, note, fragile, picture)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id,
        label,
        count,
        sealed,
        content,
        currency,
        phone,
        opened_at,
        note,
        fragile,
        picture
    );
    tx.execute(insert).await.unwrap().expect_rows(1).unwrap();
    tx.commit().await.unwrap();
}

fn full(t: &TestDb) -> Crate {
    Crate {
        id: t.entropy().id(START),
        label: "Ящик «Ґанок» 📦 with a ' quote".to_owned(),
        count: i64::MAX,
        sealed: true,
        content: vec![0, 255, 10, 0],
        currency: Currency::Kzt,
        phone: Some("+380 44 123 45 67".parse().unwrap()),
        opened_at: Some(START),
        note: Some(String::new()),
        fragile: Some(false),
        picture: Some(Vec::new()),
    }
}

#[app_test]
async fn every_kind_of_value_comes_back_as_it_was(t: TestDb) {
    create(&t).await;
    let full = full(&t);
    let empty = Crate {
        id: t.entropy().id(START),
        count: i64::MIN,
        sealed: false,
        phone: None,
        opened_at: None,
        note: None,
        fragile: None,
        picture: None,
        ..full.clone()
    };
    for row in [&full, &empty] {
        write(&t, row).await;
        let mut read = t.read().await.unwrap();
        let found: Crate = read
            .fetch_one(sql!("SELECT * FROM crates WHERE id = $1", row.id))
            .await
            .unwrap();
        assert_eq!(&found, row);
    }
    // A flag is a condition by itself, and sums are integers once they are cast.
    let mut read = t.read().await.unwrap();
    let sealed: i64 = read
        .fetch_value(sql!("SELECT COUNT(*) FROM crates WHERE sealed"))
        .await
        .unwrap();
    let sum: i64 = read
        .fetch_value(sql!("SELECT CAST(SUM(count) AS BIGINT) FROM crates"))
        .await
        .unwrap();
    assert_eq!((sealed, sum), (1, -1));
}

#[app_test]
async fn text_is_ordered_by_its_bytes(t: TestDb) {
    create(&t).await;
    for label in ["б", "a", "Я", "B", "ä", "1", "я", "А", "é", "Ґ"] {
        let row = Crate {
            id: t.entropy().id(START),
            label: label.to_owned(),
            ..full(&t)
        };
        write(&t, &row).await;
    }
    let mut read = t.read().await.unwrap();
    let rows: Vec<(String,)> = read
        .fetch_all(sql!("SELECT label FROM crates ORDER BY label"))
        .await
        .unwrap();
    let labels: Vec<String> = rows.into_iter().map(|(label,)| label).collect();
    assert_eq!(labels, ["1", "B", "a", "ä", "é", "А", "Я", "б", "я", "Ґ"]);
}

#[app_test]
async fn filters_that_a_person_chose_are_built_and_bound(t: TestDb) {
    create(&t).await;
    for (label, count) in [("tea", 3), ("'; DROP TABLE crates; --", 7), ("cup", 9)] {
        let row = Crate {
            id: t.entropy().id(START),
            label: label.to_owned(),
            count,
            ..full(&t)
        };
        write(&t, &row).await;
    }
    let select = |label: Option<&str>, least: i64| -> Sql {
        let mut select = Query::select();
        select.column("label").from("crates").order_by("count", Order::Desc);
        select.and_where(Expr::col("count").gte(least));
        if let Some(label) = label {
            select.and_where(Expr::col("label").eq(label));
        }
        select.to_owned().into()
    };
    let mut read = t.read().await.unwrap();
    let many: Vec<(String,)> = read.fetch_all(select(None, 5)).await.unwrap();
    assert_eq!(many.len(), 2);
    let hostile: Vec<(String,)> = read
        .fetch_all(select(Some("'; DROP TABLE crates; --"), 0))
        .await
        .unwrap();
    assert_eq!(hostile.len(), 1);
}

#[app_test]
async fn a_missing_row_is_an_error_only_where_there_must_be_one(t: TestDb) {
    create(&t).await;
    let mut read = t.read().await.unwrap();
    let select = || sql!("SELECT label FROM crates WHERE id = 'crt_nobody'");
    assert_eq!(read.fetch_optional::<(String,)>(select()).await.unwrap(), None);
    let missing = read.fetch_value::<String>(select()).await;
    assert!(matches!(missing, Err(StoreError::Rows { expected: 1, actual: 0 })));
    // The connection is fine: nothing failed in the database.
    assert_eq!(
        read.fetch_value::<i64>(sql!("SELECT COUNT(*) FROM crates"))
            .await
            .unwrap(),
        0
    );
}

#[app_test]
async fn a_stored_word_that_nobody_knows_is_an_error_and_no_panic(t: TestDb) {
    create(&t).await;
    write(&t, &full(&t)).await;
    let mut tx = t.begin(CLERK).await.unwrap();
    tx.execute(sql!("UPDATE crates SET currency = 'DEM'"))
        .await
        .unwrap()
        .expect_rows(1)
        .unwrap();
    let read = tx.fetch_one::<Crate>(sql!("SELECT * FROM crates")).await;
    assert!(matches!(read, Err(StoreError::Database(_))), "{read:?}");
}

#[app_test]
async fn a_reader_cannot_write(t: TestDb) {
    create(&t).await;
    let mut read = t.read().await.unwrap();
    let refused = read
        .fetch_all::<(String,)>(sql!("DELETE FROM crates RETURNING label"))
        .await;
    // PostgreSQL's readers come from the same pool as its writers; there only the type keeps them apart.
    if t.engine_name() == "sqlite" {
        assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    }
}
