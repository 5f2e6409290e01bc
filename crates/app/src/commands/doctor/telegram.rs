//! Whether Telegram knows the bots whose tokens are set.

use karavan_clients::{
    Http, HttpConfig,
    telegram::{Telegram, TelegramError},
};
use karavan_kernel::Secret;

use super::Finding;
use crate::{assemble, config::Config};

pub(super) async fn check(config: &Config) -> Vec<Finding> {
    karavan_clients::install_tls();
    let (platform, http) = match (
        assemble::describing_platform(config).await,
        Http::new(HttpConfig::default()),
    ) {
        (Ok(platform), Ok(http)) => (platform, http),
        (Err(failure), _) => return vec![Finding::fail("bots", failure.message, "")],
        (_, Err(error)) => return vec![Finding::fail("bots", error.to_string(), "")],
    };
    let mut findings = Vec::new();
    for bot in assemble::products(config, &platform)
        .into_iter()
        .flat_map(|product| product.bots)
    {
        let check = format!("bot {}", bot.name);
        findings.push(match bot.token {
            None => Finding::warn(
                check,
                "off: it has no token",
                "set its token, from @BotFather, or do without",
            ),
            Some(token) if !looks_like_one(&token) => Finding::fail(
                check,
                "its token is not one",
                "copy it from @BotFather once more: digits, a colon, then 35 letters and digits",
            ),
            Some(token) => {
                let telegram = Telegram::new(http.clone(), config.telegram.base_url.clone(), token);
                said(check, telegram.get_me().await.map(|bot| bot.username))
            }
        });
    }
    platform.db.close().await;
    findings
}

fn said(check: String, answer: Result<Option<String>, TelegramError>) -> Finding {
    match answer {
        Ok(name) => Finding::pass(check, format!("Telegram knows it as @{}", name.unwrap_or_default())),
        Err(TelegramError::Unauthorized) => Finding::fail(
            check,
            "Telegram does not know its token",
            "it was revoked, or belongs elsewhere: ask @BotFather for it again",
        ),
        Err(error) => Finding::fail(
            check,
            error.to_string(),
            "check telegram.base_url, and that this machine reaches it",
        ),
    }
}

/// `123456:AA…`: simulators and local servers make shorter ones, so only the form counts.
fn looks_like_one(token: &Secret) -> bool {
    let Some((number, rest)) = token.expose().split_once(':') else {
        return false;
    };
    let is_word = |c: u8| c.is_ascii_alphanumeric() || c == b'_' || c == b'-';
    !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit()) && !rest.is_empty() && rest.bytes().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_a_number_and_a_word() {
        for (token, good) in [
            ("4200000001:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", true),
            ("AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", false),
            ("bot4200000001:AAHdq", false),
            ("4200000001:", false),
            ("4200000001:AAH dq", false),
        ] {
            assert_eq!(looks_like_one(&Secret::new(token)), good, "{token}");
        }
    }
}
