//! How fast a bot speaks: Telegram's limits, and the pauses that it asks for.
//!
//! **Always holds:** at most 30 messages in any second of a bot; in one chat three at once, then one a second. A message
//! that has to wait is given a time of its own, so that a thousand waiting ones do not all come back to ask again.
//!
//! **Absent on purpose:** other nodes. The one that holds the bot's lease sends everything, so counting here is exact.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use karavan_kernel::{Clock, Timestamp};
use tokio::sync::watch;

/// Telegram allows about 30 messages a second over all chats of a bot.
const MOST_A_SECOND: usize = 30;
/// Five at once and 25 a second after that make 30 in the first second.
const BOT: Rate = Rate {
    every: Duration::from_millis(40),
    burst: 5,
};
/// In one chat a short burst, then one a second.
const CHAT: Rate = Rate {
    every: Duration::from_secs(1),
    burst: 3,
};
const SECOND: Duration = Duration::from_secs(1);
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

#[derive(Debug)]
struct Rate {
    every: Duration,
    burst: u32,
}

#[derive(Debug, Default)]
struct BotPace {
    bucket: Bucket,
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
}

/// GCRA: the moment at which everything that was let through is paid for.
#[derive(Debug, Default)]
struct Bucket {
    /// `None`: nothing was let through yet.
    paid_at: Option<Timestamp>,
}

impl Bucket {
    fn earliest(&self, rate: &Rate) -> Option<Timestamp> {
        Some(self.paid_at? - rate.every * (rate.burst - 1))
    }

    fn take(&mut self, rate: &Rate, at: Timestamp) {
        self.paid_at = Some(self.paid_at.map_or(at, |paid| paid.max(at)) + rate.every);
    }

