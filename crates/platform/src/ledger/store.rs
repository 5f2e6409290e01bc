//! All SQL that names the `ledger_` tables.

use std::collections::BTreeMap;

use karavan_kernel::Timestamp;
use karavan_store::{Conn, Page, PageRequest, StoreResult, Tx, sql};
use sea_query::{Alias, Expr, ExprTrait, Query};

use super::{Entry, EntryId, LedgerAccountId, LedgerError, Owner, Unit, model::PostingId};

/// The account of `owner` in `unit`, opened on first use.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn open(tx: &mut Tx, owner: &Owner, unit: Unit) -> StoreResult<LedgerAccountId> {
    let find = |owner: &Owner| {
        sql!(
            "SELECT id FROM ledger_accounts WHERE owner = $1 AND unit = $2",
            owner.name(),
            unit.0
        )
    };
    if let Some((id,)) = tx.fetch_optional::<(LedgerAccountId,)>(find(owner)).await? {
        return Ok(id);
    }
    let balance = match owner {
        Owner::Guarded(_) => Some(0_i64),
        Owner::System(_) => None,
    };
    let id: LedgerAccountId = tx.id();
    let insert = sql!(
        "INSERT INTO ledger_accounts (id, owner, unit, balance, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (owner, unit) DO NOTHING",
        id,
        owner.name(),
        unit.0,
        balance,
        tx.now()
    );
    tx.execute(insert).await?.count();
    // Two who open at once: one inserted, both find it.
    Ok(tx.fetch_one::<(LedgerAccountId,)>(find(owner)).await?.0)
}

/// Books an entry. Guarded accounts are locked in order of their ids, so that two entries cannot wait for each other.
///
/// # Errors
/// [`LedgerError`]; after `Insufficient` and `Booked` the transaction can go on, but part of the entry may be written:
/// give the transaction up unless the caller knows better.
pub async fn post(tx: &mut Tx, entry: &Entry) -> Result<EntryId, LedgerError> {
    let Entry {
        purpose,
        subject,
        from,
        to,
        amount,
    } = entry;
    if *amount < 1 {
        return Err(LedgerError::Amount);
    }
    let units = sql!(
        "SELECT COUNT(DISTINCT unit) FROM ledger_accounts WHERE id IN ($1, $2)",
        *from,
        *to
    );
    if tx.fetch_value::<i64>(units).await? != 1 {
        return Err(LedgerError::Units);
    }
    let id: EntryId = tx.id();
    let insert = sql!(
        "INSERT INTO ledger_entries (id, purpose, subject, actor, created_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (purpose, subject) DO NOTHING",
        id,
        *purpose,
        subject.as_str(),
        tx.actor().to_string(),
        tx.now()
    );
    if tx.execute(insert).await?.count() == 0 {
        return Err(LedgerError::Booked);
    }
    let mut sides = [(*from, -*amount), (*to, *amount)];
    sides.sort_by_key(|(account, _)| *account);
    for (account, amount) in sides {
        let after = shift(tx, account, amount).await?;
        let posting: PostingId = tx.id();
        let insert = sql!(
            "INSERT INTO ledger_postings (id, entry_id, account_id, amount, balance_after) VALUES ($1, $2, $3, $4, $5)",
            posting,
            id,
            account,
            amount,
            after
        );
        tx.execute(insert).await?.expect_rows(1)?;
    }
    Ok(id)
}

/// Moves a guarded balance, never below zero; system accounts keep none.
async fn shift(tx: &mut Tx, account: LedgerAccountId, amount: i64) -> Result<Option<i64>, LedgerError> {
    let guarded = sql!(
        "UPDATE ledger_accounts SET balance = balance + $2 WHERE id = $1 AND balance + $2 >= 0 RETURNING balance",
        account,
        amount
    );
    if let Some((balance,)) = tx.fetch_optional::<(i64,)>(guarded).await? {
        return Ok(Some(balance));
    }
    let is_system = sql!("SELECT balance IS NULL FROM ledger_accounts WHERE id = $1", account);
    if tx.fetch_value::<bool>(is_system).await? {
        Ok(None)
    } else {
        Err(LedgerError::Insufficient)
    }
}

