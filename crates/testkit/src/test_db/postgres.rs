//! PostgreSQL databases for tests: a migrated template on the server, copied per test.

use std::{str::FromStr, time::Duration};

use karavan_kernel::{Clock, Entropy, Secret};
use karavan_store::{Db, DbConfig, Pool};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, PgConnection, postgres::PgConnectOptions};
use tokio::sync::Mutex;

use super::{START, fingerprint, migrations};
use crate::run::env;

/// The server's address with the right to create databases, given by `bin/test`.
const ADDRESS: &str = "KARAVAN_TEST_POSTGRES";

/// `object_in_use`: somebody is connected to the template, if only the server's own cleaner.
const IN_USE: &str = "55006";

/// A database that exists for one test.
#[derive(Debug)]
pub(super) struct OwnDatabase {
    name: String,
    /// Made it and drops it.
    admin: Mutex<PgConnection>,
}

impl OwnDatabase {
    pub(super) async fn drop_it(&self) {
        let mut admin = self.admin.lock().await;
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        run(&mut admin, drop).await;
    }
}

pub(super) async fn copy_of_template() -> (OwnDatabase, DbConfig) {
    let mut admin = admin().await;
    let template = template(&mut admin).await;
    // Not the test's own randomness: the same test may run twice at once.
    let name = format!("t_{:032x}", u128::from_be_bytes(Entropy::system().bytes()));
    let copy = format!(
        "CREATE DATABASE {name} TEMPLATE {template}{}",
        strategy(&mut admin).await
    );
    let mut tries = 0;
    while let Err(error) = admin.execute(AssertSqlSafe(copy.clone())).await {
        let in_use = error.as_database_error().and_then(|error| error.code()).as_deref() == Some(IN_USE);
        tries += 1;
        assert!(in_use && tries < 10, "the template could not be copied: {error}");
    }
    let config = config(&name);
    let admin = Mutex::new(admin);
    (OwnDatabase { name, admin }, config)
}

/// Copying files is a third of the work of copying through the log, and the server of tests never syncs. Servers before 15
/// know no other way, nor the word.
async fn strategy(admin: &mut PgConnection) -> &'static str {
    let has_choice: bool = sqlx::query_scalar("SELECT current_setting('server_version_num')::BIGINT >= 150000")
        .fetch_one(admin)
        .await
        .expect("the server answers");
    if has_choice { " STRATEGY FILE_COPY" } else { "" }
}

/// The migrated database, made by whoever comes first; the others wait. It gets its name when it is complete.
async fn template(admin: &mut PgConnection) -> String {
    let migrations = migrations();
    let template = format!("karavan_template_{}", fingerprint(&migrations));
    if exists(admin, &template).await {
        return template;
    }
    run(
        admin,
        "SELECT pg_advisory_lock(hashtextextended('karavan_template', 0))".to_owned(),
    )
    .await;
    if !exists(admin, &template).await {
        let workshop = format!("{template}_new");
        run(admin, format!("DROP DATABASE IF EXISTS {workshop} WITH (FORCE)")).await;
        let sorted_by_bytes = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'";
        run(admin, format!("CREATE DATABASE {workshop} {sorted_by_bytes}")).await;
        let db = Db::open(&config(&workshop), Clock::manual(START), Entropy::seeded(0))
            .await
            .expect("a new database opens");
        db.migrate(&migrations)
            .await
            .expect("the migrations apply to an empty PostgreSQL database");
        db.close().await;
        run(admin, format!("ALTER DATABASE {workshop} RENAME TO {template}")).await;
    }
    run(
        admin,
        "SELECT pg_advisory_unlock(hashtextextended('karavan_template', 0))".to_owned(),
    )
    .await;
    template
}

async fn exists(admin: &mut PgConnection, database: &str) -> bool {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
        .bind(database)
        .fetch_one(admin)
        .await
        .expect("the server answers")
}

async fn run(admin: &mut PgConnection, statement: String) {
    // Names are made here, of letters and digits.
    admin
        .execute(AssertSqlSafe(statement.clone()))
        .await
        .unwrap_or_else(|error| panic!("`{statement}` failed: {error}"));
}

async fn admin() -> PgConnection {
    address()
        .connect()
        .await
        .unwrap_or_else(|error| panic!("the PostgreSQL server of {ADDRESS} cannot be reached: {error}"))
}

fn address() -> PgConnectOptions {
    let Some(address) = env(ADDRESS) else {
        panic!(
            "there is no PostgreSQL: {ADDRESS} is not set. Run `bin/test`, or for a part of the tests \
             `bin/test with-postgres cargo nextest run …`. (KARAVAN_TEST=sqlite leaves the PostgreSQL half out.)"
        );
    };
    let options = PgConnectOptions::from_str(&address).expect("the address in KARAVAN_TEST_POSTGRES is a valid one");
    options.application_name("karavan-test")
}

fn config(database: &str) -> DbConfig {
    let url = address().database(database).to_url_lossy();
    let pool = Pool {
        max_connections: 12,
        // Two cores may run many tests at once; waiting is no failure.
        acquire_timeout: Duration::from_secs(30),
        ..Pool::default()
    };
    DbConfig::Postgres {
        url: Secret::new(url.to_string()),
        pool,
    }
}
