//! Sending when Telegram is in trouble: nothing is lost, nothing is doubled, every chat keeps its order.

use std::{sync::Arc, time::Duration};

use karavan_kernel::{Actor, Secret};
use karavan_platform::{
    bots::{self, Bots, HandleUpdate, Message, Send, store},
    notify,
};
use karavan_simulators::telegram::{Failure, Weather};
use karavan_store::{
    Db,
    queue::{JobDef, Registry, Worker, WorkerConfig, store::JobState},
};
use karavan_testkit::{ANNA, BORIS, Person, app_test};

use crate::post_office::{BOT, Post, product};

const CLERK: &str = "post.clerk";
const CHATS: usize = 30;
const EACH: usize = 10;

impl Post {
    fn bots_with(&self, token: Option<&Secret>) -> Bots {
        let mut defs = product(&self.platform, self.telegram.token(BOT)).bots;
        defs.iter_mut().for_each(|def| def.token = token.cloned());
        Bots::new(self.platform.clone(), &defs)
    }

    /// What is to be done, tried by a node whose bot has this token.
    async fn sends_with(&self, token: Option<&Secret>) {
        let bots = self.bots_with(token);
        let jobs = [JobDef::of::<Send>(bots.clone()), JobDef::of::<HandleUpdate>(bots)];
        let config = WorkerConfig {
            node: "another-node".to_owned(),
            lane: CLERK,
            concurrency: 1,
        };
        let registry = Arc::new(Registry::new(jobs).unwrap());
        Worker::new(Db::clone(self), registry, config).run_due().await.unwrap();
    }

