//! A bot that hears by webhook: proof, once each, registration, and the way back to polling.

use std::time::Duration;

use axum::http::Method;
use karavan_clients::telegram::api::methods::SetWebhookParams;
use karavan_kernel::Actor;
use karavan_platform::bots::{self, Bots, Mode, store};
use karavan_simulators::telegram::Delivery;
use karavan_testkit::{ANNA, BORIS, Client, app_test};
use serde_json::{Value, json};

use crate::post_office::{BOT, HookedPost, product};

const PATH: &str = "/telegram/post.clerk";
const SECRET: &str = "x-telegram-bot-api-secret-token";

fn update(id: i64, words: &str) -> Value {
    let anna = json!({ "id": ANNA, "is_bot": false, "first_name": "Anna", "language_code": "ru" });
    let chat = json!({ "id": ANNA, "type": "private", "first_name": "Anna" });
    json!({ "update_id": id, "message": { "message_id": 1, "date": 1, "chat": chat, "from": anna, "text": words } })
}

impl HookedPost {
    /// Whoever knows what only Telegram knows.
    async fn telegram_itself(&self) -> Client {
        self.settle().await;
        let webhook = self.telegram.webhook(BOT).expect("the bot has registered");
        assert!(webhook.url.ends_with(PATH), "{}", webhook.url);
        let secret = webhook.secret.expect("with a secret");
        assert_eq!(secret.len(), 64);
        self.anonymous().with_header(SECRET, &secret)
    }

    async fn content(&self, id: i64) -> Option<String> {
        let mut tx = self.begin(Actor::System("test")).await.unwrap();
        store::update_content(&mut tx, "post.clerk", id).await.unwrap()
    }
}

