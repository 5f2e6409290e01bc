//! Believable data for `up --demo`: a café with regulars, one barista at the till, and two weeks of sales.
//!
//! **Always holds:** filled once. The people of [`DEMO_GUESTS`] are not among the guests, so that a person can register as
//! one of them.

use std::{collections::BTreeMap, time::Duration};

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
    let barista = baristas::store::insert(&mut tx, DEMO_BARISTA, "Борис")
        .await
        .map_err(defect)?;
    tx.commit().await?;
    // The same café every time.
    let dice = Entropy::seeded(2026);
    let mut joined: BTreeMap<usize, GuestId> = BTreeMap::new();
    for (number, (when, regular)) in visits(&coffee, &dice).into_iter().enumerate() {
        let guest = match joined.get(&regular) {
            Some(guest) => *guest,
            None => join(&coffee, when - Duration::from_secs(300), regular).await?,
        };
        joined.insert(regular, guest);
        sell(&coffee, &dice, when, guest, barista, 1_001 + number).await?;
    }
    Ok(())
}

/// All visits in order of time, each between 8 and 20 o'clock, none in the future.
fn visits(coffee: &Coffee, dice: &Entropy) -> Vec<(Timestamp, usize)> {
    let now = coffee.platform.db.clock().now();
    let opening = now - PERIOD;
    let mut visits = Vec::new();
    for (regular, (_name, _birthday, count)) in REGULARS.iter().enumerate() {
        for visit in 0..*count {
            let day = coffee
                .time_zone()
                .day_of(opening + Duration::from_secs(PERIOD.as_secs() * visit / count));
            let hour = Duration::from_secs(8 * 3_600 + dice.below(12 * 3_600));
            visits.push((coffee.time_zone().start_of(day) + hour, regular));
        }
    }
    visits.retain(|(when, _)| *when < now);
    visits.sort();
    visits
}

fn defect(error: impl std::fmt::Display) -> StoreError {
    StoreError::Malformed(format!("the demo data: {error}"))
}

async fn join(coffee: &Coffee, when: Timestamp, regular: usize) -> Result<GuestId, StoreError> {
    let (name, (year, month, day), _visits) = REGULARS[regular];
    let telegram_id = 2_001 + i64::try_from(regular).map_err(defect)?;
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
    let now = tx.now();
    chats::mark_unreachable(&mut tx, bots::GUEST, telegram_id, now).await?;
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
    receipt: usize,
) -> Result<(), StoreError> {
    let mut tx = coffee.platform.db.begin_at(Actor::System("demo"), when).await?;
    let code = codes::issue(&mut tx, coffee, guest).await.map_err(defect)?.id;
    let drinks = 1 + i64::try_from(dice.below(3)).map_err(defect)?;
    let sandwiches = i64::try_from(dice.below(2)).map_err(defect)?;
    let total_minor = (drinks * 230 + sandwiches * 310) * 100;
    let receipt_number = receipt.to_string();
    let order = NewOrder {
        code,
        guest,
        barista,
        receipt_number,
        total_minor,
        drinks,
        sandwiches,
        spend: 0,
    };
    orders::confirm(&mut tx, coffee, &order).await.map_err(defect)?;
    tx.commit().await
}
