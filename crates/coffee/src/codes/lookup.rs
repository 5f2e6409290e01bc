//! `POST /coffee/codes/use`, and the lookup that the barista's bot shares with it.

use std::time::Duration;

use axum::extract::State;
use karavan_kernel::Timestamp;
use karavan_store::{Conn, StoreError};
use karavan_web::{ApiResult, Can, Json, Query, Quota};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CodeError, issue::fingerprint, model, store};
use crate::{
    CodeId, Coffee, GuestId, ReadCodes,
    guests::{self, Guest},
};

/// A barista reads a code every few seconds at most; a guesser needs thousands of tries.
const PER_BARISTA: Quota = Quota::per_minute("coffee_codes_barista", 20);
/// All tills together.
const PER_SHOP: Quota = Quota::per_minute("coffee_codes_shop", 300);

/// Whose code it is.
#[derive(Debug)]
pub struct Found {
    /// The code.
    pub code: CodeId,
    /// The guest.
    pub guest: Guest,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops being good.
    pub expires_at: Timestamp,
}

/// That a try was counted: nobody looks a code up without it.
#[derive(Debug)]
#[must_use]
pub struct Counted(());

impl Counted {
    fn unless(pause: Option<Duration>) -> Result<Self, CodeError> {
        pause.map_or(Ok(Self(())), |pause| Err(CodeError::TooMany(pause)))
    }
}

/// Counts a try against the limits on guessing, before a transaction is open. `by` names who asks.
///
/// # Errors
/// [`CodeError::TooMany`].
async fn count_try(coffee: &Coffee, by: &str) -> Result<Counted, CodeError> {
    let limits = &coffee.platform.limits;
    let pause = match limits.wait_for(PER_BARISTA, by).await {
        None => limits.wait_for(PER_SHOP, "all").await,
        pause => pause,
    };
    Counted::unless(pause)
}

/// The same inside a turn of a bot, whose transaction is open: only this process counts.
///
/// # Errors
/// [`CodeError::TooMany`].
pub fn count_try_here(coffee: &Coffee, by: &str) -> Result<Counted, CodeError> {
    let limits = &coffee.platform.limits;
    let pause = limits
        .wait_for_here(PER_BARISTA, by)
        .or_else(|| limits.wait_for_here(PER_SHOP, "all"));
    Counted::unless(pause)
}

/// Finds out whose code it is, without using it up.
///
/// # Errors
/// [`CodeError`].
pub async fn look_up(
    conn: &mut Conn,
    coffee: &Coffee,
    _counted: Counted,
    text: &str,
    now: Timestamp,
) -> Result<Found, CodeError> {
    let digits = model::parse(text)?;
    let code = store::find_active(conn, &fingerprint(coffee, &digits))
        .await?
        .ok_or(CodeError::Unknown)?;
    if code.expires_at <= now {
        return Err(CodeError::Expired);
    }
    let guest = guests::store::find(conn, code.guest_id).await?;
    let guest = guest.ok_or(StoreError::Rows { expected: 1, actual: 0 })?;
    Ok(Found {
        code: code.id,
        guest,
        created_at: code.created_at,
        expires_at: code.expires_at,
    })
}

/// Which code.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Five digits.
    code_value: String,
}

/// A code and its guest.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundView {
    /// Use it as `code_id`.
    #[schema(value_type = String)]
    id: CodeId,
    /// Use it as `user_id`.
    #[schema(value_type = String)]
    user_id: GuestId,
    /// What to call the guest.
    first_name: String,
    /// Always `false`: the order uses it up, not the lookup.
    is_used: bool,
    /// RFC 3339.
    #[schema(value_type = String)]
    expires_at: Timestamp,
    /// RFC 3339.
    #[schema(value_type = String)]
    created_at: Timestamp,
}

/// Find out whose code it is. In spite of its old name this does not use the code up: a failing order must not lose it.
#[utoipa::path(post, path = "/coffee/codes/use", tag = "coffee", params(Wanted),
    responses((status = 200, body = FoundView)), security(("permission" = ["coffee.codes.read"])))]
pub(super) async fn use_code(
    who: Can<ReadCodes>,
    State(coffee): State<Coffee>,
    Query(Wanted { code_value }): Query<Wanted>,
) -> ApiResult<Json<FoundView>> {
    let now = coffee.platform.db.clock().now();
    let counted = count_try(&coffee, &who.actor().to_string()).await?;
    let mut read = coffee.platform.db.read().await?;
    let Found {
        code,
        guest,
        created_at,
        expires_at,
    } = look_up(&mut read, &coffee, counted, &code_value, now).await?;
    let Guest {
        id: user_id,
        first_name,
        ..
    } = guest;
    Ok(Json(FoundView {
        id: code,
        user_id,
        first_name,
        is_used: false,
        expires_at,
        created_at,
    }))
}
