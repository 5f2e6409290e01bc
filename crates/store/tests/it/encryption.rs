//! PostgreSQL over TLS: who is let in, and what is said when somebody is not. `bin/test` makes the certificates.

use std::{str::FromStr, time::Duration};

use karavan_kernel::{Clock, Entropy, Secret};
use karavan_store::{Db, DbConfig, Pool, Refusal, StoreResult, sql};
use sqlx::{
    ConnectOptions, Connection, Executor,
    postgres::{PgConnectOptions, PgSslMode},
};

/// A way to the server of the tests. The driver cannot write files of certificates into an address, so this does.
#[derive(Clone)]
struct Way {
    options: PgConnectOptions,
    files: String,
}

/// The server of the tests, unless they are to do without one.
fn server() -> Option<Way> {
    if variable("KARAVAN_TEST").as_deref() == Some("sqlite") {
        return None;
    }
    let address = variable("KARAVAN_TEST_POSTGRES").expect("bin/test starts a PostgreSQL");
    Some(Way {
        options: PgConnectOptions::from_str(&address).unwrap(),
        files: String::new(),
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "where the server of the tests is, not a setting of the program"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Way {
    fn change(self, change: impl FnOnce(PgConnectOptions) -> PgConnectOptions) -> Self {
        Self {
            options: change(self.options),
            ..self
        }
    }

    fn mode(self, mode: PgSslMode) -> Self {
        self.change(|options| options.ssl_mode(mode))
    }

    fn host(self, host: &str) -> Self {
        self.change(|options| options.host(host))
    }

    fn user(self, user: &str) -> Self {
        self.change(|options| options.username(user))
    }

    fn file(mut self, parameter: &str, file: &str) -> Self {
        let folder = variable("KARAVAN_TEST_POSTGRES_TLS").expect("bin/test makes certificates");
        self.files += &format!("&{parameter}={folder}/{file}");
        self
    }

    async fn open(&self) -> StoreResult<Db> {
        let url = Secret::new(format!("{}{}", self.options.to_url_lossy(), self.files));
        let pool = Pool {
            acquire_timeout: Duration::from_secs(30),
            ..Pool::default()
        };
        Db::open(&DbConfig::Postgres { url, pool }, Clock::system(), Entropy::system()).await
    }

    /// Whether the server says that this connection is encrypted.
    async fn is_encrypted(&self) -> bool {
        let db = self.open().await.unwrap();
        let mut read = db.read().await.unwrap();
        let encrypted = sql!("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        let encrypted = read.fetch_value(encrypted).await.unwrap();
        drop(read);
        db.close().await;
        encrypted
    }

    async fn refusal(&self) -> Refusal {
        self.open().await.unwrap_err().refusal()
    }
}

#[tokio::test]
async fn each_mode_encrypts_as_it_says() {
    let Some(server) = server() else { return };
    assert!(!server.clone().mode(PgSslMode::Disable).is_encrypted().await);
    for mode in [PgSslMode::Prefer, PgSslMode::Require] {
        assert!(server.clone().mode(mode).is_encrypted().await, "{mode:?}");
    }
}

#[tokio::test]
async fn a_certificate_of_our_authority_is_trusted_for_its_own_name_only() {
    let Some(server) = server() else { return };
    let trusting = server.file("sslrootcert", "root.crt");
    let (ca, full) = (PgSslMode::VerifyCa, PgSslMode::VerifyFull);
    assert!(trusting.clone().mode(ca).is_encrypted().await);
    assert!(trusting.clone().host("localhost").mode(full).is_encrypted().await);
    assert_eq!(
        trusting.host("127.0.0.1").mode(full).refusal().await,
        Refusal::OtherName
    );
}

#[tokio::test]
async fn a_certificate_of_a_stranger_is_refused() {
    let Some(server) = server() else { return };
    let server = server.host("localhost");
    for mode in [PgSslMode::VerifyCa, PgSslMode::VerifyFull] {
        let public_only = server.clone().mode(mode);
        let wrong = public_only.clone().file("sslrootcert", "stranger.crt");
        assert_eq!(public_only.refusal().await, Refusal::UnknownIssuer);
        assert_eq!(wrong.refusal().await, Refusal::UnknownIssuer);
    }
}

#[tokio::test]
async fn a_user_whom_the_server_knows_by_certificate_needs_it() {
    let Some(server) = server() else { return };
    let mut admin = server.options.connect().await.unwrap();
    // Another run on the same server may have made it.
    drop(admin.execute("CREATE ROLE by_certificate LOGIN").await);
    admin.close().await.unwrap();
    let user = server.user("by_certificate").mode(PgSslMode::Require);
    assert_eq!(user.refusal().await, Refusal::NotAllowed);
    let with = user
        .file("sslcert", "by_certificate.crt")
        .file("sslkey", "by_certificate.key");
    assert!(with.is_encrypted().await);
}

#[tokio::test]
async fn what_is_missing_is_told_apart() {
    let Some(server) = server() else { return };
    let elsewhere = server.clone().change(|options| options.database("nowhere"));
    assert_eq!(elsewhere.refusal().await, Refusal::NoDatabase);
    assert_eq!(
        server.clone().user("nobody_at_all").refusal().await,
        Refusal::NotAllowed
    );
    // A port on which nobody listens: taken, and given back at once.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let silent = server.change(|options| options.port(free.port()));
    assert_eq!(silent.refusal().await, Refusal::NoAnswer);
}
