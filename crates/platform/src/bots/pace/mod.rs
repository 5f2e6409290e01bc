//! How fast a bot speaks: Telegram's limits, and the pauses that it asks for.
//!
//! **Always holds:** at most 30 messages in any second of a bot; in one chat three at once, then one a second. Who answers
//! a person is given a time of its own; a notice only where room is free within [`FRESH`], so that a mailing does not book
//! the minutes before a reply. The other notices are told when to ask again, one every 40 ms, so that a thousand waiting
//! ones do not all come back at once. Each time that one is turned away it may look a little further ahead, so it gets its
//! turn before those that came later.
//!
//! **Absent on purpose:** other nodes. The one that holds the bot's lease sends everything, so counting here is exact. And
//! who is waiting: the queue knows, and a job that was cancelled does not come back to say so.

mod bucket;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use karavan_kernel::{Clock, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use self::bucket::{BOT, Bucket, CHAT};

/// Telegram allows about 30 messages a second over all chats of a bot.
const MOST_A_SECOND: usize = 30;
const SECOND: Duration = Duration::from_secs(1);
/// A notice books a time when there is one within so long …
const FRESH: Duration = Duration::from_secs(2);
/// … or, once it was turned away, within so long, so that the rest is left to those who come for the first time …
const TURNED_AWAY: Duration = Duration::from_secs(1);
/// … and so much for each time that it was.
const FOR_EACH_TIME: Duration = Duration::from_millis(100);
/// Nobody is told to ask again later than so. Jobs that were cancelled do not come for their place in the line, and those
/// behind them would wait for nothing.
const LONGEST_LINE: Duration = Duration::from_secs(300);
/// A chat that has not come for its time by then is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(3_600);
/// Chats are looked through for rested ones no more often than after so many were added.
const SWEEP_AFTER: usize = 1_024;

/// The pace of every bot of this process. Clones count together.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    clock: Clock,
    bots: Arc<HashMap<&'static str, Mutex<BotPace>>>,
    /// Moves when a bot begins a pause.
    paused: watch::Sender<u64>,
}

/// What a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// Somebody has just written or pressed a button, and waits.
    Reply,
    /// News, one or a mailing.
    #[default]
    Notice,
}

#[derive(Debug, Default)]
struct BotPace {
    bucket: Bucket,
    /// When the next notice that finds no room is to ask again.
    line: Option<Timestamp>,
    /// When the messages of the last second went out.
    sent: VecDeque<Timestamp>,
    paused_until: Option<Timestamp>,
    /// The chat that Telegram refused last, and until when.
    refused: Option<(i64, Timestamp)>,
    chats: HashMap<i64, ChatPace>,
    sweep_after: usize,
}

#[derive(Debug, Default)]
struct ChatPace {
    bucket: Bucket,
    /// The time given to the chat's next message; messages of one chat come one after another.
    promised: Option<Timestamp>,
    /// How often that message was turned away without being given one.
    turned_away: u32,
    /// When it was told to come.
    told: Option<Timestamp>,
}

impl ChatPace {
    fn is_at_rest(&self, now: Timestamp) -> bool {
        self.bucket.paid_at <= Some(now) && self.told.is_none_or(|told| told + FORGOTTEN <= now)
    }

    fn horizon(&self) -> Duration {
        match self.turned_away {
            0 => FRESH,
            times => TURNED_AWAY + FOR_EACH_TIME * times,
        }
    }
}

impl Pace {
    pub(super) fn new(clock: Clock, bots: impl Iterator<Item = &'static str>) -> Self {
        Self {
            clock,
            bots: Arc::new(bots.map(|bot| (bot, Mutex::default())).collect()),
            paused: watch::Sender::new(0),
        }
    }

    /// Lets a message through, or says how long it has to wait before it asks again.
    pub(super) fn wait_for_room(&self, bot: &str, chat: i64, kind: Kind) -> Option<Duration> {
        let now = self.clock.now();
        let at = self.of(bot)?.next(chat, kind, now);
        (at > now).then(|| at.since(now))
    }

