//! All SQL that names `coffee_orders`.

use karavan_kernel::Timestamp;
use karavan_store::{Conn, OnUnique, Page, PageRequest, StoreResult, Tx, sql};
use sea_query::{Alias, Expr, ExprTrait, Func, Order as Direction, Query, SelectStatement};

use super::{NewOrder, OrderError, Sale};
use crate::{BaristaId, CodeId, GuestId, OrderId, codes::CodeError};

/// A sale.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Order {
    /// The id.
    pub id: OrderId,
    /// Who bought.
    pub guest_id: GuestId,
    /// Who sold.
    pub barista_id: BaristaId,
    /// The code that named the guest.
    pub code_id: CodeId,
    /// As printed on the receipt.
    pub receipt_number: String,
    /// Kopecks before points.
    pub total_minor: i64,
    /// Drinks in it.
    pub drinks_count: i64,
    /// Sandwiches in it.
    pub sandwiches_count: i64,
    /// Points that paid.
    pub points_spent: i64,
    /// Points that it earned.
    pub points_earned: i64,
    /// When.
    pub created_at: Timestamp,
}

/// Adds a sale.
///
/// # Errors
/// [`CodeError::Unknown`] when the code has made another; the transaction is over then.
pub async fn insert(tx: &mut Tx, id: OrderId, new: &NewOrder, sale: Sale) -> Result<Order, OrderError> {
    let NewOrder {
        code,
        guest,
        barista,
        receipt_number,
        total_minor,
        drinks,
        sandwiches,
        spend: _,
    } = new;
    let insert = sql!(
        "INSERT INTO coffee_orders (id, guest_id, barista_id, code_id, receipt_number, total_minor, drinks_count,
                                    sandwiches_count, points_spent, points_earned, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         RETURNING id, guest_id, barista_id, code_id, receipt_number, total_minor, drinks_count, sandwiches_count,
                   points_spent, points_earned, created_at",
        id,
        *guest,
        *barista,
        *code,
        receipt_number.as_str(),
        *total_minor,
        *drinks,
        *sandwiches,
        sale.spent,
        sale.earned,
        tx.now()
    );
    tx.fetch_one(insert)
        .await
        .on_unique("coffee_orders.code_id", || OrderError::Code(CodeError::Unknown))
}

/// Which sales are wanted.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Of one guest.
    pub guest: Option<GuestId>,
    /// By one barista.
    pub barista: Option<BaristaId>,
    /// With exactly this receipt number.
    pub receipt: Option<String>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// The largest first instead of the newest.
    pub by_sum: bool,
    /// The other way round.
    pub reversed: bool,
}

/// A sale with the names that people know.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Listed {
    /// The sale.
    #[sqlx(flatten)]
    pub order: Order,
    /// The guest's first name.
    pub guest_name: String,
    /// The barista's name.
    pub barista_name: String,
}

/// A page of sales with the names of guest and barista.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn search(conn: &mut Conn, search: &Search, page: PageRequest) -> StoreResult<Page<Listed>> {
    let orders = || Alias::new("coffee_orders");
    let mut count = Query::select();
    count
        .expr(Func::count(Expr::col((orders(), Alias::new("id")))))
        .from(orders());
    let total = conn.fetch_value(filtered(count, search)).await?;

    let mut rows = Query::select();
    let columns = [
        "id",
        "guest_id",
        "barista_id",
        "code_id",
        "receipt_number",
        "total_minor",
        "drinks_count",
        "sandwiches_count",
        "points_spent",
        "points_earned",
        "created_at",
    ];
    rows.columns(columns.map(|column| (orders(), Alias::new(column))))
        .from(orders());
    let (guests, baristas) = (Alias::new("coffee_guests"), Alias::new("coffee_baristas"));
    for (table, key) in [(&guests, "guest_id"), (&baristas, "barista_id")] {
        let on = Expr::col((table.clone(), Alias::new("id"))).equals((orders(), Alias::new(key)));
        rows.inner_join(table.clone(), on);
    }
    rows.expr_as(Expr::col((guests, Alias::new("first_name"))), Alias::new("guest_name"));
    rows.expr_as(Expr::col((baristas, Alias::new("name"))), Alias::new("barista_name"));
    let direction = if search.reversed {
        Direction::Asc
    } else {
        Direction::Desc
    };
    let column = if search.by_sum { "total_minor" } else { "created_at" };
    rows.order_by((orders(), Alias::new(column)), direction.clone());
    rows.order_by((orders(), Alias::new("id")), direction);
    rows.limit(page.limit.into()).offset(page.offset);
    Ok(Page {
        rows: conn.fetch_all(filtered(rows, search)).await?,
        total,
    })
}

fn filtered(mut select: SelectStatement, search: &Search) -> SelectStatement {
    let col = |name: &'static str| Expr::col((Alias::new("coffee_orders"), Alias::new(name)));
    if let Some(guest) = search.guest {
        select.and_where(col("guest_id").eq(guest.to_string()));
    }
    if let Some(barista) = search.barista {
        select.and_where(col("barista_id").eq(barista.to_string()));
    }
    if let Some(receipt) = &search.receipt {
        select.and_where(col("receipt_number").eq(receipt.as_str()));
    }
    if let Some(from) = search.from {
        select.and_where(col("created_at").gte(from.micros()));
    }
    if let Some(until) = search.until {
        select.and_where(col("created_at").lt(until.micros()));
    }
    select
}
