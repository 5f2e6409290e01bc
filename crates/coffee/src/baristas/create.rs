//! `POST /coffee/baristas/`, and the flow that the panel shares with it.

use axum::extract::State;
use karavan_platform::audit::{self, Entry};
use karavan_store::{StoreResult, Tx};
use karavan_web::{ApiResult, Can, Created, Ctx, Json};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{BaristaError, store};
use crate::{BaristaId, Coffee, ManageBaristas, guests::Name};

/// Puts somebody on the list.
///
/// # Errors
/// [`BaristaError`].
pub async fn create(tx: &mut Tx, telegram_id: i64, name: &str) -> Result<BaristaId, BaristaError> {
    if let Some(mistake) = mistakes(telegram_id, name).pop() {
        return Err(mistake);
    }
    let name = Name::parse(name).map_err(|_not_a_name| BaristaError::Name)?;
    let id = store::insert(tx, telegram_id, name.as_str()).await?;
    tracing::info!(barista.id = %id, by = %tx.actor(), "Somebody may sell now");
    Ok(id)
}

/// Records that somebody was put on the list.
pub(super) async fn note(tx: &mut Tx, ctx: &Ctx, id: BaristaId, telegram_id: i64, name: &str) -> StoreResult<()> {
    let after = json!({ "name": name.trim(), "telegram_id": telegram_id });
    let entry = Entry::new("coffee.baristas.add", ("barista", id)).after(after);
    audit::record(tx, entry.from(ctx)).await.map(drop)
}

/// Everything that is wrong with what was typed: a form shows it all at once.
pub(super) fn mistakes(telegram_id: i64, name: &str) -> Vec<BaristaError> {
    let name = Name::parse(name).is_err().then_some(BaristaError::Name);
    let telegram_id = (telegram_id <= 0).then_some(BaristaError::TelegramId);
    name.into_iter().chain(telegram_id).collect()
}

/// Somebody to put on the list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateBarista {
    /// The Telegram account.
    telegram_id: i64,
    /// What colleagues call them.
    name: String,
}

/// Somebody on the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BaristaView {
    /// `bst_…`; use it as `barista_id`.
    #[schema(value_type = String)]
    id: BaristaId,
    /// The Telegram account.
    telegram_id: i64,
}

/// Let somebody sell.
#[utoipa::path(post, path = "/coffee/baristas/", tag = "coffee", request_body = CreateBarista,
    responses((status = 201, body = BaristaView)), security(("permission" = ["coffee.baristas.manage"])))]
pub(super) async fn create_barista(
    who: Can<ManageBaristas>,
    ctx: Ctx,
    State(coffee): State<Coffee>,
    Json(CreateBarista { telegram_id, name }): Json<CreateBarista>,
) -> ApiResult<Created<BaristaView>> {
    let mut tx = coffee.platform.db.begin(who.actor()).await?;
    let id = create(&mut tx, telegram_id, &name).await?;
    note(&mut tx, &ctx, id, telegram_id, &name).await?;
    tx.commit().await?;
    Ok(Created(BaristaView { id, telegram_id }))
}
