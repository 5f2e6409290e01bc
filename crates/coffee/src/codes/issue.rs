//! `POST /coffee/codes/generate`, and the flow that the bot shares with it.

use std::time::Duration;

use axum::extract::State;
use karavan_kernel::Timestamp;
use karavan_store::Tx;
use karavan_web::{ApiError, ApiResult, Can, Json, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{CodeError, IssuedCode, store};
use crate::{CodeId, Coffee, CreateCodes, GuestId, guests, rules};

/// With a thousand codes shown at once, the chance that so many draws all collide is 1 in 10⁴⁰.
const DRAWS: usize = 20;

/// Gives the guest a fresh code; the one before it is over.
///
/// # Errors
/// [`CodeError`].
pub async fn issue(tx: &mut Tx, coffee: &Coffee, guest: GuestId) -> Result<IssuedCode, CodeError> {
    // Two taps at once: the second replaces the first's code instead of colliding with it.
    tx.lock(&format!("coffee:guest:{guest}")).await?;
    let seconds = rules::current(tx).await?.code_seconds;
    let expires_at = tx.now() + Duration::from_secs(seconds.unsigned_abs());
    store::revoke_of(tx, guest).await?;
    let id: CodeId = tx.id();
    for _ in 0..DRAWS {
        let code = format!("{:05}", tx.entropy().below(100_000));
        if store::insert(tx, id, guest, &fingerprint(coffee, &code), expires_at).await? {
            return Ok(IssuedCode {
                id,
                code,
                created_at: tx.now(),
                expires_at,
            });
        }
    }
    Err(CodeError::Exhausted)
}

/// What is stored of a code: five digits would be guessed from a plain hash at once.
pub(super) fn fingerprint(coffee: &Coffee, code: &str) -> String {
    coffee.platform.vault.fingerprint("coffee.code", code)
}

/// For whom.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(super) struct For {
    /// The guest's `id`.
    #[param(value_type = String)]
    user_id: GuestId,
}

/// A code with the field names of the old API.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CodeView {
    /// `cod_…`; use it as `code_id`.
    #[schema(value_type = String)]
    id: CodeId,
    /// Five digits.
    code: String,
    /// Always `false` here: looking at a code does not use it up.
    is_used: bool,
    /// RFC 3339.
    #[schema(value_type = String)]
    expires_at: Timestamp,
    /// RFC 3339.
    #[schema(value_type = String)]
    created_at: Timestamp,
}

/// Make a code for a guest.
#[utoipa::path(post, path = "/coffee/codes/generate", tag = "coffee", params(For),
    responses((status = 200, body = CodeView)), security(("permission" = ["coffee.codes.create"])))]
pub(super) async fn generate_code(
    who: Can<CreateCodes>,
    State(coffee): State<Coffee>,
    Query(For { user_id }): Query<For>,
) -> ApiResult<Json<CodeView>> {
    let mut tx = coffee.platform.db.begin(who.actor()).await?;
    guests::store::find(&mut tx, user_id)
        .await?
        .ok_or_else(ApiError::not_found)?;
    let IssuedCode {
        id,
        code,
        created_at,
        expires_at,
    } = issue(&mut tx, &coffee, user_id).await?;
    tx.commit().await?;
    Ok(Json(CodeView {
        id,
        code,
        is_used: false,
        expires_at,
        created_at,
    }))
}
