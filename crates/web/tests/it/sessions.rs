//! The contracts of the session store, on SQLite and on PostgreSQL.

use std::{net::IpAddr, time::Duration};

use karavan_kernel::Actor;
use karavan_store::Db;
use karavan_testkit::{START, TestDb, app_test};
use karavan_web::sessions::{Device, Opening, Session, SessionLife, SessionToken, TokenHash, store};

const LIFE: SessionLife = SessionLife {
    idle: Duration::from_secs(1_800),
    absolute: Duration::from_secs(12 * 3_600),
};
const ANNA: &str = "account:acc_anna";
const BORIS: &str = "account:acc_boris";
const INSTANT: Duration = Duration::from_micros(1);

async fn start(db: &Db, subject: &str) -> (SessionToken, Session) {
    let device = Device {
        ip: IpAddr::from([203, 0, 113, 9]),
        user_agent: "Firefox".into(),
    };
    let mut tx = db.begin(Actor::Anonymous).await.unwrap();
    let opening = Opening {
        device: &device,
        life: LIFE,
        way: "password",
        proved_at: START,
    };
    let started = store::start(&mut tx, subject, opening).await.unwrap();
    tx.commit().await.unwrap();
    started
}

async fn find(t: &TestDb, hash: &TokenHash) -> Option<Session> {
    let mut read = t.read().await.unwrap();
    store::find_active(&mut read, hash, t.clock.now()).await.unwrap()
}

async fn touch(t: &TestDb, session: &Session) {
    let mut tx = t.begin(Actor::Anonymous).await.unwrap();
    store::touch(&mut tx, session, LIFE.idle).await.unwrap();
    tx.commit().await.unwrap();
}

#[app_test]
async fn a_session_is_found_by_its_token_and_by_nothing_else(t: TestDb) {
    let (token, session) = start(&t, ANNA).await;
    assert_eq!(find(&t, &token.hash()).await, Some(session.clone()));
    assert_eq!((session.subject.as_str(), session.ip.as_str()), (ANNA, "203.0.113.9"));
    assert_eq!(session.created_at, START);
    assert_eq!(
        (session.way.as_deref(), session.last_proof()),
        (Some("password"), START)
    );
    // What the table holds opens nothing.
    let stolen = SessionToken::new(session.token_hash.to_string());
    assert_eq!(find(&t, &stolen.hash()).await, None);
    assert_eq!(find(&t, &SessionToken::random(t.entropy()).hash()).await, None);
}

#[app_test]
async fn an_unused_session_ends_when_its_idle_time_is_over(t: TestDb) {
    let (token, _session) = start(&t, ANNA).await;
    t.clock.advance(LIFE.idle - INSTANT);
    assert!(find(&t, &token.hash()).await.is_some());
    t.clock.advance(INSTANT);
    assert_eq!(find(&t, &token.hash()).await, None);
}

#[app_test]
async fn use_prolongs_a_session_until_its_absolute_end(t: TestDb) {
    let (token, mut session) = start(&t, ANNA).await;
    while t.clock.now() < START + LIFE.absolute - LIFE.idle / 2 {
        t.clock.advance(LIFE.idle / 2);
        touch(&t, &session).await;
        session = find(&t, &token.hash()).await.expect("it is in use");
        assert_eq!(session.seen_at, t.clock.now());
    }
    assert_eq!(session.idle_expires_at, START + LIFE.absolute);
    t.clock.advance(LIFE.idle / 2);
    assert_eq!(find(&t, &token.hash()).await, None);
}

#[app_test]
async fn a_session_is_written_at_most_once_a_minute(t: TestDb) {
    let (token, session) = start(&t, ANNA).await;
    t.clock.advance(Duration::from_secs(59));
    touch(&t, &session).await;
    assert_eq!(find(&t, &token.hash()).await.unwrap().seen_at, START);
    t.clock.advance(Duration::from_secs(1));
    touch(&t, &session).await;
    assert_eq!(find(&t, &token.hash()).await.unwrap().seen_at, t.clock.now());
}

