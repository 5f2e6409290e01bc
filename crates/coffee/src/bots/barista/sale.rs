//! The steps of a sale: each takes one answer and asks for the next.

use std::time::Duration;

use karavan_platform::bots::{Input, Message, Refusal, Turn, TurnError};
use karavan_web::texts::{Arg, Lang};

use super::{
    draft::{Cart, Draft, Found},
    with_menu,
};
use crate::{
    Coffee,
    baristas::Barista,
    bots::words,
    codes::{self, CodeError},
    guests,
    orders::{self, Confirmed, OrderError},
    rules,
};

/// How long a barista who read the code in time may take to finish the sale.
const HOLD: Duration = Duration::from_secs(10 * 60);

pub(super) fn begin(turn: &mut Turn) -> Result<(), TurnError> {
    turn.remember(&Draft::Code)?;
    let message = Message::new(turn.lang.text("coffee-ask-code"));
    turn.say(message.row([turn.lang.text("coffee-button-cancel")]));
    Ok(())
}

pub(super) async fn go_on(coffee: &Coffee, turn: &mut Turn, barista: &Barista, draft: Draft) -> Result<(), TurnError> {
    match draft {
        Draft::Code => take_code(coffee, turn, barista).await,
        Draft::Receipt { found } => take_receipt(turn, found),
        Draft::Sum { found, receipt } => take_sum(turn, found, receipt).await,
        Draft::Drinks {
            found,
            receipt,
            total_minor,
        } => {
            let drinks = count(turn, "coffee-ask-drinks")?;
            turn.say_text("coffee-ask-sandwiches", &[]);
            turn.remember(&Draft::Sandwiches {
                found,
                receipt,
                total_minor,
                drinks,
            })
        }
        Draft::Sandwiches {
            found,
            receipt,
            total_minor,
            drinks,
        } => {
            let sandwiches = count(turn, "coffee-ask-sandwiches")?;
            ask_points(
                turn,
                Cart {
                    found,
                    receipt,
                    total_minor,
                    drinks,
                    sandwiches,
                },
            )
            .await
        }
        Draft::Points { cart } => take_points(turn, cart).await,
        Draft::Amount { cart } => take_amount(turn, cart).await,
        Draft::Confirm { cart, spend } => take_confirmation(coffee, turn, barista, cart, spend).await,
    }
}

/// Words that a step needs; anything else repeats its question.
fn words_of<'t>(turn: &'t Turn, question: &str) -> Result<&'t str, TurnError> {
    match &turn.input {
        Input::Text(text) => Ok(text),
        _ => Err(TurnError::refuse(turn.lang.text(question))),
    }
}

async fn take_code(coffee: &Coffee, turn: &mut Turn, barista: &Barista) -> Result<(), TurnError> {
    let text = words_of(turn, "coffee-ask-code")?.to_owned();
    let found = read_code(coffee, turn, barista, &text).await?;
    let standing = guests::store::standing(&mut turn.tx, &found.guest).await?;
    let rules = rules::current(&mut turn.tx).await?;
    let lang = &turn.lang;
    // A barista sees name, level and points: no phone, no birthday, no history.
    let known = [
        ("name", found.guest.first_name.as_str().into()),
        ("level", standing.level(&rules).title(lang).into()),
        ("points", standing.balance.into()),
    ];
    let text = lang.with("coffee-guest-found", &known);
    turn.say(Message::new(text));
    turn.remember(&Draft::Receipt { found: named(found) })
}

/// Looks a code up and holds it for this barista.
async fn read_code(coffee: &Coffee, turn: &mut Turn, barista: &Barista, text: &str) -> Result<codes::Found, TurnError> {
    let now = turn.tx.now();
    let counted = codes::count_try_here(coffee, &barista.id.to_string());
    let found = match counted {
        Ok(counted) => codes::look_up(&mut turn.tx, coffee, counted, text, now).await,
        Err(refusal) => Err(refusal),
    };
    let found = match found {
        Ok(found) => found,
        Err(CodeError::Store(error)) => return Err(error.into()),
        Err(refusal) => return Err(refuse(turn, refusal.code(), &[])),
    };
    codes::store::hold(&mut turn.tx, found.code, barista.id, now + HOLD).await?;
    Ok(found)
}