/// What `owner` has; 0 before the first entry.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn balance_of(conn: &mut Conn, owner: &Owner, unit: Unit) -> StoreResult<i64> {
    let select = match owner {
        Owner::Guarded(name) => {
            sql!(
                "SELECT balance FROM ledger_accounts WHERE owner = $1 AND unit = $2",
                name.as_str(),
                unit.0
            )
        }
        Owner::System(name) => sql!(
            "SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM ledger_postings AS p
             JOIN ledger_accounts AS a ON a.id = p.account_id WHERE a.owner = $1 AND a.unit = $2",
            *name,
            unit.0
        ),
    };
    Ok(conn
        .fetch_optional::<(i64,)>(select)
        .await?
        .map_or(0, |(balance,)| balance))
}

/// What several guarded owners have, by name; those without an account are absent.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn balances_of(conn: &mut Conn, owners: &[String], unit: Unit) -> StoreResult<BTreeMap<String, i64>> {
    let mut select = Query::select();
    select
        .columns(["owner", "balance"].map(Alias::new))
        .from(Alias::new("ledger_accounts"))
        .and_where(Expr::col(Alias::new("owner")).is_in(owners.iter().map(String::as_str)))
        .and_where(Expr::col(Alias::new("unit")).eq(unit.0))
        .and_where(Expr::col(Alias::new("balance")).is_not_null());
    Ok(conn.fetch_all::<(String, i64)>(select).await?.into_iter().collect())
}

/// One line of an account's history.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Line {
    /// Whose account.
    pub owner: String,
    /// What happened.
    pub purpose: String,
    /// To what.
    pub subject: String,
    /// Who did it.
    pub actor: String,
    /// Up or down by how much.
    pub amount: i64,
    /// What was there afterwards.
    pub balance_after: Option<i64>,
    /// When.
    pub created_at: Timestamp,
}

/// Lines of guarded accounts in `unit`, newest first: of one owner or of all.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn history(conn: &mut Conn, owner: Option<&str>, unit: Unit, page: PageRequest) -> StoreResult<Page<Line>> {
    let owner = owner.map(str::to_owned);
    let total = conn
        .fetch_value(sql!(
            "SELECT COUNT(*) FROM ledger_postings AS p JOIN ledger_accounts AS a ON a.id = p.account_id
             WHERE a.balance IS NOT NULL AND a.unit = $1 AND ($2 IS NULL OR a.owner = $2)",
            unit.0,
            owner.clone()
        ))
        .await?;
    let rows = sql!(
        "SELECT a.owner, e.purpose, e.subject, e.actor, p.amount, p.balance_after, e.created_at
         FROM ledger_postings AS p
         JOIN ledger_accounts AS a ON a.id = p.account_id
         JOIN ledger_entries AS e ON e.id = p.entry_id
         WHERE a.balance IS NOT NULL AND a.unit = $1 AND ($2 IS NULL OR a.owner = $2)
         ORDER BY e.created_at DESC, p.id DESC LIMIT $3 OFFSET $4",
        unit.0,
        owner,
        i64::from(page.limit),
        i64::try_from(page.offset).unwrap_or(i64::MAX)
    );
    Ok(Page {
        rows: conn.fetch_all(rows).await?,
        total,
    })
}

/// What is wrong with the books: entries that do not sum to zero and balances that are not their sum.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn check(conn: &mut Conn) -> StoreResult<Vec<String>> {
    let crooked: Vec<(String,)> = conn
        .fetch_all(sql!(
            "SELECT p.entry_id FROM ledger_postings AS p JOIN ledger_accounts AS a ON a.id = p.account_id
             GROUP BY p.entry_id, a.unit HAVING SUM(p.amount) <> 0 LIMIT 100"
        ))
        .await?;
    let drifted: Vec<(String,)> = conn
        .fetch_all(sql!(
            "SELECT a.id FROM ledger_accounts AS a LEFT JOIN ledger_postings AS p ON p.account_id = a.id
             WHERE a.balance IS NOT NULL
             GROUP BY a.id, a.balance HAVING COALESCE(SUM(p.amount), 0) <> a.balance LIMIT 100"
        ))
        .await?;
    let crooked = crooked
        .into_iter()
        .map(|(id,)| format!("the postings of {id} do not sum to zero"));
    Ok(crooked
        .chain(
            drifted
                .into_iter()
                .map(|(id,)| format!("the balance of {id} is not the sum of its postings")),
        )
        .collect())
}
