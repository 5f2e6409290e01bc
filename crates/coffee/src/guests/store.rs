//! All SQL that names `coffee_guests`.

use std::collections::BTreeMap;

use karavan_kernel::Phone;
use karavan_platform::ledger::{self, Owner, Unit};
use karavan_store::{Conn, OnUnique, Page, PageRequest, StoreResult, Tx, sql};
use sea_query::{Alias, Expr, ExprTrait, Func, Order, Query, SelectStatement};

use super::{Guest, GuestError, NewGuest, Standing};
use crate::GuestId;

/// Adds a guest.
///
/// # Errors
/// [`GuestError::Registered`] or [`GuestError::PhoneTaken`]; the transaction is over then.
pub async fn insert(tx: &mut Tx, guest: &NewGuest) -> Result<GuestId, GuestError> {
    let NewGuest {
        telegram_id,
        phone,
        first_name,
        last_name,
        birth_date,
    } = guest;
    if find_by_telegram(tx, *telegram_id).await?.is_some() {
        // Somebody who tries again brings their own number, too: of two violations each database names another one.
        return Err(GuestError::Registered);
    }
    let id: GuestId = tx.id();
    let last_name = last_name.as_ref().map(|name| name.as_str().to_owned());
    let insert = sql!(
        "INSERT INTO coffee_guests (id, telegram_id, phone, first_name, last_name, search_key, birth_date, drinks_count,
                                    sandwiches_count, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)",
        id,
        *telegram_id,
        phone,
        first_name.as_str(),
        last_name.clone(),
        search_key(first_name.as_str(), last_name.as_deref(), phone),
        *birth_date,
        tx.now()
    );
    let inserted = tx
        .execute(insert)
        .await
        .on_unique("coffee_guests.telegram_id", || Taken::Account)
        .or_else(|taken| match taken {
            Taken::Account => Err(GuestError::Registered),
            Taken::Other(error) => Err(error).on_unique("coffee_guests.phone", || GuestError::PhoneTaken),
        })?;
    inserted.expect_rows(1)?;
    Ok(id)
}

enum Taken {
    Account,
    Other(karavan_store::StoreError),
}

impl From<karavan_store::StoreError> for Taken {
    fn from(error: karavan_store::StoreError) -> Self {
        Self::Other(error)
    }
}

/// What a search is compared with: lower case in every alphabet, which the databases' own functions are not.
fn search_key(first_name: &str, last_name: Option<&str>, phone: &Phone) -> String {
    format!("{first_name} {} {phone}", last_name.unwrap_or_default()).to_lowercase()
}

/// A guest by id.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find(conn: &mut Conn, id: GuestId) -> StoreResult<Option<Guest>> {
    conn.fetch_optional(sql!(
        "SELECT id, telegram_id, phone, first_name, last_name, birth_date, drinks_count, sandwiches_count, created_at
         FROM coffee_guests WHERE id = $1",
        id
    ))
    .await
}

/// A guest by Telegram account.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find_by_telegram(conn: &mut Conn, telegram_id: i64) -> StoreResult<Option<Guest>> {
    conn.fetch_optional(sql!(
        "SELECT id, telegram_id, phone, first_name, last_name, birth_date, drinks_count, sandwiches_count, created_at
         FROM coffee_guests WHERE telegram_id = $1",
        telegram_id
    ))
    .await
}

/// First names by id, for lists that know only ids.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn names(conn: &mut Conn, ids: &[String]) -> StoreResult<BTreeMap<String, String>> {
    let mut select = Query::select();
    select
        .columns(["id", "first_name"].map(Alias::new))
        .from(Alias::new("coffee_guests"))
        .and_where(Expr::col(Alias::new("id")).is_in(ids.iter().map(String::as_str)));
    Ok(conn.fetch_all::<(String, String)>(select).await?.into_iter().collect())
}

