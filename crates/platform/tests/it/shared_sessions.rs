//! Two nodes on one database and one Redis: sessions are rows, which every request reads. Nothing keeps them in between, so
//! there is nothing to tell the other nodes.

use futures::future::join_all;
use karavan_testkit::{RedisServer, TestDb, app_test};

use super::shared_limits::nodes;

#[app_test]
async fn a_session_that_one_node_ended_is_refused_by_the_other_at_once(t: TestDb) {
    let server = RedisServer::start().await;
    let (one, two) = nodes(&t, &server).await;
    let here = one.owner().await;
    // The cookie as it was, whatever signing out makes a browser forget.
    let cookie = format!("__Host-sid={}", here.cookie("__Host-sid").unwrap());
    let there = two.anonymous().with_header("cookie", &cookie);
    there.get("/admin").await.expect(200);
    here.form("/admin/sign-out", &[]).await.expect(303);
    there.get("/admin").await.expect(401);
    one.anonymous()
        .with_header("cookie", &cookie)
        .get("/admin")
        .await
        .expect(401);
}

#[app_test]
async fn with_redis_stopped_reading_goes_on_and_signing_out_stays_exact(t: TestDb) {
    let mut server = RedisServer::start().await;
    let (one, two) = nodes(&t, &server).await;
    let here = one.owner().await;
    let there = here.at(&two);
    let read = async |times: usize| {
        let reads = (0..times).map(|number| {
            let client = if number % 2 == 0 { &here } else { &there };
            client.get("/admin")
        });
        let answers = join_all(reads).await;
        answers.iter().filter(|answer| answer.status != 200).count()
    };
    let failed = {
        let before = read(50).await;
        // In the middle of requests, as it happens.
        let (during, ()) = tokio::join!(read(200), server.stop());
        before + during + read(250).await
    };
    assert_eq!(failed, 0, "of five hundred");

    let cookie = format!("__Host-sid={}", here.cookie("__Host-sid").unwrap());
    let replayed = two.anonymous().with_header("cookie", &cookie);
    replayed.get("/admin").await.expect(200);
    here.form("/admin/sign-out", &[]).await.expect(303);
    replayed.get("/admin").await.expect(401);
    // And somebody comes in: the ways in have limits of their own.
    let back = two.owner().await;
    back.at(&one).get("/admin").await.expect(200);
}