fn named(found: codes::Found) -> Found {
    Found {
        code: found.code,
        guest: found.guest.id,
        name: found.guest.first_name,
    }
}

fn take_receipt(turn: &mut Turn, found: Found) -> Result<(), TurnError> {
    let text = words_of(turn, "coffee-ask-receipt")?;
    let receipt = match orders::check_receipt(text) {
        Ok(receipt) => receipt.to_owned(),
        Err(wrong) => return Err(refuse(turn, wrong.code(), &[])),
    };
    turn.say_text("coffee-ask-sum", &[]);
    turn.remember(&Draft::Sum { found, receipt })
}

async fn take_sum(turn: &mut Turn, found: Found, receipt: String) -> Result<(), TurnError> {
    let typed = words::sum(words_of(turn, "coffee-ask-sum")?);
    let rules = rules::current(&mut turn.tx).await?;
    let total_minor = typed.and_then(|minor| orders::check_sum(minor, &rules).ok());
    let Some(total_minor) = total_minor else {
        return Err(refuse(
            turn,
            "order_sum_invalid",
            &[("most", rules.largest_sale.into())],
        ));
    };
    turn.say_text("coffee-ask-drinks", &[]);
    turn.remember(&Draft::Drinks {
        found,
        receipt,
        total_minor,
    })
}

fn count(turn: &Turn, question: &str) -> Result<i64, TurnError> {
    let count = words::number(words_of(turn, question)?).filter(|count| (0..=999).contains(count));
    count.ok_or_else(|| TurnError::refuse(turn.lang.text("coffee-count-wrong")))
}

async fn ask_points(turn: &mut Turn, cart: Cart) -> Result<(), TurnError> {
    if cart.drinks + cart.sandwiches == 0 {
        // Back to the drinks: a sale of nothing is a typing mistake.
        let Cart {
            found,
            receipt,
            total_minor,
            ..
        } = cart;
        let text = format!(
            "{}\n{}",
            turn.lang.text("error-order_counts_invalid"),
            turn.lang.text("coffee-ask-drinks")
        );
        turn.say(Message::new(text));
        return turn.remember(&Draft::Drinks {
            found,
            receipt,
            total_minor,
        });
    }
    let most = most_to_spend(turn, &cart).await?;
    if most == 0 {
        // Nothing to choose from: the question would only cost a tap.
        return preview(turn, cart, 0).await;
    }
    let lang = &turn.lang;
    let buttons = [
        (lang.text("coffee-button-earn"), "earn"),
        (lang.text("coffee-button-spend"), "spend"),
    ];
    let text = lang.with("coffee-ask-points", &[("most", most.into())]);
    turn.say(Message::new(text).inline(buttons));
    turn.remember(&Draft::Points { cart })
}

async fn most_to_spend(turn: &mut Turn, cart: &Cart) -> Result<i64, TurnError> {
    let guest = guests::store::find(&mut turn.tx, cart.found.guest).await?;
    let guest = guest.ok_or(karavan_store::StoreError::Rows { expected: 1, actual: 0 })?;
    let standing = guests::store::standing(&mut turn.tx, &guest).await?;
    Ok(rules::current(&mut turn.tx)
        .await?
        .most_to_spend(cart.total_minor, standing.balance))
}

async fn take_points(turn: &mut Turn, cart: Cart) -> Result<(), TurnError> {
    match &turn.input {
        Input::Button { data } if data == "earn" => preview(turn, cart, 0).await,
        Input::Button { data } if data == "spend" => {
            let most = most_to_spend(turn, &cart).await?;
            let label = turn.lang.with("coffee-button-most", &[("most", most.into())]);
            let text = turn.lang.with("coffee-ask-amount", &[("most", most.into())]);
            turn.say(Message::new(text).inline([(label, "most")]));
            turn.remember(&Draft::Amount { cart })
        }
        _ => Err(TurnError::refuse(turn.lang.text("coffee-press-a-button"))),
    }
}

