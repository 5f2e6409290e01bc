//! Everybody comes when they were told to: who gets through, and when.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::*;

const ONE: &str = "shop.one";

fn pace() -> (Pace, Clock) {
    let clock = Clock::manual(Timestamp::from_micros(1_763_629_200_000_000));
    (Pace::new(clock.clone(), [ONE].into_iter()), clock)
}

/// A message that comes at a time: (when, chat, how many more the chat has, what it is).
type Coming = (Timestamp, i64, u32, bool);

/// Everybody comes at the time they were told. Says when each message went out, as (chat, since the begin).
fn play_out(pace: &Pace, clock: &Clock, coming: impl IntoIterator<Item = Coming>) -> Vec<(i64, Duration)> {
    let begin = clock.now();
    let mut queue: BinaryHeap<Reverse<Coming>> = coming.into_iter().map(Reverse).collect();
    let mut sent = Vec::new();
    while let Some(Reverse((at, chat, more, is_reply))) = queue.pop() {
        clock.advance(at.since(clock.now()));
        let kind = if is_reply { Kind::Reply } else { Kind::Notice };
        match pace.wait_for_room(ONE, chat, kind) {
            Some(pause) => queue.push(Reverse((clock.now() + pause, chat, more, is_reply))),
            None => {
                sent.push((chat, clock.now().since(begin)));
                if more > 0 {
                    queue.push(Reverse((clock.now(), chat, more - 1, is_reply)));
                }
            }
        }
    }
    sent
}

/// Messages that go out in each second.
fn play(pace: &Pace, clock: &Clock, chats: i64, each: u32, seconds: usize) -> Vec<usize> {
    let begin = clock.now();
    let mut by_second = vec![0; seconds];
    for (_, at) in play_out(pace, clock, (0..chats).map(|chat| (begin, chat, each - 1, false))) {
        if let Some(second) = by_second.get_mut(usize::try_from(at.as_secs()).unwrap()) {
            *second += 1;
        }
    }
    by_second
}

/// So many of the chats have to wait.
fn waiting(pace: &Pace, chats: i64, kind: Kind) -> usize {
    (0..chats)
        .filter(|chat| pace.wait_for_room(ONE, *chat, kind).is_some())
        .count()
}

fn last(sent: &[(i64, Duration)]) -> Duration {
    sent.iter().map(|(_, at)| *at).max().unwrap()
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
        .filter_map(|chat| Some((chat, pace.wait_for_room(ONE, chat, Kind::Notice)?)))
        .collect();
    assert_eq!(told.len(), 495);
    for (chat, pause) in told {
        clock.advance((begin + pause).since(clock.now()));
        assert_eq!(
            pace.wait_for_room(ONE, chat, Kind::Notice),
            None,
            "chat {chat} after {pause:?}"
        );
    }
}

#[test]
fn whoever_comes_late_for_their_time_does_not_make_a_crowd() {
    let (pace, clock) = pace();
    let waiting: Vec<i64> = (0..200)
        .filter(|chat| pace.wait_for_room(ONE, *chat, Kind::Notice).is_some())
        .collect();
    clock.advance(Duration::from_secs(60));
    let out = waiting
        .iter()
        .filter(|chat| pace.wait_for_room(ONE, **chat, Kind::Notice).is_none());
    assert_eq!(out.count(), MOST_A_SECOND);
}

#[test]
fn a_refused_chat_waits_alone_and_two_silence_the_bot() {
    let (pace, clock) = pace();
    assert!(!pace.refused(ONE, 1, Duration::from_secs(10)));
    assert_eq!(pace.wait_for_room(ONE, 2, Kind::Notice), None, "the other chats go on");
    assert!(!pace.refused(ONE, 1, Duration::from_secs(10)), "the same chat again");
    assert!(pace.refused(ONE, 2, Duration::from_secs(5)));
    assert_eq!(pace.wait_for_room(ONE, 3, Kind::Notice), Some(Duration::from_secs(5)));
    assert_eq!(pace.pause_of(ONE), Some(Duration::from_secs(5)));
    clock.advance(Duration::from_secs(5));
    assert_eq!(
        (pace.pause_of(ONE), pace.wait_for_room(ONE, 3, Kind::Notice)),
        (None, None)
    );
    assert!(
        pace.wait_for_room(ONE, 1, Kind::Notice).is_some(),
        "chat 1 was asked to wait longer"
    );
}

#[test]
fn a_pause_of_the_bot_gives_back_the_times_that_were_promised() {
    for is_reply in [false, true] {
        let (pace, clock) = pace();
        let kind = if is_reply { Kind::Reply } else { Kind::Notice };
        let begin = clock.now();
        let told = |chat| Some((begin + pace.wait_for_room(ONE, chat, kind)?, chat, 0, is_reply));
        let coming: Vec<Coming> = (0..500).filter_map(told).collect();
        let five = Duration::from_secs(5);
        pace.refused(ONE, 0, five);
        assert!(pace.refused(ONE, 1, five));
        let coming = coming
            .into_iter()
            .map(|(at, chat, more, is_reply)| (at.max(begin + five), chat, more, is_reply));
        let sent = play_out(&pace, &clock, coming);
        assert_eq!(sent.len(), 495);
        assert!(last(&sent) < Duration::from_secs(26), "{is_reply}: {:?}", last(&sent));
    }
}

