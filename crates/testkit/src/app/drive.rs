//! Makes the program move: jobs, schedules and bots, in a fixed order, until nothing is left to do.

use std::time::Duration;

use karavan_kernel::{Actor, Locale, Timestamp};
use karavan_platform::{
    bots,
    legal::{Document, LegalText, store as legal},
};
use karavan_store::queue::{
    schedule::fire_due,
    store::{JobRow, JobState, is_anything_due},
};

use super::TestApp;
use crate::START;

/// Whoever is asked to wait no longer than this (a rate limit, Telegram's 429) is waited for.
const SHORT: Duration = Duration::from_secs(5);

/// A program that has not come to rest by then never will.
const MOST_ROUNDS: u32 = 1_000;

impl TestApp {
    /// Runs every job that is due, and those that these enqueue. A send that a rate limit postponed by a few seconds is waited
    /// for by moving the clock; retries and delays are not: the test moves the clock to them.
    pub async fn run_jobs(&self) -> u64 {
        let mut ran = 0;
        for _round in 0..MOST_ROUNDS {
            ran += self.shared.worker.run_due().await.expect("the queue can be read");
            let Some(pause) = self.short_pause().await else {
                return ran;
            };
            self.clock.advance(pause);
        }
        panic!("the queue does not come to rest; it holds {:?}", self.job_names().await);
    }

    /// How long the next postponed job asks to wait.
    async fn short_pause(&self) -> Option<Duration> {
        let now = self.clock.now();
        let mut read = self.read().await.expect("a connection is free");
        // Most often nothing is; that is said sooner than the whole queue is listed.
        if !is_anything_due(&mut read, now + SHORT)
            .await
            .expect("the queue can be read")
        {
            return None;
        }
        drop(read);
        let jobs = self.jobs().await;
        let postponed = |job: &&JobRow| {
            job.state == JobState::Queued && job.attempt > 0 && job.last_error.is_none() && job.run_at > now
        };
        let next = jobs.iter().filter(postponed).map(|job| job.run_at).min()?;
        Some(next.since(now)).filter(|pause| *pause <= SHORT)
    }

    /// Lets the bots hear what was said and everybody answer, until it is quiet.
    pub async fn settle(&self) {
        for _round in 0..MOST_ROUNDS {
            let polled = bots::poll_once(&self.shared.bots)
                .await
                .unwrap_or_else(|error| panic!("the bots could not hear: {error}"));
            let heard = polled + self.telegram.deliver_due().await;
            let ran = self.run_jobs().await;
            self.watch_chats();
            if heard == 0 && ran == 0 {
                return;
            }
        }
        panic!(
            "the bots do not come to rest; the queue holds {:?}",
            self.job_names().await
        );
    }

    /// Fires what the clock asks for since the test began, and runs it to the end.
    pub async fn run_schedules(&self) {
        self.fire_schedules().await;
        self.settle().await;
    }

    /// Fires what the clock asks for, and leaves the jobs in the queue. Says how many slots fired.
    pub async fn fire_schedules(&self) -> u64 {
        let since: Timestamp = START;
        fire_due(self, &self.shared.schedules, &self.platform.node, since)
            .await
            .expect("the schedules can be fired")
    }

    /// Publishes a document in Russian, the language of tests.
    pub async fn publish(&self, document: Document, title: &str) -> LegalText {
        let mut tx = self.begin(Actor::System("test")).await.expect("the database is free");
        let text = legal::publish(&mut tx, document, Locale::Ru, title, "Текст.").await;
        tx.commit().await.expect("the database writes");
        text.expect("the text is written")
    }

    /// Moves the clock and fires what has become due meanwhile; what fires often fires once, as after a pause.
    pub async fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.run_schedules().await;
    }
}