    /// Nothing before `until`, and no burst then.
    fn hold_until(&mut self, rate: &Rate, until: Timestamp) {
        self.paid_at = self.paid_at.max(Some(until + rate.every * (rate.burst - 1)));
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
    pub(super) fn wait_for_room(&self, bot: &str, chat: i64) -> Option<Duration> {
        let now = self.clock.now();
        let at = self.of(bot)?.next(chat, now);
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
    /// When the chat's next message may go out; if that is `now`, it goes out.
    fn next(&mut self, chat: i64, now: Timestamp) -> Timestamp {
        if let Some(until) = self.paused_until.filter(|until| *until > now) {
            return until;
        }
        self.sweep_sometimes(now);
        let chat = self.chats.entry(chat).or_default();
        let at = chat.promised.unwrap_or_else(|| {
            let free = [chat.bucket.earliest(&CHAT), self.bucket.earliest(&BOT)];
            let at = free.into_iter().flatten().fold(now, Timestamp::max);
            chat.bucket.take(&CHAT, at);
            self.bucket.take(&BOT, at);
            at
        });
        // Those who come late for their time must not all go out together.
        while self.sent.front().is_some_and(|sent| *sent + SECOND <= now) {
            self.sent.pop_front();
        }
        let room = match self.sent.front() {
            Some(first) if self.sent.len() >= MOST_A_SECOND => *first + SECOND,
            _ => now,
        };
        let at = at.max(room);
        if at > now {
            chat.promised = Some(at);
        } else {
            chat.promised = None;
            self.sent.push_back(now);
        }
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
        self.paused_until = self.paused_until.max(Some(until));
        self.bucket.hold_until(&BOT, until);
        // Times that were given lie in the pause; after it everybody asks anew.
        self.chats.values_mut().for_each(|chat| chat.promised = None);
        true
    }

    /// Forgets chats that have rested, so that a mailing to many does not fill the memory.
    fn sweep_sometimes(&mut self, now: Timestamp) {
        if self.chats.len() >= self.sweep_after.max(SWEEP_AFTER) {
            self.chats
                .retain(|_, chat| chat.promised.is_some() || chat.bucket.paid_at > Some(now));
            self.sweep_after = self.chats.len() * 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "shop.one";

    fn pace() -> (Pace, Clock) {
        let clock = Clock::manual(Timestamp::from_micros(1_763_629_200_000_000));
        (Pace::new(clock.clone(), [ONE].into_iter()), clock)
    }

    /// Messages that go out in each second when everybody comes at the time they were told.
    fn play(pace: &Pace, clock: &Clock, chats: i64, each: u32, seconds: usize) -> Vec<usize> {
        let begin = clock.now();
        let mut queue: Vec<(Timestamp, i64, u32)> = (0..chats).map(|chat| (begin, chat, each)).collect();
        let mut sent = vec![0; seconds];
        while let Some(place) = (0..queue.len()).min_by_key(|place| queue[*place].0) {
            let (at, chat, left) = queue.swap_remove(place);
            clock.advance(at.since(clock.now()));
            match pace.wait_for_room(ONE, chat) {
                Some(pause) => queue.push((clock.now() + pause, chat, left)),
                None => {
                    if let Some(second) = sent.get_mut(usize::try_from(at.since(begin).as_secs()).unwrap()) {
                        *second += 1;
                    }
                    if left > 1 {
                        queue.push((clock.now(), chat, left - 1));
                    }
                }
            }
        }
        sent
    }

    #[test]
    fn one_chat_hears_three_at_once_and_then_one_a_second() {
        let (pace, clock) = pace();
        assert_eq!(play(&pace, &clock, 1, 7, 6), [3, 1, 1, 1, 1, 0]);
    }

    #[test]
    fn a_mailing_is_never_faster_than_thirty_a_second() {
        let (pace, clock) = pace();
        assert_eq!(play(&pace, &clock, 200, 1, 9), [29, 25, 25, 25, 25, 25, 25, 21, 0]);
    }

    #[test]
    fn whoever_was_told_a_time_finds_room_then() {
        let (pace, clock) = pace();
        let begin = clock.now();
        let told: Vec<_> = (0..500)
            .filter_map(|chat| Some((chat, pace.wait_for_room(ONE, chat)?)))
            .collect();
        assert_eq!(told.len(), 495);
        for (chat, pause) in told {
            clock.advance((begin + pause).since(clock.now()));
            assert_eq!(pace.wait_for_room(ONE, chat), None, "chat {chat} after {pause:?}");
        }
    }

    #[test]
    fn whoever_comes_late_for_their_time_does_not_make_a_crowd() {
        let (pace, clock) = pace();
        let waiting: Vec<i64> = (0..200)
            .filter(|chat| pace.wait_for_room(ONE, *chat).is_some())
            .collect();
        clock.advance(Duration::from_secs(60));
        let out = waiting.iter().filter(|chat| pace.wait_for_room(ONE, **chat).is_none());
        assert_eq!(out.count(), MOST_A_SECOND);
    }

    #[test]
    fn a_refused_chat_waits_alone_and_two_silence_the_bot() {
        let (pace, clock) = pace();
        assert!(!pace.refused(ONE, 1, Duration::from_secs(10)));
        assert_eq!(pace.wait_for_room(ONE, 2), None, "the other chats go on");
        assert!(!pace.refused(ONE, 1, Duration::from_secs(10)), "the same chat again");
        assert!(pace.refused(ONE, 2, Duration::from_secs(5)));
        assert_eq!(pace.wait_for_room(ONE, 3), Some(Duration::from_secs(5)));
        assert_eq!(pace.pause_of(ONE), Some(Duration::from_secs(5)));
        clock.advance(Duration::from_secs(5));
        assert_eq!((pace.pause_of(ONE), pace.wait_for_room(ONE, 3)), (None, None));
        assert!(pace.wait_for_room(ONE, 1).is_some(), "chat 1 was asked to wait longer");
    }

    #[test]
    fn rested_chats_are_forgotten() {
        let (pace, clock) = pace();
        for chat in 0..10_000 {
            clock.advance(Duration::from_millis(100));
            assert_eq!(pace.wait_for_room(ONE, chat), None);
        }
        let remembered = pace.of(ONE).unwrap().chats.len();
        assert!(remembered < 1_200, "{remembered}");
    }
}