    /// Telegram has refused a message to this chat and asks for a pause. It does not say whether it means the chat or the
    /// bot: while one chat is refused, the refusal of another is taken as meant for the bot. `true` then.
    pub(super) fn refused(&self, bot: &str, chat: i64, pause: Duration) -> bool {
        let now = self.clock.now();
        let Some(mut pace) = self.of(bot) else { return false };
        let whole_bot = pace.refused(chat, now, now + pause);
        drop(pace);
        if whole_bot {
            self.paused.send_modify(|times| *times += 1);
        }
        whole_bot
    }

    /// How long the whole bot is silent from now on.
    pub(super) fn pause_of(&self, bot: &str) -> Option<Duration> {
        let now = self.clock.now();
        let until = self.of(bot)?.paused_until?;
        (until > now).then(|| until.since(now))
    }

    /// Wakes when some bot begins a pause.
    pub(super) fn pauses(&self) -> watch::Receiver<u64> {
        self.paused.subscribe()
    }

    fn of(&self, bot: &str) -> Option<MutexGuard<'_, BotPace>> {
        let pace = self.bots.get(bot)?;
        Some(pace.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl BotPace {
    /// When the chat's next message may go out or ask again; if that is `now`, it goes out.
    fn next(&mut self, chat: i64, kind: Kind, now: Timestamp) -> Timestamp {
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return until;
        }
        self.sweep_sometimes(now);
        let room = self.room_in_this_second(now);
        let pace = self.chats.entry(chat).or_default();
        let free = self.bucket.earliest(&BOT).map_or(now, |free| free.max(now));
        let own = pace.bucket.earliest(&CHAT).map_or(now, |own| own.max(now));
        let at = match pace.promised {
            Some(at) => at.max(room),
            // Its own pace is what holds it up: it takes nobody else's time meanwhile.
            None if own > free => own,
            None if kind == Kind::Notice && free > now + pace.horizon() => match pace.told {
                Some(early) if early > now => early,
                _ => {
                    pace.turned_away += 1;
                    Self::later(&mut self.line, free, now)
                }
            },
            None => {
                self.bucket.take(&BOT, free);
                pace.promised = Some(free);
                free.max(room)
            }
        };
        if at > now {
            pace.told = Some(at);
            return at;
        }
        (pace.promised, pace.told, pace.turned_away) = (None, None, 0);
        pace.bucket.take(&CHAT, now);
        self.sent.push_back(now);
        now
    }

    /// Those who come late for their time must not all go out together.
    fn room_in_this_second(&mut self, now: Timestamp) -> Timestamp {
        while self.sent.front().is_some_and(|sent| *sent + SECOND <= now) {
            self.sent.pop_front();
        }
        match self.sent.front() {
            Some(first) if self.sent.len() >= MOST_A_SECOND => *first + SECOND,
            _ => now,
        }
    }

    /// The end of the line. One that is too long begins anew: then some find no room when they come, and ask once more.
    fn later(line: &mut Option<Timestamp>, free: Timestamp, now: Timestamp) -> Timestamp {
        let end = line.filter(|end| *end <= now + LONGEST_LINE);
        let at = end.map_or(free, |end| end.max(free));
        *line = Some(at + BOT.every);
        at
    }

    fn refused(&mut self, chat: i64, now: Timestamp, until: Timestamp) -> bool {
        let other = self.refused.is_some_and(|(other, till)| other != chat && till > now);
        self.refused = Some((chat, until));
        let pace = self.chats.entry(chat).or_default();
        pace.promised = None;
        pace.bucket.hold_until(&CHAT, until);
        if !other {
            return false;
        }
        let until = self.paused_until.map_or(until, |before| before.max(until));
        self.paused_until = Some(until);
        // After the pause everybody asks anew, so the times that were given are free again.
        self.bucket = Bucket::default();
        self.bucket.hold_until(&BOT, until);
        self.chats.values_mut().for_each(|chat| chat.promised = None);
        true
    }

    /// Forgets chats that have rested, so that a mailing to many does not fill the memory, and those that never came.
    fn sweep_sometimes(&mut self, now: Timestamp) {
        if self.chats.len() >= self.sweep_after.max(SWEEP_AFTER) {
            self.chats.retain(|_, chat| !chat.is_at_rest(now));
            self.sweep_after = self.chats.len() * 2;
        }
    }
}
