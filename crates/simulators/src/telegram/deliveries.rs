//! Webhooks from the bot's side of the queue: which updates go out now, and what becomes of them.
//!
//! **Invariant:** updates of one queue go out one after another, each after the one before was accepted, and no more than
//! `max_connections` at a time. As at Telegram, a chat has a queue, and what a person presses has another one beside it: a
//! press may arrive before the text that was written before it. A test can order exceptions.
//! **Absent on purpose:** HTTP (`courier`).

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use super::updates::{Inbox, Webhook};

/// A refused delivery comes again after 1, 2, 4 … seconds, at most after so many.
const LONGEST_PAUSE: i64 = 60;

/// What is to happen to a bot's next delivery by webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As it should.
    Plain,
    /// It comes twice, although the first one was accepted.
    Twice,
    /// It is accepted, but the answer gets lost on the way, so it comes again later.
    AnswerLost,
    /// It comes so many seconds later; whatever happens meanwhile overtakes it, in its own chat too.
    Late {
        /// Seconds.
        seconds: u32,
    },
    /// The next one, if it waits already, overtakes it, in its own chat too.
    Overtaken,
    /// It does not get through (503) and comes again later; meanwhile its queue waits.
    Refused,
}

/// What is delivered one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Line {
    Chat(i64),
    Presses(i64),
}

/// A webhook with what has happened to it.
#[derive(Debug)]
pub(super) struct Hook {
    pub(super) webhook: Webhook,
    /// When and what went wrong last.
    pub(super) last_error: Option<(i64, String)>,
    pub(super) ordered: VecDeque<Delivery>,
}

/// An update that nobody has confirmed or accepted yet.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) id: i64,
    line: Line,
    pub(super) update: Value,
    refusals: u32,
    not_before: i64,
    in_flight: bool,
    /// It was ordered to be overtaken.
    may_be_overtaken: bool,
    answer_gets_lost: bool,
    is_refused: bool,
    comes_again: bool,
}

/// An update on its way.
#[derive(Debug)]
pub(super) struct Parcel {
    pub(super) update_id: i64,
    pub(super) webhook: Webhook,
    pub(super) update: Value,
    /// Something in between refuses it.
    pub(super) is_refused: bool,
}

impl Hook {
    pub(super) fn new(webhook: Webhook) -> Self {
        Self {
            webhook,
            last_error: None,
            ordered: VecDeque::new(),
        }
    }
}

impl Waiting {
    pub(super) fn new(id: i64, line: Line, update: Value) -> Self {
        Self {
            id,
            line,
            update,
            refusals: 0,
            not_before: i64::MIN,
            in_flight: false,
            may_be_overtaken: false,
            answer_gets_lost: false,
            is_refused: false,
            comes_again: false,
        }
    }

    /// Another webhook knows nothing of what the last one refused.
    pub(super) fn start_over(&mut self) {
        (self.refusals, self.not_before) = (0, i64::MIN);
    }

    /// Follows an order; `false`: it stays for now.
    fn follow(&mut self, order: Delivery, now: i64) -> bool {
        match order {
            Delivery::Plain => true,
            Delivery::Twice => {
                self.comes_again = true;
                true
            }
            Delivery::AnswerLost => {
                self.answer_gets_lost = true;
                true
            }
            Delivery::Late { seconds } => {
                (self.may_be_overtaken, self.not_before) = (true, now + i64::from(seconds));
                false
            }
            Delivery::Overtaken => {
                self.may_be_overtaken = true;
                false
            }
            Delivery::Refused => {
                self.is_refused = true;
                true
            }
        }
    }
}

impl Inbox {
    /// Takes what goes out now: the first update of each queue that is not being waited for.
    pub(super) fn dispatch(&mut self, now: i64) -> Vec<Parcel> {
        let Some(hook) = &mut self.hook else { return Vec::new() };
        let mut held: BTreeSet<Line> = BTreeSet::new();
        let mut parcels = Vec::new();
        let under_way = self.waiting.iter().filter(|waiting| waiting.in_flight).count();
        let room = usize::try_from(hook.webhook.max_connections).unwrap_or(1);
        let mut put_off = false;
        for waiting in &mut self.waiting {
            if under_way + parcels.len() >= room {
                break;
            }
            if held.contains(&waiting.line) {
                continue;
            }
            if waiting.in_flight || waiting.not_before > now {
                if !waiting.may_be_overtaken {
                    held.insert(waiting.line);
                }
                continue;
            }
            // An order is for an update that goes out for the first time.
            let fresh = waiting.refusals == 0 && !waiting.may_be_overtaken && !waiting.comes_again;
            let order = if fresh { hook.ordered.pop_front() } else { None };
            if !waiting.follow(order.unwrap_or(Delivery::Plain), now) {
                put_off = true;
                continue;
            }
            waiting.in_flight = true;
            held.insert(waiting.line);
            parcels.push(Parcel {
                update_id: waiting.id,
                webhook: hook.webhook.clone(),
                update: waiting.update.clone(),
                is_refused: std::mem::take(&mut waiting.is_refused),
            });
        }
        if parcels.is_empty() && put_off {
            // Nothing came to overtake it.
            return self.dispatch(now);
        }
        parcels
    }

    /// Notes what became of a delivery; `true` when the update is done with.
    pub(super) fn settle(&mut self, update_id: i64, outcome: Result<(), String>, now: i64) -> bool {
        let Some(place) = self.waiting.iter().position(|waiting| waiting.id == update_id) else {
            return false;
        };
        let waiting = &mut self.waiting[place];
        waiting.in_flight = false;
        let lost = std::mem::take(&mut waiting.answer_gets_lost);
        let outcome = if lost {
            Err("Read timeout expired".to_owned())
        } else {
            outcome
        };
        if let Err(error) = outcome {
            waiting.refusals += 1;
            let pause = 1_i64 << (waiting.refusals - 1).min(6);
            waiting.not_before = now + pause.min(LONGEST_PAUSE);
            if let Some(hook) = &mut self.hook {
                hook.last_error = Some((now, error));
            }
            return false;
        }
        if std::mem::take(&mut waiting.comes_again) {
            // Marked, so that no further order is followed.
            waiting.may_be_overtaken = true;
            return false;
        }
        self.waiting.remove(place);
        true
    }
}
