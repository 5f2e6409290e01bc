//! The guests' conversation: registration, profile, code.
//!
//! **Always holds:** a phone number is taken only from the person's own contact, and nothing is stored before they have
//! confirmed what they entered.

use karavan_kernel::{Date, Phone};
use karavan_platform::bots::{Input, Message, Refusal, Turn, TurnError};
use serde::{Deserialize, Serialize};

use super::words;
use crate::{
    Coffee,
    codes::{self, CodeError},
    guests::{self, Guest, GuestError, Name, NewGuest, check_birth_date},
    rules,
};

/// What a registration waits for.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Step {
    Phone,
    Name {
        phone: String,
    },
    BirthDate {
        phone: String,
        name: String,
    },
    Confirm {
        phone: String,
        name: String,
        birth_date: Date,
    },
}

pub(super) async fn talk(coffee: &Coffee, turn: &mut Turn) -> Result<(), TurnError> {
    let guest = guests::store::find_by_telegram(&mut turn.tx, turn.person.id).await?;
    if words::language(turn).await? {
        if guest.is_some() && matches!(turn.input, Input::Button { .. }) {
            menu(turn, "coffee-menu");
        } else if matches!(turn.input, Input::Button { .. }) {
            welcome(turn);
        }
        return Ok(());
    }
    match guest {
        Some(guest) => serve(coffee, turn, &guest).await,
        None => register(coffee, turn).await,
    }
}

/// A known guest: everything is one step.
async fn serve(coffee: &Coffee, turn: &mut Turn, guest: &Guest) -> Result<(), TurnError> {
    turn.forget();
    let wants_code = turn.pressed("coffee-button-code")
        || matches!(&turn.input, Input::Button { data } if data == "code")
        || matches!(&turn.input, Input::Command { name, .. } if name == "code");
    let wants_profile = turn.pressed("coffee-button-profile")
        || matches!(&turn.input, Input::Command { name, .. } if name == "profile");
    if wants_code {
        show_code(coffee, turn, guest).await
    } else if wants_profile {
        show_profile(coffee, turn, guest).await
    } else {
        let key = if matches!(turn.input, Input::Command { .. }) {
            "coffee-welcome-back"
        } else {
            "coffee-menu"
        };
        let text = turn.lang.with(key, &[("name", guest.first_name.as_str().into())]);
        turn.say(with_menu(turn, Message::new(text)));
        Ok(())
    }
}

fn with_menu(turn: &Turn, message: Message) -> Message {
    let label = |key| turn.lang.text(key);
    message
        .row([label("coffee-button-code")])
        .row([label("coffee-button-profile")])
}

fn menu(turn: &mut Turn, key: &str) {
    let message = Message::new(turn.lang.text(key));
    turn.say(with_menu(turn, message));
}

async fn show_code(coffee: &Coffee, turn: &mut Turn, guest: &Guest) -> Result<(), TurnError> {
    let issued = match codes::issue(&mut turn.tx, coffee, guest.id).await {
        Ok(issued) => issued,
        Err(CodeError::Store(error)) => return Err(error.into()),
        Err(refusal) => return Err(TurnError::refuse(turn.lang.text(&format!("error-{}", refusal.code())))),
    };
    let seconds = issued.expires_at.since(issued.created_at).as_secs();
    let text = turn.lang.with(
        "coffee-code",
        &[("code", issued.code.into()), ("seconds", seconds.into())],
    );
    turn.say(Message::new(text).inline([(turn.lang.text("coffee-button-new-code"), "code")]));
    Ok(())
}

async fn show_profile(coffee: &Coffee, turn: &mut Turn, guest: &Guest) -> Result<(), TurnError> {
    let standing = guests::store::standing(&mut turn.tx, guest).await?;
    let rules = rules::current(&mut turn.tx).await?;
    let lang = &turn.lang;
    let mut lines = vec![lang.with(
        "coffee-profile-text",
        &[
            ("name", guest.full_name().into()),
            ("phone", guest.phone.to_string().into()),
            ("birth_date", lang.date(guest.birth_date).into()),
            ("level", standing.level(&rules).title(lang).into()),
            ("points", standing.balance.into()),
            ("drinks", guest.drinks_count.into()),
            ("sandwiches", guest.sandwiches_count.into()),
            ("since", lang.date(coffee.time_zone().day_of(guest.created_at)).into()),
        ],
    )];
    if let Some((next, missing)) = rules.next_level(guest.drinks_count) {
        lines.push(lang.with(
            "coffee-told-next",
            &[("level", next.title(lang).into()), ("missing", missing.into())],
        ));
    }
    turn.say(with_menu(turn, Message::new(lines.join("\n"))));
    Ok(())
}

fn welcome(turn: &mut Turn) {
    turn.forget();
    let begin = turn.lang.text("coffee-button-begin");
    turn.say(Message::new(turn.lang.text("coffee-welcome")).row([begin]));
}

