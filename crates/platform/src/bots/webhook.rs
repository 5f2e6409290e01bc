//! Hearing by webhook: Telegram posts each update here, and any node may take it.
//!
//! **Always holds:** the secret header is compared in constant time before the body is read; without it nothing is written.
//! The answer is given after the update's row and job have committed, so what Telegram considers delivered is ours.
//!
//! **Order:** Telegram posts what is written in a chat one after another, each after the answer to the one before; but a
//! pressed button waits in a queue of the person who pressed it, beside that of the chat. So a press may arrive before the
//! text that was written before it, and a repeated delivery or a proxy may change the order too. What is stored by the time
//! a turn begins is handled in the order of `update_id` (`update`). An update that arrives after a later one was handled is
//! handled then: waiting for a number that may never come would hold the chat up.

use std::time::Duration;

use axum::{
    extract::{DefaultBodyLimit, FromRequest, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use karavan_clients::telegram::{RawUpdate, TelegramError, api::methods::SetWebhookParams};
use karavan_web::{Anyone, ApiError, ApiResult, Ctx, Json, Path, Quota, limits::address_key, origin::Origin};
use serde_json::json;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};

use super::{ALLOWED, Bot, Bots, intake};

/// The route below; its own proof and its own limit stand in for the limit on anonymous writes.
pub(crate) const ROUTE: &str = "/telegram/{bot}";
/// Where Telegram puts the secret.
const SECRET_HEADER: &str = "x-telegram-bot-api-secret-token";
/// The purpose of the secret in the vault.
const PURPOSE: &str = "bots.webhook";
/// Stands for the token of a bot that there is not; as long as a real one.
const NO_TOKEN: &str = "no bot is called so, and this is no real token";
/// A text of 4096 characters with all its entities, buttons and a quoted message stays far below.
const LONGEST_UPDATE: usize = 256 * 1024;
/// Chats that Telegram serves us at a time.
const CONNECTIONS: u32 = 20;
/// Whoever guesses is not worth more of the log than this.
const WRONG_SECRETS: Quota = Quota {
    name: "bots_wrong_secrets",
    per: Duration::from_secs(60),
    burst: 10,
};

pub(crate) fn routes(bots: Bots) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(receive).layer(DefaultBodyLimit::max(LONGEST_UPDATE)))
        .with_state(bots)
}

/// Where Telegram posts the updates of a bot; for nobody else.
///
/// Each update is stored once by its `update_id`; a repeated delivery is answered like the first.
#[utoipa::path(post, path = "/telegram/{bot}", tag = "telegram",
    // The secret header is the proof: Telegram has no account here.
    security(()),
    params(
        ("bot" = String, Path, description = "The bot's name, such as `shop.guest`"),
        ("X-Telegram-Bot-Api-Secret-Token" = String, Header, description = "What `setWebhook` was given")),
    request_body(content = Object, description = "An `Update` of the Bot API"),
    responses((status = 200, description = "Stored; the body may call one method of the Bot API", body = Object)))]
async fn receive(
    _who: Anyone,
    ctx: Ctx,
    State(bots): State<Bots>,
    Path(name): Path<String>,
    request: Request,
) -> ApiResult<Response> {
    let known = bots.get(&name);
    // Compared for an unknown bot too: how long the refusal takes must not tell which bots there are.
    let token = known.map_or(NO_TOKEN, |(_, bot)| bot.token.expose());
    let proven = is_secret(&bots, token, request.headers());
    let Some((name, _bot)) = known.filter(|_| proven) else {
        return Err(refuse(&bots, &ctx, &name).await);
    };
    let Json(update) = Json::<RawUpdate>::from_request(request, &()).await?;
    intake::store(&bots, name, std::slice::from_ref(&update)).await?;
    // An answer may carry one call: the pressed button stops waiting without a request of our own.
    Ok(match intake::press_of(&update) {
        Some(id) => Json(json!({ "method": "answerCallbackQuery", "callback_query_id": id })).into_response(),
        None => StatusCode::OK.into_response(),
    })
}

/// An unknown bot is refused like a wrong secret, so that names cannot be found out.
async fn refuse(bots: &Bots, ctx: &Ctx, name: &str) -> ApiError {
    let limits = &bots.platform.limits;
    if let Some(pause) = limits.wait_for(WRONG_SECRETS, &address_key(ctx.ip)).await {
        return ApiError::too_many(pause);
    }
    let known = bots.get(name).map_or("an unknown bot", |(name, _)| name);
    tracing::warn!(bot = known, "An update for {known} came without the right secret");
    ApiError::expected(StatusCode::UNAUTHORIZED, "webhook_secret_invalid")
}

impl Bot {
    /// What the secret is derived from: a new token or another master secret makes another one, the same on every node.
    fn secret(&self, bots: &Bots) -> String {
        bots.platform.vault.fingerprint(PURPOSE, self.token.expose())
    }
}

fn is_secret(bots: &Bots, token: &str, headers: &HeaderMap) -> bool {
    let vault = &bots.platform.vault;
    headers
        .get(SECRET_HEADER)
        .is_some_and(|given| vault.is_fingerprint(PURPOSE, token, given.as_bytes()))
}

/// What was wrong when the webhook was looked at last, so that an old error does not count twice.
#[derive(Debug, Default)]
pub(super) struct LastLook {
    is_set: bool,
    error_date: Option<i64>,
}

impl LastLook {
    /// Somebody else may have changed it meanwhile: the next look begins by setting it.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

/// Looks after the webhook: sets it at first, and again when Telegram has another one or cannot deliver.
pub(super) async fn tend(bots: &Bots, name: &'static str, bot: &Bot, base: &Origin) -> Result<(), TelegramError> {
    let mut last = bot.webhook.lock().await;
    let url = format!("{}/telegram/{name}", base.as_str());
    if last.is_set {
        let info = bot.line.get_webhook_info().await?;
        let fails = info.last_error_date > last.error_date;
        last.error_date = info.last_error_date;
        if info.url == url && !fails {
            return Ok(());
        }
        let error = info.last_error_message.unwrap_or_default();
        let pending = info.pending_update_count;
        tracing::warn!(
            bot = name,
            pending,
            error,
            "Telegram does not deliver to {url} ({error}); the webhook is set again"
        );
    }
    let webhook = SetWebhookParams::builder()
        .url(url.clone())
        .secret_token(bot.secret(bots))
        .max_connections(CONNECTIONS)
        .allowed_updates(ALLOWED.to_vec())
        .drop_pending_updates(false)
        .build();
    bot.line.set_webhook(&webhook).await?;
    if !last.is_set {
        tracing::info!(bot = name, "Telegram delivers the updates of {name} to {url}");
    }
    last.is_set = true;
    Ok(())
}