#[app_test]
async fn a_conversation_goes_as_it_does_by_polling(t: HookedPost) {
    let anna = t.person(ANNA);
    let told = anna.plays(BOT, &["/start", "Київ", "[Да]"]).await;
    insta::assert_snapshot!(told, @r"
    Anna> /start
    bot>  Куда отправить письмо?
    keys: [Мой номер]
    Anna> Київ
    bot>  Київ?  [Да] [Нет]
    Anna> [Да]
    bot>  Отправлено.
    ");
}

#[app_test]
async fn without_the_right_secret_nothing_is_written(t: HookedPost) {
    let telegram = t.telegram_itself().await;
    let wrong = "0".repeat(64);
    for (client, path) in [
        (t.anonymous(), PATH),
        (t.anonymous().with_header(SECRET, &wrong), PATH),
        (t.anonymous().with_header(SECRET, ""), PATH),
        (t.owner().await.with_header("accept", "application/json"), PATH),
        (telegram.clone(), "/telegram/post.nobody"),
    ] {
        let refused = client.post(path, update(1, "Київ")).await.expect(401);
        assert_eq!(refused.value("/code"), "webhook_secret_invalid");
        assert!(refused.header("content-type").starts_with("application/problem+json"));
    }
    assert_eq!(t.job_names().await, [""; 0]);
    assert_eq!(t.content(1).await, None);
    telegram.post(PATH, update(1, "Київ")).await.expect(200);
    assert!(t.content(1).await.is_some());
    t.with_chat_open();
    t.settle().await;
}

#[app_test]
async fn whoever_guesses_is_slowed_down_and_telegram_is_not(t: HookedPost) {
    let telegram = t.telegram_itself().await;
    let guesser = t.anonymous();
    for _guess in 0..10 {
        guesser.post(PATH, update(1, "Київ")).await.expect(401);
    }
    guesser.post(PATH, update(1, "Київ")).await.expect(429);
    // More in a minute than anybody unknown may write.
    for id in 1..=100 {
        telegram.post(PATH, update(id, "/start")).await.expect(200);
    }
    assert_eq!(t.jobs().await.len(), 100);
    t.with_chat_open();
    t.settle().await;
}

#[app_test]
async fn what_is_no_update_is_refused_and_what_is_too_large_too(t: HookedPost) {
    let telegram = t.telegram_itself().await;
    let kind = "application/json";
    let send = async |body: String| telegram.send(Method::POST, PATH, Some((kind, body))).await;
    assert_eq!(send("{".to_owned()).await.expect(400).value("/code"), "body_malformed");
    send("{}".to_owned()).await.expect(422);
    let large = update(1, &"x".repeat(300_000)).to_string();
    assert_eq!(send(large).await.expect(413).value("/code"), "body_too_large");
    // A kind that is not known yet is taken, so that Telegram does not send it for ever.
    send(json!({ "update_id": 9, "of_tomorrow": {} }).to_string())
        .await
        .expect(200);
    t.settle().await;
}

#[app_test]
async fn repeated_and_overtaken_deliveries_are_handled_once_each(t: HookedPost) {
    t.telegram_itself().await;
    let anna = t.person(ANNA);
    let orders = [
        Delivery::Twice,
        Delivery::AnswerLost,
        Delivery::Overtaken,
        Delivery::Plain,
    ];
    orders
        .into_iter()
        .for_each(|order| t.telegram.order_delivery(BOT, order));
    for town in ["Київ", "Львів", "Одеса", "Суми"] {
        anna.with(BOT).write(town).unwrap();
    }
    for _second in 0..5 {
        t.settle().await;
        t.clock.advance(Duration::from_secs(1));
    }
    let chat = t.chat(BOT, &anna);
    for town in ["Київ?", "Львів?", "Одеса?", "Суми?"] {
        assert_eq!(chat.matches(town).count(), 1, "{chat}");
    }
}

#[app_test]
async fn a_press_that_arrives_before_the_text_before_it_is_handled_after_it(t: HookedPost) {
    t.telegram_itself().await;
    let (anna, boris) = (t.person(ANNA), t.person(BORIS));
    boris.with(BOT).open().unwrap();
    anna.plays(BOT, &["Київ"]).await;
    t.telegram.order_delivery(BOT, Delivery::Refused);
    anna.with(BOT).write("Львів").unwrap();
    anna.with(BOT).press("Да").unwrap();
    assert_eq!(t.telegram.deliver_due().await, 1, "the press alone");
    t.clock.advance(Duration::from_secs(1));
    assert_eq!(t.telegram.deliver_due().await, 1, "the text");
    t.settle().await;
    insta::assert_snapshot!(t.chat(BOT, &boris), @"bot>   Письмо в Львів");
    assert_eq!(t.chat(BOT, &anna).matches("Львів?").count(), 1);
    assert_eq!(anna.last_from(BOT).text, "Отправлено.");
}

#[app_test]
async fn a_text_that_arrives_after_the_press_after_it_was_handled_is_the_next_turn(t: HookedPost) {
    t.telegram_itself().await;
    let (anna, boris) = (t.person(ANNA), t.person(BORIS));
    boris.with(BOT).open().unwrap();
    anna.plays(BOT, &["Київ"]).await;
    t.telegram.order_delivery(BOT, Delivery::Refused);
    anna.with(BOT).write("Львів").unwrap();
    anna.with(BOT).press("Да").unwrap();
    t.settle().await;
    t.clock.advance(Duration::from_secs(1));
    t.settle().await;
    anna.presses(BOT, "Да").await;
    insta::assert_snapshot!(t.chat(BOT, &boris), @r"
    bot>   Письмо в Київ
    bot>   Письмо в Львів
    ");
    assert_eq!(t.chat(BOT, &anna).matches("Отправлено.").count(), 2);
}

#[app_test]
async fn the_webhook_is_set_again_when_somebody_changed_it(t: HookedPost) {
    t.telegram_itself().await;
    let ours = t.telegram.webhook(BOT).unwrap();
    let line = t.platform.telegram(t.telegram.token(BOT));
    let other = SetWebhookParams::builder().url("http://127.0.0.1:9/other").build();
    line.set_webhook(&other).await.unwrap();
    t.person(ANNA).with(BOT).write("Київ").unwrap();
    assert_eq!(t.telegram.deliver_due().await, 0, "nobody is there");
    t.settle().await;
    assert_eq!(t.telegram.webhook(BOT).unwrap(), ours);
    assert_eq!(t.person(ANNA).last_from(BOT).text, "Київ?");
}

#[app_test]
async fn back_to_polling_nothing_is_lost_and_nothing_is_heard_twice(t: HookedPost) {
    t.telegram_itself().await;
    let (anna, boris) = (t.person(ANNA), t.person(BORIS));
    // Anna's message waits at Telegram while Boris's later one was delivered.
    t.telegram.order_delivery(BOT, Delivery::Late { seconds: 3_600 });
    anna.with(BOT).write("Київ").unwrap();
    boris.with(BOT).write("Львів").unwrap();
    t.telegram.deliver_due().await;
    let defs = product(&t.platform, t.telegram.token(BOT)).bots;
    let polling = Bots::new(t.platform.clone(), &defs).in_mode(Mode::Polling);
    assert_eq!(bots::poll_once(&polling).await.unwrap(), 1);
    assert_eq!(bots::poll_once(&polling).await.unwrap(), 0);
    assert_eq!(t.telegram.webhook(BOT), None);
    t.run_jobs().await;
    for (person, answer) in [(&anna, "Київ?"), (&boris, "Львів?")] {
        assert_eq!(t.chat(BOT, person).matches(answer).count(), 1);
    }
}

impl HookedPost {
    /// Anna's updates came from the test and not from her phone.
    fn with_chat_open(&self) {
        self.person(ANNA).with(BOT).open().unwrap();
    }
}