/// Somebody who is not a guest yet.
async fn register(coffee: &Coffee, turn: &mut Turn) -> Result<(), TurnError> {
    if matches!(turn.input, Input::Command { .. }) {
        welcome(turn);
        return Ok(());
    }
    match turn.state::<Step>() {
        None if turn.pressed("coffee-button-begin") => {
            turn.remember(&Step::Phone)?;
            ask_for_phone(turn);
            Ok(())
        }
        None => {
            welcome(turn);
            Ok(())
        }
        Some(Step::Phone) => take_phone(turn).await,
        Some(Step::Name { phone }) => take_name(turn, phone),
        Some(Step::BirthDate { phone, name }) => take_birth_date(coffee, turn, phone, name),
        Some(Step::Confirm {
            phone,
            name,
            birth_date,
        }) => finish(coffee, turn, &phone, &name, birth_date).await,
    }
}

fn ask_for_phone(turn: &mut Turn) {
    let message = Message::new(turn.lang.text("coffee-ask-phone"));
    turn.say(message.contact_button(turn.lang.text("coffee-button-phone")));
}

async fn take_phone(turn: &mut Turn) -> Result<(), TurnError> {
    let Input::Contact { phone, user_id } = &turn.input else {
        ask_for_phone(turn);
        return Ok(());
    };
    if *user_id != Some(turn.person.id) {
        return Err(TurnError::refuse(turn.lang.text("coffee-foreign-contact")));
    }
    let Ok(phone) = phone.parse::<Phone>() else {
        return Err(TurnError::refuse(turn.lang.text("error-guest_phone_invalid")));
    };
    turn.remember(&Step::Name {
        phone: phone.to_string(),
    })?;
    let text = turn.lang.text("coffee-ask-name");
    turn.say(Message::new(text).without_keyboard());
    Ok(())
}

fn take_name(turn: &mut Turn, phone: String) -> Result<(), TurnError> {
    let Input::Text(text) = &turn.input else {
        return Err(TurnError::refuse(turn.lang.text("coffee-ask-name")));
    };
    let Ok(name) = Name::parse(text) else {
        return Err(TurnError::refuse(turn.lang.text("error-guest_name_invalid")));
    };
    turn.remember(&Step::BirthDate {
        phone,
        name: name.as_str().to_owned(),
    })?;
    turn.say_text("coffee-ask-birth-date", &[]);
    Ok(())
}

fn take_birth_date(coffee: &Coffee, turn: &mut Turn, phone: String, name: String) -> Result<(), TurnError> {
    let Input::Text(text) = &turn.input else {
        return Err(TurnError::refuse(turn.lang.text("coffee-ask-birth-date")));
    };
    let Ok(birth_date) = Date::parse_dotted(text) else {
        return Err(TurnError::refuse(turn.lang.text("coffee-date-format")));
    };
    let today = coffee.time_zone().day_of(turn.tx.now());
    if check_birth_date(birth_date, today).is_err() {
        return Err(TurnError::refuse(turn.lang.text("error-guest_birth_date_invalid")));
    }
    let lang = &turn.lang;
    let text = lang.with(
        "coffee-check-data",
        &[
            ("name", name.as_str().into()),
            ("phone", phone.as_str().into()),
            ("birth_date", lang.date(birth_date).into()),
        ],
    );
    let buttons = [
        (lang.text("coffee-button-confirm"), "confirm"),
        (lang.text("coffee-button-again"), "again"),
    ];
    turn.say(Message::new(text).inline(buttons));
    turn.remember(&Step::Confirm {
        phone,
        name,
        birth_date,
    })
}

async fn finish(coffee: &Coffee, turn: &mut Turn, phone: &str, name: &str, birth_date: Date) -> Result<(), TurnError> {
    match &turn.input {
        Input::Button { data } if data == "confirm" => {}
        Input::Button { data } if data == "again" => {
            turn.remember(&Step::Phone)?;
            ask_for_phone(turn);
            return Ok(());
        }
        _ => return Err(TurnError::refuse(turn.lang.text("coffee-press-a-button"))),
    }
    let checked = || {
        Ok(NewGuest {
            telegram_id: turn.person.id,
            phone: phone.parse().map_err(|_not_a_number| GuestError::Phone)?,
            first_name: Name::parse(name)?,
            last_name: None,
            birth_date,
        })
    };
    let registered = match checked() {
        Ok(new) => guests::register(&mut turn.tx, coffee, &new).await,
        Err(error) => Err(error),
    };
    match registered {
        Ok(guest) => {
            turn.forget();
            let text = turn
                .lang
                .with("coffee-registered", &[("name", guest.first_name.as_str().into())]);
            turn.say(with_menu(turn, Message::new(text)));
            Ok(())
        }
        Err(GuestError::Store(error)) => Err(error.into()),
        Err(refusal) => {
            // With a button again: the press that is refused has used up those above.
            let again = [(turn.lang.text("coffee-button-again"), "again")];
            let text = turn.lang.text(&format!("error-{}", refusal.code()));
            Err(TurnError::Refused(Box::new(Refusal(Message::new(text).inline(again)))))
        }
    }
}
