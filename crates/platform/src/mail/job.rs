//! The job that sends one letter.
//!
//! **Always holds:** a wrong address ends in the letter's row and not among the failed jobs; while the server does not work with
//! us (a password that was changed), letters wait, and none is lost by it.

use std::time::Duration;

use karavan_clients::mail::{self as client, MailError};
use karavan_store::queue::{Done, Job, JobCx, JobError};
use serde::{Deserialize, Serialize};

use super::{Address, Failure, LetterId, PURPOSE, Template, render, store};
use crate::Platform;

/// How long a letter waits while the settings need their operator, or on a node without a mail server.
const NOT_LET_IN: Duration = Duration::from_secs(60);

/// Sends a letter of the outbox.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailSend {
    pub(super) letter: LetterId,
}

impl Job for MailSend {
    const NAME: &'static str = "platform.mail_send.v1";
    // Servers that do not know us yet want a quarter of an hour; fourteen attempts take a whole one.
    const MAX_ATTEMPTS: u32 = 14;
    type State = Platform;

    async fn run(self, cx: JobCx<Platform>) -> Result<Done, JobError> {
        let Some(mailer) = cx.state.mailer.clone() else {
            return Err(JobError::Postpone(NOT_LET_IN));
        };
        let found = store::find(&mut *cx.db().read().await?, self.letter).await?;
        // Gone by its age, or done by an attempt whose end was not written.
        let Some((stored, sealed)) = found.and_then(|stored| Some((stored.clone(), stored.sealed?))) else {
            return cx.finish_empty().await;
        };
        let Some((to, template)) = opened(&cx.state, &stored, &sealed) else {
            tracing::error!(letter.id = %stored.id, "A letter cannot be read any more: is the master secret another one?");
            return self.give_up(&cx, Failure::Unreadable).await;
        };
        let now = cx.db().clock().now();
        if now.since(stored.created_at) > template.useful_for() {
            tracing::warn!(letter.id = %stored.id, letter.template = %stored.template, "A letter waited too long to be of use");
            return self.give_up(&cx, Failure::TooLate).await;
        }
        let words = render(&template, &cx.state.texts.lang(stored.locale), &cx.state.time_zone);
        let letter = client::Letter {
            id: stored.id.to_string(),
            to,
            subject: words.subject,
            text: words.text,
            html: words.html,
            language: stored.locale.as_str(),
            date: stored.created_at,
        };
        match mailer.send(&letter).await {
            Ok(()) => {
                let mut tx = cx.begin().await?;
                store::mark_sent(&mut tx, stored.id).await?;
                cx.finish(tx).await
            }
            Err(error @ MailError::Temporary(_)) => Err(JobError::retry(error)),
            Err(MailError::Recipient(_)) => self.give_up(&cx, Failure::Recipient).await,
            Err(error @ MailError::Content(_)) => {
                tracing::error!(letter.id = %stored.id, letter.template = %stored.template, %error, "A letter was refused");
                self.give_up(&cx, Failure::Content).await
            }
            Err(error @ MailError::Setup(_)) => {
                tracing::error!(letter.id = %stored.id, %error, "Letters wait: {error}");
                Err(JobError::Postpone(NOT_LET_IN))
            }
        }
    }
}

/// Who gets a letter, and what it says.
fn opened(platform: &Platform, stored: &store::Stored, sealed: &str) -> Option<(Address, Template)> {
    let said = platform.vault.open(PURPOSE, &stored.id.to_string(), sealed).ok()?;
    let template = serde_json::from_slice(&said).ok()?;
    Some((stored.recipient.parse().ok()?, template))
}

impl MailSend {
    /// That is an end and no failure of the job: trying again cannot help.
    async fn give_up(&self, cx: &JobCx<Platform>, why: Failure) -> Result<Done, JobError> {
        let mut tx = cx.begin().await?;
        store::mark_failed(&mut tx, self.letter, why).await?;
        cx.finish(tx).await
    }
}
