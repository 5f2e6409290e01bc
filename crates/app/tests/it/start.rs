//! A whole life: start, answer, be told to stop.

use std::{io::Write, net::TcpStream};

use sqlx::{Connection, SqliteConnection};

use crate::harness::{Running, run};

#[test]
fn a_first_start_lets_the_owner_in_and_ends_when_told() {
    let data = tempfile::tempdir().unwrap();
    let running = Running::start(data.path(), &[]);
    assert!(running.banner.contains("/admin/enter/"), "{}", running.banner);
    assert!(
        running.banner.contains("coffee.guest"),
        "the bots are off, and that is said: {}",
        running.banner
    );
    for path in ["/health/live", "/health/ready", "/", "/docs/", "/openapi.json"] {
        let (status, answer) = running.get(path);
        assert_eq!(status, 200, "{path}: {answer}");
    }
    let (_, metrics) = running.get("/metrics");
    assert!(metrics.contains("# TYPE"), "{metrics}");
    assert_eq!(running.get("/demo/telegram").0, 404);
    running.stop();

    // A second start finds everything in place; the link that nobody used is not the way in any more.
    let running = Running::start(data.path(), &[]);
    assert!(running.banner.contains("/admin/enter/"), "there is still no owner");
    assert_eq!(running.get("/health/ready").0, 200);
    running.stop();
}

#[test]
fn commands_work_beside_a_running_program() {
    let data = tempfile::tempdir().unwrap();
    let running = Running::start(data.path(), &[]);
    let link = run(data.path(), &["admin", "create-link"]);
    assert_eq!(link.status, 0, "{}", link.err);
    assert!(
        link.out.starts_with(&format!("{}/admin/enter/", running.url)),
        "{}",
        link.out
    );
    let path = link.out.trim().strip_prefix(&running.url).unwrap().to_owned();
    assert_eq!(running.get(&path).0, 200);

    let token = run(data.path(), &["token", "create", "till", "--permissions", "coffee.*"]);
    let bearer = format!("Authorization: Bearer {}\r\n", token.out.trim());
    assert_eq!(running.get("/coffee/orders/").0, 401);
    assert_eq!(running.get_with("/coffee/orders/", &bearer).0, 200);
    assert_eq!(run(data.path(), &["token", "revoke", "till"]).status, 0);
    assert_eq!(running.get_with("/coffee/orders/", &bearer).0, 401);
    assert_eq!(run(data.path(), &["ledger", "check"]).status, 0);
    running.stop();
}

#[test]
fn a_second_signal_does_not_wait() {
    let data = tempfile::tempdir().unwrap();
    let mut running = Running::start(data.path(), &[]);
    let token = run(data.path(), &["token", "create", "till", "--permissions", "coffee.*"]);
    // A request whose body never comes keeps the program busy.
    let address = running.url.strip_prefix("http://").unwrap().to_owned();
    let mut stuck = TcpStream::connect(&address).unwrap();
    let head = format!(
        "POST /coffee/orders/ HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
        token.out.trim()
    );
    stuck.write_all(head.as_bytes()).unwrap();
    // The answer to `Expect` says that the handler has begun to read.
    let mut begun = [0; 12];
    std::io::Read::read_exact(&mut stuck, &mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    running.signal("TERM");
    running.read_until("Stopping");
    running.signal("TERM");
    let (status, _) = running.wait();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_worker_needs_no_port() {
    let data = tempfile::tempdir().unwrap();
    let running = Running::start(data.path(), &["--roles", "worker,scheduler"]);
    assert!(
        running.banner.contains("worker, scheduler") && running.url.is_empty(),
        "{}",
        running.banner
    );
    running.stop();
}

#[tokio::test]
async fn a_demo_is_filled_once() {
    let data = tempfile::tempdir().unwrap();
    let guests = || async {
        let file = format!("sqlite://{}", data.path().join("karavan.db").display());
        let mut connection = SqliteConnection::connect(&file).await.unwrap();
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM coffee_guests")
            .fetch_one(&mut connection)
            .await
            .unwrap();
        connection.close().await.unwrap();
        count
    };
    let mut counts = Vec::new();
    for _start in 0..2 {
        let running = Running::start(data.path(), &["--demo"]);
        for words in ["(demo)", "/admin/enter/", "/demo/telegram/chat/karavan_guest_bot/1001"] {
            assert!(running.banner.contains(words), "{}", running.banner);
        }
        for path in [
            "/",
            "/demo/telegram",
            "/demo/telegram/chat/karavan_guest_bot/1001",
            "/demo/telegram/chat/karavan_barista_bot/1005",
        ] {
            let (status, answer) = running.get(path);
            assert_eq!(status, 200, "{path}: {answer}");
        }
        running.stop();
        counts.push(guests().await);
    }
    assert!(counts[0] > 0 && counts[0] == counts[1], "{counts:?}");
    assert_eq!(run(data.path(), &["ledger", "check"]).status, 0);
}
