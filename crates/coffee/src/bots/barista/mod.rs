//! The baristas' conversation: from the guest's code to a sale.
//!
//! **Always holds:** only an active barista gets past the door; nothing is sold before the last button; a refusal names the
//! next step and keeps what was entered.

mod draft;
mod sale;

use karavan_platform::bots::{Input, Message, Turn, TurnError};
use karavan_store::PageRequest;

use super::words;
use crate::{
    Coffee,
    baristas::{self, Barista},
    orders,
};
use draft::Draft;

pub(super) async fn talk(coffee: &Coffee, turn: &mut Turn) -> Result<(), TurnError> {
    let Some(barista) = baristas::store::find_active_by_telegram(&mut turn.tx, turn.person.id).await? else {
        turn.forget();
        let id = turn.person.id.to_string();
        turn.say_text("coffee-not-a-barista", &[("id", id.into())]);
        return Ok(());
    };
    if words::language(turn).await? {
        if matches!(turn.input, Input::Button { .. }) {
            menu(turn, "coffee-barista-menu");
        }
        return Ok(());
    }
    if matches!(turn.input, Input::Command { .. }) {
        turn.forget();
        let text = turn
            .lang
            .with("coffee-barista-welcome", &[("name", barista.name.as_str().into())]);
        turn.say(with_menu(turn, Message::new(text)));
        return Ok(());
    }
    if turn.pressed("coffee-button-cancel") || matches!(&turn.input, Input::Button { data } if data == "cancel") {
        turn.forget();
        menu(turn, "coffee-barista-cancelled");
        return Ok(());
    }
    if turn.pressed("coffee-button-sell") {
        return sale::begin(turn);
    }
    if turn.pressed("coffee-button-history") {
        return history(coffee, turn, &barista).await;
    }
    match turn.state::<Draft>() {
        Some(draft) => sale::go_on(coffee, turn, &barista, draft).await,
        None => {
            menu(turn, "coffee-barista-menu");
            Ok(())
        }
    }
}

fn with_menu(turn: &Turn, message: Message) -> Message {
    message
        .row([turn.lang.text("coffee-button-sell")])
        .row([turn.lang.text("coffee-button-history")])
}

fn menu(turn: &mut Turn, key: &str) {
    let message = Message::new(turn.lang.text(key));
    turn.say(with_menu(turn, message));
}

/// The barista's own last ten sales.
async fn history(coffee: &Coffee, turn: &mut Turn, barista: &Barista) -> Result<(), TurnError> {
    let mine = orders::store::Search {
        barista: Some(barista.id),
        ..Default::default()
    };
    let page = orders::store::search(&mut turn.tx, &mine, PageRequest::numbered(1, 10)).await?;
    let lang = &turn.lang;
    let line = |listed: &orders::store::Listed| {
        let order = &listed.order;
        lang.with(
            "coffee-history-line",
            &[
                ("receipt", order.receipt_number.as_str().into()),
                ("sum", words::money(lang, order.total_minor).into()),
                ("drinks", order.drinks_count.into()),
                ("sandwiches", order.sandwiches_count.into()),
                ("when", lang.moment(order.created_at, coffee.time_zone()).into()),
            ],
        )
    };
    let text = if page.rows.is_empty() {
        lang.text("coffee-history-empty")
    } else {
        let lines: Vec<String> = page.rows.iter().map(line).collect();
        format!("{}\n{}", lang.text("coffee-history"), lines.join("\n"))
    };
    turn.say(Message::new(text));
    Ok(())
}
