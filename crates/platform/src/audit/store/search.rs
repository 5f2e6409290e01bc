//! What people look for in the log.

use std::time::Duration;

use karavan_kernel::{
    Timestamp,
    id::{TypedId as _, layout},
};
use karavan_store::{Conn, Page, PageRequest, StoreResult, sql};
use sea_query::{Alias, Expr, ExprTrait, Func, JoinType, Order, Query, SelectStatement, UnionType};

use super::{Details, Stored};
use crate::audit::{AuditId, encoding::folded};

/// Which entries are wanted.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// By or about exactly this: an actor's id or name, an entity's id, a request's id.
    pub about: Option<String>,
    /// Of this act.
    pub act: Option<String>,
    /// By this kind of actor.
    pub actor_kind: Option<String>,
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// The oldest first instead of the newest.
    pub reversed: bool,
}

/// An entry with what is known of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Found {
    /// What is for ever.
    #[sqlx(flatten)]
    pub entry: Stored,
    /// What can be erased.
    #[sqlx(flatten)]
    pub details: Details,
    /// Its place in the chain; `None`: it waits for one.
    pub seq: Option<i64>,
}

/// A page of entries, newest first.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn search(conn: &mut Conn, search: &Search, page: PageRequest) -> StoreResult<Page<Found>> {
    let mut count = Query::select();
    count.expr(Func::count(col("id"))).from(entries());
    let total = conn.fetch_value(filtered(count, search)).await?;
    let mut rows = everything();
    rows.order_by(
        (entries(), Alias::new("id")),
        if search.reversed { Order::Asc } else { Order::Desc },
    )
    .limit(page.limit.into())
    .offset(page.offset);
    Ok(Page {
        rows: conn.fetch_all(filtered(rows, search)).await?,
        total,
    })
}

/// One entry.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find(conn: &mut Conn, id: AuditId) -> StoreResult<Option<Found>> {
    let mut one = everything();
    one.and_where(col("id").eq(id.to_string()));
    conn.fetch_optional(one).await
}

/// Every act that was ever done, in alphabetical order: a jump through the index from each to the next.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn acts(conn: &mut Conn) -> StoreResult<Vec<String>> {
    let acts: Vec<(String,)> = conn
        .fetch_all(sql!(
            "WITH RECURSIVE acts (act) AS (
                 SELECT MIN(act) FROM audit_entries
                 UNION ALL
                 SELECT (SELECT MIN(e.act) FROM audit_entries AS e WHERE e.act > acts.act) FROM acts WHERE acts.act IS NOT NULL)
             SELECT act FROM acts WHERE act IS NOT NULL"
        ))
        .await?;
    Ok(acts.into_iter().map(|(act,)| act).collect())
}

fn entries() -> Alias {
    Alias::new("audit_entries")
}

fn col(name: &'static str) -> Expr {
    Expr::col((entries(), Alias::new(name)))
}

fn everything() -> SelectStatement {
    let (details, chain) = (Alias::new("audit_details"), Alias::new("audit_chain"));
    let mut rows = Query::select();
    let own = [
        "id",
        "at",
        "actor_kind",
        "actor_id",
        "act",
        "entity_kind",
        "entity_id",
        "request_id",
        "details_hash",
    ];
    let personal = [
        "entry_id",
        "salt",
        "who",
        "who_key",
        "before_json",
        "after_json",
        "ip",
        "user_agent",
    ];
    rows.columns(own.map(|name| (entries(), Alias::new(name))))
        .columns(personal.map(|name| (details.clone(), Alias::new(name))))
        .column((chain.clone(), Alias::new("seq")))
        .from(entries());
    for (kind, table) in [(JoinType::InnerJoin, details), (JoinType::LeftJoin, chain)] {
        let on = Expr::col((table.clone(), Alias::new("entry_id"))).equals((entries(), Alias::new("id")));
        rows.join(kind, table, on);
    }
    rows
}

fn filtered(mut select: SelectStatement, search: &Search) -> SelectStatement {
    if let Some(about) = &search.about {
        select.and_where(col("id").in_subquery(about_exactly(about)));
    }
    if let Some(act) = &search.act {
        select.and_where(col("act").eq(act.as_str()));
    }
    if let Some(kind) = &search.actor_kind {
        select.and_where(col("actor_kind").eq(kind.as_str()));
    }
    // Ids are in the order of time, and every index ends with them.
    if let Some(from) = search.from {
        select.and_where(col("id").gte(first_id_of(from)));
    }
    if let Some(until) = search.until {
        select.and_where(col("id").lt(first_id_of(until)));
    }
    select
}

/// The ids of the entries that name `text` in one of their indexed columns: a union, because no index serves an OR.
fn about_exactly(text: &str) -> SelectStatement {
    let named = |table: &'static str, id: &'static str, column: &'static str, value: &str| {
        let mut select = Query::select();
        select
            .column(Alias::new(id))
            .from(Alias::new(table))
            .and_where(Expr::col(Alias::new(column)).eq(value));
        select
    };
    let mut ids = named("audit_entries", "id", "actor_id", text);
    for column in ["entity_id", "request_id"] {
        ids.union(UnionType::All, named("audit_entries", "id", column, text));
    }
    ids.union(
        UnionType::All,
        named("audit_details", "entry_id", "who_key", &folded(text)),
    );
    ids
}

/// No id of that moment or later is smaller.
fn first_id_of(moment: Timestamp) -> String {
    // Ids know milliseconds: the one in which the moment lies began before it.
    let begun = moment + Duration::from_micros(999);
    AuditId::from_bits(layout(begun.millis(), 0)).to_string()
}
