//! The flow of a sale, shared by the bot and the API.

use karavan_platform::{
    bots::Message,
    ledger::{self, Entry, LedgerError, Owner, Unit},
    notify,
};
use karavan_store::{StoreError, Tx};
use karavan_web::texts::{Arg, Lang};

use super::{
    NewOrder, Order, OrderError, Sale,
    model::{check_receipt, price},
    store,
};
use crate::{
    Coffee, OrderId, baristas, bots,
    codes::{self, CodeError},
    guests::{self, Guest, Standing},
    rules::{self, Level, Rules},
};

/// The other side of points that guests earn.
const ISSUED: Owner = Owner::System("coffee.points.issued");
/// The other side of points that guests spend.
const REDEEMED: Owner = Owner::System("coffee.points.redeemed");

/// What a sale came to.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// The order.
    pub order: Order,
    /// The guest's points afterwards.
    pub balance: i64,
    /// The new level, when this sale reached it.
    pub level_up: Option<Level>,
}

/// Sells: uses the code up, writes the order, moves the points and tells the guest, all when `tx` commits.
///
/// # Errors
/// [`OrderError`]: give the transaction up then, and everything is as before, the code included.
pub async fn confirm(tx: &mut Tx, coffee: &Coffee, new: &NewOrder) -> Result<Confirmed, OrderError> {
    // Two sales to one guest: the second sees the first's points.
    tx.lock(&format!("coffee:guest:{}", new.guest)).await?;
    use_code(tx, new).await?;
    let barista = baristas::store::find(tx, new.barista).await?;
    barista.filter(|barista| barista.is_active).ok_or(OrderError::Barista)?;
    let guest = guests::store::find(tx, new.guest)
        .await?
        .ok_or(OrderError::Code(CodeError::Unknown))?;
    let rules = rules::current(tx).await?;
    let before = guests::store::standing(tx, &guest).await?;
    let sale = price(new, before, &rules)?;

    let receipt_number = check_receipt(&new.receipt_number)?.to_owned();
    let new = NewOrder {
        receipt_number,
        ..new.clone()
    };
    let id: OrderId = tx.id();
    let order = store::insert(tx, id, &new, sale).await?;
    guests::store::add_purchases(tx, guest.id, new.drinks, new.sandwiches).await?;
    move_points(tx, &guest, id, sale).await?;

    let after = Standing {
        balance: before.balance + sale.earned - sale.spent,
        drinks: before.drinks + new.drinks,
    };
    let level = after.level(&rules);
    let level_up = (level > before.level(&rules)).then_some(level);
    let confirmed = Confirmed {
        order,
        balance: after.balance,
        level_up,
    };
    tell_guest(tx, coffee, &guest, &confirmed, &rules).await?;
    tracing::info!(order.id = %id, guest.id = %guest.id, total_minor = new.total_minor, sale.earned, sale.spent, "Sold");
    Ok(confirmed)
}

async fn use_code(tx: &mut Tx, new: &NewOrder) -> Result<(), OrderError> {
    let code = codes::store::find(tx, new.code)
        .await?
        .filter(|code| code.guest_id == new.guest);
    let code = code.ok_or(CodeError::Unknown)?;
    if codes::store::consume(tx, code.id, new.barista).await? {
        return Ok(());
    }
    let is_late = code.state == codes::CodeState::Active || code.state == codes::CodeState::Expired;
    Err(if is_late {
        CodeError::Expired
    } else {
        CodeError::Unknown
    }
    .into())
}

async fn move_points(tx: &mut Tx, guest: &Guest, order: OrderId, sale: Sale) -> Result<(), OrderError> {
    let account = ledger::open(tx, &Owner::Guarded(guest.id.to_string()), Unit::POINTS).await?;
    let entry = if sale.spent > 0 {
        let to = ledger::open(tx, &REDEEMED, Unit::POINTS).await?;
        Entry {
            purpose: "coffee.order.spend",
            subject: order.to_string(),
            from: account,
            to,
            amount: sale.spent,
        }
    } else if sale.earned > 0 {
        let from = ledger::open(tx, &ISSUED, Unit::POINTS).await?;
        Entry {
            purpose: "coffee.order.earn",
            subject: order.to_string(),
            from,
            to: account,
            amount: sale.earned,
        }
    } else {
        return Ok(());
    };
    match ledger::post(tx, &entry).await {
        Ok(_entry) => Ok(()),
        // The balance was read under the guest's lock, so this is a sale that the limit would have refused.
        Err(LedgerError::Insufficient) => Err(OrderError::OverLimit { most: 0 }),
        Err(LedgerError::Booked | LedgerError::Amount | LedgerError::Units) => {
            Err(StoreError::Malformed("an order booked twice".into()).into())
        }
        Err(LedgerError::Store(error)) => Err(error.into()),
    }
}

async fn tell_guest(
    tx: &mut Tx,
    coffee: &Coffee,
    guest: &Guest,
    confirmed: &Confirmed,
    rules: &Rules,
) -> Result<(), StoreError> {
    let locale = notify::language_of(tx, bots::GUEST, guest.telegram_id).await?;
    let lang = coffee.platform.texts.lang(locale);
    let text = receipt_text(
        &lang,
        confirmed,
        rules,
        guest.drinks_count + confirmed.order.drinks_count,
    );
    notify::telegram(tx, bots::GUEST, guest.telegram_id, Message::new(text)).await
}

fn receipt_text(lang: &Lang, confirmed: &Confirmed, rules: &Rules, drinks: i64) -> String {
    let Confirmed {
        order,
        balance,
        level_up,
    } = confirmed;
    let points: [(&str, Arg); 3] = [
        ("earned", order.points_earned.into()),
        ("spent", order.points_spent.into()),
        ("balance", (*balance).into()),
    ];
    let key = if order.points_spent > 0 {
        "coffee-told-spent"
    } else {
        "coffee-told-earned"
    };
    let mut lines = vec![lang.with(key, &points)];
    if let Some(level) = level_up {
        lines.push(lang.with("coffee-told-level", &[("level", level.title(lang).into())]));
    } else if let Some((next, missing)) = rules.next_level(drinks) {
        lines.push(lang.with(
            "coffee-told-next",
            &[("level", next.title(lang).into()), ("missing", missing.into())],
        ));
    }
    lines.join("\n")
}