    async fn tells(&self, person: &Person, words: &str) {
        let mut tx = self.begin(Actor::System("test")).await.unwrap();
        notify::telegram(&mut tx, CLERK, person.id, Message::new(words))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Three hundred messages; says how many seconds it took until the queue was empty.
    async fn mails_in(&self, weather: Weather) -> (Vec<Person>, u64) {
        let crowd: Vec<Person> = (0..CHATS)
            .map(|number| self.person_named(&format!("P{number}")))
            .collect();
        crowd.iter().for_each(|person| person.with(BOT).open().unwrap());
        for number in 1..=EACH {
            for person in &crowd {
                self.tells(person, &number.to_string()).await;
            }
        }
        self.telegram.set_weather(weather);
        let config = WorkerConfig {
            node: "test-node".to_owned(),
            lane: CLERK,
            concurrency: 1,
        };
        let registry = self.host(|host| host.registry().clone());
        let sender = Worker::new(Db::clone(self), registry, config);
        let begin = self.clock.now();
        while !self.jobs().await.is_empty() {
            sender.run_due().await.unwrap();
            self.clock.advance(Duration::from_secs(1));
            assert!(
                self.clock.now().since(begin) < Duration::from_secs(3_600),
                "it never ends"
            );
        }
        (crowd, self.clock.now().since(begin).as_secs())
    }
}

fn heard(person: &Person) -> Vec<String> {
    let transcript = person.with(BOT).transcript();
    transcript.messages().map(|message| message.text.clone()).collect()
}

fn all() -> Vec<String> {
    (1..=EACH).map(|number| number.to_string()).collect()
}

#[app_test]
async fn three_hundred_messages_arrive_once_and_in_order_through_a_storm(t: Post) {
    let weather = Weather {
        too_many: 150,
        server_errors: 100,
        cuts: 50,
        ..Weather::calm(20_261_120)
    };
    let (crowd, seconds) = t.mails_in(weather).await;
    for person in &crowd {
        assert_eq!(heard(person), all(), "{}", person.name);
    }
    assert!(
        seconds < 600,
        "what waits goes out when the pauses and retries end: {seconds}"
    );
}

#[app_test]
async fn what_was_sent_although_the_answer_got_lost_is_all_that_may_come_twice(t: Post) {
    let weather = Weather {
        too_many: 50,
        server_errors: 50,
        lost_answers: 100,
        ..Weather::calm(7)
    };
    let (crowd, _seconds) = t.mails_in(weather).await;
    let mut repeated = 0;
    for person in &crowd {
        let mut heard = heard(person);
        repeated += heard.len() - EACH;
        heard.dedup();
        assert_eq!(heard, all(), "{}: in order, repeats side by side", person.name);
    }
    assert!((10..=90).contains(&repeated), "about a tenth of 300: {repeated}");
}

#[app_test]
async fn a_calm_mailing_keeps_to_the_limits_and_is_not_slower_than_they_ask(t: Post) {
    // The simulator enforces the real limits: a single 429 would silence a chat.
    let (crowd, seconds) = t.mails_in(Weather::calm(1)).await;
    for person in &crowd {
        assert_eq!(heard(person), all());
    }
    assert!((10..=16).contains(&seconds), "300 at 25 a second are 12 s: {seconds}");
}

#[app_test]
async fn a_storm_over_the_whole_bot_is_waited_out_without_counting_attempts(t: Post) {
    let (anna, boris) = (t.person(ANNA), t.person(BORIS));
    let vera = t.person_named("Vera");
    for person in [&anna, &boris, &vera] {
        person.with(BOT).open().unwrap();
        t.tells(person, "news").await;
    }
    t.telegram.storm(BOT, 60);
    t.run_jobs().await;
    let jobs = t.jobs().await;
    assert_eq!(jobs.len(), 3);
    for job in jobs {
        assert_eq!(job.last_error, None);
        assert_eq!(
            job.run_at.since(t.clock.now()),
            Duration::from_secs(60),
            "{}",
            job.payload
        );
        assert!(job.max_attempts > 10, "the attempt was given back");
    }
    for person in [&anna, &boris, &vera] {
        assert_eq!(heard(person), [""; 0]);
    }
    t.clock.advance(Duration::from_secs(59));
    t.run_jobs().await;
    for person in [&anna, &boris, &vera] {
        assert_eq!(heard(person), ["news"]);
    }
}

#[app_test]
async fn a_node_without_the_right_token_leaves_everything_to_the_others(t: Post) {
    let (anna, boris) = (t.person(ANNA), t.person(BORIS));
    boris.with(BOT).open().unwrap();
    anna.starts(BOT).await;
    anna.with(BOT).write("Київ").unwrap();
    assert_eq!(
        bots::poll_once(&t.bots_with(Some(&t.telegram.token(BOT))))
            .await
            .unwrap(),
        1
    );
    for words in ["first", "second"] {
        t.tells(&boris, words).await;
    }
    for token in [None, Some(Secret::new("1:nobody"))] {
        t.sends_with(token.as_ref()).await;
        let jobs = t.jobs().await;
        assert_eq!(jobs.len(), 3);
        for job in jobs {
            assert_eq!((job.state, job.last_error), (JobState::Queued, None), "{}", job.payload);
        }
        t.clock.advance(Duration::from_secs(60));
    }
    t.run_jobs().await;
    assert_eq!(heard(&boris), ["first", "second"]);
    assert_eq!(anna.last_from(BOT).text, "Київ?");
}

#[app_test]
async fn a_pause_for_one_chat_does_not_hold_up_the_others(t: Post) {
    let (anna, boris) = (t.person(ANNA), t.person(BORIS));
    for person in [&anna, &boris] {
        person.with(BOT).open().unwrap();
    }
    anna.with(BOT).storm(40).unwrap();
    t.tells(&anna, "news").await;
    t.run_jobs().await;
    t.tells(&boris, "news").await;
    t.run_jobs().await;
    assert_eq!((heard(&anna).len(), heard(&boris).len()), (0, 1));
    t.clock.advance(Duration::from_secs(40));
    t.run_jobs().await;
    assert_eq!(heard(&anna), ["news"]);
}

#[app_test]
async fn a_chat_that_is_gone_and_a_person_who_never_wrote_are_left_alone(t: Post) {
    let (anna, stranger) = (t.person(ANNA), t.person_named("Stranger"));
    anna.starts(BOT).await;
    anna.with(BOT).fail_next(Failure::ChatNotFound).unwrap();
    for person in [&anna, &stranger] {
        t.tells(person, "first").await;
    }
    t.run_jobs().await;
    // Had it been tried, this would have arrived.
    stranger.with(BOT).open().unwrap();
    for person in [&anna, &stranger] {
        t.tells(person, "second").await;
    }
    t.run_jobs().await;
    assert_eq!(t.job_names().await, [""; 0], "done, and not dead");
    for person in [&anna, &stranger] {
        assert!(!heard(person).iter().any(|text| text == "second"), "{}", person.name);
        let known = store::chat(&mut t.read().await.unwrap(), CLERK, person.id)
            .await
            .unwrap();
        assert!(matches!(known, Some((_, false))), "{}", person.name);
        person.starts(BOT).await;
        t.tells(person, "third").await;
        t.run_jobs().await;
        assert_eq!(person.last_from(BOT).text, "third");
    }
}
