//! The configuration: read once, complete or not at all.
//!
//! **Always holds:** a [`Config`] that exists is valid, and in production it is safe. Nothing else in the program reads
//! files of settings or the environment, and no secret is shown.
//!
//! [`keys`] says what can be set (from `config.default.toml`), `layers` which value wins, the other modules what a
//! section means.
//!
//! Start at [`Sources::read`].

mod database; // [data], [database]
mod environment; // variables of the process
pub mod keys; // what can be set
mod layers; // which value wins, and where it comes from
mod mail; // [mail]
mod problems; // everything that is wrong, at once
mod redis; // [redis]
mod secrets; // [secrets]
mod sections; // the small sections
mod server; // [server]
mod tls; // the way to PostgreSQL

use std::path::PathBuf;

use karavan_coffee::CoffeeConfig;
use karavan_kernel::TimeZone;

pub use database::{DataConfig, DatabaseConfig};
pub use environment::Environment as Variables;
pub use layers::{Layers, Shown};
pub use mail::MailConfig;
pub use problems::Problems;
pub use redis::RedisConfig;
pub use secrets::{SecretsConfig, weakness};
pub use sections::{
    AuditConfig, Environment, JobsConfig, LimitsConfig, LogConfig, LogFormat, MetricsConfig, ProductsConfig,
    TelegramConfig, TelegramMode,
};
pub use server::ServerConfig;

/// Where the values come from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// `--config`.
    pub file: Option<PathBuf>,
    /// The environment.
    pub variables: Variables,
    /// Command-line options: the option, the key that it sets, the value.
    pub options: Vec<(&'static str, &'static str, String)>,
    /// Whether simulators and made-up data are asked for.
    pub demo: bool,
}

impl Sources {
    /// Merges what there is. Problems of form come back beside the values, so that both can be shown.
    pub fn merge(&self) -> (Layers, Problems) {
        let mut problems = Problems::default();
        let mut layers = Layers::defaults()
            .with_file(self.file.as_deref(), &mut problems)
            .with_environment(&self.variables, &mut problems);
        for (option, key, value) in &self.options {
            layers = layers.with_option(option, key, value);
        }
        (layers, problems)
    }

    /// The configuration.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self) -> Result<Config, Problems> {
        let (layers, mut problems) = self.merge();
        if self.demo && layers.read("environment") == Ok(Environment::Production) {
            problems.general("--demo: simulators and made-up data have no place in production; leave --demo out");
        }
        match Config::new(&layers) {
            Ok(config) => problems.or(config),
            Err(more) => {
                problems.absorb(more);
                Err(problems)
            }
        }
    }
}

/// Everything that is set.
#[derive(Debug, Clone)]
pub struct Config {
    /// What this installation is for.
    pub environment: Environment,
    /// The zone in which the panel shows moments.
    pub time_zone: TimeZone,
    /// How the site is reached.
    pub server: ServerConfig,
    /// The folder.
    pub data: DataConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// The master secret.
    pub secrets: SecretsConfig,
    /// What is switched on.
    pub products: ProductsConfig,
    /// Background work.
    pub jobs: JobsConfig,
    /// Rate limits.
    pub limits: LimitsConfig,
    /// What processes share.
    pub redis: RedisConfig,
    /// The log.
    pub log: LogConfig,
    /// Who may read the metrics.
    pub metrics: MetricsConfig,
    /// The log of who did what.
    pub audit: AuditConfig,
    /// The Bot API.
    pub telegram: TelegramConfig,
    /// The mail server.
    pub mail: MailConfig,
    /// The café.
    pub coffee: CoffeeConfig,
}

impl Config {
    /// True on the real site.
    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }

    /// What is allowed, but should be known.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.server.warnings(self.is_production());
        warnings.extend(self.telegram.warnings(self.server.public_url()));
        if !self.limits.enabled {
            warnings.push("Rate limits are off: anybody may guess as often as they like".to_owned());
        }
        warnings.extend(self.database.warnings());
        warnings.extend(self.redis.warnings());
        warnings.extend(self.mail.warnings());
        warnings.extend(self.log.warnings());
        warnings
    }

    /// Reads every section, and in production forbids what is unsafe.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub fn new(layers: &Layers) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let read = Read {
            environment: problems.keep(layers.read("environment")),
            time_zone: problems.keep(layers.read("time_zone")),
            server: problems.keep(ServerConfig::read(layers)),
            data: problems.keep(layers.read("data")),
            database: problems.keep(DatabaseConfig::read(layers)),
            secrets: problems.keep(SecretsConfig::read(layers)),
            products: problems.keep(layers.read("products")),
            jobs: problems.keep(layers.read("jobs")),
            limits: problems.keep(layers.read("limits")),
            redis: problems.keep(RedisConfig::read(layers)),
            log: problems.keep(layers.read("log")),
            metrics: problems.keep(layers.read("metrics")),
            audit: problems.keep(layers.read("audit")),
            telegram: problems.keep(layers.read("telegram")),
            mail: problems.keep(MailConfig::read(layers)),
            coffee: problems.keep(layers.read("coffee")),
        };
        if read.environment == Some(Environment::Production) {
            read.forbid_unsafe(layers, &mut problems);
        }
        problems.locate(|key| layers.source_of(key));
        match read.complete() {
            Some(config) => problems.or(config),
            None => Err(problems),
        }
    }
}

/// What could be read, so that one wrong section does not hide what is wrong with the others.
struct Read {
    environment: Option<Environment>,
    time_zone: Option<TimeZone>,
    server: Option<ServerConfig>,
    data: Option<DataConfig>,
    database: Option<DatabaseConfig>,
    secrets: Option<SecretsConfig>,
    products: Option<ProductsConfig>,
    jobs: Option<JobsConfig>,
    limits: Option<LimitsConfig>,
    redis: Option<RedisConfig>,
    log: Option<LogConfig>,
    metrics: Option<MetricsConfig>,
    audit: Option<AuditConfig>,
    telegram: Option<TelegramConfig>,
    mail: Option<MailConfig>,
    coffee: Option<CoffeeConfig>,
}

impl Read {
    fn forbid_unsafe(&self, layers: &Layers, problems: &mut Problems) {
        ServerConfig::forbid_unsafe(layers, problems);
        if let Some(secrets) = &self.secrets {
            secrets.forbid_unsafe(self.database.as_ref(), problems);
        }
        if let Some(database) = &self.database {
            database.forbid_unsafe(problems);
        }
        if let Some(limits) = &self.limits {
            limits.forbid_unsafe(problems);
        }
        if let Some(redis) = &self.redis {
            redis.forbid_unsafe(problems);
        }
        if let Some(metrics) = &self.metrics {
            metrics.forbid_unsafe(problems);
        }
        if let Some(telegram) = &self.telegram {
            let public_url = layers.read::<String>("server.public_url").unwrap_or_default();
            telegram.forbid_unsafe(&public_url, problems);
        }
        if let Some(mail) = &self.mail {
            mail.forbid_unsafe(problems);
        }
    }

    fn complete(self) -> Option<Config> {
        Some(Config {
            environment: self.environment?,
            time_zone: self.time_zone?,
            server: self.server?,
            data: self.data?,
            database: self.database?,
            secrets: self.secrets?,
            products: self.products?,
            jobs: self.jobs?,
            limits: self.limits?,
            redis: self.redis?,
            log: self.log?,
            metrics: self.metrics?,
            audit: self.audit?,
            telegram: self.telegram?,
            mail: self.mail?,
            coffee: self.coffee?,
        })
    }
}