/// Points and drinks of a guest.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn standing(conn: &mut Conn, guest: &Guest) -> StoreResult<Standing> {
    let balance = ledger::balance_of(conn, &Owner::Guarded(guest.id.to_string()), Unit::POINTS).await?;
    Ok(Standing {
        balance,
        drinks: guest.drinks_count,
    })
}

/// The standings of a page of guests, in their order, by one query.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn standings(conn: &mut Conn, guests: &[Guest]) -> StoreResult<Vec<Standing>> {
    let owners: Vec<String> = guests.iter().map(|guest| guest.id.to_string()).collect();
    let balances = ledger::balances_of(conn, &owners, Unit::POINTS).await?;
    let of = |guest: &Guest, owner| Standing {
        balance: balances.get(owner).copied().unwrap_or(0),
        drinks: guest.drinks_count,
    };
    Ok(guests
        .iter()
        .zip(&owners)
        .map(|(guest, owner)| of(guest, owner))
        .collect())
}

/// Adds what was bought.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn add_purchases(tx: &mut Tx, id: GuestId, drinks: i64, sandwiches: i64) -> StoreResult<()> {
    let add = sql!(
        "UPDATE coffee_guests SET drinks_count = drinks_count + $2, sandwiches_count = sandwiches_count + $3 WHERE id = $1",
        id,
        drinks,
        sandwiches
    );
    tx.execute(add).await?.expect_rows(1)
}

/// How a list of guests is sorted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// The latest registration first.
    #[default]
    Newest,
    /// By name.
    Name,
    /// The most drinks first.
    Drinks,
}

/// Which guests are wanted.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Part of a name or phone number.
    pub text: Option<String>,
    /// Bought at least so many drinks.
    pub drinks_from: Option<i64>,
    /// Bought fewer drinks than this.
    pub drinks_under: Option<i64>,
    /// The order.
    pub sort: Sort,
    /// The other way round.
    pub reversed: bool,
}

/// A page of guests.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn search(conn: &mut Conn, search: &Search, page: PageRequest) -> StoreResult<Page<Guest>> {
    let mut count = Query::select();
    count
        .expr(Func::count(Expr::col(Alias::new("id"))))
        .from(Alias::new("coffee_guests"));
    let total = conn.fetch_value(filtered(count, search)).await?;
    let mut rows = Query::select();
    let columns = [
        "id",
        "telegram_id",
        "phone",
        "first_name",
        "last_name",
        "birth_date",
        "drinks_count",
        "sandwiches_count",
        "created_at",
    ];
    rows.columns(columns.map(Alias::new)).from(Alias::new("coffee_guests"));
    let (column, order) = match search.sort {
        Sort::Newest => ("created_at", Order::Desc),
        Sort::Name => ("search_key", Order::Asc),
        Sort::Drinks => ("drinks_count", Order::Desc),
    };
    let order = match (order, search.reversed) {
        (Order::Desc, true) => Order::Asc,
        (Order::Asc, true) => Order::Desc,
        (order, _) => order,
    };
    // The id makes the order of equals the same on every page.
    rows.order_by(Alias::new(column), order)
        .order_by(Alias::new("id"), Order::Desc);
    rows.limit(page.limit.into()).offset(page.offset);
    Ok(Page {
        rows: conn.fetch_all(filtered(rows, search)).await?,
        total,
    })
}

fn filtered(mut select: SelectStatement, search: &Search) -> SelectStatement {
    let col = |name: &'static str| Expr::col(Alias::new(name));
    for word in search.text.iter().flat_map(|text| text.split_whitespace()) {
        let word = word
            .to_lowercase()
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        select.and_where(col("search_key").like(sea_query::LikeExpr::new(format!("%{word}%")).escape('\\')));
    }
    if let Some(from) = search.drinks_from {
        select.and_where(col("drinks_count").gte(from));
    }
    if let Some(under) = search.drinks_under {
        select.and_where(col("drinks_count").lt(under));
    }
    select
}
