//! setWebhook, deleteWebhook, getWebhookInfo. Polling and a webhook exclude each other.

use serde_json::{Value, json};

use super::Call;
use crate::telegram::{deliveries::Hook, error::BotError, text, updates::Webhook};

pub(super) fn set_webhook(call: &mut Call<'_>) -> Result<Value, BotError> {
    let url = call.params.text("url").unwrap_or_default();
    if url.is_empty() {
        return Ok(delete_webhook(call));
    }
    // The real server insists on HTTPS; its self-hosted twin accepts plain HTTP, which a loopback needs.
    if !text::is_web(&url) {
        return Err(BotError::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    let secret = call.params.text("secret_token").filter(|secret| !secret.is_empty());
    if let Some(secret) = &secret {
        check(secret)?;
    }
    let kinds = call.params.typed::<Vec<String>>("allowed_updates")?;
    let max_connections = call.params.number("max_connections").unwrap_or(40).clamp(1, 100);
    let drop_pending = call.params.is_set("drop_pending_updates");
    call.bot.inbox.allow(kinds);
    call.bot.inbox.set_webhook(
        Some(Webhook {
            url,
            secret,
            max_connections,
        }),
        drop_pending,
    );
    Ok(Value::Bool(true))
}

pub(super) fn delete_webhook(call: &mut Call<'_>) -> Value {
    // Deleting what is not there must not end a poll that waits.
    if call.bot.inbox.webhook().is_some() || call.params.is_set("drop_pending_updates") {
        call.bot
            .inbox
            .set_webhook(None, call.params.is_set("drop_pending_updates"));
    }
    Value::Bool(true)
}

pub(super) fn get_webhook_info(call: &mut Call<'_>) -> Value {
    let inbox = &call.bot.inbox;
    let mut info = json!({ "url": "", "has_custom_certificate": false, "pending_update_count": inbox.pending() });
    if let Some(Hook {
        webhook: Webhook {
            url,
            secret: _,
            max_connections,
        },
        last_error,
        ordered: _,
    }) = &inbox.hook
    {
        info["url"] = json!(url);
        info["max_connections"] = json!(max_connections);
        if let Some((at, what)) = last_error {
            info["last_error_date"] = json!(at);
            info["last_error_message"] = json!(what);
        }
    }
    if let Some(allowed) = inbox.allowed() {
        info["allowed_updates"] = json!(allowed);
    }
    info
}

fn check(secret: &str) -> Result<(), BotError> {
    if secret.len() > 256 {
        return Err(BotError::bad("secret token is too long"));
    }
    if !secret
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    {
        return Err(BotError::bad("secret token contains unallowed characters"));
    }
    Ok(())
}
