//! Bots from the person's side: what is said, in which order, and what trouble does to it.

use std::time::Duration;

use karavan_platform::bots::Send;
use karavan_simulators::telegram::Failure;
use karavan_store::queue::Job;
use karavan_testkit::{ANNA, BORIS, app_test};

use crate::post_office::{BOT, Post};

#[app_test]
async fn a_conversation(t: Post) {
    let (anna, boris) = (t.person(ANNA), t.person(BORIS));
    boris.starts(BOT).await;
    anna.plays(BOT, &["/start", "(contact)", "Київ", "[Да]"]).await;
    insta::assert_snapshot!(t.chat(BOT, &anna), @r"
    Anna> /start
    bot>  Куда отправить письмо?
    keys: [Мой номер]
    Anna> (contact Anna 70000001001)
    bot>  свой: 70000001001
    keys: (gone)
    Anna> Київ
    bot>  Київ?  [Да] [Нет]
    Anna> [Да]
    bot>  Отправлено.
    ");
    insta::assert_snapshot!(t.chat(BOT, &boris), @r"
    Boris> /start
    bot>   Куда отправить письмо?
    keys:  [Мой номер]
    bot>   Письмо в Київ
    ");
}

#[app_test]
async fn a_refusal_is_said_and_its_effects_are_not_written(t: Post) {
    let (anna, boris) = (t.person(ANNA), t.person(BORIS));
    boris.starts(BOT).await;
    let told = anna.plays(BOT, &["Марс", "[Да]"]).await;
    insta::assert_snapshot!(told, @r"
    Anna> Марс
    bot>  Марс?  [Да] [Нет]
    Anna> [Да]
    bot>  На Марс не возим.
    ");
    assert!(
        !t.chat(BOT, &boris).contains("Марс"),
        "the notice was part of the turn that was refused"
    );
    // The conversation stays where it was.
    anna.writes(BOT, "Полтава").await;
    anna.presses(BOT, "Да").await;
    assert_eq!(anna.last_from(BOT).text, "Отправлено.");
}

#[app_test]
async fn payloads_and_other_peoples_numbers_arrive_as_they_are(t: Post) {
    let anna = t.person(ANNA);
    let vera = t.person_named("Vera");
    anna.follows_link(BOT, "from-boris").await;
    anna.shares_contact_of(BOT, &vera).await;
    insta::assert_snapshot!(t.chat(BOT, &anna), @r"
    Anna> /start from-boris
    bot>  Приглашение from-boris
    Anna> (contact Vera 70000001003)
    bot>  чужой: 70000001003
    ");
}

#[app_test]
async fn many_messages_come_in_order_at_the_pace_that_telegram_allows(t: Post) {
    let anna = t.person(ANNA);
    let before = t.clock.now();
    anna.writes(BOT, "flood").await;
    let said: Vec<String> = anna
        .with(BOT)
        .transcript()
        .messages()
        .skip(1)
        .map(|message| message.text.clone())
        .collect();
    assert_eq!(said, ["1", "2", "3", "4", "5", "6", "7"]);
    assert!(
        t.clock.now().since(before) >= Duration::from_secs(4),
        "three at once, then one a second"
    );
}

#[app_test]
async fn a_pause_that_telegram_asks_for_is_kept_and_nothing_is_said_twice(t: Post) {
    let anna = t.person(ANNA);
    anna.starts(BOT).await;
    anna.with(BOT)
        .fail_next(Failure::TooManyRequests { retry_after: 30 })
        .unwrap();
    anna.writes(BOT, "Київ").await;
    assert!(!t.chat(BOT, &anna).contains("Київ?"));
    t.advance(Duration::from_secs(20)).await;
    assert!(!t.chat(BOT, &anna).contains("Київ?"));
    t.advance(Duration::from_secs(10)).await;
    assert_eq!(t.chat(BOT, &anna).matches("Київ?").count(), 1);
}

#[app_test]
async fn nothing_is_sent_to_whoever_blocked_the_bot_until_they_write_again(t: Post) {
    let boris = t.person(BORIS);
    let anna = t.person(ANNA);
    boris.starts(BOT).await;
    boris.blocks(BOT).await;
    anna.plays(BOT, &["Київ", "[Да]"]).await;
    assert!(!t.chat(BOT, &boris).contains("Письмо"));
    assert_eq!(t.job_names().await, [""; 0], "it is not tried again");
    boris.starts(BOT).await;
    anna.plays(BOT, &["Львів", "[Да]"]).await;
    assert!(t.chat(BOT, &boris).contains("Письмо в Львів"));
}

#[app_test]
async fn an_outage_of_telegram_is_outlived(t: Post) {
    let anna = t.person(ANNA);
    anna.starts(BOT).await;
    anna.with(BOT).fail_next(Failure::ServerError).unwrap();
    anna.writes(BOT, "Київ").await;
    let jobs = t.jobs().await;
    assert_eq!(
        jobs.iter().map(|job| job.name.as_str()).collect::<Vec<_>>(),
        [Send::NAME]
    );
    t.advance(Duration::from_secs(10)).await;
    assert_eq!(anna.last_from(BOT).text, "Київ?");
}

#[app_test]
async fn a_turn_that_fails_is_tried_again_and_holds_back_the_rest_of_its_chat(t: Post) {
    let (anna, boris) = (t.person(ANNA), t.person(BORIS));
    anna.starts(BOT).await;
    anna.writes(BOT, "boom").await;
    anna.writes(BOT, "Київ").await;
    assert!(!t.chat(BOT, &anna).contains("Київ?"), "order is kept");
    boris.writes(BOT, "Львів").await;
    assert_eq!(boris.last_from(BOT).text, "Львів?", "other chats go on");
    // After the last attempt the turn is dead, and the chat goes on.
    t.advance(Duration::from_secs(60)).await;
    t.advance(Duration::from_secs(60)).await;
    assert_eq!(anna.last_from(BOT).text, "Київ?");
    t.expect_jobs_left(&["bots.update.v1"]);
}

#[app_test]
async fn a_conversation_that_was_left_for_hours_starts_over(t: Post) {
    let anna = t.person(ANNA);
    anna.writes(BOT, "Київ").await;
    t.clock.advance(Duration::from_secs(4 * 3600));
    anna.presses(BOT, "Да").await;
    assert_eq!(anna.last_from(BOT).text, "Начните сначала: /start");
}

#[app_test]
async fn a_schedule_speaks_to_people_in_the_morning(t: Post) {
    let boris = t.person(BORIS);
    boris.starts(BOT).await;
    t.advance(Duration::from_secs(29 * 60)).await;
    assert!(!t.chat(BOT, &boris).contains("Пора"));
    t.advance(Duration::from_secs(60)).await;
    assert_eq!(boris.last_from(BOT).text, "Пора разносить почту.");
    assert_eq!(t.fire_schedules().await, 0);
}
