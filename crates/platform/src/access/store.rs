//! All SQL that names the `access_` tables.

use karavan_kernel::Timestamp;
use karavan_store::{Conn, StoreResult, Tx, sql};

use super::{AccountId, AccountState, TokenId};

/// An account as the panel shows it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What people call it.
    pub name: String,
    /// Whether it may sign in.
    pub state: AccountState,
}

/// A link, found by the hash of its token.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Link {
    /// Whom it lets in; `None` creates an account.
    pub account_id: Option<AccountId>,
    /// The role of the account that it creates.
    pub role: String,
    /// After this it is only text.
    pub expires_at: Timestamp,
    /// When somebody came in with it.
    pub used_at: Option<Timestamp>,
}

/// A machine's token without the token.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What it was named.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Since when it is refused.
    pub revoked_at: Option<Timestamp>,
}

/// Adds an account with one role.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert_account(tx: &mut Tx, name: &str, role: &str) -> StoreResult<AccountId> {
    let id = insert_person(tx, name).await?;
    tx.execute(sql!(
        "INSERT INTO access_account_roles (account_id, role) VALUES ($1, $2)",
        id,
        role
    ))
    .await?
    .expect_rows(1)?;
    Ok(id)
}

/// Adds the account of a person without any role.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert_person(tx: &mut Tx, name: &str) -> StoreResult<AccountId> {
    let id: AccountId = tx.id();
    let account = sql!(
        "INSERT INTO access_accounts (id, name, state, created_at) VALUES ($1, $2, 'active', $3)",
        id,
        name,
        tx.now()
    );
    tx.execute(account).await?.expect_rows(1)?;
    Ok(id)
}

/// Gives an account another name.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn rename_account(tx: &mut Tx, id: AccountId, name: &str) -> StoreResult<()> {
    let rename = sql!("UPDATE access_accounts SET name = $2 WHERE id = $1", id, name);
    tx.execute(rename).await?.expect_rows(1)
}

/// An account by id.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find_account(conn: &mut Conn, id: AccountId) -> StoreResult<Option<Account>> {
    conn.fetch_optional(sql!("SELECT id, name, state FROM access_accounts WHERE id = $1", id))
        .await
}

/// The oldest active account with a role.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn first_account_with_role(conn: &mut Conn, role: &str) -> StoreResult<Option<Account>> {
    conn.fetch_optional(sql!(
        "SELECT a.id, a.name, a.state FROM access_accounts AS a
         JOIN access_account_roles AS r ON r.account_id = a.id
         WHERE r.role = $1 AND a.state = 'active' ORDER BY a.id LIMIT 1",
        role
    ))
    .await
}

/// The names of everything that an account may do.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn permissions_of_account(conn: &mut Conn, id: AccountId) -> StoreResult<Vec<String>> {
    let names: Vec<(String,)> = conn
        .fetch_all(sql!(
            "SELECT DISTINCT p.permission FROM access_role_permissions AS p
             JOIN access_account_roles AS r ON r.role = p.role WHERE r.account_id = $1",
            id
        ))
        .await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

/// Adds a role with its permissions.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert_role(tx: &mut Tx, name: &str, permissions: &[String]) -> StoreResult<()> {
    tx.execute(sql!(
        "INSERT INTO access_roles (name, builtin) VALUES ($1, FALSE)",
        name
    ))
    .await?
    .expect_rows(1)?;
    for permission in permissions {
        let grant = sql!(
            "INSERT INTO access_role_permissions (role, permission) VALUES ($1, $2)",
            name,
            permission.as_str()
        );
        tx.execute(grant).await?.expect_rows(1)?;
    }
    Ok(())
}

/// Adds a link.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn insert_link(tx: &mut Tx, token_hash: &str, link: &Link) -> StoreResult<()> {
    let Link {
        account_id,
        role,
        expires_at,
        used_at: _,
    } = link;
    let insert = sql!(
        "INSERT INTO access_links (token_hash, account_id, role, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
        token_hash,
        *account_id,
        role.as_str(),
        tx.now(),
        *expires_at
    );
    tx.execute(insert).await?.expect_rows(1)
}

/// A link by the hash of its token.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find_link(conn: &mut Conn, token_hash: &str) -> StoreResult<Option<Link>> {
    let find = sql!(
        "SELECT account_id, role, expires_at, used_at FROM access_links WHERE token_hash = $1",
        token_hash
    );
    conn.fetch_optional(find).await
}

/// Uses a link up; of two at once, one gets it.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn use_link(tx: &mut Tx, token_hash: &str) -> StoreResult<Option<Link>> {
    let now = tx.now();
    tx.fetch_optional(sql!(
        "UPDATE access_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
         RETURNING account_id, role, expires_at, used_at",
        token_hash,
        now
    ))
    .await
}

/// Adds a token with its permissions.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError); unique on `access_tokens.name`.
pub async fn insert_token(tx: &mut Tx, name: &str, token_hash: &str, permissions: &[String]) -> StoreResult<TokenId> {
    let id: TokenId = tx.id();
    let insert = sql!(
        "INSERT INTO access_tokens (id, name, token_hash, created_at) VALUES ($1, $2, $3, $4)",
        id,
        name,
        token_hash,
        tx.now()
    );
    tx.execute(insert).await?.expect_rows(1)?;
    for permission in permissions {
        let grant = sql!(
            "INSERT INTO access_token_permissions (token_id, permission) VALUES ($1, $2)",
            id,
            permission.as_str()
        );
        tx.execute(grant).await?.expect_rows(1)?;
    }
    Ok(id)
}

/// A token that is still good, by its hash.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn find_token(conn: &mut Conn, token_hash: &str) -> StoreResult<Option<Token>> {
    conn.fetch_optional(sql!(
        "SELECT id, name, created_at, revoked_at FROM access_tokens WHERE token_hash = $1 AND revoked_at IS NULL",
        token_hash
    ))
    .await
}

/// The names of everything that a token may do.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn permissions_of_token(conn: &mut Conn, id: TokenId) -> StoreResult<Vec<String>> {
    let names: Vec<(String,)> = conn
        .fetch_all(sql!(
            "SELECT permission FROM access_token_permissions WHERE token_id = $1",
            id
        ))
        .await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}

/// All tokens, newest first.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn list_tokens(conn: &mut Conn) -> StoreResult<Vec<Token>> {
    conn.fetch_all(sql!(
        "SELECT id, name, created_at, revoked_at FROM access_tokens ORDER BY id DESC LIMIT 100"
    ))
    .await
}

/// Refuses a token from now on. `None`: there is no such token, or it is refused already.
///
/// # Errors
/// [`StoreError`](karavan_store::StoreError).
pub async fn revoke_token(tx: &mut Tx, name: &str) -> StoreResult<Option<TokenId>> {
    let revoke = sql!(
        "UPDATE access_tokens SET revoked_at = $2 WHERE name = $1 AND revoked_at IS NULL RETURNING id",
        name,
        tx.now()
    );
    Ok(tx.fetch_optional::<(TokenId,)>(revoke).await?.map(|(id,)| id))
}
