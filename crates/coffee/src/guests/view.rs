//! A guest as the API shows one.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Guest, Standing};
use crate::rules::Rules;

/// A guest with the field names of the old API.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuestView {
    /// `gst_…`; use it as `user_id`.
    #[schema(value_type = String)]
    pub id: crate::GuestId,
    /// The Telegram account.
    pub telegram_id: i64,
    /// In the international form.
    pub phone: String,
    /// What to call them.
    pub first_name: String,
    /// If it was given.
    pub last_name: Option<String>,
    /// `YYYY-MM-DD`.
    #[schema(value_type = String)]
    pub birth_date: karavan_kernel::Date,
    /// `standard`, `silver`, `gold` or `platinum`.
    #[schema(value_type = String)]
    pub loyalty_status: crate::rules::Level,
    /// The balance.
    pub points: i64,
    /// Bought in all.
    pub drinks_count: i64,
    /// Bought in all.
    pub sandwiches_count: i64,
    /// Free drinks that wait; none, as gifts cannot be given yet.
    pub gift_drinks: i64,
    /// Free sandwiches that wait; none, as gifts cannot be given yet.
    pub gift_sandwiches: i64,
    /// Whether the guest may collect points; always so, as guests cannot be blocked yet.
    pub is_active: bool,
    /// Always `client`: baristas and owners are not guests here.
    #[schema(value_type = String)]
    pub role: &'static str,
}

impl GuestView {
    /// The view under these rules.
    pub fn new(guest: Guest, standing: Standing, rules: &Rules) -> Self {
        // No `..`: a new column must decide here whether machines may see it.
        let Guest {
            id,
            telegram_id,
            phone,
            first_name,
            last_name,
            birth_date,
            drinks_count,
            sandwiches_count,
            created_at: _,
        } = guest;
        Self {
            id,
            telegram_id,
            phone: phone.to_string(),
            first_name,
            last_name,
            birth_date,
            loyalty_status: standing.level(rules),
            points: standing.balance,
            drinks_count,
            sandwiches_count,
            gift_drinks: 0,
            gift_sandwiches: 0,
            is_active: true,
            role: "client",
        }
    }
}
