//! The Bot API over HTTP: `/bot<token>/<method>`, by GET or POST.
//!
//! Start at [`answer`], the list of methods.

mod account; // getMe, setMyCommands, getMyCommands, deleteMyCommands
mod answers; // answerCallbackQuery, sendChatAction
mod messages; // sendMessage, editMessageText, editMessageReplyMarkup, deleteMessage
mod params; // parameters from query, form or JSON
mod polling; // getUpdates
mod webhooks; // setWebhook, deleteWebhook, getWebhookInfo

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    response::{IntoResponse, Response},
    routing::any,
};
use serde_json::{Value, json};
use tracing::warn;

use self::params::Params;
use super::{
    TelegramSimulator,
    accounts::Person,
    error::BotError,
    failures::{Answer, BLOCKED, Trouble},
    state::Bot,
    weather::Weather,
};

pub(super) fn router(simulator: TelegramSimulator) -> Router {
    Router::new()
        .route("/{bot}/{method}", any(serve))
        .fallback(|| async { BotError::NotFound })
        .with_state(simulator)
}

async fn serve(
    State(simulator): State<TelegramSimulator>,
    Path((bot, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    let Some(token) = bot.strip_prefix("bot") else {
        return BotError::NotFound.into_response();
    };
    match answer(&simulator, token, &method.to_ascii_lowercase(), request).await {
        Ok(result) => Json(json!({ "ok": true, "result": result })).into_response(),
        Err(error) => error.into_response(),
    }
}

async fn answer(simulator: &TelegramSimulator, token: &str, method: &str, request: Request) -> Result<Value, BotError> {
    if !simulator.lock().bots.iter().any(|bot| bot.account.token == token) {
        return Err(BotError::Unauthorized);
    }
    let params = Params::read(request).await?;
    if method == "getupdates" {
        return polling::get_updates(simulator, token, &params).await;
    }
    with_call(simulator, token, &params, |call| act(call, method))
}

/// A bot may answer a delivery with one call of a method; whether it works the bot never learns.
pub(super) fn obey(simulator: &TelegramSimulator, token: &str, answer: &[u8]) {
    let Some((method, params)) = Params::of_answer(answer) else {
        return;
    };
    let done = with_call(simulator, token, &params, |call| {
        act(call, &method.to_ascii_lowercase())
    });
    if let Err(error) = done {
        warn!(method, %error, "A call in a bot's answer failed");
    }
}

fn act(call: &mut Call<'_>, method: &str) -> Result<Value, BotError> {
    match method {
        "getme" => Ok(account::get_me(call)),
        "setmycommands" => account::set_my_commands(call),
        "getmycommands" => Ok(account::get_my_commands(call)),
        "deletemycommands" => Ok(account::delete_my_commands(call)),
        "setwebhook" => webhooks::set_webhook(call),
        "deletewebhook" => Ok(webhooks::delete_webhook(call)),
        "getwebhookinfo" => Ok(webhooks::get_webhook_info(call)),
        "sendmessage" => messages::send_message(call),
        "editmessagetext" => messages::edit_message_text(call),
        "editmessagereplymarkup" => messages::edit_message_reply_markup(call),
        "deletemessage" => messages::delete_message(call),
        "answercallbackquery" => answers::answer_callback_query(call),
        "sendchataction" => answers::send_chat_action(call),
        _ => {
            warn!(method, "A bot called a method that is not simulated: {method}");
            Err(BotError::NotFound)
        }
    }
}

/// One call of a method, while the lock is held.
struct Call<'a> {
    bot: &'a mut Bot,
    people: &'a [Person],
    trouble: &'a mut Trouble,
    params: &'a Params,
    now: i64,
}

fn with_call(
    simulator: &TelegramSimulator,
    token: &str,
    params: &Params,
    method: impl FnOnce(&mut Call<'_>) -> Result<Value, BotError>,
) -> Result<Value, BotError> {
    let now = simulator.clock().now();
    let mut state = simulator.lock();
    let super::state::State { bots, people, trouble } = &mut *state;
    let bot = bots
        .iter_mut()
        .find(|bot| bot.account.token == token)
        .ok_or(BotError::Unauthorized)?;
    method(&mut Call {
        bot,
        people,
        trouble,
        params,
        now,
    })
}

impl Call<'_> {
    /// The person whose chat is meant, if the bot may write there.
    fn recipient(&mut self) -> Result<Person, BotError> {
        let id = self
            .params
            .text("chat_id")
            .ok_or_else(|| BotError::bad("chat_id is empty"))?;
        // `@channel` is a legal id, only nobody has it here.
        let person = id
            .parse::<i64>()
            .ok()
            .and_then(|id| self.people.iter().find(|person| person.id == id));
        let person = person.cloned().ok_or_else(|| BotError::bad("chat not found"))?;
        let chat = self.bot.chat(person.id);
        if chat.blocked {
            return Err(BotError::Forbidden(BLOCKED));
        }
        if !chat.opened {
            return Err(BotError::Forbidden("bot can't initiate conversation with a user"));
        }
        Ok(person)
    }

    /// Runs into a failure that a test has ordered, or into a rate limit.
    fn face_trouble(&mut self, person: i64) -> Result<Answer, BotError> {
        let ordered = self
            .bot
            .chat(person)
            .failures
            .pop_front()
            .or_else(|| self.trouble.failures.pop_front());
        let by_chance = || self.trouble.weather.as_mut().and_then(Weather::strike);
        if let Some(failure) = ordered.or_else(by_chance) {
            return failure.strike();
        }
        let storm = self.bot.storm_until.max(self.bot.chat(person).storm_until);
        if let Ok(retry_after @ 1..) = u32::try_from(storm.saturating_sub(self.now)) {
            return Err(BotError::TooManyRequests { retry_after });
        }
        if self.trouble.limits {
            self.bot.bucket.take(self.now)?;
            self.bot.chat(person).bucket.take(self.now)?;
        }
        Ok(Answer::Arrives)
    }
}
