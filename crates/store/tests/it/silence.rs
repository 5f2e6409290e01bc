//! A PostgreSQL server that vanishes without a word: no answer, no error, no end of the connection.

use std::time::Duration;

use karavan_kernel::{Clock, Entropy, Secret};
use karavan_store::{Db, DbConfig, Pool, StoreError, StoreResult, sql};
use karavan_testkit::{Fixture, TestDb};
use sqlx::{ConnectOptions, postgres::PgConnectOptions};
use tokio::{
    io,
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::encryption::variable;

/// The way to the server. Connections that exist when it is cut hear nothing more; later ones get through.
struct Way {
    port: u16,
    cut: CancellationToken,
    _carriers: JoinSet<()>,
}

impl Way {
    async fn to(host: String, port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let cut = CancellationToken::new();
        let silence = cut.clone();
        let carriers = JoinSet::from_iter([async move {
            let mut carried = JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let mut far = TcpStream::connect((host.as_str(), port)).await.unwrap();
                let silence = if silence.is_cancelled() {
                    CancellationToken::new()
                } else {
                    silence.clone()
                };
                carried.spawn(async move {
                    tokio::select! {
                        _ended = io::copy_bidirectional(&mut near, &mut far) => {}
                        // Kept open, and nobody reads or writes.
                        () = silence.cancelled() => std::future::pending().await,
                    }
                });
            }
        }]);
        Self {
            port: own,
            cut,
            _carriers: carriers,
        }
    }
}

async fn ask(db: &Db) -> StoreResult<i64> {
    db.read().await?.fetch_value(sql!("SELECT CAST(1 AS BIGINT)")).await
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up_and_a_new_connection_is_made() {
    if variable("KARAVAN_TEST").as_deref() == Some("sqlite") {
        return;
    }
    let t = TestDb::postgres("silence").await;
    let DbConfig::Postgres { url, .. } = t.config().clone() else {
        unreachable!("it was asked for");
    };
    let options: PgConnectOptions = url.expose().parse().unwrap();
    let way = Way::to(options.get_host().to_owned(), options.get_port()).await;
    let url = Secret::new(options.port(way.port).host("127.0.0.1").to_url_lossy().to_string());
    let pool = Pool {
        max_connections: 1,
        statement_timeout: Duration::from_millis(100),
        ..Pool::default()
    };
    let db = Db::open(&DbConfig::Postgres { url, pool }, Clock::system(), Entropy::system())
        .await
        .unwrap();
    assert_eq!(ask(&db).await.unwrap(), 1);
    let mut held = db.read().await.unwrap();
    way.cut.cancel();
    let answer = held.fetch_value::<i64>(sql!("SELECT CAST(2 AS BIGINT)")).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
    drop(held);
    // The one place of the pool becomes free again, and leads somewhere.
    let mut again = ask(&db).await;
    while matches!(again, Err(StoreError::Busy(_) | StoreError::Unavailable(_))) {
        again = ask(&db).await;
    }
    assert_eq!(again.unwrap(), 1);
    db.close().await;
    t.finish().await;
}