async fn take_amount(turn: &mut Turn, cart: Cart) -> Result<(), TurnError> {
    let most = most_to_spend(turn, &cart).await?;
    if most == 0 {
        // Spent elsewhere since the question: no number would be right.
        return preview(turn, cart, 0).await;
    }
    let spend = match &turn.input {
        Input::Button { data } if data == "most" => Some(most),
        Input::Text(text) => words::number(text),
        _ => None,
    };
    match spend.filter(|spend| (1..=most).contains(spend)) {
        Some(spend) => preview(turn, cart, spend).await,
        None => Err(refuse(turn, "order_points_over_limit", &[("most", most.into())])),
    }
}

/// Everything once more before money and points move.
async fn preview(turn: &mut Turn, cart: Cart, spend: i64) -> Result<(), TurnError> {
    let guest = guests::store::find(&mut turn.tx, cart.found.guest).await?;
    let guest = guest.ok_or(karavan_store::StoreError::Rows { expected: 1, actual: 0 })?;
    let standing = guests::store::standing(&mut turn.tx, &guest).await?;
    let rules = rules::current(&mut turn.tx).await?;
    let earned = if spend == 0 {
        rules.earned(cart.total_minor, standing.level(&rules))
    } else {
        0
    };
    let lang = &turn.lang;
    let text = lang.with(
        "coffee-preview",
        &[
            ("name", cart.found.name.as_str().into()),
            ("receipt", cart.receipt.as_str().into()),
            ("sum", words::money(lang, cart.total_minor).into()),
            ("drinks", cart.drinks.into()),
            ("sandwiches", cart.sandwiches.into()),
            ("paid", words::money(lang, cart.total_minor - spend * 100).into()),
        ],
    );
    let points = if spend > 0 {
        lang.with("coffee-preview-spend", &[("points", spend.into())])
    } else {
        lang.with("coffee-preview-earn", &[("points", earned.into())])
    };
    turn.say(Message::new(format!("{text}\n{points}")).inline(last_buttons(lang)));
    turn.remember(&Draft::Confirm { cart, spend })
}

fn last_buttons(lang: &Lang) -> [(String, &'static str); 2] {
    [
        (lang.text("coffee-button-confirm"), "confirm"),
        (lang.text("coffee-button-cancel"), "cancel"),
    ]
}

async fn take_confirmation(
    coffee: &Coffee,
    turn: &mut Turn,
    barista: &Barista,
    cart: Cart,
    spend: i64,
) -> Result<(), TurnError> {
    match &turn.input {
        Input::Button { data } if data == "confirm" => {}
        // The code ran out while the sale was entered, and the guest has shown another one: the sale goes on with it.
        Input::Text(text) if codes::parse(text).is_ok() => {
            let text = text.to_owned();
            let found = named(read_code(coffee, turn, barista, &text).await?);
            return ask_points(turn, Cart { found, ..cart }).await;
        }
        _ => return Err(TurnError::refuse(turn.lang.text("coffee-press-a-button"))),
    }
    if spend > most_to_spend(turn, &cart).await? {
        // Spent elsewhere since the question, so it is asked once more.
        return ask_points(turn, cart).await;
    }
    match orders::confirm(&mut turn.tx, coffee, &cart.order(barista.id, spend)).await {
        Ok(Confirmed { balance, .. }) => {
            turn.forget();
            let done = [("name", cart.found.name.as_str().into()), ("balance", balance.into())];
            let text = turn.lang.with("coffee-sold", &done);
            turn.say(with_menu(turn, Message::new(text)));
            Ok(())
        }
        Err(OrderError::Store(error) | OrderError::Code(CodeError::Store(error))) => Err(error.into()),
        Err(refusal @ (OrderError::OverLimit { most } | OrderError::Sum { most })) => {
            Err(refuse_last(turn, refusal.code(), &[("most", most.into())]))
        }
        Err(refusal) => Err(refuse_last(turn, refusal.code(), &[])),
    }
}

/// With the buttons again: the press that is refused has used up those of the preview.
fn refuse_last(turn: &Turn, code: &str, args: &[(&str, Arg)]) -> TurnError {
    let text = turn.lang.with(&format!("error-{code}"), args);
    TurnError::Refused(Box::new(Refusal(Message::new(text).inline(last_buttons(&turn.lang)))))
}

fn refuse(turn: &Turn, code: &str, args: &[(&str, Arg)]) -> TurnError {
    TurnError::refuse(turn.lang.with(&format!("error-{code}"), args))
}
