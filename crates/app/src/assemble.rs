//! From a configuration to a platform, its products and the host.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use karavan_clients::{Http, HttpConfig, mail::Mailer, redis::Redis};
use karavan_coffee as coffee;
use karavan_kernel::{Clock, Entropy, Secret};
use karavan_platform::{
    Platform, PlatformParts, Product,
    audit::Anchors,
    host::{Host, HostConfig},
};
use karavan_store::{Db, DbConfig, Migrations, Refusal, StoreError};
use karavan_web::{WebConfig, health::Health, openapi::DocsConfig, texts::Texts};

use crate::{
    Failure,
    config::{Config, TelegramMode, weakness},
    failure::{Status, story},
    folder::DataFolder,
};

/// Opens the database of a configuration.
///
/// # Errors
/// When it cannot be opened.
pub async fn open_database(config: &Config, folder: &DataFolder, entropy: Entropy) -> Result<Db, Failure> {
    // Before the first connection: PostgreSQL may want TLS.
    karavan_clients::install_tls();
    let file = if config.database.is_server() {
        PathBuf::new()
    } else {
        folder.database_file()?
    };
    let opened = Db::open(&config.database.open(file), Clock::system(), entropy).await;
    opened.map_err(|error| match error {
        StoreError::Busy(_) | StoreError::Unavailable(_) | StoreError::Database(_) if config.database.is_server() => {
            let (story, advice) = (story(&error), advice(error.refusal()));
            Failure::new(
                Status::Data,
                format_args!("PostgreSQL does not answer or refuses ({story}); {advice}"),
            )
        }
        other => other.into(),
    })
}

/// What to do when a server does not let us in.
const fn advice(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NoAnswer => "check the address in database.url, and that the server runs and can be reached from here",
        Refusal::NoTls => {
            "it does not encrypt: switch that on at the server (ssl = on), or set database.tls to disable if nobody can \
             listen on the way"
        }
        Refusal::UnknownIssuer => {
            "nobody whom we trust has signed its certificate: name the authority's certificate in database.tls_root_cert"
        }
        Refusal::OtherName => {
            "its certificate is for another name: write that name as the host in database.url, or set database.tls to \
             verify-ca"
        }
        Refusal::Expired => "its certificate has expired or is not valid yet: renew it, and check this machine's clock",
        Refusal::Tls => {
            "the two do not agree on encryption: check its certificate, and database.tls_root_cert, \
             database.tls_client_cert and database.tls_client_key here"
        }
        Refusal::NotAllowed => {
            "check the user and the password in database.url, and the server's pg_hba.conf, which may ask for encryption \
             (database.tls) or for a certificate (database.tls_client_cert)"
        }
        Refusal::NoDatabase => {
            "create it with: CREATE DATABASE karavan TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'"
        }
        Refusal::Other => "check the address, the name and the password in database.url, and that the server runs",
    }
}

/// Brings the database up to date.
///
/// # Errors
/// When it is newer, was edited, or a step fails.
pub async fn migrate(db: &Db) -> Result<Option<i64>, Failure> {
    let migrations = Migrations::embedded()?;
    db.migrate(&migrations).await?;
    Ok(migrations.newest())
}

/// The platform over a database.
///
/// # Errors
/// When the master secret is unusable or the program's own parts do not fit.
pub fn platform(config: &Config, folder: &DataFolder, db: Db) -> Result<Platform, Failure> {
    let entropy = db.entropy().clone();
    let master = master_secret(config, folder, &entropy)?;
    parts(config, db, master, folder.node_id(&entropy)?)
}

/// A platform that only describes: it keeps nothing and is never run.
///
/// # Errors
/// When the program's own parts do not fit.
pub async fn describing_platform(config: &Config) -> Result<Platform, Failure> {
    let nowhere = DbConfig::Sqlite {
        file: ":memory:".into(),
        durable: false,
    };
    let db = Db::open(&nowhere, Clock::system(), Entropy::system()).await?;
    parts(config, db, Secret::new("describes only"), "describing".to_owned())
}

fn parts(config: &Config, db: Db, master: Secret, node: String) -> Result<Platform, Failure> {
    let mut sources = karavan_platform::texts();
    sources.extend(coffee::texts());
    let texts = Texts::new(&sources).map_err(|error| Failure::runtime(&error))?;
    let mailer = config.mail.mailer().cloned().map(Mailer::new).transpose();
    let redis = config.redis.way().map(Redis::new).transpose();
    Ok(Platform::new(PlatformParts {
        db,
        texts: Arc::new(texts),
        master,
        time_zone: config.time_zone.clone(),
        limited: config.limits.enabled,
        node,
        http: Http::new(HttpConfig::default()).map_err(|error| Failure::runtime(&error))?,
        telegram_base: config.telegram.base_url.clone(),
        mailer: mailer.map_err(|error| Failure::runtime(&error))?,
        redis: redis.map_err(|error| Failure::runtime(&error))?,
        public_url: config.server.public_url().to_owned(),
    }))
}

/// The products that are switched on.
pub fn products(config: &Config, platform: &Platform) -> Vec<Product> {
    let mut products = Vec::new();
    if config.products.coffee {
        products.push(coffee::product(platform, config.coffee.clone()));
    }
    products
}

/// Where the heads of the audit log are written down.
pub fn anchors(config: &Config, data_folder: &Path) -> Anchors {
    Anchors::in_folder(&data_folder.join(&config.audit.anchor_folder))
}

/// The host's settings.
pub fn host_config(config: &Config, web: WebConfig, health: Health, anchors: Anchors) -> HostConfig {
    // Production shows neither: `karavan openapi` prints the document for those who build against it.
    let shown = config.server.docs() && !config.is_production();
    let docs = DocsConfig {
        document: shown,
        swagger: shown,
    };
    HostConfig {
        web,
        docs,
        health,
        concurrency: config.jobs.concurrency.get(),
        webhooks: config.telegram.mode == TelegramMode::Webhook,
        anchors,
        demo: None,
    }
}

/// Everything put together.
///
/// # Errors
/// When the program's own parts do not fit.
pub fn host(platform: Platform, products: Vec<Product>, config: HostConfig) -> Result<Host, Failure> {
    Host::new(platform, products, config).map_err(|error| Failure::runtime(&error))
}

fn master_secret(config: &Config, folder: &DataFolder, entropy: &Entropy) -> Result<Secret, Failure> {
    if !config.secrets.master.is_empty() {
        return Ok(config.secrets.master.clone());
    }
    let master = folder.master_secret(entropy)?;
    match weakness(&master).filter(|_| config.is_production()) {
        None => Ok(master),
        Some(weakness) => {
            let file = folder.path().join("master-secret");
            Err(Failure::new(
                Status::Configuration,
                format_args!("the master secret in {} {weakness}", file.display()),
            ))
        }
    }
}
