//! The bare server: what axum and sqlx cost on their own, for ratios.
//!
//! It does the database work of a sale (claim a code, write the order, move points, remember the key) without any of
//! the checks, limits, logs, permissions and events that a product needs.

use std::path::PathBuf;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::net::TcpListener;

use crate::{
    Outcome,
    server::READY,
    shop::{BARE_PREFIX, GENERATE_CODE, ORDER, REGISTER_BARISTA, REGISTER_GUEST},
};

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS people (id INTEGER PRIMARY KEY, telegram_id INTEGER NOT NULL UNIQUE,
        points INTEGER NOT NULL DEFAULT 0, drinks INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS codes (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES people (id),
        code TEXT NOT NULL, used BOOLEAN NOT NULL DEFAULT FALSE, expires_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS codes_by_code ON codes (code) WHERE NOT used;
    CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, person INTEGER NOT NULL REFERENCES people (id),
        barista INTEGER NOT NULL, code INTEGER NOT NULL UNIQUE REFERENCES codes (id), receipt TEXT NOT NULL,
        total INTEGER NOT NULL, drinks INTEGER NOT NULL, created_at INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS orders_by_person ON orders (person, created_at);
    CREATE TABLE IF NOT EXISTS postings (id INTEGER PRIMARY KEY, account TEXT NOT NULL, amount INTEGER NOT NULL,
        subject INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS postings_by_account ON postings (account);
    CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, subject INTEGER NOT NULL);
";

#[derive(clap::Args)]
pub struct Options {
    /// Where its database file lies.
    #[arg(long)]
    data: PathBuf,
    /// Where its shop is. Under Karavan's prefix it can stand in for Karavan, to measure the bench against itself.
    #[arg(long, default_value = BARE_PREFIX)]
    prefix: String,
}

pub async fn run(options: Options) -> Outcome {
    let settings = SqliteConnectOptions::new()
        .filename(options.data.join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    // One writer: SQLite has no use for more, and its busy waiting would only make the baseline slower.
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(settings)
        .await?;
    sqlx::raw_sql(SCHEMA).execute(&pool).await?;

    let shop = Router::new()
        .route(REGISTER_GUEST, post(register))
        .route(REGISTER_BARISTA, post(register))
        .route(GENERATE_CODE, post(generate_code))
        .route(ORDER, post(order));
    let router = Router::new()
        .nest(&options.prefix, shop)
        .route(READY, get(async || "ready"))
        .with_state(pool);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

/// What went wrong, as 409 for refusals and 500 for the rest.
struct Failure(StatusCode, String);

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> axum::response::Response {
        (self.0, self.1).into_response()
    }
}

type Answer = Result<Json<Value>, Failure>;

async fn begin(pool: &SqlitePool) -> Result<Transaction<'static, Sqlite>, sqlx::Error> {
    pool.begin_with("BEGIN IMMEDIATE").await
}

#[derive(Deserialize)]
struct Person {
    telegram_id: i64,
}

async fn register(State(pool): State<SqlitePool>, Json(person): Json<Person>) -> Answer {
    let insert = "INSERT INTO people (telegram_id) VALUES ($1) RETURNING id";
    let id: i64 = sqlx::query_scalar(insert)
        .bind(person.telegram_id)
        .fetch_one(&pool)
        .await?;
    Ok(Json(json!({ "id": id })))
}

#[derive(Deserialize)]
struct Holder {
    user_id: i64,
}

async fn generate_code(State(pool): State<SqlitePool>, Query(holder): Query<Holder>) -> Answer {
    let mut tx = begin(&pool).await?;
    let forget = "UPDATE codes SET used = TRUE WHERE person = $1 AND NOT used AND expires_at < unixepoch()";
    sqlx::query(forget).bind(holder.user_id).execute(&mut *tx).await?;
    let insert = "INSERT INTO codes (person, code, expires_at)
        VALUES ($1, printf('%05d', abs(random() % 100000)), unixepoch() + 90) RETURNING id, code";
    let (id, code): (i64, String) = sqlx::query_as(insert).bind(holder.user_id).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    Ok(Json(json!({ "id": id, "code": code })))
}

#[derive(Deserialize)]
struct Order {
    user_id: i64,
    barista_id: i64,
    code_id: i64,
    receipt_number: String,
    total_sum: i64,
    drinks_count: i64,
}

async fn order(State(pool): State<SqlitePool>, headers: HeaderMap, Json(order): Json<Order>) -> Answer {
    let key = headers
        .get("Idempotency-Key")
        .and_then(|key| key.to_str().ok())
        .unwrap_or_default();
    let points = order.total_sum / 100;
    let mut tx = begin(&pool).await?;
    let claim = "UPDATE codes SET used = TRUE WHERE id = $1 AND person = $2 AND NOT used AND expires_at > unixepoch()";
    let claimed = sqlx::query(claim)
        .bind(order.code_id)
        .bind(order.user_id)
        .execute(&mut *tx)
        .await?;
    if claimed.rows_affected() != 1 {
        return Err(Failure(StatusCode::CONFLICT, "the code is used or expired".to_owned()));
    }
    let insert = "INSERT INTO orders (person, barista, code, receipt, total, drinks, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, unixepoch()) RETURNING id";
    let id: i64 = sqlx::query_scalar(insert)
        .bind(order.user_id)
        .bind(order.barista_id)
        .bind(order.code_id)
        .bind(&order.receipt_number)
        .bind(order.total_sum)
        .bind(order.drinks_count)
        .fetch_one(&mut *tx)
        .await?;
    let credit = "UPDATE people SET points = points + $1, drinks = drinks + $2 WHERE id = $3 RETURNING points";
    let total: i64 = sqlx::query_scalar(credit)
        .bind(points)
        .bind(order.drinks_count)
        .bind(order.user_id)
        .fetch_one(&mut *tx)
        .await?;
    let post = "INSERT INTO postings (account, amount, subject) VALUES ('guest:' || $1, $2, $3), ('shop', -$2, $3)";
    sqlx::query(post)
        .bind(order.user_id)
        .bind(points)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    sqlx::query("INSERT INTO keys (key, subject) VALUES ($1, $2)")
        .bind(key)
        .bind(id)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Json(
        json!({ "id": id, "points_earned": points, "new_points_total": total }),
    ))
}
