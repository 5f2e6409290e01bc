//! Guessing codes: a hundred thousand are soon tried unless somebody counts.

use std::time::Duration;

use insta::assert_snapshot;
use karavan_testkit::app_test;
use serde_json::json;

use crate::cafe::{Cafe, TILL};

const PAUSE: &str = "Слишком много попыток подряд. Подождите минуту и введите код ещё раз.";

/// So many lookups a minute are enough for a till.
const FREE: usize = 20;

/// Codes that are not `right`.
fn guesses(right: &str) -> impl Iterator<Item = String> {
    (0..100_000)
        .map(|number| format!("{number:05}"))
        .filter(move |guess| guess != right)
}

#[app_test]
async fn a_barista_who_guesses_has_to_wait_even_with_the_right_code(t: Cafe) {
    let guest = t.joins(&t.anna, "Анна").await;
    t.boris.plays(TILL, &["/start", "[Обработка заказа]"]).await;
    let code = t.shows_code(&t.anna).await;
    let chat = t.boris.with(TILL);
    // All at once: the clock stands still until the answers are sent.
    for guess in guesses(&code).take(FREE + 1) {
        chat.write(&guess).unwrap();
    }
    chat.write(&code).unwrap();
    t.settle().await;
    let answers: Vec<String> = chat
        .transcript()
        .messages()
        .map(|message| message.text.clone())
        .collect();
    let answers = answers.get(answers.len() - FREE - 2..).unwrap();
    assert!(
        answers
            .iter()
            .take(FREE)
            .all(|answer| answer.starts_with("Код не найден")),
        "{answers:?}"
    );
    assert_eq!(
        answers.get(FREE..).unwrap(),
        [PAUSE, PAUSE],
        "neither the 21st nor the right one"
    );
    assert_eq!((t.books().await.orders, t.balance(guest).await), (0, 0));

    t.clock.advance(Duration::from_secs(60));
    let code = t.shows_code(&t.anna).await;
    t.boris.writes(TILL, &code).await;
    assert!(t.boris.last_from(TILL).text.starts_with("Гость: Анна"));
}

#[app_test]
async fn another_barista_is_not_held_up(t: Cafe) {
    t.joins(&t.anna, "Анна").await;
    let (_, vera) = t.another_barista("Вера").await;
    vera.plays(TILL, &["/start", "[Обработка заказа]"]).await;
    t.boris.plays(TILL, &["/start", "[Обработка заказа]"]).await;
    let code = t.shows_code(&t.anna).await;
    for guess in guesses(&code).take(FREE + 1) {
        t.boris.with(TILL).write(&guess).unwrap();
    }
    vera.with(TILL).write(&code).unwrap();
    t.settle().await;
    assert!(vera.last_from(TILL).text.starts_with("Гость: Анна"));
    assert_eq!(t.boris.last_from(TILL).text, PAUSE);
}

#[app_test]
async fn a_machine_that_guesses_has_to_wait_too(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let look = |digits: String| {
        let service = t.service.clone();
        async move {
            service
                .post(&format!("/coffee/codes/use?code_value={digits}"), json!({}))
                .await
        }
    };
    for guess in guesses(&code.digits).take(FREE) {
        look(guess).await.expect(400);
    }
    let refused = look(code.digits.clone()).await;
    assert_snapshot!(refused, @r#"429 {"type":"about:blank","title":"Слишком много запросов","status":429,"code":"code_too_many","detail":"Слишком много попыток подряд. Подождите минуту и введите код ещё раз.","request_id":"[req]"}"#);
    assert_eq!(refused.header("retry-after"), "3");
    t.clock.advance(Duration::from_secs(3));
    look(code.digits.clone()).await.expect(200);
    // One lookup has come back, not twenty.
    look(code.digits).await.expect(429);
}

#[app_test]
async fn all_tills_together_are_limited(t: Cafe) {
    let guest = t.guest("Анна").await;
    let code = t.code_over_http(guest).await;
    let mut refused = 0;
    for _till in 0..16 {
        let till = t.service(&["coffee.codes.read"]).await;
        for guess in guesses(&code.digits).take(FREE) {
            let answer = till
                .post(&format!("/coffee/codes/use?code_value={guess}"), json!({}))
                .await;
            refused += u32::from(answer.status == 429);
        }
    }
    assert_eq!(refused, 20, "300 a minute over the whole shop");
}
