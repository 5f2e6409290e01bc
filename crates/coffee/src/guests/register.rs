//! `POST /coffee/users/`, and the flow that the bot shares with it.

use axum::extract::State;
use karavan_kernel::{Date, Phone};
use karavan_platform::audit::{self, Entry};
use karavan_store::Tx;
use karavan_web::{ApiResult, Can, Created, Ctx, Json, Quota};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use super::{Guest, GuestError, GuestView, Name, NewGuest, model::check_birth_date, store};
use crate::{Coffee, CreateGuests, rules};

pub(super) const PER_MINUTE: Quota = Quota::per_minute("coffee_register", 5);

/// Registers a guest once.
///
/// # Errors
/// [`GuestError`].
pub async fn register(tx: &mut Tx, coffee: &Coffee, guest: &NewGuest) -> Result<Guest, GuestError> {
    let today = coffee.time_zone().day_of(tx.now());
    check_birth_date(guest.birth_date, today)?;
    let id = store::insert(tx, guest).await?;
    tracing::info!(guest.id = %id, "A guest registered");
    store::find(tx, id)
        .await?
        .ok_or(GuestError::Store(karavan_store::StoreError::Rows {
            expected: 1,
            actual: 0,
        }))
}

/// A registration with the field names of the old API.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateGuest {
    /// The Telegram account of a person; a group's number is negative.
    #[serde(deserialize_with = "positive")]
    telegram_id: i64,
    /// In the international form.
    phone: String,
    /// 1 to 64 characters.
    first_name: String,
    /// Optional.
    #[serde(default)]
    last_name: Option<String>,
    /// `YYYY-MM-DD`, 14 to 100 years ago.
    #[schema(value_type = String)]
    birth_date: Date,
}

fn positive<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
    let number = i64::deserialize(from)?;
    if number > 0 {
        Ok(number)
    } else {
        Err(serde::de::Error::custom("not above zero"))
    }
}

impl CreateGuest {
    fn check(&self) -> Result<NewGuest, GuestError> {
        Ok(NewGuest {
            telegram_id: self.telegram_id,
            phone: self.phone.parse::<Phone>().map_err(|_not_a_number| GuestError::Phone)?,
            first_name: Name::parse(&self.first_name)?,
            last_name: self.last_name.as_deref().map(Name::parse).transpose()?,
            birth_date: self.birth_date,
        })
    }
}

/// Register a guest.
///
/// The caller vouches for the phone number: the bot takes it from Telegram's contact button only.
#[utoipa::path(post, path = "/coffee/users/", tag = "coffee", request_body = CreateGuest,
    responses((status = 201, body = GuestView)), security(("permission" = ["coffee.guests.create"])))]
pub(super) async fn create_guest(
    who: Can<CreateGuests>,
    ctx: Ctx,
    State(coffee): State<Coffee>,
    Json(body): Json<CreateGuest>,
) -> ApiResult<Created<GuestView>> {
    let new = body.check()?;
    let mut tx = coffee.platform.db.begin(who.actor()).await?;
    let guest = register(&mut tx, &coffee, &new).await?;
    // Who the guest is stands in the guest's own row.
    audit::record(
        &mut tx,
        Entry::new("coffee.guests.create", ("guest", guest.id)).from(&ctx),
    )
    .await?;
    let standing = store::standing(&mut tx, &guest).await?;
    let rules = rules::current(&mut tx).await?;
    tx.commit().await?;
    Ok(Created(GuestView::new(guest, standing, &rules)))
}