#[app_test]
async fn a_session_that_has_ended_is_not_brought_back_by_a_late_request(t: TestDb) {
    let (token, session) = start(&t, ANNA).await;
    t.clock.advance(LIFE.idle);
    touch(&t, &session).await;
    assert_eq!(find(&t, &token.hash()).await, None, "it was over by time");

    let (token, session) = start(&t, ANNA).await;
    let mut tx = t.begin(Actor::Anonymous).await.unwrap();
    assert!(store::end(&mut tx, &token.hash()).await.unwrap());
    tx.commit().await.unwrap();
    t.clock.advance(Duration::from_secs(60));
    touch(&t, &session).await;
    assert_eq!(find(&t, &token.hash()).await, None, "its person signed out");
}

#[app_test]
async fn signing_out_ends_one_session_at_once_on_every_node(t: TestDb) {
    let other_node = t.another_node().await;
    let (here, _) = start(&t, ANNA).await;
    let (there, _) = start(&other_node, ANNA).await;
    let mut tx = other_node.begin(Actor::Anonymous).await.unwrap();
    assert!(store::end(&mut tx, &here.hash()).await.unwrap());
    assert!(!store::end(&mut tx, &here.hash()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(find(&t, &here.hash()).await, None);
    assert!(find(&t, &there.hash()).await.is_some());
}

#[app_test]
async fn people_see_and_end_their_own_sessions_only(t: TestDb) {
    let (first, _) = start(&t, ANNA).await;
    t.clock.advance(Duration::from_secs(60));
    let (second, _) = start(&t, ANNA).await;
    let (of_boris, _) = start(&t, BORIS).await;

    let mut read = t.read().await.unwrap();
    let own = store::active_of(&mut read, ANNA, t.clock.now()).await.unwrap();
    let hashes: Vec<TokenHash> = own.into_iter().map(|session| session.token_hash).collect();
    assert_eq!(hashes, [second.hash(), first.hash()], "the latest used first");
    drop(read);

    let mut tx = t.begin(Actor::Anonymous).await.unwrap();
    assert!(!store::end_own(&mut tx, ANNA, &of_boris.hash()).await.unwrap());
    assert!(store::end_own(&mut tx, ANNA, &first.hash()).await.unwrap());
    tx.commit().await.unwrap();
    assert!(find(&t, &of_boris.hash()).await.is_some());
    assert_eq!(find(&t, &first.hash()).await, None);
}

#[app_test]
async fn signing_out_everywhere_ends_all_of_a_person_and_nobody_elses(t: TestDb) {
    for _ in 0..3 {
        start(&t, ANNA).await;
    }
    let (of_boris, _) = start(&t, BORIS).await;
    let mut tx = t.begin(Actor::Anonymous).await.unwrap();
    assert_eq!(store::end_all_of(&mut tx, ANNA).await.unwrap(), 3);
    tx.commit().await.unwrap();
    let mut read = t.read().await.unwrap();
    assert_eq!(store::active_of(&mut read, ANNA, t.clock.now()).await.unwrap(), []);
    drop(read);
    assert!(find(&t, &of_boris.hash()).await.is_some());
}

#[app_test]
async fn what_has_ended_by_time_is_removed_and_the_rest_stays(t: TestDb) {
    start(&t, ANNA).await;
    t.clock.advance(LIFE.idle / 2);
    let (alive, _) = start(&t, BORIS).await;
    t.clock.advance(LIFE.idle / 2);
    for expected in [1, 0] {
        let mut tx = t.begin(Actor::Anonymous).await.unwrap();
        assert_eq!(store::purge_expired(&mut tx).await.unwrap(), expected);
        tx.commit().await.unwrap();
    }
    assert!(find(&t, &alive.hash()).await.is_some());
}
