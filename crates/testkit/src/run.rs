//! What the two tests of an `#[app_test]` do.

use karavan_kernel::open_tx;

use crate::{Fixture, TestDb};

/// Chooses databases: `sqlite` leaves PostgreSQL out. Meant for a quick look; `bin/test` never sets it.
const CHOICE: &str = "KARAVAN_TEST";

/// Runs `body` on a fresh SQLite file.
pub fn on_sqlite<F, B, R>(name: &str, body: B)
where
    F: Fixture,
    B: FnOnce(F) -> R,
    R: Future<Output = ()>,
{
    block_on(async { play(TestDb::sqlite(name).await, body).await });
}

/// Runs `body` on a fresh PostgreSQL database.
///
/// # Panics
/// When there is no server: a test that ran on one database only has shown half of what it claims.
pub fn on_postgres<F, B, R>(name: &str, body: B)
where
    F: Fixture,
    B: FnOnce(F) -> R,
    R: Future<Output = ()>,
{
    if env(CHOICE).as_deref() == Some("sqlite") {
        eprintln!("{name}: left out on PostgreSQL, because {CHOICE}=sqlite");
        return;
    }
    block_on(async { play(TestDb::postgres(name).await, body).await });
}

async fn play<F, B, R>(db: TestDb, body: B)
where
    F: Fixture,
    B: FnOnce(F) -> R,
    R: Future<Output = ()>,
{
    let fixture = F::start(db).await;
    open_tx::watched(body(fixture.clone())).await;
    fixture.finish().await;
}

fn block_on(test: impl Future<Output = ()>) {
    show_logs();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // Two, so that what can run at the same time does.
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime needs threads and a poller, which every system has");
    // `cargo test` runs both halves in one process, and a snapshot is met twice: it has to be the same each time.
    insta::allow_duplicates! { runtime.block_on(Box::pin(test)) };
}

/// Warnings of the code under test go to the test's output, which is shown when it fails; `RUST_LOG` asks for more.
fn show_logs() {
    let filter = tracing_subscriber::EnvFilter::builder()
        .with_default_directive(tracing_subscriber::filter::LevelFilter::WARN.into())
        .from_env_lossy();
    // An error means that another test of this process was first.
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_test_writer()
        .try_init()
        .unwrap_or(());
}

#[expect(clippy::disallowed_methods, reason = "tests are configured here and nowhere else")]
pub(crate) fn env(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