#[test]
fn a_pause_while_ten_thousand_wait_lasts_no_longer_than_telegram_asked() {
    let (pace, clock) = pace();
    assert_eq!(waiting(&pace, 10_000, Kind::Reply), 9_995);
    clock.advance(SECOND);
    for chat in [1, 2] {
        pace.refused(ONE, chat, Duration::from_secs(5));
    }
    clock.advance(Duration::from_secs(5));
    assert_eq!(pace.wait_for_room(ONE, 9_999, Kind::Notice), None);
}

#[test]
fn a_reply_does_not_wait_for_a_mailing() {
    let (pace, clock) = pace();
    let begin = clock.now();
    assert_eq!(waiting(&pace, 1_000, Kind::Notice), 995);
    let wait = pace.wait_for_room(ONE, 1_001, Kind::Reply);
    assert!(wait.is_some_and(|wait| wait < Duration::from_secs(3)), "{wait:?}");
    let mailing = (0..1_000).map(|chat| (begin, chat, 0, false));
    let replies = (0..300).map(|number: i64| {
        (
            begin + SECOND * u32::try_from(number / 10).unwrap(),
            2_000 + number,
            0,
            true,
        )
    });
    let sent = play_out(&pace, &clock, mailing.chain(replies));
    assert_eq!(sent.len(), 1_300);
    for (chat, at) in sent.iter().filter(|(chat, _)| *chat >= 2_000) {
        let asked = Duration::from_secs(u64::try_from((chat - 2_000) / 10).unwrap());
        assert!(*at - asked < Duration::from_secs(3), "chat {chat} at {at:?}");
    }
    assert!(last(&sent) < Duration::from_secs(55), "{:?}", last(&sent));
}

#[test]
fn a_mailing_takes_no_longer_than_the_limits_ask_and_nobody_asks_often() {
    for (chats, seconds) in [(1_000, 42), (20_000, 830)] {
        let (pace, clock) = pace();
        let begin = clock.now();
        let sent = play_out(&pace, &clock, (0..chats).map(|chat| (begin, chat, 0, false)));
        assert_eq!(sent.len(), usize::try_from(chats).unwrap());
        assert!(last(&sent) < Duration::from_secs(seconds), "{chats}: {:?}", last(&sent));
    }
}

#[test]
fn a_single_notice_does_not_wait_for_a_mailing_under_way() {
    let (pace, clock) = pace();
    let begin = clock.now();
    let mailing = (0..2_000).map(|chat| (begin, chat, 0, false));
    let later = begin + Duration::from_secs(20);
    let sent = play_out(&pace, &clock, mailing.chain([(later, 5_000, 0, false)]));
    let (_, at) = sent.iter().find(|(chat, _)| *chat == 5_000).unwrap();
    assert!(*at < Duration::from_secs(23), "{at:?}");
}

#[test]
fn a_chat_that_waits_for_its_own_pace_takes_nobody_elses_time() {
    let (pace, clock) = pace();
    pace.refused(ONE, 1, Duration::from_secs(60));
    assert_eq!(pace.wait_for_room(ONE, 1, Kind::Reply), Some(Duration::from_secs(60)));
    assert_eq!(pace.wait_for_room(ONE, 2, Kind::Reply), None);
    clock.advance(Duration::from_secs(60));
    assert_eq!(pace.wait_for_room(ONE, 1, Kind::Reply), None);
}

#[test]
fn chats_that_never_came_for_their_time_are_forgotten_after_an_hour() {
    let (pace, clock) = pace();
    for kind in [Kind::Reply, Kind::Notice] {
        assert!(waiting(&pace, 5_000, kind) > 4_990);
    }
    clock.advance(Duration::from_secs(4_000));
    for chat in 10_000..20_000 {
        clock.advance(Duration::from_millis(100));
        assert_eq!(pace.wait_for_room(ONE, chat, Kind::Notice), None);
    }
    let remembered = pace.of(ONE).unwrap().chats.len();
    assert!(remembered < 1_200, "{remembered}");
}

#[test]
fn rested_chats_are_forgotten() {
    let (pace, clock) = pace();
    for chat in 0..10_000 {
        clock.advance(Duration::from_millis(100));
        assert_eq!(pace.wait_for_room(ONE, chat, Kind::Notice), None);
    }
    let remembered = pace.of(ONE).unwrap().chats.len();
    assert!(remembered < 1_200, "{remembered}");
}
