//! Believable data for `up --demo`: a café with regulars, one barista at the till, and two weeks of sales.
//!
//! **Always holds:** filled once. The people of [`DEMO_GUESTS`] are not among the guests, so that a person can register as
//! one of them.

use std::time::Duration;

use karavan_kernel::{Actor, Date, Entropy, Locale, Timestamp};
use karavan_platform::bots::store as chats;
use karavan_store::StoreError;

use crate::{
    BaristaId, Coffee, GuestId, baristas, bots, codes,
    guests::{self, Name, NewGuest},
    orders::{self, NewOrder},
};

/// The Telegram account that sells in the demo, among the people of the simulator.
pub const DEMO_BARISTA: i64 = 1005;
/// The Telegram accounts of the simulator's people who are not guests yet.
pub const DEMO_GUESTS: &[i64] = &[1001, 1002, 1003, 1004];

/// How long the café has been open.
const PERIOD: Duration = Duration::from_secs(14 * 24 * 3_600);

/// Regulars: name, birthday, how often they come.
const REGULARS: &[(&str, (i16, i8, i8), u64)] = &[
    ("Мария", (1994, 3, 8), 24),
    ("Тимур", (1988, 7, 21), 12),
    ("Әлия", (2001, 11, 23), 31),
    ("Катерина", (1979, 1, 30), 9),
    ("Данияр", (1996, 5, 14), 18),
    ("Sophie", (1991, 9, 2), 4),
    ("Игорь", (1983, 12, 11), 7),
    ("Оксана", (2004, 2, 29), 15),
];

pub(crate) async fn fill(coffee: Coffee) -> Result<(), StoreError> {
    let db = &coffee.platform.db;
    let mut tx = db.begin(Actor::System("demo")).await?;
    if !baristas::store::list(&mut tx).await?.is_empty() {
        return Ok(());
    }
    let barista = baristas::store::insert(&mut tx, DEMO_BARISTA, "Борис").await.map_err(defect)?;
    tx.commit().await?;
    // The same café every time.
    let dice = Entropy::seeded(2026);
    let opening = db.clock().now() - PERIOD;
    let mut receipt = 1_000;
    for (place, (name, birthday, visits)) in REGULARS.iter().enumerate() {
        let telegram_id = 2_001 + i64::try_from(place).map_err(defect)?;
        let guest = join(&coffee, opening, telegram_id, name, *birthday).await?;
        for visit in 0..*visits {
            receipt += 1;
            let step = PERIOD.as_secs() / visits;
            let when = opening + Duration::from_secs(step * visit + 60 + dice.below(step - 60));
            sell(&coffee, &dice, when, guest, barista, receipt).await?;
        }
    }
    Ok(())
}

fn defect(error: impl std::fmt::Display) -> StoreError {
    StoreError::Malformed(format!("the demo data: {error}"))
}

async fn join(
    coffee: &Coffee,
    when: Timestamp,
    telegram_id: i64,
    name: &str,
    (year, month, day): (i16, i8, i8),
) -> Result<GuestId, StoreError> {
    let new = NewGuest {
        telegram_id,
        phone: format!("+7900000{telegram_id}").parse().map_err(defect)?,
        first_name: Name::parse(name).map_err(defect)?,
        last_name: None,
        birth_date: Date::new(year, month, day).ok_or_else(|| defect("no such day"))?,
    };
    let mut tx = coffee.platform.db.begin_at(Actor::System("demo"), when).await?;
    let guest = guests::register(&mut tx, coffee, &new).await.map_err(defect)?;
    // The regulars have no phones in the simulator: nothing is sent to them.
    chats::greet_chat(&mut tx, bots::GUEST, telegram_id, Locale::Ru).await?;
    chats::mark_unreachable(&mut tx, bots::GUEST, telegram_id).await?;
    tx.commit().await?;
    Ok(guest.id)
}

/// Through the same flows as a real sale, only earlier.
async fn sell(
    coffee: &Coffee,
    dice: &Entropy,
    when: Timestamp,
    guest: GuestId,
    barista: BaristaId,
    receipt: u64,
) -> Result<(), StoreError> {
    let mut tx = coffee.platform.db.begin_at(Actor::System("demo"), when).await?;
    let code = codes::issue(&mut tx, coffee, guest).await.map_err(defect)?.id;
    let drinks = 1 + i64::try_from(dice.below(3)).map_err(defect)?;
    let sandwiches = i64::try_from(dice.below(2)).map_err(defect)?;
    let total_minor = (drinks * 230 + sandwiches * 310) * 100;
    let receipt_number = receipt.to_string();
    let order = NewOrder { code, guest, barista, receipt_number, total_minor, drinks, sandwiches, spend: 0 };
    orders::confirm(&mut tx, coffee, &order).await.map_err(defect)?;
    tx.commit().await
}
