//! Two nodes that are restarted one after another while people write to a bot.

use std::time::Duration;

use karavan_testkit::{TestDb, app_test};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    node::{Installation, ask},
    outside::{Outside, TOKEN, answers, converse, questions},
};

/// One chat hears once a second at most, so it takes several to notice a silence.
const PEOPLE: i64 = 8;
/// With the lease given back. One that had to run out would take 15.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// Over all labels and nodes.
fn sum(metrics: &str, name: &str) -> f64 {
    let lines = metrics.lines().filter(|line| line.starts_with(&format!("{name}{{")));
    lines
        .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
        .sum()
}

#[app_test]
async fn a_bot_answers_each_message_once_while_its_nodes_are_restarted_one_by_one(t: TestDb) {
    if t.engine_name() == "sqlite" {
        // One process per data folder: there is nobody to hand over to.
        return;
    }
    let outside = Outside::open(PEOPLE).await;
    let installations = [(); 2].map(|()| Installation::new(&t, &outside.base, TOKEN));
    let mut nodes = Vec::new();
    for installation in &installations {
        nodes.push(installation.up(&[]).await);
    }
    let enough = CancellationToken::new();
    let mut talking = JoinSet::new();
    for chat in outside.chats() {
        let enough = enough.clone();
        talking.spawn(async move {
            let mut longest = Duration::ZERO;
            while !enough.is_cancelled() {
                longest = longest.max(converse(&chat).await);
            }
            longest
        });
    }
    for installation in &installations {
        all_are_heard(&outside).await;
        assert!(nodes.remove(0).stop().await.success());
        nodes.push(installation.up(&[]).await);
    }
    all_are_heard(&outside).await;
    enough.cancel();
    let longest = talking.join_all().await.into_iter().max().unwrap();
    eprintln!("the longest wait for an answer: {longest:?}");
    let mut metrics = String::new();
    for node in &nodes {
        metrics.push_str(&ask(&node.address, "", "GET", "/metrics", "").await.unwrap().1);
    }
    assert_eq!(sum(&metrics, "bot_lease_held"), 1.0, "{metrics}");
    let counted = ["bot_updates_total", "bot_messages_total"].map(|name| sum(&metrics, name));
    assert!(counted.iter().all(|count| *count >= 1.0), "{metrics}");
    for node in nodes {
        assert!(node.stop().await.success());
    }
    for chat in outside.chats() {
        let chat = chat.transcript();
        assert_eq!(answers(&chat), questions(&chat), "{chat}");
    }
    assert!(longest < LONGEST_SILENCE, "{longest:?}");
}

/// Everybody gets an answer from here on, whoever serves the bot now.
async fn all_are_heard(outside: &Outside) {
    for chat in outside.chats() {
        let before = answers(&chat.transcript());
        chat.wait_at_most(Duration::from_secs(40), |chat| answers(chat) > before)
            .await
            .unwrap();
    }
}
