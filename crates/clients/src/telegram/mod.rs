//! The Telegram Bot API. Nothing else in the workspace may talk to it.
//!
//! Parameters and results are `frankenstein`'s types, so they follow the vendor's documentation; the transport, its
//! time limits and the meaning of errors are ours.
//!
//! **Always holds:** the token is in no error, log line or `Debug` output.
//! **Absent on purpose:** waiting. A 429 is handed to the caller, who owns the rate limits; one slow chat must not hold
//! a worker that other chats are waiting for.
//!
//! Start at [`Telegram::send_message`] for what a bot says and at [`Telegram::get_updates`] for what it hears.

mod error; // what can go wrong, by what the caller does about it
mod update; // what people do, kept as it arrived
mod webhook; // what Telegram knows about our webhook
mod wire; // the envelope of every answer

use std::time::Duration;

use frankenstein::{
    methods::{
        AnswerCallbackQueryParams, DeleteMessageParams, DeleteWebhookParams, EditMessageReplyMarkupParams,
        EditMessageTextParams, GetUpdatesParams, SendChatActionParams, SendMessageParams, SetMyCommandsParams,
        SetWebhookParams,
    },
    types::{AllowedUpdate, User},
};
use karavan_kernel::Secret;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::json;

use crate::http::{Http, Url};

pub use error::TelegramError;
/// The vendor's types, so that their version is chosen in one place.
pub use frankenstein::{self as api};
pub use update::RawUpdate;
pub use webhook::WebhookInfo;

/// A long poll is answered when its time is up; this is how much longer the network may take.
const POLL_GRACE: Duration = Duration::from_secs(10);

/// One bot's line to Telegram. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Telegram {
    http: Http,
    base: Url,
    token: Secret,
}

impl Telegram {
    /// The line of the bot with this token. `base` is `https://api.telegram.org`, a local Bot API server or a simulator.
    pub fn new(http: Http, base: Url, token: Secret) -> Self {
        Self { http, base, token }
    }

    /// Who the bot is. Also the check that the token is good.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn get_me(&self) -> Result<User, TelegramError> {
        self.call("getMe", &json!({})).await
    }

    /// Waits up to `timeout` (whole seconds) for updates from `offset` on, and confirms all before it.
    ///
    /// # Errors
    /// See [`TelegramError`]; `Conflict` while another process polls or a webhook is set.
    pub async fn get_updates(
        &self,
        offset: Option<i64>,
        limit: u32,
        timeout: Duration,
        allowed: &[AllowedUpdate],
    ) -> Result<Vec<RawUpdate>, TelegramError> {
        let seconds = u32::try_from(timeout.as_secs()).unwrap_or(u32::MAX);
        let params = GetUpdatesParams {
            offset,
            limit: Some(limit),
            timeout: Some(seconds),
            allowed_updates: Some(allowed.to_vec()),
        };
        let request = self
            .http
            .post(self.url("getUpdates"))
            .json(&params)
            .timeout(timeout.saturating_add(POLL_GRACE));
        wire::read(&request.send().await?)
    }

    /// Sends a message and returns its id in the chat. A retry after a lost answer sends it twice.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn send_message(&self, message: &SendMessageParams) -> Result<i32, TelegramError> {
        #[derive(Deserialize)]
        struct Sent {
            message_id: i32,
        }
        let sent: Sent = self.call("sendMessage", message).await?;
        Ok(sent.message_id)
    }

    /// Replaces the text of a message. It is fine if the text is the same already.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn edit_message_text(&self, edit: &EditMessageTextParams) -> Result<(), TelegramError> {
        same_is_fine(self.call("editMessageText", edit).await)
    }

    /// Replaces the buttons under a message. It is fine if they are the same already.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn edit_message_reply_markup(&self, edit: &EditMessageReplyMarkupParams) -> Result<(), TelegramError> {
        same_is_fine(self.call("editMessageReplyMarkup", edit).await)
    }

    /// Ends the waiting on a pressed button, with a short text if there is one.
    ///
    /// # Errors
    /// See [`TelegramError`]; `Rejected` when the press is too old.
    pub async fn answer_callback_query(&self, answer: &AnswerCallbackQueryParams) -> Result<(), TelegramError> {
        self.tell("answerCallbackQuery", answer).await
    }

    /// Deletes a message.
    ///
    /// # Errors
    /// See [`TelegramError`]; `Rejected` when it is gone already or too old.
    pub async fn delete_message(&self, message: &DeleteMessageParams) -> Result<(), TelegramError> {
        self.tell("deleteMessage", message).await
    }

    /// Shows "is typing" or the like for some seconds.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn send_chat_action(&self, action: &SendChatActionParams) -> Result<(), TelegramError> {
        self.tell("sendChatAction", action).await
    }

    /// Publishes the menu of commands.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn set_my_commands(&self, commands: &SetMyCommandsParams) -> Result<(), TelegramError> {
        self.tell("setMyCommands", commands).await
    }

    /// Asks Telegram to post updates to an address of ours. Polling is refused from then on.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn set_webhook(&self, webhook: &SetWebhookParams) -> Result<(), TelegramError> {
        self.tell("setWebhook", webhook).await
    }

    /// Which webhook is set, how many updates wait for it, and what went wrong last.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn get_webhook_info(&self) -> Result<WebhookInfo, TelegramError> {
        self.call("getWebhookInfo", &json!({})).await
    }

    /// Goes back to polling; `drop_pending` forgets what waits.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn delete_webhook(&self, drop_pending: bool) -> Result<(), TelegramError> {
        self.tell(
            "deleteWebhook",
            &DeleteWebhookParams {
                drop_pending_updates: Some(drop_pending),
            },
        )
        .await
    }

    /// Calls a method that answers `true`.
    async fn tell(&self, method: &str, params: &impl Serialize) -> Result<(), TelegramError> {
        self.call::<bool>(method, params).await.map(drop)
    }

    async fn call<T: DeserializeOwned>(&self, method: &str, params: &impl Serialize) -> Result<T, TelegramError> {
        wire::read(&self.http.post(self.url(method)).json(params).send().await?)
    }

    fn url(&self, method: &str) -> Url {
        let mut url = self.base.clone();
        // `Err` is for bases like `mailto:`, to which nothing can be sent anyway: sending says so.
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty()
                .push(&format!("bot{}", self.token.expose()))
                .push(method);
        }
        url
    }
}

/// An edit answers with the message, or with `true` for inline messages; nobody needs either.
fn same_is_fine(edited: Result<serde::de::IgnoredAny, TelegramError>) -> Result<(), TelegramError> {
    match edited {
        Ok(_) | Err(TelegramError::NotModified) => Ok(()),
        Err(error) => Err(error),
    }
}
